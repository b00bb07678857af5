"""Replaces one version by another: test, backup, exchange, migrate; or everything as it was.

Until the exchange nothing of the office has changed. After it a power cut does no harm either: the
new program has migrated a copy of these data before, and migrates them at its next start. On the
way back the data come first, and `hienke serve` refuses to start until the program has followed.

A store on a server is migrated in one transaction, and no copy of it is kept here: the old program
comes back as long as the store has taken no step that it does not know.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from shared.backup import keys
from shared.db.connection import copy_store
from shared.domain.record import replace
from shared.runtime.alone import is_shared, serving
from shared.runtime.instance import GOING_BACK, AlreadyServed, Instance
from shared.runtime.start import PUBLIC, SMS, STAFF
from shared.store import schema
from shared.store.office import campaigns
from shared.upgrade import place as places
from shared.upgrade import service as services
from shared.upgrade.acting import as_owner, hienke
from shared.upgrade.place import Marker, Place, UpgradeRefused
from shared.upgrade.service import Service
from shared.upgrade.trial import START_SECONDS, all_well, last_line, rehearse
from shared.workflows import verify

Say = Callable[[str], None]
# Tables that grow with an office's work, in every version.
_WORKED_ON = ("proposal", "event", "message_in")


class WentBack(Exception):
    """The new version failed after the exchange; the old one and its data are back."""


class StuckBetween(Exception):
    """The new version failed, and going back would lose what came in since: a person must decide.
    The message says what."""


def upgrade(wheel: Path, wheels: Path | None, instance: Instance, place: Place, say: Say) -> str:
    """Put a new version into place and return it. Raises UpgradeRefused, WentBack, StuckBetween,
    OSError."""
    new, old = places.version_in(wheel), places.installed()
    if new == old:
        raise UpgradeRefused(f"Version {old} runs already.")
    with _alone(place):
        _check_store(instance)
        service = services.of(instance)
        _check_key(instance)
        try:
            say(f"Putting {new} together beside {old} …")
            places.put_together(place, wheel, wheels)
            say("Trying it on a copy of the office's data …")
            rehearse(place.other_python, instance)
            _change_over(place, instance, service, (old, new), say)
        finally:
            if not _is_over(place):
                _clear(place, instance)
    return new


def settle(place: Place, instance: Instance) -> str:
    """Finish an interrupted upgrade, or take it back, and return a sentence that says so; "" if
    there was none. Raises UpgradeRefused, WentBack, StuckBetween."""
    with _alone(place):
        marker = places.marked(place)
        if marker is None or not _is_over(place):
            _clear(place, instance)
            return ""
        with _stopped(services.of(instance)):
            if marker.stage == "back":
                _go_back(place, instance, marker)
                return f"The upgrade to {marker.new} was taken back: {marker.old} is in place."
            _migrate(place, instance, marker, may_have_served=True)
        _clear(place, instance)
    return f"The upgrade to {marker.new} that was broken off is finished."


def _is_over(place: Place) -> bool:
    """Say whether the new program is in its place, or the way back was begun."""
    marker = places.marked(place)
    return marker is not None and (
        marker.stage == "back" or places.inode(place.packages) == marker.new_inode
    )


def _change_over(
    place: Place, instance: Instance, service: Service, versions: tuple[str, str], say: Say
) -> None:
    """Do the steps that stop the office for a moment. After the exchange nothing more is imported:
    the running program is the old one, and the new one is in its place."""
    old, new = versions
    say("Backing up …")
    _back_up(instance)
    say("Stopping the programs; bringing the new version into its place …")
    with _stopped(service):
        rows, steps = _keep_data(instance)
        marker = Marker("over", old, new, places.inode(place.other_packages), rows, steps)
        places.mark(place, marker)
        places.exchange(place)
        _migrate(place, instance, marker, may_have_served=False)
    if service.is_ours and not all_well([one.port for one in (PUBLIC, STAFF, SMS)], START_SECONDS):
        with _stopped(service):
            _go_back(place, instance, marker, may_have_served=True)
        raise WentBack(f"{new} did not serve: {old} and its data are back in place.")
    _clear(place, instance)


def _migrate(place: Place, instance: Instance, marker: Marker, *, may_have_served: bool) -> None:
    """Let the new program, which is in place, migrate the data; otherwise go back and raise
    WentBack."""
    done = hienke(place.python, instance, "migrate")
    if done.returncode != 0:
        _go_back(place, instance, marker, may_have_served=may_have_served)
        raise WentBack(
            f"{marker.new} could not take over the data ({last_line(done)}): {marker.old} and its"
            " data are back in place."
        )


def _go_back(
    place: Place, instance: Instance, marker: Marker, *, may_have_served: bool = False
) -> None:
    """Put the old data and then the old program in their places. Raises StuckBetween if the new
    program `may_have_served` and the store has more rows than before, or if a store on a server is
    in the new form already; StoreUnavailable, and then the next run goes on."""
    kept = _kept_of(instance)
    with as_owner(instance):
        if is_shared(instance) and _steps(instance) != list(marker.steps):
            raise StuckBetween(
                f"{marker.new} is in place and does not run well, but the server's store is in its"
                " form already: call whoever looks after the server, whose backup from before is"
                " the way back."
            )
        if kept.exists():
            if may_have_served and (more := _what_came(instance, marker.rows)):
                raise StuckBetween(
                    f"{marker.new} is in place and does not run well, but since then came in:"
                    f" {more}. Going back would lose that: call whoever looks after the PC."
                )
            _flag_of(instance).touch(mode=0o600)
            places.sync(instance.upgrading)
    places.mark(place, replace(marker, stage="back"))
    with as_owner(instance):
        if kept.exists():
            for journal in ("hienke.db-wal", "hienke.db-shm"):
                (instance.folder / journal).unlink(missing_ok=True)
            kept.replace(instance.database)
            places.sync(instance.folder)
    if places.inode(place.packages) == marker.new_inode:
        places.exchange(place)
    with as_owner(instance):
        _flag_of(instance).unlink(missing_ok=True)
    _clear(place, instance)


def _what_came(instance: Instance, rows: Mapping[str, int]) -> str:
    """Return what the store has more than `rows`, "" for nothing."""
    now = _count(instance)
    more = [f"{now[one] - rows[one]} of {one}" for one in _WORKED_ON if now[one] != rows[one]]
    return ", ".join(more)


def _keep_data(instance: Instance) -> tuple[dict[str, int], list[str]]:
    """Keep a copy of a store in a file for the way back, on disk. Return how many rows the store
    has, and its steps."""
    kept = _kept_of(instance)
    with as_owner(instance):
        kept.unlink(missing_ok=True)
        if not is_shared(instance):
            with closing(instance.open()) as db:
                copy_store(db, kept)
            with kept.open("rb") as file:
                os.fsync(file.fileno())
            places.sync(instance.upgrading)
        return _count(instance), _steps(instance)


def _count(instance: Instance) -> dict[str, int]:
    with closing(instance.open()) as db:
        return {table: count for table, count in verify.counts(db).items() if table in _WORKED_ON}


def _steps(instance: Instance) -> list[str]:
    with closing(instance.open()) as db:
        return schema.applied(db)


def _check_store(instance: Instance) -> None:
    """Raise UpgradeRefused if others than this office's programs work on the store: their versions
    would not know its new form."""
    if not is_shared(instance):
        return
    with as_owner(instance), closing(instance.open()) as db:
        units = len(db.engine.units(db.conn))
        if units > 1:
            raise UpgradeRefused(
                f"The store {db.engine.shown} holds {units} units, whose programs must all stop:"
                " put the version in as docs/operate.md says for many units; nothing was changed."
            )


def _check_key(instance: Instance) -> None:
    """Raise UpgradeRefused if there is no backup key; otherwise make the folder in the instance."""
    with as_owner(instance):
        if not keys.has_key(instance) and not _is_demo(instance):
            raise UpgradeRefused(
                "Nothing is upgraded without a backup, and there is no backup key yet: run `hienke"
                " backup-key` once."
            )
        instance.upgrading.mkdir(mode=0o700, exist_ok=True)


def _back_up(instance: Instance) -> None:
    with as_owner(instance):
        if not keys.has_key(instance):
            return
    done = hienke(places.here().python, instance, "backup")
    if done.returncode != 0:
        raise UpgradeRefused(f"There is no backup ({last_line(done)}); nothing was changed.")


def _is_demo(instance: Instance) -> bool:
    with closing(instance.open()) as db:
        return campaigns.this(db).is_demo


def _clear(place: Place, instance: Instance) -> None:
    """Remove what an upgrade needed: the marker first, so that nothing is done twice."""
    places.clear(place)
    with as_owner(instance):
        shutil.rmtree(instance.upgrading, ignore_errors=True)


def _kept_of(instance: Instance) -> Path:
    return instance.upgrading / "before.db"


def _flag_of(instance: Instance) -> Path:
    return instance.upgrading / GOING_BACK


@contextmanager
def _stopped(service: Service) -> Iterator[None]:
    """Stop what is served, prevent a new start during the block, here and on other machines, and
    start it again, whichever version is in place then. Raises UpgradeRefused before the block."""
    service.stop()
    try:
        with ExitStack() as until:
            with as_owner(service.instance):
                until.enter_context(service.instance.lock())
                try:
                    until.enter_context(serving(service.instance))
                except AlreadyServed as fault:
                    raise UpgradeRefused(f"{fault} Stop it there first.") from fault
            yield
    finally:
        service.start()


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    with (place.venv / "upgrade.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UpgradeRefused("Another upgrade is under way.") from None
        yield
