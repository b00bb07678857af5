"""What can wait for a member of staff: one row a kind, with the roles it waits for.

A kind asks the store one question, whatever the number of its lines. Every page shows how many
lines there are: that is asked in one statement, made of the kinds' own (shared/db/counting.py). A
new desk that lets something wait adds its row here.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask import current_app, g

from kiosk.daily import Daily
from kiosk.staff.access import me
from kiosk.staff.due import SOON_DAYS
from kiosk.web import settings, store
from shared.db import counting
from shared.db.connection import Store
from shared.db.counting import Countable
from shared.db.engines import Statement
from shared.domain import clock
from shared.domain.record import Record, replace
from shared.domain.roles import (
    ADMIN,
    CHAIR,
    COUNCIL,
    DESK,
    READERS,
    SCORERS,
    Roles,
)
from shared.store.awards import awards, printed_names
from shared.store.cases import pending_acts, roadmap, waiting_cases
from shared.store.council import waiting_items
from shared.store.jobs import print_jobs
from shared.store.messages import call_backs, sms_list
from shared.store.messages.sms_list import OPEN_FOR, PAGE_SIZE, SmsFilter
from shared.store.models import follow_up, model_requests
from shared.store.office import dispatches
from shared.store.people import help_calls
from shared.store.people.staff import StaffMember
from shared.store.privacy import data_requests

# The most lines of one kind: the others stand on its own page.
MOST = 50
# How far the number on every page counts; beyond it there are "more than" so many.
MOST_COUNTED = 99
# A trial is on the list this many days before its last one.
TRIAL_DAYS = 7


class Asker(Record):
    """Who asks, and when: `now` is ms UTC, `today` the office's day."""

    member: StaffMember
    now: int
    zone: ZoneInfo

    @property
    def id(self) -> str:
        """The member's id."""
        return self.member.id

    @property
    def leads(self) -> bool:
        """True for a member of the desk, who sees what the others of the desk see."""
        return self.member.role in DESK

    @property
    def today(self) -> date:
        """The office's day."""
        return clock.to_local(self.now, self.zone).date()


Find = Callable[[Store, Asker], Sequence[Any]]


class WaitingKind(Record):
    """Something that can wait: its `name` is the key of its words, `find` returns what waits, up to
    `most` lines. How it is counted: "rows" of the one statement that `find` reads, all of which it
    keeps; "count", where that statement counts and makes one line; "list", where `find` leaves
    some out by itself or reads no statement."""

    name: str
    roles: Roles
    find: Find
    counted: Literal["rows", "count", "list"] = "rows"
    most: int = MOST


class WaitingOfKind(Record):
    """All of one kind that wait for somebody."""

    kind: WaitingKind
    rows: Sequence[Any]


def _acts(db: Store, asker: Asker) -> Sequence[Any]:
    return pending_acts.seen_by(db, asker.id)[:MOST]


def _due(db: Store, asker: Asker) -> Sequence[Any]:
    soon = clock.end_of_day(asker.today + timedelta(days=SOON_DAYS), asker.zone)
    return waiting_cases.due(
        db, asker.id, today=clock.start_of_day(asker.today, asker.zone), soon=soon,
        of_all=asker.member.role in CHAIR, limit=MOST,
    )  # fmt: skip


def _answers(db: Store, asker: Asker) -> Sequence[Any]:
    return waiting_cases.answered(db, asker.id, now=asker.now, limit=MOST)


def _trials(db: Store, asker: Asker) -> Sequence[Any]:
    until = (asker.today + timedelta(days=TRIAL_DAYS)).isoformat()
    return waiting_cases.trials_that_end(db, asker.id, until=until, limit=MOST)


def _steps(db: Store, asker: Asker) -> Sequence[Any]:
    return roadmap.due(db, now=asker.now, limit=MOST)


def _returned(db: Store, asker: Asker) -> Sequence[Any]:
    return waiting_items.returned(db, asker.id, leads=asker.leads, limit=MOST)


def _unsigned(db: Store, _asker: Asker) -> Sequence[Any]:
    return waiting_items.unsigned(db, limit=MOST)


def _sessions(db: Store, asker: Asker) -> Sequence[Any]:
    today = asker.today.isoformat()
    return waiting_items.sessions_of(db, asker.id, today=today, leads=asker.leads)


def _invited(db: Store, _asker: Asker) -> Sequence[Any]:
    return waiting_items.answered(db)


def _sheets(db: Store, asker: Asker) -> Sequence[Any]:
    return waiting_items.sheets_of(db, asker.id)


def _call_backs(db: Store, asker: Asker) -> Sequence[Any]:
    return call_backs.waiting(db, now=asker.now, limit=MOST)


def _set_aside(db: Store, asker: Asker) -> Sequence[Any]:
    since = asker.now - OPEN_FOR
    return sms_list.page(db, SmsFilter(asker.id, "in", "quarantined", open_since=since)).lines


