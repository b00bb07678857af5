"""What a council decides about an idea: who handed in, the result, the vote and the conclusion.

Blindness is kept here: an idea's result is None until every present member who judges it has handed
in the sheet, and while the council has no quorum.
"""

from collections.abc import Collection, Sequence

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.domain.council import (
    IN_FAVOUR,
    ScoreResult,
    VoteTally,
    carries,
    is_quorate,
    result_of,
    tally_of,
)
from shared.domain.proposal import Status
from shared.domain.record import Record, asdict
from shared.store.cases import proposals, redactions
from shared.store.cases.proposals import Proposal
from shared.store.council import plans, votes
from shared.store.council.agenda import NOBODY
from shared.store.council.items import (
    COUNCIL_ITEM,
    Item,
    item,
    item_of_open,
    items_of,
    sessions_that_list,
)
from shared.store.council.plans import SessionPlan
from shared.store.council.sessions import CouncilSession, NotYours, Seat, by_id, seats_of
from shared.store.council.sheets import (
    NotAtCouncil,
    OwnSheet,
    SheetLocked,
    own_sheet,
    sheets_of_many,
)
from shared.store.office import campaigns


class NotDecidable(Exception):
    """Not every sheet is in, or the quorum is lost, or it was concluded already."""


class VotesWrong(Exception):
    """The counted votes are not those of all who are present and judge; `judges` is how many."""

    def __init__(self, judges: int) -> None:
        super().__init__(judges)
        self.judges = judges


class NotCarried(Exception):
    """The campaign asks for a vote, and there is none or too few agreed."""


class Judged(Record):
    """An idea of a session: who handed in, who is missing, who does not judge and why (staff ids),
    and the result, None as long as nobody may see it. `judges` are present and judge it, `voted` of
    them cast a ballot; `tally` is None until every one has, or hands were counted."""

    item: Item
    proposal: Proposal
    handed_in: tuple[str, ...]
    waited_for: tuple[str, ...]
    recused: dict[str, str]
    result: ScoreResult | None
    judges: tuple[str, ...]
    voted: tuple[str, ...]
    tally: VoteTally | None


class Whole(Record):
    """A whole session, for its screen, its minutes and its papers."""

    session: CouncilSession
    seats: tuple[Seat, ...]
    judged: tuple[Judged, ...]
    plan: SessionPlan
    council_name: str
    present: int
    is_quorate: bool

    @property
    def is_planned(self) -> bool:
        """Say whether it is not opened yet."""
        return self.plan.begun_at is None and not self.is_over

    @property
    def is_over(self) -> bool:
        """Say whether it was closed."""
        return self.session.closed_at is not None

    @property
    def is_signed(self) -> bool:
        """Say whether the chair signed a conclusion of it."""
        return any(one.item.signed_at is not None for one in self.judged)

    @property
    def shown(self) -> tuple[Judged, ...]:
        """The ideas that the session's screens and papers show: none that became confidential."""
        return tuple(one for one in self.judged if one.proposal.is_open_to_all)


def whole(db: Store, session_id: str) -> Whole:
    """Return a whole session. Raises SessionUnknown."""
    session, seats, plan = (
        by_id(db, session_id), seats_of(db, session_id), plans.of_session(db, session_id)
    )  # fmt: skip
    present = sum(seat.state == "present" for seat in seats)
    quorate = is_quorate(session.rubric, present, len(seats))
    items = items_of(db, session_id)
    kept = _what_is_kept(db, items)
    may_see = quorate and plan.begun_at is not None
    judged = tuple(_judge(kept, session, seats, item, may_see) for item in items)
    name = campaigns.campaign_of(db, session.year).council_name
    return Whole(session, tuple(seats), judged, plan, name, present, quorate)


def last_judged(db: Store, proposal_ids: Collection[str]) -> dict[str, Judged]:
    """Return the last judgement of each of these ideas, by proposal id, if its result may be
    seen."""
    found: dict[str, Judged] = {}
    for session_id in sessions_that_list(db, proposal_ids):
        for one in whole(db, session_id).judged:
            if one.result is not None and one.proposal.id in proposal_ids:
                found.setdefault(one.proposal.id, one)
    return found


def handed_in_sheets(db: Store, item_id: str, *, actor: str) -> dict[str, OwnSheet]:
    """Return every sheet of an idea by staff id, only for the session's secretary and after all are
    in. Raises SessionUnknown, NotYours, NotDecidable."""
    found = item(db, item_id)
    session = by_id(db, found.session_id)
    if actor != session.secretary_id:
        raise NotYours(item_id)
    judged = _judged(db, session, found)
    if judged.result is None:
        raise NotDecidable(item_id)
    return {who: own_sheet(db, item_id, who) for who in judged.handed_in}


def count_hands(db: Store, item_id: str, tally: VoteTally, *, actor: str, at: int) -> None:
    """Record a show of hands of all who are present and judge. Raises SessionUnknown,
    SessionClosed, NotBegun, NotDecidable, VotesWrong."""
    with writing(db):
        item, session = item_of_open(db, item_id)
        plans.check_begun(db, session.id)
        judged = _judged(db, session, item)
        if judged.result is None or item.concluded_at is not None:
            raise NotDecidable(item_id)
        if min(tally.agree, tally.against, tally.blank) < 0 or tally.cast != len(judged.judges):
            raise VotesWrong(len(judged.judges))
        if votes.counted(db, item_id) != tally:
            votes.write_down(db, item_id, tally, actor=actor, at=at)
            note(db, "council_voted", item.proposal_id, actor, at, **asdict(tally))


