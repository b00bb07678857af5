"""Who should be thanked or rewarded next: authors of valid ideas for whom nobody has proposed
anything yet, the longest waiting first (R5).

Pages continue after the last row seen (keyset), so a page costs the same wherever it lies, and
nobody is missed while those before are proposed. award_turns.py keeps whose turn it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from shared.db.connection import Store
from shared.db.rows import columns_of
from shared.domain.honours import Kind
from shared.domain.proposal import NOT_ASKED, Status
from shared.domain.record import Record, replace
from shared.store.cases import redactions
from shared.store.cases.award_turns import group_of
from shared.store.cases.proposals import PROPOSAL, Proposal
from shared.store.cases.visibility import COUNTED

PAGE_SIZE = 50
_MARK = re.compile(r"(\d{1,15})\.([0-9a-f-]{36})\.(\d{1,4})", re.ASCII)


class AwardDue(Record):
    """An author whose turn it is: `place` among the idea's authors and what they are, `since` (ms
    UTC) when the idea was first taken for a valid one, `may` what can be proposed now;
    `needs_effect` says that an award waits for figures before and after, `is_known` that a name was
    left."""

    idea: Proposal
    place: int
    participant_type: str
    group: str
    since: int
    may: tuple[Kind, ...]
    needs_effect: bool
    is_known: bool

    @property
    def is_unasked(self) -> bool:
        """True if somebody must ask first who they are: they are on the list as a citizen."""
        return self.participant_type == NOT_ASKED

    @property
    def mark(self) -> str:
        """Where it stands in the list, for an address."""
        return f"{self.since}.{self.idea.id}.{self.place}"


class DueFilter(Record):
    """Who is wanted: of a year, a group, whose idea has a status; None or "" for all."""

    year: int | None = None
    group: str = ""
    status: Status | None = None


class DuePage(Record):
    """A page of the list; `before` and `after` are the marks from which those beside it go on,
    None where there is none."""

    found: list[AwardDue]
    before: str | None
    after: str | None


EVERYBODY = DueFilter()


def page(db: Store, wanted: DueFilter = EVERYBODY, *, after: str = "", before: str = "") -> DuePage:
    """Return the page after a mark or before one, the first without; where nobody is left, the
    first too. The ideas are as they came: call `as_read_by` before anybody reads them."""
    mark, is_back = _read_mark(after or before), bool(before and not after)
    if mark is None:
        is_back = False
    found = _walk(db, wanted, mark, is_back=is_back)
    if not found and mark is not None:
        return page(db, wanted)
    is_more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if is_back:
        return DuePage(found[::-1], found[-1].mark if is_more else None, found[0].mark)
    return DuePage(
        found,
        found[0].mark if mark is not None else None,
        found[-1].mark if is_more else None,
    )


def as_read_by(db: Store, found: Sequence[AwardDue], reader: str) -> list[AwardDue]:
    """Return them with the ideas as one member of staff may read them."""
    ideas = redactions.all_as_read_by(db, [one.idea for one in found], reader)
    return [replace(one, idea=idea) for one, idea in zip(found, ideas, strict=True)]


def counts(db: Store) -> Counter[tuple[int, str, str]]:
    """Return how many wait, by the year, the group and the status of the idea."""
    return Counter(
        {
            (year, group, status): count
            for year, group, status, count in db.rows(
                "SELECT year, kind, status, count FROM award_count WHERE commune_id = :commune_id"
            )
        }
    )


def _walk(
    db: Store, wanted: DueFilter, mark: tuple[int, str, int] | None, *, is_back: bool
) -> list[AwardDue]:
    """Return the wanted ones after a mark, one more than a page has, or backwards before it."""
    said: dict[str, Any] = {
        "year": wanted.year, "kind": wanted.group or None,
        "status": wanted.status and str(wanted.status),
    }  # fmt: skip
    values = {name: value for name, value in said.items() if value is not None}
    where = [f"{name} = :{name}" for name in values]
    if mark is not None:
        where.append(f"(since, proposal_id, place) {'<' if is_back else '>'} (:at, :idea, :turn)")
        values |= dict(zip(("at", "idea", "turn"), mark, strict=True))
    way = " DESC" if is_back else ""
    order = f"since{way}, proposal_id{way}, place{way}"
    return _read(
        db,
        db.rows(
            "SELECT due.place, coalesce(author.participant_type, proposal.participant_type),"  # noqa: S608 ours
            " due.since, due.letter, due.award, due.needs_effect, author.name, author.unit,"
            f" {columns_of(PROPOSAL, 'proposal')}"
            " FROM (SELECT * FROM award_due WHERE commune_id = :commune_id"
            f" {''.join(f' AND {one}' for one in where)} ORDER BY {order} LIMIT {PAGE_SIZE + 1})"
            # CROSS: SQLite then looks up a page's ideas alone.
            " AS due CROSS JOIN proposal CROSS JOIN author"
            " WHERE proposal.commune_id = due.commune_id AND proposal.id = due.proposal_id"
            "  AND author.commune_id = due.commune_id AND author.proposal_id = due.proposal_id"
            # Said again, so that nothing secret is shown even if what is kept were wrong.
            f"  AND author.place = due.place AND proposal.commune_id = :commune_id AND {COUNTED}"
            f" ORDER BY {', '.join(f'due.{one}' for one in order.split(', '))}",
            **values,
        ),
    )


def _read(db: Store, rows: Iterable[Sequence[Any]]) -> list[AwardDue]:
    return [
        AwardDue(
            db.value(PROPOSAL, row[8:]), row[0], row[1], group_of(row[1]), row[2],
            (*(("letter",) if row[3] else ()), *(("award",) if row[4] else ())),
            bool(row[5]), bool(row[6] or row[7]),
        )
        for row in rows
    ]  # fmt: skip


def _read_mark(said: str) -> tuple[int, str, int] | None:
    mark = _MARK.fullmatch(said)
    return (int(mark[1]), mark[2], int(mark[3])) if mark else None
