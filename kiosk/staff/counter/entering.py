"""The paper desk: an idea that came on paper, by post, on a stick or by word of mouth is entered
for the person who brought it, and gets the same receipt as any other.

The member of staff entered it and is never its author. Files follow once the idea has its code.
"""

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import taking
from kiosk.citizen import answers
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.counter import entry_form
from kiosk.staff.forms import reading, sending_key
from kiosk.staff.visibility import visible_case
from kiosk.taking import FileRefused
from kiosk.web import busy, local_now, settings, site, store
from shared.db.connection import StoreUnavailable
from shared.db.event_log import new_id
from shared.domain import clock, codes
from shared.domain.entry_on_behalf import EVIDENCE, WAYS
from shared.domain.intake import Problem
from shared.domain.roles import READERS
from shared.store.cases.proposals import Proposal
from shared.store.files.uploads import Origin
from shared.store.messages import threads
from shared.store.people import devices, help_calls, staff
from shared.store.people.devices import Device
from shared.texts import NOTICE_VERSIONS
from shared.workflows import enter_for_citizen


@bp.get("/nhap-ho-so", allow=READERS)
def entry() -> ResponseReturnValue:
    """Show the form of the paper desk; bound to the kiosk whose id is `may`, if somebody tells
    their idea there."""
    kiosk = _kiosk(request.args.get("may", ""))
    return _page({"way": "spoken"} if kiosk else {}, [], new_id(), kiosk)


@bp.post("/nhap-ho-so", allow=READERS)
def enter() -> ResponseReturnValue:
    """Enter what came and show its receipt, or the form again with what to correct."""
    taking.expect_files()
    typed, at = entry_form.typed(request.form), clock.now()
    key, zone = sending_key(request.form), settings().office.zone
    kiosk = _kiosk(request.form.get("may", ""))
    with reading(lambda wrong: _page(typed, wrong, key, kiosk)) as given:
        new, came = entry_form.read(given, at=at, zone=zone)
    try:
        added = enter_for_citizen.add(
            store(), new, came,
            key=f"entry|{key}", fingerprint=answers.fingerprint(new),
            receipt_key=site().secrets.receipt_key, zone=zone, actor=me().id, at=at,
            device_id=kiosk.id if kiosk else None,
        )  # fmt: skip
    except StoreUnavailable as fault:
        return busy(fault, _page(typed, [Problem("", "err.busy")], key, kiosk))
    kept = added.proposal
    if not added.is_same:
        blanks = {"ma": codes.grouped(kept.code)}
        wrong = [Problem("", "staff.entry.entered_before", blanks)]
        return _page(typed, wrong, key, kiosk), 409
    try:
        if taking.has_files():
            taking.take_form(kept, Origin("staff", me().id, me().id), at=at)
    except FileRefused as refusal:  # the idea is kept; its file can be chosen once more
        wrong = [Problem("files-new", refusal.key, refusal.blanks)]
        return _entered_page(kept, wrong), refusal.status
    return redirect(url_for("staff.entered", code=kept.code), 303)


@bp.get("/nhap-ho-so/<code>", allow=READERS)
def entered(code: str) -> ResponseReturnValue:
    """Show what was just entered: its code, its receipt to print, and where its files are added."""
    return _entered_page(visible_case(code))


def _entered_page(here: Proposal, problems: Sequence[Problem] = ()) -> str:
    db = store()
    kept = enter_for_citizen.of(db, here.id)
    names = staff.names(db)
    return render_template(
        "staff/entered.html",
        case=here,
        entry=kept,
        entered_by=names.get(kept.entered_by) if kept else None,
        is_told=any(
            message.text_key == "receipt_staff" for message in threads.of_proposal(db, here.id)[1]
        ),
        kiosk_shows=_kiosk_that_shows(here.id, here.device_id),
        has_printer=settings().printer.is_there,
        files_key=new_id(),
        files_most=taking.FORM_BYTES // taking.MIB,
        problems=problems,
    )


def _kiosk(device_id: str) -> Device | None:
    """Return the kiosk of a form's field, or None."""
    found = devices.by_id(store(), device_id) if device_id else None
    return found if found and found.revoked_at is None else None


def _kiosk_that_shows(proposal_id: str, device_id: str | None) -> str:
    """Return the name of the kiosk that shows the receipt of what was just entered, or ""."""
    if device_id is None:
        return ""
    standing = help_calls.standing(store(), device_id, now=clock.now())
    shows = standing.proposal_id == proposal_id
    return (devices.name_of(store(), device_id) or "") if shows else ""


def _page(
    given: Mapping[str, object],
    problems: Sequence[Problem],
    key: str,
    kiosk: Device | None = None,
) -> str:
    return render_template(
        "staff/entry.html",
        questions=entry_form.QUESTIONS,
        ways=tuple(WAYS),
        evidence=EVIDENCE,
        given=given,
        problems=problems,
        key=key,
        bound_to=kiosk,
        notice_versions=NOTICE_VERSIONS,
        kiosks=[one for one in devices.everyone(store()) if one.is_in_use],
        today=local_now().date(),
        files_most=taking.FORM_BYTES // taking.MIB,
    )
