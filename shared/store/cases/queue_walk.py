"""How far a page of the list of cases looks.

An index leads through the cases of a list in its order. Where a filter wants few of those that it
leads through, a page would look at all years' cases: it ends after WALKED, and the next one goes on
there.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Literal, NamedTuple

from shared.db.connection import Store

WALKED = 1000
# What narrows a list, by the names of its filter.
NARROWING = (
    "status", "channel", "category", "mine", "spam", "again", "free", "on_the_line", "unasked",
    "due",
)  # fmt: skip
# What of it an index leads by, best first.
_LED_BY = {
    "mine": "proposal.assignee_id = :viewer",
    "on_the_line": "proposal.on_the_line = 1",
    "status": "proposal.status = :status",
    "category": "proposal.category = :category",
    "channel": "proposal.channel = :channel",
}
_SPAM = "proposal.is_spam = :spam"
# The columns of which another index begins.
_NUMBERS = ("due_at", "is_spam", "on_the_line")
_INDEXED = re.compile(rf"\bproposal\.({'|'.join(_NUMBERS)}|status|channel|category|assignee_id)\b")


class Stretch(NamedTuple):
    """A part of the list that has one order: which cases, by which instant, which way; `letter`
    tells its marks from those of another."""

    condition: str
    by: Literal["received_at", "due_at"]
    direction: Literal["ASC", "DESC"]
    letter: str = ""

    @property
    def order(self) -> str:
        """Return its order in SQL."""
        return f"ORDER BY proposal.{self.by} {self.direction}, proposal.id {self.direction}"


def led(
    stretch: Stretch, asked: AbstractSet[str], due: str, *, is_whole: bool
) -> list[str] | None:  # fmt: skip
    """Return the conditions by which an index leads through a stretch in its order; None where it
    meets wanted cases alone. `asked` is what narrows the list, `due` how, `is_whole` says that a
    stretch by time has all cases of the list."""
    if stretch.by == "due_at":
        by = next((name for name in ("mine", "on_the_line") if name in asked), "")
        if not asked - {by, "due", "spam"} or asked == {"status"}:  # each is one of three
            return None
        more = [*([_LED_BY[by]] if by else []), *([due] if "due" in asked else [])]
        return [_SPAM, stretch.condition, *more]
    by = next((name for name in _LED_BY if name in asked), "")
    if by:
        is_met = is_whole and asked == {by}
        return None if is_met else [_LED_BY[by], *([_SPAM] if by == "mine" else [])]
    if stretch.letter:
        return [_SPAM, stretch.condition] if asked - {"spam"} else None
    return [] if asked else None


def along(led: Sequence[str], conditions: Sequence[str]) -> list[str]:
    """Return the conditions of a list so that no index leads but the one that goes by `led`."""
    return [one if one in led else _INDEXED.sub(_unled, one) for one in conditions]


def _unled(column: re.Match[str]) -> str:
    return f"{column[0]} + 0" if column[1] in _NUMBERS else f"{column[0]} || ''"


def end(
    db: Store, stretch: Stretch, conditions: Sequence[str], params: Mapping[str, Any]
) -> tuple[int, str] | None:
    """Return the place of the last case that a page looks at, its instant (ms UTC) and id; None
    where it looks to the end."""
    row = db.row(
        f"SELECT proposal.{stretch.by}, proposal.id FROM proposal"  # noqa: S608 ours
        f" WHERE {' AND '.join(['proposal.commune_id = :commune_id', *conditions])}"
        f" {stretch.order} LIMIT 1 OFFSET {WALKED - 1}",
        **params,
    )
    return (row[0], row[1]) if row else None
