"""The year's figures: tables B1 to B8, by the year an idea was received or the year it counts to.

Pure: counts in, tables out. Both years are reported because they differ: an insider's idea after
the cut-off counts to the next year. Junk is not counted; a confidential case is only a figure.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from shared import texts
from shared.documents.tables import Cell, PaperTable
from shared.domain import clock, codes
from shared.domain.proposal import (
    CATEGORIES,
    CHANNELS,
    FIELDS,
    INVALID,
    NOT_ASKED,
    PARTICIPANT_TYPES,
    PUBLIC,
    Status,
    counted_as,
)
from shared.domain.record import Record, replace
from shared.store.reports.yearly import IdeaCount, PraiseCount

Basis = Literal["received", "counted"]
BASES: tuple[Basis, ...] = ("received", "counted")

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say
# What each column counts, in the order of the report. "Valid" is what the office could consider.
_OUTCOMES: dict[str, Callable[[IdeaCount], bool]] = {
    "received": lambda case: True,
    "valid": lambda case: case.status not in INVALID,
    "merged": lambda case: case.status is Status.MERGED,
    "on_trial": lambda case: case.was_tried,
    "recognised": lambda case: case.status in PUBLIC,
    "replicated": lambda case: case.status is Status.REPLICATED,
    "not_recognised": lambda case: case.status is Status.NOT_RECOGNISED,
    "redirected": lambda case: case.status is Status.REDIRECTED,
}
_SHORT = ("received", "recognised", "replicated", "not_recognised")


class Year(Record):
    """A year's ideas on one basis, counted; `spread` are the rows of B6 and `carried` gives the
    codes of B8."""

    year: int
    basis: Basis
    cases: Sequence[IdeaCount]
    praise: Sequence[PraiseCount]
    spread: Iterable[Sequence[Cell]]
    carried: Callable[[str], Sequence[str]]


def of_year(
    cases: Iterable[IdeaCount], praise: Iterable[PraiseCount], year: int, basis: Basis, *,
    spread: Iterable[Sequence[Cell]], carried: Callable[[str], Sequence[str]],
) -> Year:  # fmt: skip
    """Return what belongs to a year on a basis."""

    def belongs(one: IdeaCount | PraiseCount) -> bool:
        return one.is_received if basis == "received" else one.evaluation_year == year

    chosen, praised = tuple(filter(belongs, cases)), tuple(filter(belongs, praise))
    return Year(year, basis, chosen, praised, spread, carried)


def tables(found: Year) -> list[PaperTable]:
    """Return B1 to B8."""
    return [
        _by_category(found), _by_channel(found), _by_participant(found), _by_field(found),
        _by_time(found), _replicated(found), _praised(found), _carried(found),
    ]  # fmt: skip


def how_many_spread(found: Year) -> int:
    """Return how many of a year's ideas were replicated."""
    return _sum(case for case in found.cases if case.status is Status.REPLICATED)


def summary(found: Year) -> dict[str, int]:
    """Return the year's total of each outcome."""
    return dict(zip(_OUTCOMES, _counts(found.cases, tuple(_OUTCOMES)), strict=True))


def _by_category(found: Year) -> PaperTable:
    """B1: the main group of each idea by outcome. Further groups are counted below the table, in
    none of its cells."""
    table = _crossed(
        "b1", found, (*CATEGORIES, None), lambda case: case.category, _category, tuple(_OUTCOMES)
    )
    also = Counter[str]()
    for case in found.cases:
        also.update(dict.fromkeys(case.more_categories, case.count))
    if not also:
        return table
    said = "; ".join(f"{_category(one)}: {also[one]}" for one in CATEGORIES if also[one])
    return replace(table, note=f"{table.note} {_PAPER('report.note.further', nhom=said)}")


def _by_channel(found: Year) -> PaperTable:
    """B2: channel by participant."""
    counts = Counter[tuple[str, str]]()
    for case in found.cases:
        counts[case.channel, counted_as(case.participant_type)] += case.count
    rows: list[list[Cell]] = []
    for channel in CHANNELS:
        row = [counts[channel, who] for who in PARTICIPANT_TYPES]
        rows.append([_WORDS(f"choice.channel.{channel}"), *row, sum(row)])
    sums = [sum(counts[channel, who] for channel in CHANNELS) for who in PARTICIPANT_TYPES]
    rows.append([_PAPER("report.total"), *sums, sum(sums)])
    heads = [_WORDS(f"choice.participant_type.{who}") for who in PARTICIPANT_TYPES]
    return _table("b2", [_PAPER("report.row.b2"), *heads, _PAPER("report.total")], rows)


def _by_participant(found: Year) -> PaperTable:
    """B3: participant by outcome; then whose sender was not asked and counts as a citizen; then
    inside and outside the office, and inside and outside the commune: each pair adds up to the
    whole."""
    groups: list[tuple[str, list[IdeaCount]]] = [
        (
            _WORDS(f"choice.participant_type.{who}"),
            [case for case in found.cases if counted_as(case.participant_type) == who],
        )
        for who in PARTICIPANT_TYPES
    ]
    groups.append((_PAPER("report.total"), list(found.cases)))
    for key, belongs in (
        ("unasked", lambda case: case.participant_type == NOT_ASKED),
        ("insider", lambda case: case.insider),
        ("outsider", lambda case: not case.insider),
        ("in_commune", lambda case: case.residence == "in_commune"),
        ("outside", lambda case: case.residence == "outside"),
        ("residence_unknown", lambda case: case.residence is None),
    ):
        groups.append((_PAPER(f"report.{key}"), [case for case in found.cases if belongs(case)]))
    names = tuple(_OUTCOMES)
    rows: list[list[Cell]] = [[label, *_counts(cases, names)] for label, cases in groups]
    return _table("b3", [_PAPER("report.row.b3"), *_heads(names)], rows)


