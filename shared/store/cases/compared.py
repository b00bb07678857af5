"""Which ideas say much the same, kept when an idea came, so that no page compares it with all
others: pairs of ideas, and the ideas that are still to be compared with those before them.

An idea is put in line by the transaction that keeps it, or that changes its words; comparing it is
the work of similar.py.
"""

from collections.abc import Mapping
from typing import Any

from shared.db.card import Table, ident, number
from shared.db.connection import Store
from shared.db.engines import Statement, WorkQueue

# Of one idea, as it came: the others that were likest.
MOST_KEPT = 20
_MADE = "made of the ideas' words"

ALIKE: Table[Any] = Table(
    "alike",
    None,
    {
        "proposal_id": ident(),
        "other_id": ident(),
        # 100 less the likeness: the likest first, and of these the first that came.
        "distance": number(),
    },
    key=("proposal_id", "other_id"),
    foreign={"proposal_id": "proposal", "other_id": "proposal"},
    indexes={"alike_of_other": "other_id, distance, proposal_id"},
    left_out=_MADE,
    not_archived=_MADE,
)
TO_COMPARE: Table[Any] = Table(
    "to_compare",
    None,
    {
        "proposal_id": ident(),
    },
    key=("proposal_id",),
    foreign={"proposal_id": "proposal"},
    in_key=True,
    left_out=_MADE,
    not_archived=_MADE,
)

# What the worker that compares has to do.
QUEUE = WorkQueue(TO_COMPARE.name)


def joining(db: Store, proposal_id: str) -> Statement:
    """Return the statement that puts a new idea with a title in line, for `write_all`."""
    return db.statement(
        "INSERT INTO to_compare (commune_id, proposal_id) VALUES (:commune_id, :id)",
        id=proposal_id,
    )


def put_in_line(db: Store, proposal_id: str, *, has_title: bool) -> None:
    """Forget what an idea was compared with, because its words are new, and let it be compared; an
    idea without a title is like none. Only inside `writing`."""
    db.write(
        "DELETE FROM alike WHERE commune_id = :commune_id AND proposal_id = :id", id=proposal_id
    )
    db.write("DELETE FROM alike WHERE commune_id = :commune_id AND other_id = :id", id=proposal_id)
    leave_line(db, proposal_id)
    if has_title:
        db.write_all(joining(db, proposal_id))


def keep(db: Store, proposal_id: str, degrees: Mapping[str, int]) -> None:
    """Keep how alike others are (their ids, 0–100) that came before an idea that left the line.
    Only inside `writing`, together with the comparing."""
    likest = sorted(degrees.items(), key=lambda one: (-one[1], one[0]))[:MOST_KEPT]
    pairs = [
        {
            "commune_id": db.commune_id,
            "proposal_id": proposal_id,
            "other_id": other_id,
            "distance": 100 - degree,
        }
        for other_id, degree in likest
    ]
    if pairs:
        db.engine.fill(db.conn, ALIKE.name, list(pairs[0]), pairs)


def in_line(db: Store, most: int) -> list[str]:
    """Return the ids of the newest ideas that are still to be compared, `most` of them."""
    found = db.rows(
        "SELECT proposal_id FROM to_compare WHERE commune_id = :commune_id"  # noqa: S608 ours
        f" ORDER BY proposal_id DESC LIMIT {most}"
    )
    return [str(proposal_id) for (proposal_id,) in found]


def leave_line(db: Store, proposal_id: str) -> None:
    """Let an idea be in line no more. Only inside `writing`."""
    db.write(
        "DELETE FROM to_compare WHERE commune_id = :commune_id AND proposal_id = :id",
        id=proposal_id,
    )
