"""The number of ideas of each year by each thing that an overview shows, and of the open ones by
their day: kept as ideas come and change, so that a page of figures reads no idea.

The card of the ideas asks `keeping` with each row that is written. Years and months are those of
UTC, as the office's own clock is a setting: `received` makes up for the few hours at a year's two
ends.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

from shared.db.card import Table, Whose, choice, ident, instant, number, text
from shared.db.connection import Store
from shared.db.engines import Statement
from shared.db.rows import Rows
from shared.domain.proposal import ON_THE_CLOCK, UNDECIDED
from shared.domain.vietnamese import one_line
from shared.store.cases.visibility import KIND_COLUMNS, SHOWN, kind_of

# What an idea counts as, and by what those that are SHOWN are counted.
WHATS = ("kind", "channel", "category", "participant_type", "status", "hamlet", "mobiliser", "line")
COLUMNS = (
    *KIND_COLUMNS, "received_at", "evaluation_year", "due_at", "channel", "category",
    "participant_type", "status", "hamlet", "mobiliser", "on_the_line",
)  # fmt: skip

# `received` and `counted` are the years in which an idea came and to which it counts. A value that
# no idea has any more has no row: nothing that was typed outlives its idea.
IDEA_COUNT: Table[Any] = Table(
    "idea_count",
    None,
    {
        "what": choice(WHATS),
        "received": number(),
        "counted": number(),
        "value": text(Whose.WORDS),
        "count": number(),
    },
    key=("what", "received", "counted", "value"),
    indexes={"idea_count_by_counted": "what, counted"},
    left_out="counted anew",
)
# Open ideas by the day when they are due. `due_at` is 0 for a whole month (of all years' months by
# number), `month` 0 for all of them.
DUE_COUNT: Table[Any] = Table(
    "due_count",
    None,
    {
        "month": number(),
        "due_at": instant(),
        "status": ident(),
        "count": number(),
    },
    key=("month", "due_at", "status"),
    left_out="counted anew",
)

_Key = tuple[str, int, int, str]
_DueKey = tuple[int, int, str]
_K = TypeVar("_K", _Key, _DueKey)


def keeping(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the statements, to be run in this order, by which a row of an idea is counted as it is
    now and no longer as it was. If it is new (None) they fit into one `write_all`."""
    return [
        *adding(db, IDEA_COUNT, _changed(before and _keys(before), _keys(after))),
        *adding(db, DUE_COUNT, _changed(before and _due_keys(before), _due_keys(after))),
    ]


def received(db: Store, what: str, year: int, begins: int, ends: int) -> Counter[tuple[int, str]]:
    """Return how many ideas were received in a local year, whose first and last instant these are
    (ms UTC), by the year to which they count and their value."""
    found = Counter[tuple[int, str]]()
    for counted, value, count in db.rows(
        "SELECT counted, value, count FROM idea_count"
        " WHERE commune_id = :commune_id AND what = :what AND received = :year",
        what=what,
        year=year,
    ):
        found[counted, value] += count
    for here, first, end in _ends(year, begins, ends):
        for _, _, counted, value in _between(db, what, first, end):
            found[counted, value] += here
    return +found


def counted(db: Store, what: str, year: int) -> Counter[str]:
    """Return how many ideas count to a year, by their value."""
    return Counter(
        {
            value: int(count)
            for value, count in db.rows(
                "SELECT value, sum(count) FROM idea_count WHERE commune_id = :commune_id"
                " AND what = :what AND counted = :year GROUP BY value",
                what=what,
                year=year,
            )
        }
    )


def by_status(db: Store) -> Counter[str]:
    """Return how many ideas stand at each status, of all years."""
    found = db.rows(
        "SELECT value, sum(count) FROM idea_count WHERE commune_id = :commune_id"
        " AND what = 'status' GROUP BY value"
    )
    return Counter({status: int(count) for status, count in found})


def brought_in(db: Store, year: int, begins: int) -> int:
    """Return how many ideas count to a year and were received before it began (ms UTC)."""
    row = db.row(
        "SELECT coalesce(sum(count), 0) FROM idea_count WHERE commune_id = :commune_id"
        " AND what = 'kind' AND value = :shown AND counted = :year AND received < :year",
        shown=SHOWN,
        year=year,
    )
    found = int(row[0]) if row else 0
    first = _begin_of(year)
    sign = 1 if begins > first else -1
    for _, _, to_year, value in _between(db, "kind", min(begins, first), max(begins, first)):
        found += sign * (value == SHOWN and to_year == year)
    return found


def latest_year(db: Store) -> int | None:
    """Return the latest year to which an idea counts; None without an idea."""
    row = db.row(
        "SELECT max(counted) FROM idea_count WHERE commune_id = :commune_id AND what = 'kind'"
    )
    return int(row[0]) if row and row[0] is not None else None


_MONTHS = (
    "FROM due_count WHERE due_count.commune_id = :commune_id AND due_count.month < :month"
    " AND due_count.month"
)