def _by_field(found: Year) -> PaperTable:
    return _crossed("b4", found, (*FIELDS, None), lambda case: case.field, _field, _SHORT)


def _by_time(found: Year) -> PaperTable:
    """B5: how long the office took, in calendar days, and how many were in time. A withdrawn idea
    needs no answer."""
    owed = [case for case in found.cases if case.status is not Status.WITHDRAWN]
    answered, late = sum(case.answered for case in owed), sum(case.late for case in owed)
    days = sum(case.took for case in owed) / clock.DAY
    in_time = sum(case.in_time for case in owed)
    judged = answered + late
    rows: list[list[Cell]] = [
        [_PAPER("report.time.answered"), answered],
        [_PAPER("report.time.days"), round(days / answered, 1) if answered else None],
        [_PAPER("report.time.in_time"), in_time],
        [_PAPER("report.time.percent"), round(100 * in_time / judged, 1) if judged else None],
        [_PAPER("report.time.waiting"), _sum(owed) - answered],
        [_PAPER("report.time.late"), late],
    ]
    return _table("b5", [_PAPER("report.row.b5"), _PAPER("report.value")], rows)


def _replicated(found: Year) -> PaperTable:
    """B6: what was replicated, where and since when, and by which evidence: what was expected, what
    was measured, its trial, the officer's opinion."""
    heads = (
        "stt", "code", "title", "where_since", "expected_effect", "measured", "trial", "opinion",
    )  # fmt: skip
    return _table("b6", [_PAPER(f"column.{name}") for name in heads], found.spread)


def _praised(found: Year) -> PaperTable:
    """B7: what was given for the year's ideas: letters first, then each form of award."""
    given = found.praise
    forms = sorted({one.form for one in given} | {""})
    rows: list[list[Cell]] = [
        [form or _PAPER("report.praise.letter"), *_given(one for one in given if one.form == form)]
        for form in forms
    ]
    rows.append([_PAPER("report.total"), *_given(given)])
    heads = ("collective", "individual")
    columns = [
        _PAPER("report.row.b7"), *(_PAPER(f"report.praise.{name}") for name in heads),
        _PAPER("report.total"), _PAPER("report.praise.amount"),
    ]  # fmt: skip
    return _table("b7", columns, rows)


def _given(some: Iterable[PraiseCount]) -> list[int]:
    """Return the number of collectives, of persons, of both, and the đồng."""
    given = list(some)
    every = sum(one.count for one in given)
    bodies = sum(one.count for one in given if one.is_collective)
    return [bodies, every - bodies, every, sum(one.amount for one in given)]


def _carried(found: Year) -> PaperTable:
    """B8: ideas that count to another year than that of receipt, and those of the cut-off day."""
    to_next = _sum(
        one for one in found.cases if one.is_received and one.evaluation_year == found.year + 1
    )
    from_last = _sum(
        one for one in found.cases if not one.is_received and one.evaluation_year == found.year
    )
    rows: list[list[Cell]] = [
        [
            _PAPER("report.carried.to_next", nam=found.year + 1),
            *_listed(found, to_next, "to_next"),
        ],
        [
            _PAPER("report.carried.from_last", nam=found.year),
            *_listed(found, from_last, "from_last"),
        ],
        [
            _PAPER("report.carried.on_the_line"),
            *_listed(
                found,
                _sum(one for one in found.cases if one.on_the_line),
                f"line_{found.basis}",
            ),
        ],
    ]
    heads = [_PAPER("report.row.b8"), _PAPER("report.count"), _PAPER("column.code")]
    return _table("b8", heads, rows)


def _crossed(
    name: str,
    found: Year,
    keys: Sequence[str | None],
    key_of: Callable[[IdeaCount], str | None],
    label: Callable[[str | None], str],
    outcomes: tuple[str, ...],
) -> PaperTable:
    """Return a table with one row a key and one column an outcome, and the sums below."""
    rows: list[list[Cell]] = [
        [label(key), *_counts([case for case in found.cases if key_of(case) == key], outcomes)]
        for key in keys
    ]
    rows.append([_PAPER("report.total"), *_counts(found.cases, outcomes)])
    return _table(name, [_PAPER(f"report.row.{name}"), *_heads(outcomes)], rows)


def _counts(cases: Sequence[IdeaCount], outcomes: tuple[str, ...]) -> list[int]:
    return [_sum(filter(_OUTCOMES[name], cases)) for name in outcomes]


def _sum(cases: Iterable[IdeaCount]) -> int:
    return sum(one.count for one in cases)


def _heads(outcomes: tuple[str, ...]) -> list[str]:
    return [_PAPER(f"report.outcome.{name}") for name in outcomes]


def _table(name: str, columns: list[str], rows: Iterable[Sequence[Cell]]) -> PaperTable:
    return PaperTable(
        name, _PAPER(f"report.title.{name}"), columns, rows, _PAPER(f"report.note.{name}")
    )


def _category(key: str | None) -> str:
    if key is None:
        return _PAPER("report.unsorted")
    words = _WORDS(f"choice.category.{key}")
    return words if key == "other" else f"{key}. {words}"


def _field(key: str | None) -> str:
    if key is None:
        return _PAPER("report.unsorted")
    words = _WORDS(f"choice.field.{key}")
    return words if key == "other" else f"{key}. {words}"


def _listed(found: Year, count: int, which: str) -> list[Cell]:
    """Return how many ideas these are and their codes, as many as one reads."""
    known = found.carried(which) if count else ()
    said = ", ".join(map(codes.grouped, known))
    more = count - len(known)
    return [count, _PAPER("report.carried.more", ma=said, n=more) if more else said]
