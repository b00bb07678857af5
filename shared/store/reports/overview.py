"""The year's ideas, only in numbers: what waits, what is late, where ideas come from.

Nothing here names a person or an idea. Junk and confidential cases are in no breakdown; their
number stands beside the totals.
"""

import re
from collections import Counter, defaultdict
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.domain import clock
from shared.domain.proposal import (
    NOT_ASKED,
    ON_THE_CLOCK,
    UNDECIDED,
    Status,
    counted_as,
    in_order,
)
from shared.domain.record import Record
from shared.domain.vietnamese import fold
from shared.store.cases import idea_counts
from shared.store.cases.visibility import CONFIDENTIAL, SHOWN, SPAM
from shared.store.office import campaigns, profile

Basis = Literal["received", "counted"]
BASES: tuple[Basis, ...] = ("received", "counted")
# A tally's key if the sender said nothing.
UNSAID = ""
# People type the hamlet freely, so a value of a single sender is counted and not shown.
TYPED_ONCE = "typed_once"
# What an address may have as `?moi=`; everything else is counted under one name.
UNREADABLE = "?"
_CODE = re.compile(r"[a-z0-9-]{1,20}", re.ASCII)


class Chosen(Record):
    """The ideas a page counts: those received in a local year, or those that count to it.

    `begins` and `ends` are the year's first and last instant (ms UTC)."""

    year: int
    basis: Basis
    begins: int
    ends: int


class WaitingIdeas(Record):
    """Open ideas of one status by the office's clock: late, due within days, with time left, and
    those whose pace is the Council's (`unclocked`)."""

    status: Status
    late: int
    soon: int
    fine: int
    unclocked: int

    @property
    def count(self) -> int:
        """Return how many wait there."""
        return self.late + self.soon + self.fine + self.unclocked


class Tally(Record):
    """How many ideas have one value; a breakdown lists the most frequent first."""

    key: str
    count: int


class Totals(Record):
    """All ideas of a year, and how many of them are in no breakdown and why."""

    every: int
    spam: int
    confidential: int

    @property
    def shown(self) -> int:
        """Return how many the breakdowns add up to."""
        return self.every - self.spam - self.confidential


class CarriedOver(Record):
    """Insiders' ideas that came after a cut-off (plan II.4): received in the year before and
    counted in this one, received in this one and counted in the next, and those that came on the
    cut-off day itself."""

    brought_in: int
    passed_on: int
    on_the_line: int


class Called(Record):
    """How many ideas have the code of an organisation or poster. `name` is the organisation's, ""
    if the office gave out no such code."""

    code: str
    name: str
    count: int


def chosen(year: int, basis: Basis, zone: ZoneInfo) -> Chosen:
    """Return which ideas a year has by a way of counting."""
    begins = clock.start_of_day(date(year, 1, 1), zone)
    return Chosen(year, basis, begins, clock.end_of_day(date(year, 12, 31), zone))


def years(db: Store, *, at: int, zone: ZoneInfo) -> list[int]:
    """Return every year with something to count, and this one; the latest first."""
    found = {one.year for one in campaigns.campaigns(db)} | {clock.to_local(at, zone).year}
    row = db.row("SELECT min(received_at) FROM proposal WHERE commune_id = :commune_id")
    latest = idea_counts.latest_year(db)
    if row is not None and latest is not None:
        found |= {clock.to_local(row[0], zone).year, latest}
    return list(range(max(found), min(found) - 1, -1))


def waiting(db: Store, *, today: int, soon: int) -> list[WaitingIdeas]:
    """Return the open ideas of all years by status, zero included. Those due before `today` (ms
    UTC, the local day's first instant) are late, those due until `soon` are near their day."""
    every, late, near = idea_counts.due(db, today=today, soon=soon)
    return [
        WaitingIdeas(
            status, late[status], near[status],
            every[status] - late[status] - near[status] if status in ON_THE_CLOCK else 0,
            every[status] if status not in ON_THE_CLOCK else 0,
        )
        for status in in_order(UNDECIDED)
    ]  # fmt: skip


