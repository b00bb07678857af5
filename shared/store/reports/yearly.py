"""What a year's report counts: every idea that is no junk, with its result and when.

A report needs no idea, but how many there are that are alike in all that it counts: the engine
groups them, and as many rows are read as there are such groups. The lists of a report name ideas,
read one portion after another.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.db.sql import among, one_of
from shared.domain import clock
from shared.domain.honours import State, is_in_force
from shared.domain.proposal import APPRAISED, Status
from shared.domain.record import Record
from shared.store.cases.visibility import OPEN_TO_ALL

# How many ideas of a list are read at once.
_AT_ONCE = 200


class IdeaCount(Record):
    """So many ideas (`count`) that are alike in all that a report counts. `is_received`: in its
    year; `was_tried`: they were on trial once. `answered` of them have their answer, `in_time` by
    their day, in `took` ms all together; `late` ones had none on their day."""

    is_received: bool
    evaluation_year: int
    status: Status
    channel: str
    participant_type: str
    insider: bool
    residence: str | None
    category: str | None
    more_categories: tuple[str, ...]
    field: str | None
    on_the_line: bool
    was_tried: bool
    count: int
    answered: int
    took: int
    in_time: int
    late: int


class PraiseCount(Record):
    """So many valid letters (`form` is "") or awards that are alike; `amount` is đồng, all
    together."""

    is_received: bool
    evaluation_year: int
    form: str
    is_collective: bool
    count: int
    amount: int


class SpreadIdea(Record):
    """A replicated idea: `said` is what its last move told. A confidential one has no title here, a
    redacted one its redacted words."""

    id: str
    code: str
    title: str
    expected_effect: str
    said: Mapping[str, str]


# An idea counts to the year of its receipt or the next one, unless the chair set another by hand:
# so these may count to a year, and no others. `bounds` gives the values.
MAY_COUNT = (
    "(proposal.received_at >= :since AND proposal.received_at < :until"
    " OR proposal.evaluation_rule = 'by_hand' AND proposal.evaluation_year = :year)"
)
# On which basis an idea belongs to the year; of the year before only what counts to this one.
_RECEIVED = "(proposal.received_at >= :begins AND proposal.received_at < :until)"
_OF_YEAR = (
    f"proposal.is_spam = 0 AND {MAY_COUNT} AND (proposal.evaluation_year = :year OR {_RECEIVED})"
)
_IS_RECEIVED = f"CASE WHEN {_RECEIVED} THEN 1 ELSE 0 END"
_ALIKE = (
    "status, channel, participant_type, insider, residence, category, more_categories, field,"
    " on_the_line"
)
_ITS_MOVES = "move.commune_id = :commune_id AND move.proposal_id = proposal.id AND move.to_status"
_COUNTS = (
    # MATERIALIZED: else SQLite asks for the moves of an idea wherever what it found is used.
    f"WITH idea AS MATERIALIZED (SELECT {_IS_RECEIVED} AS is_received, evaluation_year, {_ALIKE},"  # noqa: S608 ours
    " received_at, due_at,"
    " (SELECT min(at) FROM reply WHERE reply.commune_id = :commune_id"
    "  AND reply.proposal_id = proposal.id) AS replied_at,"
    f" (SELECT min(at) FROM move WHERE {_ITS_MOVES} {one_of(APPRAISED)}) AS moved_at,"
    f" CASE WHEN EXISTS (SELECT 1 FROM move WHERE {_ITS_MOVES} {one_of({Status.ON_TRIAL})})"
    "  THEN 1 ELSE 0 END AS was_tried"
    f" FROM proposal WHERE proposal.commune_id = :commune_id AND {_OF_YEAR}),"
    " told AS (SELECT idea.*, CASE WHEN moved_at IS NULL OR replied_at <= moved_at"
    "  THEN replied_at ELSE moved_at END AS answered_at FROM idea)"
    f" SELECT is_received, evaluation_year, {_ALIKE}, was_tried, count(*), count(answered_at),"
    " coalesce(sum(answered_at - received_at), 0),"
    " sum(CASE WHEN answered_at <= due_at THEN 1 ELSE 0 END),"
    " sum(CASE WHEN answered_at IS NULL AND due_at < :at THEN 1 ELSE 0 END)"
    f" FROM told GROUP BY is_received, evaluation_year, {_ALIKE}, was_tried"
)
# The replicated ideas of a year: those received in it, or those that count to it.
_SPREAD = f"proposal.is_spam = 0 AND proposal.status {one_of({Status.REPLICATED})}"
_SPREAD_IDS = {
    "received": (
        f"SELECT received_at, id FROM proposal WHERE commune_id = :commune_id AND {_SPREAD}"  # noqa: S608 ours
        f" AND {_RECEIVED}"
    ),
    # Two parts: an index has the order of the first, which is nearly all.
    "counted": (
        f"SELECT received_at, id FROM proposal WHERE commune_id = :commune_id AND {_SPREAD}"  # noqa: S608 ours
        " AND evaluation_year = :year AND received_at >= :since AND received_at < :until"
        " UNION ALL SELECT received_at, id FROM proposal"
        f" WHERE commune_id = :commune_id AND {_SPREAD} AND evaluation_rule = 'by_hand'"
        " AND evaluation_year = :year AND (received_at < :since OR received_at >= :until)"
    ),
}
_SPREAD_ROWS = (
    "SELECT id, code, coalesce("  # noqa: S608 ours
    " (SELECT nullif(paper_title.title, '') FROM paper_title"
    "  WHERE paper_title.commune_id = :commune_id"
    "  AND paper_title.proposal_id = proposal.id),"
    " (SELECT redaction.title FROM redaction"
    "  WHERE redaction.commune_id = :commune_id AND redaction.proposal_id = proposal.id),"
    "  title), coalesce("
    " (SELECT redaction.expected_effect FROM redaction"
    "  WHERE redaction.commune_id = :commune_id AND redaction.proposal_id = proposal.id),"
    f"  expected_effect), CASE WHEN {OPEN_TO_ALL} THEN 0 ELSE 1 END,"
    " (SELECT details FROM move WHERE move.commune_id = :commune_id"
    "  AND move.proposal_id = proposal.id ORDER BY id DESC LIMIT 1)"
    " FROM proposal WHERE commune_id = :commune_id AND id {}"
)
# Which ideas of a year count to another than that of receipt, and which came on its cut-off day.
_COUNTED = f"proposal.evaluation_year = :year AND {MAY_COUNT}"
_CARRIED = {
    "to_next": f"{_RECEIVED} AND proposal.evaluation_year = :year + 1",
    "from_last": f"NOT {_RECEIVED} AND {_COUNTED}",
    "line_received": f"proposal.on_the_line = 1 AND {_RECEIVED}",
    "line_counted": f"proposal.on_the_line = 1 AND {_COUNTED}",
}


def bounds(year: int, zone: ZoneInfo) -> Mapping[str, int]:
    """Return the values of MAY_COUNT for a year."""
    since, until = (clock.start_of_day(date(one, 1, 1), zone) for one in (year - 1, year + 1))
    return {"year": year, "since": since, "until": until}


def counts(db: Store, year: int, zone: ZoneInfo, *, at: int) -> list[IdeaCount]:
    """Return the ideas that were received in a local year or count to it, those that are alike as
    one. `at` (ms UTC) is when the figures are taken."""
    return [
        IdeaCount(
            bool(here), counts_to, Status(status), channel, who, bool(insider), residence, category,
            tuple(json.loads(more)), field, bool(line), bool(tried), *map(int, figures),
        )
        for (
            here, counts_to, status, channel, who, insider, residence, category, more, field, line,
            tried, *figures,
        ) in db.rows(_COUNTS, at=at, **_whole(year, zone))
    ]  # fmt: skip


def praise(db: Store, year: int, zone: ZoneInfo) -> list[PraiseCount]:
    """Return the letters and awards of these ideas, those that are alike as one."""
    return [
        PraiseCount(bool(here), counts_to, form, bool(is_collective), int(count), int(amount))
        for here, counts_to, kind, state, form, is_collective, count, amount in db.rows(
            # CROSS: SQLite then begins with the year's ideas, and does not walk along all letters.
            f"SELECT {_IS_RECEIVED}, proposal.evaluation_year, honour.kind, honour.state,"  # noqa: S608 ours
            " honour.form, honour.is_collective, count(*), sum(honour.amount)"
            " FROM proposal CROSS JOIN honour WHERE proposal.commune_id = :commune_id"
            " AND honour.commune_id = :commune_id AND honour.proposal_id = proposal.id"
            f" AND {_OF_YEAR} GROUP BY 1, 2, 3, 4, 5, 6",
            **_whole(year, zone),
        )
        if is_in_force(kind, State(state))
    ]


def spread(
    db: Store, year: int, basis: str, zone: ZoneInfo, most: int | None
) -> Iterator[SpreadIdea]:
    """Yield the replicated ideas that were "received" in a year or "counted" to it, in the order of
    their receipt; `most` of them if it is a number."""
    last = "" if most is None else f" LIMIT {most}"
    found = db.rows(
        f"SELECT id FROM ({_SPREAD_IDS[basis]}) AS idea ORDER BY received_at, id{last}",  # noqa: S608 ours
        **_used(_SPREAD_IDS[basis], year, zone),
    )
    for first in range(0, len(found), _AT_ONCE):
        yield from _spread_of(db, [str(one) for (one,) in found[first : first + _AT_ONCE]])


def carried(db: Store, year: int, which: str, zone: ZoneInfo, most: int) -> list[str]:
    """Return the codes of `most` ideas that count to another year than that of their receipt
    ("to_next", "from_last"), or came on the cut-off day ("line_received", "line_counted"), in the
    order of their receipt."""
    found = db.rows(
        "SELECT code FROM proposal WHERE commune_id = :commune_id AND is_spam = 0"  # noqa: S608 ours
        f" AND {_CARRIED[which]} ORDER BY received_at, id LIMIT {most}",
        **_used(_CARRIED[which], year, zone),
    )
    return [str(code) for (code,) in found]


def _spread_of(db: Store, ids: Sequence[str]) -> Iterator[SpreadIdea]:
    these, named = among(ids)
    rows = {row[0]: row for row in db.rows(_SPREAD_ROWS.format(these), **named)}
    for one in ids:
        _, code, title, effect, is_secret, said = rows[one]
        told = json.loads(said or "{}")
        yield SpreadIdea(one, code, "" if is_secret else title, "" if is_secret else effect, told)


def _whole(year: int, zone: ZoneInfo) -> dict[str, int]:
    return {**bounds(year, zone), "begins": clock.start_of_day(date(year, 1, 1), zone)}


def _used(sql: str, year: int, zone: ZoneInfo) -> dict[str, int]:
    return {name: at for name, at in _whole(year, zone).items() if f":{name}" in sql}
