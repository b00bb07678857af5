"""The sheets of the notice board: closing a day, and proving that an event lies under a sheet."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.db import event_log
from shared.db.card import ExportSheet, Table, day, ident, in_export, instant, number
from shared.db.connection import Store, writing
from shared.db.event_log import SYSTEM, Event, new_id, note
from shared.db.rows import Row
from shared.domain import clock, ledger
from shared.domain.ledger import DailySheet, ProofStep
from shared.domain.record import Record

DAILY_HEAD: Table[Any] = Table(
    "daily_head",
    None,
    {
        "id": ident(),
        "number": number(exported=in_export()),
        "day": day(exported=in_export("day")),
        "closed_at": instant(exported=in_export()),
        "first_place": number(exported=in_export("number")),
        "last_place": number(exported=in_export("number")),
        "chain": ident(exported=in_export()),
        "root": ident(exported=in_export()),
        "before": ident(exported=in_export()),
        "head": ident(exported=in_export(head="day_head")),
    },
    unique=(("number",), ("day",)),
    checks=("first_place <= last_place",),
    sealed=True,
    sheet=ExportSheet("so-cai"),
    year_of="day",
)


# What the chain says of its own closing; a day that holds nothing else needs no sheet.
CLOSED = "head_closed"
# How many sheets a proof may cross: the days of a year, and some more.
MOST_SHEETS = 400


class KeptSheet(Record):
    """A sheet as it was closed: `head` was printed, `closed_at` is ms UTC."""

    id: str
    closed_at: int
    head: str
    sheet: DailySheet

    @property
    def is_whole(self) -> bool:
        """True while the head is the hash of the sheet's lines."""
        return self.sheet.head == self.head


class Proof(Record):
    """The way from one event to a head: up the tree of its own sheet, then from sheet to sheet.
    `sheets` are one or more; the last is the one to compare with the notice board. `holds` says
    whether every hash on the way, computed again, is right."""

    event: Event
    path: tuple[ProofStep, ...]
    sheets: tuple[KeptSheet, ...]
    holds: bool

    @property
    def head(self) -> str:
        """The head it ends at."""
        return self.sheets[-1].head

    @property
    def day(self) -> str:
        """The day of that head: YYYY-MM-DD."""
        return self.sheets[-1].sheet.day


_SELECT = (
    "SELECT id, closed_at, head, commune_id, number, day, first_place, last_place, chain, root,"
    " before FROM daily_head WHERE commune_id = :commune_id"
)


def close_day(db: Store, *, at: int, zone: ZoneInfo) -> KeptSheet | None:
    """Close the day that ended last before `at`, once, and return its sheet; None if there is
    nothing to close. A machine that was off at midnight closes when it runs again."""
    ended = clock.to_local(at, zone).date() - timedelta(days=1)
    day, until = ended.isoformat(), clock.end_of_day(ended, zone)
    if _due(db, day, until) is None:
        return None
    with writing(db):
        due = _due(db, day, until)
        return _close(db, day, *due, at) if due else None


def latest(db: Store) -> KeptSheet | None:
    """Return the sheet that was closed last, or None."""
    return _one(db, "ORDER BY number DESC LIMIT 1")


def by_number(db: Store, number: int) -> KeptSheet | None:
    """Return the sheet of a number, or None."""
    return _one(db, "AND number = :number", number=number)


def of_day(db: Store, day: str) -> KeptSheet | None:
    """Return the sheet of a day (YYYY-MM-DD), or None."""
    return _one(db, "AND day = :day", day=day)


def covering(db: Store, place: int) -> KeptSheet | None:
    """Return the sheet that covers the event at a place, or None while its day is open."""
    return _one(db, "AND last_place >= :place ORDER BY number LIMIT 1", place=place)


def lately(db: Store, limit: int) -> list[KeptSheet]:
    """Return the sheets closed last, newest first."""
    return _some(db, f"ORDER BY number DESC LIMIT {limit}")


