"""Is this PC well? Looked at once a minute beside the pages, so that a page only reads the answer.

Each thing is a row with a sentence and, where it is not well, what to do. What takes long (Debian
is asked for its updates) is looked at less often. Nothing here speaks HTTP.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kiosk import logins
from shared.backup import keys
from shared.db import daily_roots
from shared.db.connection import Store
from shared.domain import clock
from shared.nightly import JOBS
from shared.runtime import machine
from shared.runtime.machine import Updates
from shared.runtime.site import Site
from shared.runtime.worker_loop import go_round
from shared.store.cases import reserved_codes
from shared.store.cases.reserved_codes import Report
from shared.store.jobs import backup_status, job_runs, metrics, print_jobs
from shared.store.messages import first_answers, gateway_health
from shared.store.office import campaigns
from shared.store.people import devices
from shared.store.people.devices import Device

EVERY_SECONDS = 60.0
UPDATES_EVERY_SECONDS = 6 * 60 * 60.0
# Below it the files of an office's busy week would not fit.
LEAST_FREE = 2 * 1024**3
# A night and a half: what is read back at 02:30 is late from the next day's noon on.
VERIFY_LATE = 36 * clock.HOUR
# An SMS that was due for so long: the gateway does not take it.
SMS_LATE = 30 * clock.MINUTE
KIOSK_SILENT = clock.HOUR
LISTS_OLD = 8 * clock.DAY

# Jobs of the night that have a row of their own.
_TOLD_APART = frozenset({"verify", "backup"})

log = logging.getLogger("hienke")


@dataclass(frozen=True)
class DailyCheck:
    """One thing that was looked at. `is_well` is None where it cannot be told; `said` and `todo`
    are keys of the texts ("" for nothing to do), `blanks` belong to both."""

    name: str
    is_well: bool | None
    said: str
    todo: str
    blanks: Mapping[str, object]


@dataclass(frozen=True)
class Look:
    """One look at everything, at an instant (ms UTC)."""

    rows: tuple[DailyCheck, ...]
    at: int

    @property
    def reds(self) -> int:
        """How many things are not well."""
        return sum(row.is_well is False for row in self.rows)


class Daily:
    """Looks once a minute and keeps what it saw last. `clock_is_set` and `updates` ask Debian."""

    def __init__(
        self,
        site: Site,
        *,
        clock_is_set: Callable[[], bool | None] = machine.is_clock_set,
        updates: Callable[[], Updates | None] = machine.updates,
    ) -> None:
        self._site = site
        self._ask_clock = clock_is_set
        self._ask_updates = updates
        self._clock: bool | None = None
        self._updates: Updates | None = None
        self._updates_due = 0.0
        self._last: Look | None = None

    def work(self, stopping: threading.Event) -> None:
        """Go on until told to stop."""
        # Debian may take its time, and nobody waits for it at the end.
        threading.Thread(
            target=self._keep_asking, args=(stopping,), name="ask-debian", daemon=True
        ).start()
        here = self._site.instance
        go_round(here, stopping, self._look_round, worker="daily", every=EVERY_SECONDS)

    @property
    def reds(self) -> int:
        """How many things were not well when it last looked; 0 before."""
        return self._last.reds if self._last else 0

    def last(self, db: Store) -> Look:
        """Return what was seen at most two minutes ago; looks now where nobody did."""
        seen, now = self._last, clock.now()
        if seen is None or not 0 <= now - seen.at < 2 * clock.MINUTE:
            seen = self.look(db)
        return seen

    def look(self, db: Store) -> Look:
        """Look at everything here, with what Debian said last."""
        at = clock.now()
        rows = (
            _disk(self._site), _store(self._site), _verified(db, at), _closed(db),
            *_backup(self._site, db, at), *_nights(db, at),
            *_gateways(self._site, db, at), _sms(db, at), *_first_answers(self._site, db, at),
            *_printer(self._site, db, at), *_kiosks(db, at),
            *_logins(self._site, db, at), *_proxy(self._site, at),
            _clock(self._clock), _updated(self._updates, at),
        )  # fmt: skip
        self._last = Look(rows, at)
        return self._last

    def ask_debian(self) -> None:
        """Ask for the clock, and every six hours for updates; takes seconds."""
        self._clock = self._ask_clock()
        if time.monotonic() >= self._updates_due:
            self._updates = self._ask_updates()
            self._updates_due = time.monotonic() + UPDATES_EVERY_SECONDS

    def _keep_asking(self, stopping: threading.Event) -> None:
        while not stopping.wait(EVERY_SECONDS / 2):
            self.ask_debian()

    def _look_round(self, db: Store) -> None:
        before = self.reds
        seen = self.look(db)
        if seen.reds != before:
            names = [row.name for row in seen.rows if row.is_well is False]
            log.warning("daily_check reds=%d names=%s", seen.reds, ",".join(names))


def _well(name: str, said: str, **blanks: object) -> DailyCheck:
    return DailyCheck(name, True, said, "", blanks)


def _red(name: str, said: str, todo: str, **blanks: object) -> DailyCheck:
    return DailyCheck(name, False, said, todo, blanks)


def _not_known(name: str, said: str) -> DailyCheck:
    return DailyCheck(name, None, said, "", {})


def _disk(site: Site) -> DailyCheck:
    found = shutil.disk_usage(site.instance.folder)
    sizes = {"n": round(found.free / 1024**3), "tong": round(found.total / 1024**3)}
    if found.free >= LEAST_FREE:
        return _well("disk", "staff.daily.disk", **sizes)
    return _red("disk", "staff.daily.disk", "staff.daily.disk_todo", **sizes)


def _store(site: Site) -> DailyCheck:
    if site.health.now().is_ok:
        return _well("store", "staff.daily.store")
    return _red("store", "staff.daily.store_bad", "staff.daily.store_todo")


def _verified(db: Store, at: int) -> DailyCheck:
    run = job_runs.last(db, "verify", at=at)
    if run is not None and run.outcome == job_runs.FAILED:
        return _red("verify", run.text_key, "staff.daily.verify_todo", **run.blanks)
    well = job_runs.last(db, "verify", at=at, outcome=job_runs.OK)
    since = well.started_at if well else campaigns.this(db).created_at
    if at - since > VERIFY_LATE:
        return _red("verify", "staff.daily.verify_late", "staff.daily.verify_late_todo")
    if well is None:
        return _not_known("verify", "staff.daily.verify_first")
    return _well("verify", well.text_key, **well.blanks)


def _closed(db: Store) -> DailyCheck:
    kept = daily_roots.latest(db)
    if kept is None:
        return _not_known("closed", "staff.daily.closed_first")
    day = clock.written_day(kept.sheet.day)
    if daily_roots.lies_in_chain(db, kept):
        return _well("closed", "staff.daily.closed", ngay=day)
    return _red("closed", "staff.daily.closed_bad", "staff.daily.verify_todo", ngay=day)


def _backup(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    if campaigns.this(db).is_demo:
        return
    state = backup_status.state(db, at)
    made = clock.day_words(state.made_at, site.settings.office.zone) if state.made_at else "–"
    if not keys.has_key(site.instance):
        yield _red("backup", "staff.daily.backup_no_key", "staff.daily.backup_no_key_todo")
    elif state.is_late:
        yield _red("backup", "staff.daily.backup", "staff.daily.backup_todo", ngay=made)
    elif site.settings.backup.folders and state.is_copy_late:
        yield _red("backup", "staff.daily.backup_here", "staff.daily.backup_here_todo")
    elif state.made_at is None:
        yield _not_known("backup", "staff.daily.backup_first")
    else:
        yield _well("backup", "staff.daily.backup", ngay=made)
    if keys.has_key(site.instance) and state.is_key_late:
        yield _red("key", "staff.daily.key_late", "staff.daily.key_late_todo")


def _nights(db: Store, at: int) -> Iterator[DailyCheck]:
    """What else the night did and did not end well; what ended well needs no row of its own."""
    for job in JOBS:
        run = job_runs.last(db, job.name, at=at) if job.name not in _TOLD_APART else None
        if run is not None and run.outcome == job_runs.FAILED:
            yield _red(f"night-{job.name}", run.text_key, "staff.daily.night_todo", **run.blanks)


def _gateways(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    here = site.settings
    configured = {
        "android": here.android.is_configured,
        "gammu": bool(here.gammu.database),
        "twilio": here.twilio.is_configured,
    }
    for gateway in (name for name, has in configured.items() if has):
        name, state = f"gateway-{gateway}", gateway_health.health(db, gateway).state(at)
        # Twilio is heard only when something goes.
        if state == "well" or (gateway == "twilio" and state in ("silent", "never")):
            yield _well(name, "staff.daily.gateway", may=gateway)
        elif state == "failing":
            yield _red(name, "staff.daily.gateway_bad", "staff.daily.gateway_todo", may=gateway)
        else:
            yield _red(name, "staff.daily.gateway_silent", "staff.daily.gateway_todo", may=gateway)


def _sms(db: Store, at: int) -> DailyCheck:
    waits, due_at = metrics.outbox_queue(db)
    if due_at is not None and at - due_at > SMS_LATE:
        return _red("sms", "staff.daily.sms_late", "staff.daily.sms_todo", n=waits)
    return _well("sms", "staff.daily.sms")


def _first_answers(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    """Whether more new numbers wrote than a day answers; a row only while some wait."""
    waits = first_answers.waiting(db, at=at, zone=site.settings.office.zone)
    if waits:
        yield _red(
            "first-answers", "staff.daily.firsts_wait", "staff.daily.firsts_todo",
            n=waits, tong=site.settings.limits.first_replies_per_day,
        )  # fmt: skip


def _printer(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    if not site.settings.printer.is_there:
        return
    waits = print_jobs.count_open(db, now=at)
    if waits:
        yield _red("printer", "staff.daily.printer_bad", "staff.daily.printer_todo", n=waits)
    else:
        yield _well("printer", "staff.daily.printer")


def _kiosks(db: Store, at: int) -> Iterator[DailyCheck]:
    seen, told = devices.last_seen(db), reserved_codes.reports(db)
    for device in devices.everyone(db):
        if device.enrolled_at is not None and device.revoked_at is None:
            yield _kiosk(device, seen.get(device.id, 0), told.get(device.id), at)


def _kiosk(device: Device, seen_at: int, report: Report | None, at: int) -> DailyCheck:
    name = f"kiosk-{device.id}"
    if abs(at - max(seen_at, report.at if report else 0)) > KIOSK_SILENT:
        return _red(
            name, "staff.daily.kiosk_silent", "staff.daily.kiosk_silent_todo", may=device.name
        )
    waits = report.waiting_since if report else None
    if (waits is not None and at - waits > KIOSK_SILENT) or (report and report.refused):
        return _red(
            name, "staff.daily.kiosk_waits", "staff.daily.kiosk_waits_todo", may=device.name
        )
    return _well(name, "staff.daily.kiosk", may=device.name)


def _logins(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    found = logins.tried(db, site.secrets.staff_key, at)
    if found.is_attack:
        said = "staff.daily.logins_of" if found.names else "staff.daily.logins"
        names = ", ".join(found.names)
        yield _red("logins", said, "staff.daily.logins_todo", n=found.times, ten=names)


def _proxy(site: Site, at: int) -> Iterator[DailyCheck]:
    if site.proxies.was_hiding(at):
        yield _red("proxy", "staff.daily.proxy_hides", "staff.daily.proxy_hides_todo")


def _clock(is_set: bool | None) -> DailyCheck:
    if is_set is None:
        return _not_known("clock", "staff.daily.clock_unknown")
    if is_set:
        return _well("clock", "staff.daily.clock")
    return _red("clock", "staff.daily.clock_bad", "staff.daily.clock_todo")


def _updated(found: Updates | None, at: int) -> DailyCheck:
    if found is None:
        return _not_known("updates", "staff.daily.updates_unknown")
    if found.needs_restart:
        return _red("updates", "staff.daily.restart", "staff.daily.restart_todo")
    if found.fetched_at is None or at - found.fetched_at > LISTS_OLD:
        return _red("updates", "staff.daily.updates_old", "staff.daily.updates_old_todo")
    if found.waiting:
        return _red(
            "updates", "staff.daily.updates_wait", "staff.daily.updates_wait_todo",
            n=found.waiting,
        )  # fmt: skip
    return _well("updates", "staff.daily.updates")