def totals(db: Store, of: Chosen) -> Totals:
    """Return how many ideas a year has; one that is junk and confidential is junk."""
    of_kinds = _tally(db, of, "kind")
    spam, confidential = of_kinds[SPAM], of_kinds[CONFIDENTIAL]
    return Totals(of_kinds.total(), spam, confidential)


def carried_over(db: Store, of: Chosen) -> CarriedOver:
    """Return what the cut-off moved into a year and out of it, whatever the way of counting."""
    came = idea_counts.received(db, "kind", of.year, of.begins, of.ends)
    on_the_line = idea_counts.received(db, "line", of.year, of.begins, of.ends)
    return CarriedOver(
        idea_counts.brought_in(db, of.year, of.begins),
        sum(
            count for (counted, kind), count in came.items() if kind == SHOWN and counted > of.year
        ),
        on_the_line.total(),
    )


def by_channel(db: Store, of: Chosen) -> list[Tally]:
    """Return a year's ideas by the way they came."""
    return _ranked(_tally(db, of, "channel"))


def by_category(db: Store, of: Chosen) -> list[Tally]:
    """Return a year's ideas by the plan's group."""
    return _ranked(_tally(db, of, "category"))


def by_participant(db: Store, of: Chosen) -> list[Tally]:
    """Return a year's ideas by who sent them; where nobody was asked it counts as a citizen's."""
    counts: Counter[str] = Counter()
    for who, count in _tally(db, of, "participant_type").items():
        counts[counted_as(who)] += count
    return _ranked(counts)


def unasked(db: Store, of: Chosen) -> int:
    """Return of how many of a year's ideas nobody was asked who sent them."""
    return _tally(db, of, "participant_type")[NOT_ASKED]


def by_outcome(db: Store, of: Chosen) -> list[Tally]:
    """Return a year's ideas by their result; those in progress are "open"."""
    counts: Counter[str] = Counter()
    for status, count in _tally(db, of, "status").items():
        counts["open" if Status(status) in UNDECIDED else status] += count
    return _ranked(counts)


def by_hamlet(db: Store, of: Chosen) -> list[Tally]:
    """Return a year's ideas by hamlet; spellings that read the same are one, under the most
    frequent spelling."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for spelling, count in _tally(db, of, "hamlet").items():
        spellings[_sound(spelling)][spelling] += count
    counts: Counter[str] = Counter()
    for sound, spelt in spellings.items():
        is_shown = sound == UNSAID or spelt.total() > 1
        counts[spelt.most_common(1)[0][0] if is_shown else TYPED_ONCE] += spelt.total()
    return _ranked(counts)


def by_caller(db: Store, of: Chosen) -> list[Called]:
    """Return what each organisation's or poster's code brought in, also organisations without an
    idea; codes that nobody was given have no name. The most ideas first."""
    counts: Counter[str] = Counter()
    for code, count in _tally(db, of, "mobiliser").items():
        counts[code if _CODE.fullmatch(code) else UNREADABLE] += count
    names = {one.code: one.name for one in profile.organisations(db)}
    called = [Called(code, names.get(code, ""), counts[code]) for code in {*names, *counts}]
    return sorted(called, key=lambda one: (-one.count, not one.name, one.code))


def _tally(db: Store, of: Chosen, what: str) -> Counter[str]:
    if of.basis == "counted":
        return idea_counts.counted(db, what, of.year)
    found: Counter[str] = Counter()
    for (_, value), count in idea_counts.received(db, what, of.year, of.begins, of.ends).items():
        found[value] += count
    return found


def _sound(hamlet: str) -> str:
    """Return what two spellings of one hamlet share: "Ấp Bình Chánh" and "binh chanh"."""
    return fold(hamlet).removeprefix("ap ").strip()


def _ranked(counts: Counter[str]) -> list[Tally]:
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [Tally(key, count) for key, count in ranked]
