"""The council's conclusions that the chair of the commune still has to sign, or sends back."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.domain.proposal import MoveRefused, Status
from shared.domain.record import Record
from shared.store.cases import proposals, redactions
from shared.store.cases.pending_acts import SIGNATURE_WAITS
from shared.store.cases.proposals import Proposal
from shared.store.cases.visibility import OPEN_TO_ALL
from shared.store.council import agenda
from shared.store.council import items as council_items
from shared.store.council.items import COUNCIL_ITEM
from shared.workflows import case_steps

# The status for a verdict; replication begins with recognition and follows when somebody applies
# it.
STEP_OF = {
    "recognise": Status.RECOGNISED,
    "replicate": Status.RECOGNISED,
    "trial": Status.ON_TRIAL,
    "refuse": Status.NOT_RECOGNISED,
}


class Signed(MoveRefused):
    """It was signed or sent back already, or the idea is no longer before the council."""


class WaitingConclusion(Record):
    """A conclusion that waits for the chair."""

    item_id: str
    session_id: str
    proposal: Proposal
    verdict: str
    reason: str
    concluded_at: int

    @property
    def step(self) -> Status:
        """The status that the idea gets when it is signed."""
        return STEP_OF[self.verdict]


def waiting(db: Store) -> list[WaitingConclusion]:
    """Return the conclusions that wait for the chair, the oldest first; not those whose signature
    waits to be carried out."""
    return _waiting(db, f"{_WAITS} AND NOT {SIGNATURE_WAITS}")


def _waiting(db: Store, which: str) -> list[WaitingConclusion]:
    rows = db.rows(
        "SELECT council_item.id, session_id, proposal_id, verdict, reason, concluded_at"  # noqa: S608 ours
        " FROM council_item JOIN proposal ON proposal.commune_id = :commune_id"
        " AND proposal.id = council_item.proposal_id"
        f" WHERE council_item.commune_id = :commune_id AND {which}"
        " ORDER BY concluded_at, council_item.id",
        status=Status.AT_COUNCIL,
    )
    ideas = list(proposals.by_ids(db, [row[2] for row in rows]).values())
    read = {one.id: one for one in redactions.all_as_read_by(db, ideas, agenda.NOBODY)}
    return [WaitingConclusion(row[0], row[1], read[row[2]], *row[3:]) for row in rows]


def find(db: Store, item_ids: Sequence[str]) -> list[WaitingConclusion]:
    """Return those of some conclusions that wait. Raises SessionUnknown for an unknown one."""
    for item_id in item_ids:
        council_items.item(db, item_id)
    return [one for one in waiting(db) if one.item_id in item_ids]


def check(db: Store, verdicts: Mapping[str, str]) -> None:
    """Raise Signed unless conclusions can be signed as they were read; `verdicts` are by item."""
    found = {one.item_id: one.verdict for one in _waiting(db, _WAITS)}
    for item_id, verdict in verdicts.items():
        if found.get(item_id) != verdict:
            raise Signed(item_id)


def steps_of(db: Store, item_ids: Sequence[str]) -> set[Status]:
    """Return the statuses that some conclusions lead to. Raises SessionUnknown."""
    return {STEP_OF[council_items.item(db, one).verdict] for one in item_ids}


def sign(
    db: Store, item_ids: Sequence[str], details: Mapping[str, str], reasons: Mapping[str, str], *,
    actor: str, at: int, zone: ZoneInfo,
) -> None:  # fmt: skip
    """Move ideas at once as the council concluded and tell their senders: all of them by one
    decision, or none. `reasons` are by item; without one the council's counts. Raises Signed,
    NumberTaken, DetailMissing, MoveRefused."""
    with writing(db):
        found = {one.item_id: one for one in _waiting(db, _WAITS)}
        for item_id in item_ids:
            if item_id not in found:
                raise Signed(item_id)
            one = found[item_id]
            case_steps.move(
                db, one.proposal.code, one.step, actor=actor, at=at, zone=zone,
                details=said_of(one, details, reasons), seen=Status.AT_COUNCIL,
            )  # fmt: skip
            db.change(COUNCIL_ITEM, {"id": item_id}, {"signed_at": at})


def said_of(
    one: WaitingConclusion, details: Mapping[str, str], reasons: Mapping[str, str]
) -> dict[str, str]:
    """Return what is said for the step of a conclusion: a trial needs no reason."""
    if one.step is Status.ON_TRIAL:
        return dict(details)
    return {**details, "reason": reasons.get(one.item_id) or one.reason}


def send_back(
    db: Store, item_ids: Sequence[str], reason: str, *, to_officer: bool, actor: str, at: int,
    zone: ZoneInfo,
) -> None:  # fmt: skip
    """Send conclusions back to the council, or the ideas to the officer: all or none. What was sent
    back for that reason already is left. Raises SessionUnknown, Signed."""
    with writing(db):
        found = {one.item_id: one for one in find(db, item_ids)}
        for item_id in item_ids:
            if item_id not in found:
                if council_items.item(db, item_id).returned_reason != reason:
                    raise Signed(item_id)
                continue
            idea = found[item_id].proposal
            db.change(COUNCIL_ITEM, {"id": item_id}, {"returned_reason": reason})
            note(db, "council_returned", idea.id, actor, at, to_officer=to_officer)
            if to_officer:
                case_steps.move(
                    db, idea.code, Status.UNDER_APPRAISAL, actor=actor, at=at, zone=zone,
                    seen=Status.AT_COUNCIL,
                )  # fmt: skip


def check_is_signed(db: Store, item_id: str, details: Mapping[str, str], actor: str) -> None:
    """Raise Signed unless this very signature is kept already: a button pressed twice."""
    item = council_items.item(db, item_id)
    idea = proposals.by_id(db, item.proposal_id)
    is_same = item.signed_at is not None and case_steps.has_made(
        db, idea.code, STEP_OF[item.verdict], details, actor=actor
    )
    if not is_same:
        raise Signed(item_id)


_WAITS = (
    "signed_at IS NULL AND concluded_at IS NOT NULL AND returned_reason = ''"
    f" AND proposal.status = :status AND {OPEN_TO_ALL}"
)
