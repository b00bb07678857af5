"""The exact SMS that a step or an answer would send: its letters, its length, its price, when it
goes, and what would be cut off."""

from collections.abc import Sequence

from kiosk.staff.cases.move_form import read_draft
from kiosk.staff.forms import Form
from kiosk.web import settings, site, store
from shared.domain import clock, quiet_hours, status_message
from shared.domain.proposal import Standing, Status
from shared.domain.record import Record
from shared.store.cases import public_status
from shared.store.cases.proposals import Proposal
from shared.store.messages import budgets
from shared.texts import sms_text
from shared.texts.sms_text import ONE_PART, Cut
from shared.workflows import notices
from shared.workflows.notices import Recipient


class Preview(Record):
    """`text` as it would be sent to each of `people`; `septets` of `room`, `parts` SMS, `price` in
    đồng for all of them (0: not known). `left_out` are typed letters that no SMS carries. `goes_at`
    (ms UTC) is when, None for at once; `is_held` says that the month's budget is the reason."""

    text: str
    septets: int
    room: int
    parts: int
    people: int
    price: int
    cuts: tuple[Cut, ...]
    left_out: str
    goes_at: int | None
    is_held: bool


def preview_of(
    here: Proposal, wanted: Status | None, given: Form, *, told: Sequence[Recipient] | None = None
) -> Preview | None:
    """Return the SMS of a move with what was said for it so far (`given`), or of an answer if
    `wanted` is None; None if nobody is told. `told` are its recipients, where they are known."""
    db, at, zone = store(), clock.now(), settings().office.zone
    key = "notify_answer" if wanted is None else status_message.notice_key(wanted)
    whom = notices.recipients(db, here.id) if told is None else told
    if wanted in (None, Status.MERGED):
        whom = [one for one in whom if one.proposal_id == here.id]
    if key is None or not whom:
        return None
    standing = public_status.by_code(db, here.code)
    if wanted is not None:
        undone = here.status is Status.MERGED
        details = {} if undone else read_draft(given, wanted)
        standing = Standing(here.code, wanted, at, here.received_at, here.due_at, details)
    blanks = notices.blanks_for(whom[0], standing, zone)
    text = sms_text.compose(key, blanks, sms_text.office_blanks(settings(), site().public_url))
    goes_at, is_held = notices_go(at)
    typed = "".join(blanks[name] for name in status_message.TYPED)
    return Preview(
        text=text,
        septets=sms_text.septets(text),
        room=ONE_PART,
        parts=sms_text.parts(text),
        people=len(whom),
        price=sms_text.parts(text) * len(whom) * settings().sms.price_per_segment,
        cuts=tuple(sms_text.cuts(key, {name: blanks[name] for name in status_message.TYPED})),
        left_out=sms_text.left_out(typed),
        goes_at=goes_at,
        is_held=is_held,
    )


def notices_go(at: int) -> tuple[int | None, bool]:
    """Return when a notice that is queued at an instant (ms UTC) may go, None for at once, and
    whether the month's budget is the reason for waiting."""
    sms, zone = settings().sms, settings().office.zone
    budget = budgets.of_month(store(), sms.monthly_budget, at=at, zone=zone)
    is_held = budget is not None and budget.is_spent
    earliest = budget.opens if budget is not None and is_held else at
    opens = quiet_hours.opens(sms, earliest, zone)
    return (None if opens == at else opens), is_held
