"""The number of cases in each status, without junk: one figure a status, updated as cases move."""

from typing import Any

from shared.db.card import Table, choice, number
from shared.db.connection import Store
from shared.db.engines import Statement
from shared.domain.proposal import Status

STATUS_COUNT: Table[Any] = Table(
    "status_count",
    None,
    {
        "status": choice(Status),
        "count": number(),
    },
    key=("status",),
    left_out="counted anew",
)


def all_of(db: Store) -> dict[Status, int]:
    """Return the number of cases in every status, zero included."""
    found: dict[str, int] = dict(
        db.rows("SELECT status, count FROM status_count WHERE commune_id = :commune_id")
    )
    return {status: int(found.get(status, 0)) for status in Status}


def add(db: Store, status: Status, by: int) -> None:
    """Count so many more cases in a status, or fewer; only inside `writing`."""
    db.write_all(adding(db, status, by))


def adding(db: Store, status: Status, by: int) -> Statement:
    """Return the statement by which `add` counts, for `write_all`."""
    return db.statement(
        "INSERT INTO status_count (commune_id, status, count) VALUES (:commune_id, :status, :by)"
        " ON CONFLICT (commune_id, status) DO UPDATE SET count = status_count.count + :by",
        status=status,
        by=by,
    )
