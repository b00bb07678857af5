"""The state of the backups, and the sheet for the day when the PC is gone, to be printed now."""

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk.staff.blueprint import bp
from kiosk.web import settings, site, store
from shared.backup import keys
from shared.domain import clock
from shared.domain.record import Record
from shared.domain.roles import ADMIN, DESK
from shared.store.jobs import backup_status
from shared.store.jobs.backup_status import BackupState
from shared.store.office import campaigns


class BackupStanding(Record):
    """One thing that must be well: `text` and `todo` are keys below `staff.backup`; `at` is when it
    last was, ms UTC."""

    text: str
    at: int | None
    is_well: bool
    todo: str


@bp.get("/sao-luu", allow=DESK | ADMIN)
def backup_page() -> ResponseReturnValue:
    """Show the state of the backups, where they are, and the steps of a restore."""
    now, db = clock.now(), store()
    stands = backup_status.state(db, now)
    further = settings().backup.folders
    return render_template(
        "staff/backup.html",
        standings=_standings(stands, has_key=keys.has_key(site().instance), has_more=bool(further)),
        last=stands.last if stands.last and stands.last.text_key else None,
        folders=[str(site().instance.backups), *further],
        example=further[0] if further else "/media/usb/hienke",
        hour=settings().night.hour,
        keep=settings().backup,
        is_demo=campaigns.this(db).is_demo,
    )


def _standings(stands: BackupState, *, has_key: bool, has_more: bool) -> list[BackupStanding]:
    made, copied, tried = stands.made_at, stands.copied_at, stands.key_tried_at
    is_copied = has_more and copied is not None and not stands.is_copy_late
    is_tried = has_key and tried is not None and not stands.is_key_late
    return [
        BackupStanding("made", made, made is not None and not stands.is_late, "made_todo"),
        BackupStanding(
            "copied", copied if has_more else None, is_copied,
            "copied_todo" if has_more else "no_more_todo",
        ),
        BackupStanding("tried", tried, is_tried, "tried_todo" if has_key else "no_key_todo"),
    ]  # fmt: skip
