"""From which day on somebody should ask a unit whether it still applies a model: kept as units and
checks change, so that the list of them reads one page and not every unit that ever began.

The cards of both tables ask for it with each row that is written; `wrong` works everything out
anew. Days are UTC's, YYYY-MM-DD.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from shared.db.card import Table, day, ident
from shared.db.engines import Statement
from shared.db.rows import Row, Rows
from shared.db.sql import one_of
from shared.domain.measures import CHECK_DAYS, IN_USE

_WORKED_OUT = "worked out anew"

# A unit that uses a model and that nobody has asked for the last time has a row.
LASTING_DUE: Table[Any] = Table(
    "lasting_due",
    None,
    {"adoption_id": ident(), "ask_from": day()},
    key=("adoption_id",),
    foreign={"adoption_id": "adoption"},
    indexes={"lasting_due_in_turn": "ask_from, adoption_id"},
    left_out=_WORKED_OUT,
    not_archived=_WORKED_OUT,
)


def of_adoption(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return what keeps the day right after a row of a unit was written."""
    is_same = before is not None and all(before[one] == after[one] for one in ("state", "since"))
    return [] if is_same else _keeping(db, after["id"])


def of_check(
    db: Rows, _before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the same for a row of what somebody found."""
    return _keeping(db, after["adoption_id"])


def work_out(ask: Callable[..., Iterable[Row]], adoption_id: str = "") -> dict[str, str]:
    """Return the day of each unit of an office that has one, or of one unit, by its adoption's id;
    `ask` runs a query of it, as Rows.rows does."""
    only = " AND adoption.id = :adoption_id" if adoption_id else ""
    found = ask(
        "SELECT adoption.id, adoption.since, coalesce((SELECT max(days) FROM lasting_check"  # noqa: S608
        " WHERE lasting_check.commune_id = :commune_id"
        " AND lasting_check.adoption_id = adoption.id), 0)"
        f" FROM adoption WHERE adoption.commune_id = :commune_id{only}"
        f" AND adoption.state {one_of(IN_USE)}",
        **({"adoption_id": adoption_id} if adoption_id else {}),
    )
    days = {unit: _ask_from(since, checked) for unit, since, checked in found}
    return {unit: day for unit, day in days.items() if day is not None}


def wrong(db: Rows) -> Iterator[str]:
    """Yield each row that is not what the units and the checks say."""
    right = work_out(db.rows)
    kept = {row["adoption_id"]: row["ask_from"] for row in db.each_raw(LASTING_DUE)}
    for unit, _ in sorted(right.items() ^ kept.items()):
        yield f"lasting_due {unit}"


def _keeping(db: Rows, adoption_id: str) -> list[Statement]:
    day = work_out(db.rows, adoption_id).get(adoption_id)
    if day is None:
        gone = "DELETE FROM lasting_due WHERE commune_id = :commune_id AND adoption_id = :unit"
        return [db.statement(gone, unit=adoption_id)]
    return [
        db.statement(
            "INSERT INTO lasting_due (commune_id, adoption_id, ask_from)"
            " VALUES (:commune_id, :unit, :day)"
            " ON CONFLICT (commune_id, adoption_id) DO UPDATE SET ask_from = excluded.ask_from",
            unit=adoption_id,
            day=day,
        )
    ]


def _ask_from(since: str, checked: int) -> str | None:
    """Return from which day on a unit is asked that began on a day and was asked after `checked`
    days (0: never); None if that was the last time, "" if its first day is not known."""
    left = [days for days in CHECK_DAYS if days > checked]
    if not left:
        return None
    return (date.fromisoformat(since) + timedelta(days=left[0])).isoformat() if since else ""