def every(db: Store) -> list[KeptSheet]:
    """Return all sheets in the order they were closed."""
    return _some(db, "ORDER BY number")


def lies_in_chain(db: Store, kept: KeptSheet) -> bool:
    """Say whether a sheet still fits the chain: checks its own lines and the one event they end
    at. `verify` checks all of it."""
    last = kept.sheet.last
    return kept.is_whole and event_log.hashes(db, last, last) == [kept.sheet.chain]


def prove(db: Store, event: Event, day: str = "") -> Proof | None:
    """Return the proof from an event to the sheet of `day`, or to the first sheet that covers it
    if there is no later one; None while no sheet covers it."""
    first = covering(db, event.place)
    if first is None:
        return None
    sheet = first.sheet
    path = ledger.path_to(event_log.hashes(db, sheet.first, sheet.last), event.place - sheet.first)
    sheets = _up_to(db, first, day)
    befores = [one.sheet.before for one in sheets[1:]]
    holds = (
        event_log.is_whole(db, event)
        and ledger.follow(event.hash, path) == sheet.root
        and all(one.is_whole for one in sheets)
        and befores == [one.head for one in sheets[:-1]]
    )
    return Proof(event, path, sheets, holds)


def _up_to(db: Store, first: KeptSheet, day: str) -> tuple[KeptSheet, ...]:
    """Return the sheets from `first` to that of `day`, or `first` alone."""
    wanted = of_day(db, day)
    if wanted is None or not 0 < wanted.sheet.number - first.sheet.number < MOST_SHEETS:
        return (first,)
    return tuple(
        _some(
            db,
            "AND number BETWEEN :first AND :last ORDER BY number",
            first=first.sheet.number,
            last=wanted.sheet.number,
        )
    )


def _due(db: Store, day: str, until: int) -> tuple[KeptSheet | None, int] | None:
    """Return the sheet before and the newest place that a day's sheet would cover; None if the
    day is closed, or nothing happened except the closing of the sheet before."""
    if of_day(db, day) is not None:
        return None
    before = latest(db)
    row = db.row(
        "SELECT max(place) FROM event WHERE commune_id = :commune_id"
        " AND place > :after AND at <= :until AND kind <> :closed",
        after=before.sheet.last if before else 0,
        until=until,
        closed=CLOSED,
    )
    return (before, row[0]) if row and row[0] else None


def _close(db: Store, day: str, before: KeptSheet | None, last: int, at: int) -> KeptSheet:
    first = before.sheet.last + 1 if before else 1
    hashes = event_log.hashes(db, first, last)
    sheet = DailySheet(
        commune_id=db.commune_id,
        number=before.sheet.number + 1 if before else 1,
        day=day,
        first=first,
        last=last,
        chain=hashes[-1],
        root=ledger.root_of(hashes),
        before=before.head if before else ledger.GENESIS_HEAD,
    )
    kept = KeptSheet(new_id(), at, sheet.head, sheet)
    db.insert(
        DAILY_HEAD,
        {
            "id": kept.id,
            "number": sheet.number,
            "day": day,
            "closed_at": at,
            "first_place": first,
            "last_place": last,
            "chain": sheet.chain,
            "root": sheet.root,
            "before": sheet.before,
            "head": kept.head,
        },
    )
    note(db, CLOSED, None, SYSTEM, at, sheet=kept.id, head=kept.head)
    return kept


def _one(db: Store, where: str, **params: object) -> KeptSheet | None:
    row = db.row(f"{_SELECT} {where}", **params)  # commune_id is named in it
    return _read(row) if row else None


def _some(db: Store, where: str, **params: object) -> list[KeptSheet]:
    return [_read(row) for row in db.rows(f"{_SELECT} {where}", **params)]  # commune_id too


def _read(row: Row) -> KeptSheet:
    kept_id, closed_at, head, *lines = row
    return KeptSheet(kept_id, closed_at, head, DailySheet(*lines))