def _data(db: Store, asker: Asker) -> Sequence[Any]:
    return data_requests.waiting(db, asker.id)[:MOST]


def _lasting(db: Store, asker: Asker) -> Sequence[Any]:
    return follow_up.due(db, now=asker.now, limit=MOST)


def _units(db: Store, asker: Asker) -> Sequence[Any]:
    return model_requests.waiting(db, asker.id, MOST)


def _papers(db: Store, asker: Asker) -> Sequence[Any]:
    return dispatches.not_everywhere(db, since=asker.today.year - 1, limit=MOST)


def _rings(_db: Store, _asker: Asker) -> Sequence[Any]:
    return calling()


def calling() -> list[help_calls.Ring]:
    """Return the kiosks that call now, the longest first; the store is asked once a request,
    because every page shows and counts them."""
    found: list[help_calls.Ring] | None = g.get("calling")
    if found is None:
        found = g.calling = help_calls.waiting(store(), now=this_moment())
    return found


def this_moment() -> int:
    """Return when the request asks (ms UTC): the same for all that it asks together."""
    at: int = g.setdefault("asks_at", clock.now())
    return at


def _as_one(count: Callable[..., int]) -> Find:
    """Return what is one line however many there are."""

    def find(db: Store, asker: Asker) -> Sequence[Any]:
        waiting = count(db, now=asker.now)
        return (waiting,) if waiting else ()

    return find


def _reds(_db: Store, _asker: Asker) -> Sequence[Any]:
    watch: Daily = current_app.extensions["daily"]
    return (watch.reds,) if watch.reds else ()


# In the order in which they are counted: those that have few lines, then those of which a line
# costs little to count, at last those that may have to look at what waits for others.
KINDS = (
    WaitingKind("act", READERS, _acts),
    WaitingKind("ring", READERS, _rings, "list"),
    WaitingKind("trial", DESK, _trials, "list"),
    WaitingKind("returned", COUNCIL, _returned),
    WaitingKind("unsigned", CHAIR, _unsigned),
    WaitingKind("session", COUNCIL, _sessions),
    WaitingKind("invited", DESK, _invited),
    WaitingKind("sheets", SCORERS, _sheets),
    WaitingKind("failed_sms", READERS, _as_one(sms_list.count_failed), "count"),
    WaitingKind("honours", CHAIR, _as_one(awards.count_for_the_chair), "count"),
    WaitingKind("names", READERS, _as_one(printed_names.count_open), "count"),
    WaitingKind("printer", READERS, _as_one(print_jobs.count_open), "count"),
    WaitingKind("reds", READERS | ADMIN, _reds, "list"),
    WaitingKind("data", READERS, _data),
    WaitingKind("paper", DESK, _papers),
    WaitingKind("lasting", DESK, _lasting),
    WaitingKind("step", DESK, _steps),
    WaitingKind("unit", DESK, _units),
    WaitingKind("set_aside", READERS, _set_aside, most=PAGE_SIZE),
    WaitingKind("call_back", READERS, _call_backs),
    WaitingKind("due", DESK, _due),
    WaitingKind("answer", DESK, _answers),
)


def asker() -> Asker:
    """Return who asks now."""
    return Asker(me(), clock.now(), settings().office.zone)


def waiting() -> list[WaitingOfKind]:
    """Return all that waits for the member; the store is asked once a request."""
    known: list[WaitingOfKind] | None = g.get("today")
    if known is None:
        known = g.today = []  # for the error page, if a question fails
        who, db = asker(), store()
        known.extend(WaitingOfKind(kind, kind.find(db, who)) for kind in _kinds_of(who))
    return known


def count(db: Store, *, now: int) -> int:
    """Return how many lines wait for the member at `now` (ms UTC), for the head of a page; one more
    than MOST_COUNTED stands for all that are more. It is one statement, and one more for each kind
    that only its list can tell."""
    if "today" in g:
        return min(sum(len(found.rows) for found in waiting()), MOST_COUNTED + 1)
    who = replace(asker(), now=now)
    kinds, most = _kinds_of(who), MOST_COUNTED + 1
    if "number_of" not in g:  # foreseen, this is called twice
        g.number_of = counting.statement(
            db,
            [
                Countable(partial(_found, kind, who), kind.most, kind.counted == "count")
                for kind in kinds
                if kind.counted != "list"
            ],
            most,
        )
    number_of: Statement | None = g.number_of
    listed = [partial(kind.find, db, who) for kind in kinds if kind.counted == "list"]
    number, *lists = db.at_once(lambda: counting.number(db, number_of), *listed)
    return min(int(number) + sum(map(len, lists)), most)


def _kinds_of(who: Asker) -> list[WaitingKind]:
    return [kind for kind in KINDS if who.member.role in kind.roles]


def _found(kind: WaitingKind, who: Asker, db: Store) -> Sequence[Any]:
    return kind.find(db, who)
