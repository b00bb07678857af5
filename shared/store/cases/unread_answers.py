"""What senders said that nobody of the office took notice of: one row a case, kept true by what is
said and done, so that no page reads all that was said to count it."""

from typing import Any

from shared.db.card import Table, ident, instant
from shared.db.connection import Store
from shared.db.event_log import CITIZEN, SYSTEM
from shared.domain.proposal import UNDECIDED, Status

UNREAD_ANSWER: Table[Any] = Table(
    "unread_answer",
    None,
    {
        "proposal_id": ident(),
        "at": instant(),
    },
    key=("proposal_id",),
    foreign={"proposal_id": "proposal"},
    indexes={"unread_answer_by_time": "at, proposal_id"},
    left_out="made of what was said and done",
    not_archived="made of what was said and done",
)


def came(db: Store, proposal_id: str, *, at: int) -> None:
    """Keep that a sender said something (ms UTC); only inside `writing`."""
    db.write(
        "INSERT INTO unread_answer (commune_id, proposal_id, at)"
        " VALUES (:commune_id, :proposal_id, :at)"
        " ON CONFLICT (commune_id, proposal_id) DO UPDATE SET at = :at",
        proposal_id=proposal_id,
        at=at,
    )


def noticed(db: Store, proposal_id: str, *, actor: str) -> None:
    """Keep that somebody of the office answered, moved the case, wrote a note or read what was
    said; the sender and the program itself take no notice. Only inside `writing`."""
    if actor in (CITIZEN, SYSTEM):
        return
    db.write(
        "DELETE FROM unread_answer WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )


def moved(db: Store, proposal_id: str, to: Status, *, actor: str, at: int) -> None:
    """Keep what a move says: a sender's says something as long as the office owes a decision,
    somebody else's is notice. Only inside `writing`."""
    if actor == CITIZEN and to in UNDECIDED:
        came(db, proposal_id, at=at)
    noticed(db, proposal_id, actor=actor)
