"""On which days each member sits in the council: kept as sessions and seats change, so that a
member's list of sessions reads their own, however seldom they sit.

The cards of both tables ask for it with each row that is written; `wrong` works everything out
anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.db.card import Table, day, ident
from shared.db.engines import Statement
from shared.db.rows import Rows

_WORKED_OUT = "worked out anew"
COUNCIL_SITTING: Table[Any] = Table(
    "council_sitting",
    None,
    {"staff_id": ident(), "held_on": day(), "session_id": ident()},
    key=("staff_id", "held_on", "session_id"),
    foreign={"session_id": "council_session", "staff_id": "staff_member"},
    left_out=_WORKED_OUT,
    not_archived=_WORKED_OUT,
    in_key=True,
)
_OF_SEATS = (
    "SELECT council_seat.staff_id, council_session.held_on, council_session.id FROM council_seat"
    " JOIN council_session ON council_session.commune_id = :commune_id"
    " AND council_session.id = council_seat.session_id"
    " WHERE council_seat.commune_id = :commune_id"
)


def of_seat(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return what keeps it right after a row of a seat was written."""
    if before is not None:
        return []
    [sitting] = db.rows(
        f"{_OF_SEATS} AND council_seat.session_id = :session AND council_seat.staff_id = :member",
        session=after["session_id"], member=after["staff_id"],
    )  # fmt: skip
    return [db.inserting(COUNCIL_SITTING, dict(zip(COUNCIL_SITTING.key, sitting, strict=True)))]


def of_session(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the same for a row of a session, whose day may have changed."""
    if before is None or before["held_on"] == after["held_on"]:
        return []
    moved = db.statement(
        "UPDATE council_sitting SET held_on = :now WHERE commune_id = :commune_id"
        " AND held_on = :was AND session_id = :session AND staff_id IN (SELECT staff_id"
        " FROM council_seat WHERE commune_id = :commune_id AND session_id = :session)",
        now=after["held_on"], was=before["held_on"], session=after["id"],
    )  # fmt: skip
    return [moved]


def forget_left(db: Rows, session_id: str, staff_id: str) -> None:
    """Take a member away who has no seat in a session any more; only inside `writing`."""
    db.write(
        "DELETE FROM council_sitting WHERE commune_id = :commune_id AND staff_id = :staff_id"
        " AND session_id = :session_id AND held_on = (SELECT held_on FROM council_session"
        "  WHERE commune_id = :commune_id AND id = :session_id)"
        " AND NOT EXISTS (SELECT 1 FROM council_seat WHERE commune_id = :commune_id"
        "  AND session_id = :session_id AND staff_id = :staff_id)",
        session_id=session_id,
        staff_id=staff_id,
    )


def wrong(db: Rows) -> Iterator[str]:
    """Yield each row that is not what the sessions and their seats say."""
    kept = {
        tuple(row[name] for name in COUNCIL_SITTING.key) for row in db.each_raw(COUNCIL_SITTING)
    }
    for one in sorted(set(db.rows(_OF_SEATS)) ^ kept):
        yield f"council_sitting {' '.join(one)}"
