"""An office with something to lose, its backup key, and a backup of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.backup import keys, making
from shared.backup.making import BackupMade
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.files import media
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.files import attachments

SOUND = b"the sound of somebody's voice" * 5000


@pytest.fixture
def key(instance: Instance) -> keys.KeyPair:
    """The office's backup key; its secret half is in no file."""
    pair = keys.new()
    keys.keep(pair, instance)
    return pair


@pytest.fixture
def identities(key: keys.KeyPair) -> list:
    return keys.read_identities(key.identity)


@pytest.fixture
def full(instance: Instance, db: Store, a_proposal: Callable) -> Instance:
    """An office with ideas, one of them with a recording."""
    idea = a_proposal()
    a_proposal()
    kept = media.keep(instance.media, [SOUND])
    with writing(db):
        attachments.add(
            db, idea.id, kept, source="upload", key="k", actor="test", at=clock.now(), reason="x"
        )
    return instance


@pytest.fixture
def back_up(full: Instance, db: Store, key: keys.KeyPair) -> Callable[..., BackupMade]:
    """Make a backup of the office as it is now."""

    def make(settings: Settings | None = None, **more: object) -> BackupMade:
        at = more.pop("at", clock.now())
        return making.make(full, settings or Settings(), db, at=at, **more)

    return make


def recording(instance: Instance) -> Path:
    [found] = [path for path in instance.media.glob("??/*") if path.read_bytes() == SOUND]
    return found
