"""How a case stands, in a line at its head: what was decided, and what else belongs to it."""

from collections.abc import Sequence

from kiosk.staff.access import me
from shared.db.connection import Store
from shared.domain.proposal import DECIDED, Status
from shared.domain.record import Record
from shared.domain.roles import DESK
from shared.store.cases import merges, proposals
from shared.store.cases.beside import Beside
from shared.store.cases.moves import Move
from shared.store.cases.proposals import Proposal
from shared.store.council import items, sessions
from shared.store.models import registry

# Moves that a signed decision makes.
_SIGNED = DECIDED | {Status.REPLICATED}
# What tells the road of a case, out of all that happened to it.
ROAD = frozenset({
    "received", "moved", "expected", "late_told", "council_listed", "council_concluded",
    "council_returned", "honour_moved", "year_set", "year_recounted", "model_published",
    "model_withdrawn", "adoption_added", "recognition_noted",
})  # fmt: skip


class CaseLink(Record):
    """Another page of this case: the key of its words, its address, and the code or the day
    (YYYY-MM-DD) that they name."""

    key: str
    href: str
    code: str = ""
    day: str = ""


def decision_of(made: Sequence[Move]) -> Move | None:
    """Return the last move that a decision with a number made, or None."""
    signed = [one for one in made if one.to_status in _SIGNED]
    return next((one for one in reversed(signed) if one.details.get("decision_number")), None)


def links_of(db: Store, here: Proposal, beside: Beside) -> list[CaseLink]:
    """Return where else something of this case is: the case it was merged into, those merged into
    it, its latest session and its model; none that the reader may not open."""
    kept = beside.one("merge", merges.kept_instead)
    others = [("merged_into", kept)] if kept else []
    others += [("merged_here", one) for one in beside.many("merge.into_id", merges.into)]
    cases = [(key, proposals.by_id(db, case_id)) for key, case_id in others]
    found = [
        CaseLink(key, f"/ho-so/{case.code}", code=case.code)
        for key, case in cases
        if case.is_open_to(me().id)
    ]
    if me().role not in DESK:
        return found
    if judged := beside.many("council_item", items.of_proposal):
        session = sessions.by_id(db, judged[-1].session_id)
        found.append(CaseLink("session", f"/hoi-dong/{session.id}", day=session.held_on))
    model = beside.one("model", registry.of_proposal)
    if model and model.withdrawn_at is None:
        found.append(CaseLink("model", f"/ho-so/{here.code}/mo-hinh"))
    return found
