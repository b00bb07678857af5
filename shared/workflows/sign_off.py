"""The council's conclusions that the chair of the commune still has to sign, or sends back."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.domain.proposal import Status
from shared.store.cases import proposals, redactions
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


class Signed(Exception):
    """It was signed or sent back already, or the idea is no longer before the council."""


@dataclass(frozen=True)
class WaitingConclusion:
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
    """Return the conclusions that wait for the chair, the oldest first."""
    return [
        WaitingConclusion(row[0], row[1], _as_read(db, row[2]), *row[3:])
        for row in db.rows(
            "SELECT council_item.id, session_id, proposal_id, verdict, reason, concluded_at"  # noqa: S608 ours
            " FROM council_item JOIN proposal ON proposal.commune_id = :commune_id"
            " AND proposal.id = council_item.proposal_id"
            f" WHERE council_item.commune_id = :commune_id AND {_WAITS}"
            " ORDER BY concluded_at, council_item.id",
            status=Status.AT_COUNCIL,
        )
    ]


def find(db: Store, item_id: str) -> WaitingConclusion:
    """Return a conclusion that waits. Raises SessionUnknown if there is none with that id, Signed
    if it no longer waits."""
    for one in waiting(db):
        if one.item_id == item_id:
            return one
    council_items.item(db, item_id)
    raise Signed(item_id)


def sign(
    db: Store, item_id: str, details: Mapping[str, str], *, actor: str, at: int, zone: ZoneInfo
) -> Proposal:
    """Move an idea as the council concluded and tell its sender. Raises Signed, NumberTaken,
    DetailMissing, MoveRefused."""
    with writing(db):
        found = find(db, item_id)
        moved = case_steps.move(
            db, found.proposal.code, found.step, actor=actor, at=at, zone=zone, details=details,
            seen=Status.AT_COUNCIL,
        )  # fmt: skip
        db.change(COUNCIL_ITEM, {"id": item_id}, {"signed_at": at})
        return moved


def send_back(
    db: Store, item_id: str, reason: str, *, to_officer: bool, actor: str, at: int, zone: ZoneInfo
) -> None:
    """Send a conclusion back to the council, or the idea to the officer. Raises Signed."""
    with writing(db):
        found = find(db, item_id)
        changes = {"returned_reason": reason}
        db.change(COUNCIL_ITEM, {"id": item_id}, changes)
        note(db, "council_returned", found.proposal.id, actor, at, to_officer=to_officer)
        if to_officer:
            case_steps.move(
                db, found.proposal.code, Status.UNDER_APPRAISAL, actor=actor, at=at, zone=zone,
                seen=Status.AT_COUNCIL,
            )  # fmt: skip


_WAITS = (
    "signed_at IS NULL AND concluded_at IS NOT NULL AND returned_reason = ''"
    f" AND proposal.status = :status AND {OPEN_TO_ALL}"
)


def _as_read(db: Store, proposal_id: str) -> Proposal:
    return redactions.as_read_by(db, proposals.by_id(db, proposal_id), agenda.NOBODY)
