"""Ideas that somebody uses already and few know of (R17): examined, to be replicated or not."""

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.sql import one_of
from shared.domain.proposal import FINAL, INVALID, USED_ALREADY, Status
from shared.domain.record import Record
from shared.store.cases import proposals, redactions
from shared.store.cases.proposals import PROPOSAL, Proposal
from shared.store.cases.visibility import COUNTED

OUTCOMES = ("fit", "not_fit")


# As many as one person examines at a time.
MOST_LISTED = 50
# Ideas that need not be examined any more: replicated, or not for the commune to replicate.
_SCOUTED = (
    f"proposal.maturity {one_of(USED_ALREADY)}"
    f" AND {COUNTED}"
    f" AND proposal.status NOT {one_of(FINAL | INVALID | {Status.MERGED})}"
)


class Scouted(Record):
    """What somebody found."""

    outcome: str
    note: str


SCOUTING = Table(
    "scouting",
    Scouted,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "outcome": choice(OUTCOMES, exported=in_export()),
        "note": text(Whose.OFFICE, exported=in_export("said")),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("tim-de-nhan-rong"),
)


def waiting(db: Store, reader: str) -> list[Proposal]:
    """Return the cases that nobody has examined yet, the oldest first, as `reader` (a staff id) may
    read them."""
    found = db.all(
        PROPOSAL,
        f"{_SCOUTED} AND NOT EXISTS (SELECT 1 FROM scouting"  # noqa: S608 ours
        "  WHERE scouting.commune_id = :commune_id AND scouting.proposal_id = proposal.id)"
        f" ORDER BY received_at, id LIMIT {MOST_LISTED}",
    )
    return redactions.all_as_read_by(db, found, reader)


def of(db: Store, proposal_id: str) -> Scouted | None:
    """Return what somebody found about a case, or None."""
    return db.get(SCOUTING, "proposal_id = :proposal_id", proposal_id=proposal_id)


def settle(db: Store, code: str, outcome: str, text: str, *, actor: str, at: int) -> None:
    """Replace what somebody found; the same again changes nothing. Raises ProposalUnknown."""
    with writing(db):
        here = proposals.by_code(db, code)
        if of(db, here.id) == Scouted(outcome, text):
            return
        said = {"outcome": outcome, "note": text, "actor": actor, "at": at}
        if not db.change(SCOUTING, {"proposal_id": here.id}, said):
            db.insert(SCOUTING, {"id": new_id(), "proposal_id": here.id, **said})
        note(db, "scouted", here.id, actor, at, outcome=outcome)
