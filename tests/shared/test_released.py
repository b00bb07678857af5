"""What every released version kept is whole in this one, even when the power fails on the way."""

import gzip
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared import settings
from shared.db.connection import Store, open_store
from shared.files import media
from shared.runtime.instance import Instance, create
from shared.store import migrations
from shared.workflows import verify
from tests.serving import ROOT

RELEASED = sorted((ROOT / "tests" / "data" / "released").glob("*.db.gz"))
# The one file that every frozen store speaks of.
RECORDING = b"no recording at all"

KILLED_IN_STEP = """
import os, signal, sys
from pathlib import Path
from shared.runtime.instance import Instance
from shared.store import migrations

step = next(one for one in migrations.steps._migrations if one.name == sys.argv[2])
grow = step.fn
def grow_and_die(db):
    grow(db)
    os.kill(os.getpid(), signal.SIGKILL)
step.fn = grow_and_die
migrations.migrate(Instance(Path(sys.argv[1])).open())
"""


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.removesuffix(".db.gz"))
def office(request, tmp_path) -> Instance:
    """An office as that version left it."""
    made = Instance(tmp_path / "office")
    create(made, settings.example())
    made.database.write_bytes(gzip.decompress(request.param.read_bytes()))
    media.keep(made.media, [RECORDING])
    return made


def before(office: Instance) -> tuple[dict[str, int], list[str]]:
    """Return how many rows each table had, and the steps that the store has yet to take."""
    db = open_store(office.database)
    counts, taken = verify.counts(db), migrations.applied(db)
    db.close()
    return counts, [name for name in migrations.known() if name not in taken]


def is_whole(db: Store, office: Instance, counts: dict[str, int]) -> None:
    assert migrations.is_current(db)
    assert verify.verify(db, office.media).damage == ()
    now = verify.counts(db)
    assert {table: now.get(table) for table in counts} == counts


def test_there_is_a_released_store():
    assert RELEASED


def test_every_table_of_it_holds_something(office):
    counts, _ = before(office)

    assert min(counts.values()) > 0


def test_it_is_brought_to_this_version_whole(office):
    counts, _ = before(office)
    db = office.open()

    migrations.migrate(db)

    is_whole(db, office, counts)


@pytest.mark.slow
def test_killed_within_every_step_it_starts_again_and_is_whole(office):
    counts, to_come = before(office)

    for name in to_come:
        killed = subprocess.run(
            [sys.executable, "-c", KILLED_IN_STEP, str(office.folder), name],
            env={"PYTHONPATH": str(ROOT)}, cwd=Path("/"), timeout=60, capture_output=True,
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL, killed.stderr

    db = office.open()
    migrations.migrate(db)
    is_whole(db, office, counts)
