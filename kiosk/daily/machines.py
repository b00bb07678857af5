"""Checks this PC, its printer, the kiosks, and who tries to get in."""

import shutil
from collections.abc import Iterator

from kiosk import logins
from kiosk.daily.check import DailyCheck, not_known, red, well
from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.machine import Updates
from shared.runtime.site import Site
from shared.store.cases import reserved_codes
from shared.store.cases.reserved_codes import Report
from shared.store.jobs import print_jobs
from shared.store.people import devices
from shared.store.people.devices import Device

# With less, the files of an office's busy week would not fit.
LEAST_FREE = 2 * 1024**3
KIOSK_SILENT = clock.HOUR
LISTS_OLD = 8 * clock.DAY


def disk(site: Site) -> DailyCheck:
    """Whether the disk has room."""
    found = shutil.disk_usage(site.instance.folder)
    sizes = {"n": round(found.free / 1024**3), "tong": round(found.total / 1024**3)}
    if found.free >= LEAST_FREE:
        return well("disk", "staff.daily.disk", **sizes)
    return red("disk", "staff.daily.disk", "staff.daily.disk_todo", **sizes)


def store(site: Site) -> DailyCheck:
    """Whether the store can be written."""
    if site.health.now().is_ok:
        return well("store", "staff.daily.store")
    return red("store", "staff.daily.store_bad", "staff.daily.store_todo")


def clock_is_right(is_set: bool | None) -> DailyCheck:
    """Whether the clock is set by the network."""
    if is_set is None:
        return not_known("clock", "staff.daily.clock_unknown")
    if is_set:
        return well("clock", "staff.daily.clock")
    return red("clock", "staff.daily.clock_bad", "staff.daily.clock_todo")


def updated(found: Updates | None, at: int) -> DailyCheck:
    """Whether Debian's updates are in."""
    if found is None:
        return not_known("updates", "staff.daily.updates_unknown")
    if found.needs_restart:
        return red("updates", "staff.daily.restart", "staff.daily.restart_todo")
    if found.fetched_at is None or at - found.fetched_at > LISTS_OLD:
        return red("updates", "staff.daily.updates_old", "staff.daily.updates_old_todo")
    if found.waiting:
        return red(
            "updates", "staff.daily.updates_wait", "staff.daily.updates_wait_todo",
            n=found.waiting,
        )  # fmt: skip
    return well("updates", "staff.daily.updates")


def printer(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    """Whether slips wait for the printer; no row without a printer."""
    if not site.settings.printer.is_there:
        return
    waits = print_jobs.count_open(db, now=at)
    if waits:
        yield red("printer", "staff.daily.printer_bad", "staff.daily.printer_todo", n=waits)
    else:
        yield well("printer", "staff.daily.printer")


def kiosks(db: Store, at: int) -> Iterator[DailyCheck]:
    """Each kiosk: whether it was seen, and hands in what it holds."""
    seen, told = devices.last_seen(db), reserved_codes.reports(db)
    for device in devices.everyone(db):
        if device.enrolled_at is not None and device.revoked_at is None:
            yield _kiosk(device, seen.get(device.id, 0), told.get(device.id), at)


def logins_tried(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    """Whether somebody guesses passwords; a row only then."""
    found = logins.tried(db, site.secrets.staff_key, at)
    if found.is_attack:
        said = "staff.daily.logins_of" if found.names else "staff.daily.logins"
        names = ", ".join(found.names)
        yield red("logins", said, "staff.daily.logins_todo", n=found.times, ten=names)


def proxy(site: Site, at: int) -> Iterator[DailyCheck]:
    """Whether a proxy hides who asks; a row only then."""
    if site.proxies.was_hiding(at):
        yield red("proxy", "staff.daily.proxy_hides", "staff.daily.proxy_hides_todo")


def _kiosk(device: Device, seen_at: int, report: Report | None, at: int) -> DailyCheck:
    name = f"kiosk-{device.id}"
    if abs(at - max(seen_at, report.at if report else 0)) > KIOSK_SILENT:
        return red(
            name, "staff.daily.kiosk_silent", "staff.daily.kiosk_silent_todo", may=device.name
        )
    waits = report.waiting_since if report else None
    if (waits is not None and at - waits > KIOSK_SILENT) or (report and report.refused):
        return red(name, "staff.daily.kiosk_waits", "staff.daily.kiosk_waits_todo", may=device.name)
    return well(name, "staff.daily.kiosk", may=device.name)
