"""SMS requests that still need a confirmation from their number: a sender's number can be forged,
but the forger cannot read what is sent to it.

A row holds no number: it is valid for the sender that its proposal names, as long as it does. The
digits are encrypted, as numbers are.
"""

from typing import Any, Literal, get_args

from shared.db.card import Table, Whose, choice, ident, instant, number, text
from shared.db.connection import Store
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.record import Record

Kind = Literal["withdraw", "consent"]


ASKED_BACK: Table[Any] = Table(
    "asked_back",
    None,
    {
        "id": ident(),
        "proposal_id": ident(),
        "kind": choice(get_args(Kind)),
        "digits": text(Whose.NOBODY),
        "state": choice(("waits", "done", "void", "replaced")),
        "tries": number(),
        "at": instant(),
    },
    foreign={"proposal_id": "proposal"},
    indexes={"asked_back_of": "proposal_id"},
    left_out="what it led to stands in the idea",
)


# How long the digits are valid, and how many wrong ones end a request.
VALID = clock.DAY
TRIES = 3
# The most requests for one thing a day: each has its tries.
MOST_A_DAY = 3


class WaitingRequest(Record):
    """A request that waits for its digits; `tries` wrong ones came."""

    id: str
    proposal_id: str
    kind: Kind
    digits: str
    tries: int


def ask(db: Store, proposal_id: str, kind: Kind, *, digits: str, at: int) -> bool:
    """Replace the request before it; only inside `writing`. Return False, and keep none, if there
    were too many within a day (ms UTC)."""
    db.write(
        "DELETE FROM asked_back WHERE commune_id = :commune_id AND at < :gone", gone=at - 2 * VALID
    )
    made = db.row(
        "SELECT count(*) FROM asked_back WHERE commune_id = :commune_id"
        " AND proposal_id = :proposal_id AND kind = :kind AND at > :since",
        proposal_id=proposal_id,
        kind=kind,
        since=at - VALID,
    )
    db.write(
        "UPDATE asked_back SET state = 'replaced' WHERE commune_id = :commune_id"
        " AND proposal_id = :proposal_id AND kind = :kind AND state = 'waits'",
        proposal_id=proposal_id,
        kind=kind,
    )
    if made and made[0] >= MOST_A_DAY:
        return False
    db.write(
        "INSERT INTO asked_back (commune_id, id, proposal_id, kind, digits, state, tries, at)"
        " VALUES (:commune_id, :id, :proposal_id, :kind, :digits, 'waits', 0, :at)",
        id=new_id(),
        proposal_id=proposal_id,
        kind=kind,
        digits=db.encrypt(digits),
        at=at,
    )
    return True


def waiting(db: Store, phone: str, *, at: int, kind: Kind | None = None) -> list[WaitingRequest]:
    """Return the requests that wait for digits from a number (E.164), newest first."""
    found = db.rows(
        "SELECT asked_back.id, asked_back.proposal_id, kind, digits, tries FROM asked_back"
        " JOIN author ON author.commune_id = :commune_id AND author.place = 1"
        " AND author.proposal_id = asked_back.proposal_id"
        " WHERE asked_back.commune_id = :commune_id AND state = 'waits' AND at > :since"
        " AND at <= :at AND author.phone = :phone ORDER BY asked_back.id DESC",
        phone=db.encrypt(phone),
        since=at - VALID,
        at=at,
    )
    every = [WaitingRequest(row[0], row[1], row[2], db.decrypt(row[3]), row[4]) for row in found]
    return [one for one in every if kind in (None, one.kind)]


def done(db: Store, request_id: str) -> None:
    """Record that the right digits came; only inside `writing`."""
    db.write(
        "UPDATE asked_back SET state = 'done' WHERE commune_id = :commune_id AND id = :id",
        id=request_id,
    )


def missed(db: Store, waits: list[WaitingRequest]) -> int:
    """Count wrong digits against every request they may be for, and return how many tries are left;
    only inside `writing`."""
    for one in waits:
        db.write(
            "UPDATE asked_back SET tries = tries + 1,"
            " state = CASE WHEN tries + 1 >= :most THEN 'void' ELSE state END"
            " WHERE commune_id = :commune_id AND id = :id",
            id=one.id,
            most=TRIES,
        )
    return max((TRIES - one.tries - 1 for one in waits), default=0)
