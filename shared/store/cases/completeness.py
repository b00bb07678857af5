"""Which points of the plan's two parts an officer found in an idea, if the guess was wrong."""

from collections.abc import Iterable

from shared.db.card import ExportSheet, Table, ident, in_export, instant, names
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.completeness import POINTS, points_in
from shared.domain.record import Record
from shared.store.cases import proposals
from shared.store.cases.proposals import Proposal


class CorrectedPoints(Record):
    """The points that an officer found."""

    points: tuple[str, ...]


COMPLETENESS = Table(
    "completeness",
    CorrectedPoints,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "points": names(exported=in_export()),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("hai-phan"),
)


def of(db: Store, case: Proposal) -> tuple[frozenset[str], bool]:
    """Return the points that a case covers, and whether an officer said so."""
    return of_both(case, corrected_of(db, case.id))


def corrected_of(db: Store, proposal_id: str) -> CorrectedPoints | None:
    """Return what an officer found in a case, None if nobody said."""
    return db.get(COMPLETENESS, "proposal_id = :proposal_id", proposal_id=proposal_id)


def of_both(case: Proposal, corrected: CorrectedPoints | None) -> tuple[frozenset[str], bool]:
    """Return the points of a case of which an officer said this much, as `of` does."""
    if corrected is not None:
        return frozenset(corrected.points), True
    effect = case.expected_effect or " ".join(case.effects)
    return points_in(case.current_state, case.solution, effect), False


def correct(db: Store, code: str, points: Iterable[str], *, actor: str, at: int) -> None:
    """Keep the points an officer found; unknown ones are left out. Raises ProposalUnknown."""
    with writing(db):
        here = proposals.by_code(db, code)
        given = set(points)
        found = [point for point in POINTS if point in given]
        known, is_by_hand = of(db, here)
        if is_by_hand and known == frozenset(found):
            return
        said = {"points": found, "actor": actor, "at": at}
        if not db.change(COMPLETENESS, {"proposal_id": here.id}, said):
            db.insert(COMPLETENESS, {"id": new_id(), "proposal_id": here.id, **said})
        note(db, "points_set", here.id, actor, at, points=found)