def cast(db: Store, item_id: str, staff_id: str, choice: str, *, at: int) -> None:
    """Cast a member's ballot, which they may change until the last one is in. Raises
    SessionUnknown, SessionClosed, NotBegun, NotYours, NotDecidable, SheetLocked."""
    with writing(db):
        item, session = item_of_open(db, item_id)
        plans.check_begun(db, session.id)
        judged = _judged(db, session, item)
        if staff_id not in judged.judges:
            raise NotYours(item_id)
        if judged.result is None:
            raise NotDecidable(item_id)
        if votes.ballots(db, item_id).get(staff_id) == choice:
            return
        if judged.tally is not None or item.concluded_at is not None:
            raise SheetLocked(item_id)
        votes.put_in(db, item_id, staff_id, choice, at=at)
        note(db, "council_ballot_cast", item.proposal_id, staff_id, at)


def conclude(db: Store, item_id: str, verdict: str, reason: str, *, actor: str, at: int) -> None:
    """Record the council's conclusion about an idea; the chair of the commune signs it later. The
    same conclusion twice is one. Raises SessionUnknown, SessionClosed, NotDecidable, NotAtCouncil,
    NotCarried, NotBegun."""
    with writing(db):
        item, session = item_of_open(db, item_id)
        if (item.verdict, item.reason) == (verdict, reason) and item.concluded_at is not None:
            return
        plans.check_begun(db, session.id)
        judged = _judged(db, session, item)
        if judged.proposal.status is not Status.AT_COUNCIL:
            raise NotAtCouncil(item_id)
        if item.concluded_at is not None or judged.result is None:
            raise NotDecidable(item_id)
        is_unvoted = session.rubric.agree_percent and judged.tally is None
        if is_unvoted or (verdict in IN_FAVOUR and not carries(session.rubric, judged.tally)):
            raise NotCarried(item_id)
        if judged.tally is not None:  # a member who leaves later takes no vote along
            votes.write_down(db, item_id, judged.tally, actor=actor, at=at)
        changes = {
            "verdict": verdict, "reason": reason, "concluded_at": at, "returned_reason": "",
        }  # fmt: skip
        db.change(COUNCIL_ITEM, {"id": item_id}, changes)
        note(db, "council_concluded", item.proposal_id, actor, at, verdict=verdict)


class _KeptOfIdeas(Record):
    """What is kept of some ideas of a session: sheets, ballots and counted votes by item, ideas by
    id as the council reads them. Read at once, so that a long list is as quick as a short one."""

    sheets: dict[str, dict[str, OwnSheet]]
    ballots: dict[str, dict[str, str]]
    counted: dict[str, VoteTally]
    ideas: dict[str, Proposal]


def _what_is_kept(db: Store, items: Sequence[Item]) -> _KeptOfIdeas:
    ids = [one.id for one in items]
    ideas = proposals.by_ids(db, [one.proposal_id for one in items])
    return _KeptOfIdeas(
        sheets_of_many(db, ids),
        votes.ballots_of_many(db, ids),
        votes.counted_of_many(db, ids),
        {one.id: one for one in redactions.all_as_read_by(db, list(ideas.values()), NOBODY)},
    )


def _judge(
    kept: _KeptOfIdeas, session: CouncilSession, seats: list[Seat], item: Item, quorate: bool
) -> Judged:
    sheets = kept.sheets.get(item.id, {})
    recused = {who: own.recused for who, own in sheets.items() if own.recused}
    handed_in = tuple(
        who for who, own in sheets.items() if own.submitted_at is not None and who not in recused
    )
    judges = tuple(
        seat.staff_id for seat in seats if seat.state == "present" and seat.staff_id not in recused
    )
    waited_for = tuple(who for who in judges if who not in handed_in)
    is_final = item.concluded_at is not None
    may_see = bool(handed_in) and (is_final or (quorate and not waited_for))
    result = (
        result_of(session.rubric, [sheets[who].sheet for who in handed_in]) if may_see else None
    )
    ballots = {
        who: choice for who, choice in kept.ballots.get(item.id, {}).items() if who not in recused
    }
    tally = kept.counted.get(item.id)
    if tally is None and result is not None and judges and ballots.keys() >= set(judges):
        tally = tally_of(ballots.values())
    return Judged(
        item, kept.ideas[item.proposal_id], handed_in, () if is_final else waited_for, recused,
        result, judges, tuple(ballots), tally,
    )  # fmt: skip


def _judged(db: Store, session: CouncilSession, item: Item) -> Judged:
    seats = seats_of(db, session.id)
    present = sum(seat.state == "present" for seat in seats)
    is_enough = is_quorate(session.rubric, present, len(seats))
    return _judge(_what_is_kept(db, [item]), session, seats, item, is_enough)
