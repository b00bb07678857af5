"""The ideas in numbers: for those who lead, spread the word or represent an organisation.

Only counts; people who may open a case find it in the queue.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kiosk.staff.blueprint import bp
from kiosk.staff.due import SOON_DAYS
from kiosk.staff.reports.charts import FINE, LATE, SOON, UNCLOCKED, Chart, chart
from kiosk.web import local_now, say, settings, store
from shared.db.connection import Store, reading
from shared.domain import clock
from shared.domain.record import Record
from shared.domain.roles import CULTURE, DESK
from shared.store.reports import overview
from shared.store.reports.overview import (
    BASES,
    TYPED_ONCE,
    UNREADABLE,
    UNSAID,
    Basis,
    Called,
    Chosen,
    Tally,
    WaitingIdeas,
)


class Breakdown(Record):
    """A year's ideas by one thing: its name, its rows (words, count) and their chart."""

    name: str
    title: str
    rows: list[tuple[str, int]]
    chart: Chart


@bp.get("/tong-quan", allow=DESK | CULTURE)
def overview_page() -> ResponseReturnValue:
    """Show what waits and what a year brought, by the chosen year of counting."""
    db, at, zone = store(), clock.now(), settings().office.zone
    with reading(db):
        years = overview.years(db, at=at, zone=zone)
        of = overview.chosen(_wanted_year(years), _wanted_basis(), zone)
        waiting, called = _waiting(db, at), overview.by_caller(db, of)
        return render_template(
            "staff/overview.html",
            of=of,
            years=[(str(year), str(year)) for year in years],
            bases=[(basis, say(f"staff.overview.basis.{basis}")) for basis in BASES],
            waiting=waiting,
            waiting_chart=_waiting_chart(waiting),
            late=sum(one.late for one in waiting),
            waits=sum(one.count for one in waiting),
            totals=overview.totals(db, of),
            carried=overview.carried_over(db, of),
            unasked=overview.unasked(db, of),
            breakdowns=[_breakdown(db, of, name) for name in _BREAKDOWNS],
            called=called,
            called_chart=_plain_chart((_called_name(one), one.count) for one in called),
            called_name=_called_name,
        )


def _wanted_year(years: list[int]) -> int:
    """Return the year in the address; this year if there is no such year."""
    said = request.args.get("nam", "")
    this_year = local_now().year
    return next((year for year in years if str(year) == said), this_year)


def _wanted_basis() -> Basis:
    return "counted" if request.args.get("theo") == "counted" else "received"


def _waiting(db: Store, at: int) -> list[WaitingIdeas]:
    """Return what waits, by the days that the queue's colours use."""
    zone = settings().office.zone
    today = clock.to_local(at, zone).date()
    return overview.waiting(
        db,
        today=clock.start_of_day(today, zone),
        soon=clock.end_of_day(today + timedelta(days=SOON_DAYS), zone),
    )


def _waiting_chart(waiting: list[WaitingIdeas]) -> Chart:
    return chart(
        (
            say(f"status.{one.status}.label"),
            ((one.late, LATE), (one.soon, SOON), (one.fine, FINE), (one.unclocked, UNCLOCKED)),
        )
        for one in waiting
    )


def _breakdown(db: Store, of: Chosen, name: str) -> Breakdown:
    count, words = _BREAKDOWNS[name]
    rows = [(words(one.key), one.count) for one in count(db, of)]
    return Breakdown(name, say(f"staff.overview.by.{name}"), rows, _plain_chart(rows))


def _plain_chart(rows: Iterable[tuple[str, int]]) -> Chart:
    return chart((words, ((count, FINE),)) for words, count in rows)


def _called_name(one: Called) -> str:
    if one.code == UNREADABLE:
        return say("staff.overview.unreadable")
    return one.name or say("staff.overview.unknown_code", ma=one.code)


def _hamlet(key: str) -> str:
    if key == TYPED_ONCE:
        return say("staff.overview.typed_once")
    return key or say("staff.overview.unsaid")


def _outcome(key: str) -> str:
    return say("staff.overview.open" if key == "open" else f"status.{key}.label")


def _category(key: str) -> str:
    return say(f"choice.category.{'none' if key == UNSAID else key}")


_BREAKDOWNS: dict[str, tuple[Callable[[Store, Chosen], list[Tally]], Callable[[str], str]]] = {
    "outcome": (overview.by_outcome, _outcome),
    "channel": (overview.by_channel, lambda key: say(f"choice.channel.{key}")),
    "participant": (
        overview.by_participant,
        lambda key: say(f"choice.participant_type.{key}"),
    ),
    "category": (overview.by_category, _category),
    "hamlet": (overview.by_hamlet, _hamlet),
}
