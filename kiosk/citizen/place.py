"""Where a visitor of this kiosk left an idea that is not sent: home, help, the privacy notice and
the look-up lead back to it, as long as the visit lasts."""

from kiosk.citizen import bp, questions
from kiosk.citizen.sending import sent_as
from kiosk.visitor import this_kiosk, visit
from kiosk.web import log, store
from shared.db.connection import StoreUnavailable
from shared.domain import clock
from shared.store.cases import drafts

# What is in a draft before anything was said.
_NOTHING_SAID = frozenset({"devices", "manner", questions.PLACE, questions.PASSED})


def unfinished() -> str:
    """Return the address where this visit left its idea, "" if there is none; also while the store
    cannot say."""
    known = visit()
    if known is None or this_kiosk() is None:
        return ""
    try:
        draft = drafts.of_visit(store(), known, at=clock.now())
        if draft is None or sent_as(draft.form_key):
            return ""
    except StoreUnavailable as fault:
        log.warning("draft_unknown reason=%s", fault)
        return ""
    if not any(value for name, value in draft.answers.items() if name not in _NOTHING_SAID):
        return ""
    return questions.place(draft.answers)


@bp.app_context_processor
def _place_of_every_page() -> dict[str, object]:
    return {"unfinished": unfinished}
