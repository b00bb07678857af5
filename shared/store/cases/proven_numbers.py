"""Which ideas are a telephone's own: it sent them by SMS or by a call, or it confirmed them.

A number that was typed at a form may be anybody's, so it owns nothing until the word DY came from
it with the idea's code, or with digits that only its holder read. That SMS is the record, with its
time (decision 68). A number that is put right later has to confirm again.
"""

from shared.db.connection import Store
from shared.domain.proposal import Status
from shared.store.cases.authors import Author
from shared.store.cases.proposals import PROPOSAL, Proposal
from shared.store.cases.visibility import OPEN_TO_ALL

# The outcome of the SMS by which a number confirmed an idea as its own.
CONFIRMED = "consent"

# The SMS of a number that show that an idea is its own: it came as one, or was confirmed by one.
_CAME_FROM = "proposal.idempotency_key = 'sms|' || message_in.id"
_CONFIRMED_BY = "message_in.proposal_id = proposal.id AND message_in.outcome = :confirmed"
_SHOWN_BY_SMS = (
    "EXISTS (SELECT 1 FROM message_in WHERE message_in.commune_id = :commune_id"  # noqa: S608 ours
    f" AND message_in.sender = :phone AND ({_CAME_FROM} OR {_CONFIRMED_BY}))"
)
_SHOWN_BY_CALL = (
    "EXISTS (SELECT 1 FROM call_back WHERE call_back.commune_id = :commune_id"
    " AND call_back.phone = :phone AND call_back.proposal_id = proposal.id)"
)
_THEIRS = (
    "proposal.id IN (SELECT proposal_id FROM author WHERE commune_id = :commune_id"
    " AND phone = :phone AND place = 1 AND erased_at IS NULL)"
)


def since(db: Store, proposal_id: str, phone: str) -> int | None:
    """Return since when (ms UTC) it is known that this number (E.164) is the sender's, None if
    nothing shows it."""
    row = db.row(
        "SELECT min(at) FROM ("  # noqa: S608 every word of it is ours
        "SELECT message_in.arrived_at AS at FROM message_in JOIN proposal"
        " ON proposal.commune_id = :commune_id AND proposal.id = :id"
        " WHERE message_in.commune_id = :commune_id AND message_in.sender = :phone"
        f" AND ({_CAME_FROM} OR {_CONFIRMED_BY})"
        " UNION ALL SELECT at FROM call_back WHERE commune_id = :commune_id"
        " AND phone = :phone AND proposal_id = :id) AS shown",
        id=proposal_id,
        phone=db.encrypt(phone),
        confirmed=CONFIRMED,
    )
    return row[0] if row else None


def of_author(db: Store, author: Author) -> int | None:
    """Return since when (ms UTC) a sender's number is known to be theirs, None for none."""
    return since(db, author.proposal_id, author.phone) if author.phone else None


def is_proven(db: Store, proposal_id: str, phone: str) -> bool:
    """Say whether it is known that this number (E.164) is an idea's sender's."""
    return since(db, proposal_id, phone) is not None


def of_this_sim(db: Store, phone: str, *, since: int) -> list[Proposal]:
    """Return the ideas received since an instant (ms UTC) that this number (E.164) itself sent by
    SMS or confirmed as its own, newest first. No confidential one: the telephone may be in other
    hands."""
    return db.all(
        PROPOSAL,
        f"{OPEN_TO_ALL} AND received_at >= :since"
        f" AND {_SHOWN_BY_SMS} AND {_THEIRS} ORDER BY received_at DESC, id DESC",
        phone=db.encrypt(phone),
        since=since,
        confirmed=CONFIRMED,
    )


def to_confirm(db: Store, phone: str) -> list[str]:
    """Return the ids of the valid ideas about which this number (E.164) may still say yes by SMS,
    newest first, none confidential: its own whose sender is not told yet, and those at which
    somebody typed it and agreed for it."""
    rows = db.rows(
        "SELECT proposal.id FROM proposal JOIN author"  # noqa: S608 every word of it is ours
        " ON author.commune_id = :commune_id AND author.proposal_id = proposal.id"
        " AND author.place = 1 AND author.phone = :phone AND author.erased_at IS NULL"
        f" WHERE proposal.commune_id = :commune_id AND proposal.status <> :withdrawn"
        f" AND {OPEN_TO_ALL}"
        f" AND (author.consent_sms = 0) = ({_SHOWN_BY_SMS} OR {_SHOWN_BY_CALL})"
        " ORDER BY proposal.id DESC",
        withdrawn=Status.WITHDRAWN,
        phone=db.encrypt(phone),
        confirmed=CONFIRMED,
    )
    return [str(row[0]) for row in rows]
