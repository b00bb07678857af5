"""The list of cases seen otherwise: as a board by status, and as the days of a month.

Both show what the filter of the list shows, and lead to the same pages of cases.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date

from flask import url_for

from kiosk.staff.access import me
from kiosk.staff.cases import queue_filters
from kiosk.staff.due import due_of
from kiosk.web import language, say, settings, store
from shared.domain import clock
from shared.domain.proposal import UNDECIDED, Status, in_order
from shared.domain.record import Record, replace
from shared.domain.roles import COUNCIL
from shared.store.cases import queue
from shared.store.cases.queue import CaseCount, QueueFilter, QueueLine
from shared.store.council import sessions
from shared.store.models import trials

VIEWS = ("bang", "lich")
# A column shows its first cases and leads to all; a day shows its first entries and folds the rest.
CARDS, ENTRIES = 8, 4
# Of a filtered list a column counts no more.
MOST_COUNTED = 99
# More cases than anybody reads in a month.
MOST = 500
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


class ViewEntry(Record):
    """One line of a board or a day: a link with its words; `tone` is late, soon, fine or ""."""

    href: str
    title: str
    note: str
    tone: str = ""


class StatusColumn(Record):
    """One status of the board: its first cases; in words how many there are, "" where that is not
    counted, and how many `more` than its cards, "" for none."""

    name: str
    href: str
    count: str
    more: str
    cards: list[ViewEntry]


class Day(Record):
    """One day of the month; `more` are the entries that show when they are asked for."""

    day: date
    is_today: bool
    entries: list[ViewEntry]
    more: list[ViewEntry]


class Month(Record):
    """A month as weeks from Monday; None stands for a day of another month."""

    name: str
    weeks: list[list[Day | None]]
    before: str
    after: str


def board(wanted: QueueFilter) -> tuple[list[StatusColumn], list[StatusColumn]]:
    """Return the columns of what is under way, and those of what has a result, without cards."""
    counts = queue.counts(store(), wanted, queue_filters.days(), MOST_COUNTED)
    shown = [one for one in in_order(UNDECIDED) if wanted.status in (None, one)]
    others = [one for one in counts if one not in UNDECIDED]
    return (
        [_column(wanted, one, counts.get(one, CaseCount(0))) for one in shown],
        [_column(wanted, one, counts[one]) for one in in_order(others)],
    )


def _column(wanted: QueueFilter, status: Status, count: CaseCount | None) -> StatusColumn:
    cards = _cards(wanted, status) if status in UNDECIDED and count != CaseCount(0) else []
    href = queue_filters.href(replace(wanted, status=status))
    name = queue_filters.status_name(status, language())
    if count is None:
        return StatusColumn(name, href, "", "", cards)
    left = queue_filters.in_words(count._replace(number=count.number - len(cards)))
    more = say("staff.calendar.more", n=left) if count.number > len(cards) else ""
    return StatusColumn(name, href, queue_filters.in_words(count), more, cards)


def _cards(wanted: QueueFilter, status: Status) -> list[ViewEntry]:
    here = replace(wanted, status=status, after=None)
    lines = queue.first(store(), here, queue_filters.days(), CARDS)
    return [_of_case(line, here, with_due=True) for line in lines]


def _of_case(line: QueueLine, wanted: QueueFilter, *, with_due: bool, note: str = "") -> ViewEntry:
    due = due_of(Status(line.status), line.due_at, queue_filters.today(), settings().office.zone)
    words = say(due.key, n=due.days) if due and with_due else note
    href = queue_filters.case_href(line.code, wanted)
    return ViewEntry(href, line.title or say("staff.case.no_title"), words, due.tone if due else "")


def month(wanted: QueueFilter, typed: str) -> Month:
    """Return a month (YYYY-MM; any other text: this one) with what falls on its days."""
    today, said = queue_filters.today(), _MONTH.fullmatch(typed)
    year, number = (int(said[1]), int(said[2])) if said else (today.year, today.month)
    entries: dict[date, list[ViewEntry]] = {}
    for day, entry in _falling_in(wanted, date(year, number, 1)):
        entries.setdefault(day, []).append(entry)
    weeks = [
        [_day(day, today, entries.get(day, [])) if day.month == number else None for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, number)
    ]
    return Month(
        say("staff.calendar.month", thang=number, nam=year),
        weeks,
        _month_href(wanted, year, number - 1),
        _month_href(wanted, year, number + 1),
    )


def _month_href(wanted: QueueFilter, year: int, number: int) -> str:
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    return queue_filters.href(wanted, xem="lich", thang=f"{year}-{number:02}")


def _day(day: date, today: date, entries: list[ViewEntry]) -> Day:
    return Day(day, day == today, entries[:ENTRIES], entries[ENTRIES:])


def _falling_in(wanted: QueueFilter, first: date) -> Iterator[tuple[date, ViewEntry]]:
    """Yield what falls in the month that begins on a day: sessions, trials that end, cases due."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    if me().role in COUNCIL:
        for one in sessions.held_within(store(), first.isoformat(), last.isoformat()):
            href = url_for("staff.council_session", session_id=one.id)
            entry = ViewEntry(href, say("staff.calendar.session"), one.place)
            yield date.fromisoformat(one.held_on), entry
    yield from _trials(wanted, first, last)
    zone, days = settings().office.zone, queue_filters.days()
    within = (clock.start_of_day(first, zone), clock.end_of_day(last, zone))
    due = replace(wanted, order="due", due_within=within)
    for line in queue.first(store(), due, days, MOST):
        day = clock.to_local(line.due_at, zone).date()
        yield day, _of_case(line, wanted, with_due=False, note=say("staff.calendar.due"))


def _trials(wanted: QueueFilter, first: date, last: date) -> Iterator[tuple[date, ViewEntry]]:
    if wanted.status not in (None, Status.ON_TRIAL) or wanted.due:
        return
    tried = replace(wanted, status=Status.ON_TRIAL)
    lines = queue.first(store(), tried, queue_filters.days(), MOST)
    ends = trials.ends_of(store(), [line.id for line in lines])
    for line in lines:
        day = date.fromisoformat(ends[line.id]) if line.id in ends else None
        if day and first <= day <= last:
            note = say("staff.calendar.trial")
            yield day, _of_case(line, wanted, with_due=False, note=note)