def due(db: Store, *, today: int, soon: int) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return by status how many ideas are undecided, how many of them on the clock were due before
    `today`, and how many are from then until `soon` (both ms UTC)."""
    every, late, near = Counter[str](), Counter[str](), Counter[str]()
    month = _month_of(today)
    for status, count in db.rows(
        "SELECT status, count FROM due_count WHERE commune_id = :commune_id AND month = 0"
    ):
        every[status] += count
    for status, count in db.rows(
        # From month to month by the key, past the days of each.
        f"WITH RECURSIVE before (month) AS (SELECT min(due_count.month) {_MONTHS} > 0"  # noqa: S608 ours
        f" UNION ALL SELECT (SELECT min(due_count.month) {_MONTHS} > before.month)"
        " FROM before WHERE before.month IS NOT NULL)"
        " SELECT status, sum(count) FROM before CROSS JOIN due_count"
        " WHERE commune_id = :commune_id AND due_count.month = before.month AND due_at = 0"
        " GROUP BY status",
        month=month,
    ):
        late[status] += int(count)
    for at, status, count in db.rows(
        "SELECT due_at, status, count FROM due_count WHERE commune_id = :commune_id"
        " AND month BETWEEN :month AND :last AND due_at BETWEEN 1 AND :soon",
        month=month,
        last=_month_of(soon),
        soon=soon,
    ):
        (late if at < today else near)[status] += count
    return every, late, near


def count_anew(rows: Iterable[Mapping[str, Any]]) -> tuple[Counter[Any], Counter[Any]]:
    """Return both tables' figures for these rows of ideas, by key."""
    ideas, dues = Counter[_Key](), Counter[_DueKey]()
    for row in rows:
        ideas.update(_keys(row))
        dues.update(_due_keys(row))
    return ideas, dues


def wrong(db: Store) -> Iterator[str]:
    """Yield each figure, as "table key", that is not what the ideas themselves say."""
    anew = count_anew(
        db.records(f"SELECT {', '.join(COLUMNS)} FROM proposal WHERE commune_id = :commune_id")  # noqa: S608
    )
    for card, right in zip((IDEA_COUNT, DUE_COUNT), anew, strict=True):
        left = Counter[tuple[Any, ...]]()
        left.update(right)
        left.subtract(
            {tuple(row[name] for name in card.key): row["count"] for row in db.each_raw(card)}
        )
        yield from (f"{card.name} {' '.join(map(str, key))}" for key, by in left.items() if by)


def _keys(row: Mapping[str, Any]) -> Iterator[_Key]:
    """Yield what an idea counts to: junk and confidential cases to their number alone."""
    came, to_year = _year_of(row["received_at"]), row["evaluation_year"]
    kind = kind_of(row)
    yield "kind", came, to_year, kind
    if kind != SHOWN:
        return
    for what in ("channel", "participant_type", "status"):
        yield what, came, to_year, str(row[what])
    yield "category", came, to_year, row["category"] or ""
    yield "hamlet", came, to_year, one_line(row["hamlet"]) if row["hamlet"] else ""
    if mobiliser := row["mobiliser"].strip().lower():
        yield "mobiliser", came, to_year, mobiliser
    if row["on_the_line"]:
        yield "line", came, to_year, ""


def _due_keys(row: Mapping[str, Any]) -> Iterator[_DueKey]:
    status = str(row["status"])
    if kind_of(row) != SHOWN or status not in UNDECIDED:
        return
    yield 0, 0, status
    if status in ON_THE_CLOCK:
        month = _month_of(row["due_at"])
        yield month, 0, status
        yield month, row["due_at"], status


def _changed(before: Iterable[_K] | None, after: Iterable[_K]) -> Mapping[_K, int]:
    changed = dict.fromkeys(after, 1)  # an idea counts once under a key
    for key in before or ():
        changed[key] = changed.get(key, 0) - 1
    return {key: by for key, by in changed.items() if by} if before else changed


def adding(db: Rows, card: Table[Any], changes: Mapping[Any, int]) -> list[Statement]:
    """Return what counts so many more under each key; a key without any loses its row."""
    if not changes:
        return []
    sql, names = _adding_sql(card.name, card.key, len(changes))
    given = chain.from_iterable([(*values, by) for values, by in changes.items()])
    added = db.statement(sql, **dict(zip(names, given, strict=True)))
    if min(changes.values()) > 0:
        return [added]
    same = " AND ".join(f"{name} = :{name}" for name in card.key)
    emptied = [
        db.statement(
            f"DELETE FROM {card.name} WHERE commune_id = :commune_id AND {same}"  # noqa: S608 ours
            " AND count = 0",
            **dict(zip(card.key, values, strict=True)),
        )
        for values, by in changes.items()
        if by < 0
    ]
    return [added, *emptied]


@lru_cache(256)
def _adding_sql(table: str, names: tuple[str, ...], rows: int) -> tuple[str, list[str]]:
    """Return the statement that adds to so many rows, and the names of its values in their
    order."""
    key = ", ".join(names)
    blanks = [[f"{name}{at}" for name in (*names, "by")] for at in range(rows)]
    listed = ", ".join(f"(:commune_id, :{', :'.join(row)})" for row in blanks)
    sql = (
        f"INSERT INTO {table} (commune_id, {key}, count) VALUES {listed}"  # noqa: S608
        f" ON CONFLICT (commune_id, {key})"
        f" DO UPDATE SET count = {table}.count + excluded.count"
    )
    return sql, [name for row in blanks for name in row]


def _ends(year: int, begins: int, ends: int) -> Iterator[tuple[int, int, int]]:
    """Yield what a local year has more than the one of UTC (+1) or less (-1), from an instant to
    before another (ms UTC)."""
    for first, local, sign in (
        (_begin_of(year), begins, 1),
        (_begin_of(year + 1), ends + 1, -1),
    ):
        if local != first:
            yield (sign if local < first else -sign), min(local, first), max(local, first)


def _between(db: Store, what: str, first: int, end: int) -> Iterator[_Key]:
    if first == end:
        return
    for row in db.records(
        f"SELECT {', '.join(COLUMNS)} FROM proposal WHERE commune_id = :commune_id"  # noqa: S608 ours
        " AND received_at >= :first AND received_at < :end",
        first=first,
        end=end,
    ):
        yield from (key for key in _keys(row) if key[0] == what)


def _begin_of(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1000


def _year_of(at: int) -> int:
    return datetime.fromtimestamp(at / 1000, UTC).year


def _month_of(at: int) -> int:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.year * 12 + moment.month
