"""Where and when letters and awards are handed over: at once, or at the year-end conference in an
order in which people are called (plan III; R30). Days are local, YYYY-MM-DD."""

from collections.abc import Iterable

from shared.db.card import (
    EVERY_YEAR,
    ExportSheet,
    Table,
    Whose,
    choice,
    day,
    ident,
    in_export,
    instant,
    number,
    text,
)
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.pages import PAGE_LINES, Page, page_of, read_mark
from shared.db.sql import among, one_of
from shared.domain.honours import IN_FORCE, State
from shared.domain.record import Record
from shared.store.awards import awards
from shared.store.awards.awards import HONOUR, Honour

PRESENCES = ("", "present", "absent")


class ConferenceUnknown(Exception):
    """There is none of that id."""


class Conference(Record):
    """One conference."""

    id: str
    name: str
    held_on: str
    place: str


CONFERENCE = Table(
    "conference",
    Conference,
    {
        "id": ident(exported=in_export()),
        "key": ident(),
        "name": text(Whose.NOBODY, exported=in_export(head="conference_name")),
        "held_on": day(exported=in_export()),
        "place": text(Whose.NOBODY, exported=in_export(head="where")),
    },
    unique=(("key",),),
    indexes={"conference_by_day": "held_on, id"},
    sealed=True,
    sheet=ExportSheet("hoi-nghi"),
    year_of=EVERY_YEAR,
)
_LATEST_FIRST = "held_on DESC, id DESC"
# A letter or an award that is valid and was not handed over; the few in these states are found by
# the index of states.
_STATES = {state for states in IN_FORCE.values() for state in states} - {State.HANDED_OVER}
_TO_HAND_OVER = f"state {one_of(_STATES)} AND ({{}})".format(
    " OR ".join(
        f"state {one_of({*states} - {State.HANDED_OVER})} AND kind = '{kind}'"
        for kind, states in IN_FORCE.items()
    )
)


class Delivery(Record):
    """How one letter or award is handed over: `conference_id` is None for at once, `turn` its place
    in the order of calling, `received_by` who took it if that was somebody else, `actor` who
    recorded it (a staff id), `at` ms UTC, None until it was handed over."""

    honour_id: str
    conference_id: str | None
    turn: int
    presence: str
    handed_on: str
    received_by: str
    actor: str
    at: int | None


DELIVERY = Table(
    "delivery",
    Delivery,
    {
        "id": ident(),
        "honour_id": ident(exported=in_export()),
        "conference_id": ident(null=True, exported=in_export()),
        "turn": number(exported=in_export()),
        "presence": choice(PRESENCES, exported=in_export()),
        "handed_on": day(exported=in_export()),
        "received_by": text(Whose.DETAILS, exported=in_export("name")),
        "actor": ident(exported=in_export()),
        "at": instant(null=True, exported=in_export()),
    },
    unique=(("honour_id",),),
    foreign={"honour_id": "honour", "conference_id": "conference"},
    indexes={"delivery_of_conference": "conference_id"},
    sealed=True,
    via="honour_id",
    sheet=ExportSheet("trao-khen"),
)


def open_one(
    db: Store, name: str, held_on: str, place: str, *, key: str, actor: str, at: int
) -> str:
    """Keep a conference, once per `key`, and return its id."""
    with writing(db):
        known = db.row(
            "SELECT id FROM conference WHERE commune_id = :commune_id AND key = :key", key=key
        )
        if known:
            return str(known[0])
        row = {"id": new_id(), "key": key, "name": name, "held_on": held_on, "place": place}
        db.insert(CONFERENCE, row)
        note(db, "conference_opened", None, actor, at, conference=row["id"])
        return str(row["id"])


def change(
    db: Store, conference_id: str, name: str, held_on: str, place: str, *, actor: str, at: int
) -> None:
    """Keep a new name, day and place."""
    changes = {"name": name, "held_on": held_on, "place": place}
    with writing(db):
        db.change(CONFERENCE, {"id": conference_id}, changes)
        note(db, "conference_changed", None, actor, at, conference=conference_id)


def every(db: Store) -> list[Conference]:
    """Return all conferences, the latest first."""
    return db.all(CONFERENCE, f"ORDER BY {_LATEST_FIRST}")


def page(db: Store, after: str) -> Page[Conference]:
    """Return one page of the same: the first, or the one after a mark."""
    held_on, conference_id = read_mark(after, str, str) or ("9999", "")  # behind every day
    which = f"(held_on, id) < (:held_on, :id) ORDER BY {_LATEST_FIRST} LIMIT {PAGE_LINES + 1}"
    found = db.all(CONFERENCE, which, held_on=held_on, id=conference_id)
    return page_of(found, lambda one: (one.held_on, one.id))


def by_ids(db: Store, conference_ids: Iterable[str]) -> dict[str, Conference]:
    """Return the conferences of these ids, by id."""
    these, ids = among(conference_ids)
    return {one.id: one for one in db.all(CONFERENCE, f"id {these}", **ids)}


def by_id(db: Store, conference_id: str) -> Conference:
    """Return the conference of this id. Raises ConferenceUnknown."""
    found = db.get(CONFERENCE, "id = :id", id=conference_id)
    if found is None:
        raise ConferenceUnknown(conference_id)
    return found


def of(db: Store, honour_id: str) -> Delivery | None:
    """Return how one is handed over, or None if nobody has said yet."""
    return db.get(DELIVERY, "honour_id = :honour_id", honour_id=honour_id)


def deliveries_of(db: Store, honour_ids: Iterable[str]) -> dict[str, Delivery]:
    """Return how these are handed over, by the id of the letter or award."""
    these, ids = among(honour_ids)
    return {one.honour_id: one for one in db.all(DELIVERY, f"honour_id {these}", **ids)}


def called(db: Store, conference_ids: Iterable[str]) -> dict[str, int]:
    """Return how many are called up at each of these conferences, by its id."""
    these, ids = among(conference_ids)
    found = db.rows(
        "SELECT conference_id, count(*) FROM delivery WHERE commune_id = :commune_id"  # noqa: S608 ours
        f" AND conference_id {these} GROUP BY conference_id",
        **ids,
    )
    return {str(conference): int(count) for conference, count in found}


def free(db: Store) -> list[Honour]:
    """Return the valid letters and awards that were not handed over and are on no conference's
    list, the oldest first."""
    is_called = (
        "EXISTS (SELECT 1 FROM delivery WHERE delivery.commune_id = :commune_id"
        " AND delivery.honour_id = honour.id AND delivery.conference_id IS NOT NULL)"
    )
    # By an expression: SQLite then finds the few, and does not walk along all ids.
    return db.all(HONOUR, f"{_TO_HAND_OVER} AND NOT {is_called} ORDER BY id || ''")


def list_of(db: Store, conference_id: str) -> list[Delivery]:
    """Return what is handed over at a conference, in the order of calling."""
    where = "conference_id = :conference_id ORDER BY turn, id"
    return db.all(DELIVERY, where, conference_id=conference_id)


def choose(db: Store, honour_id: str, conference_id: str | None, *, actor: str, at: int) -> None:
    """Record whether one is handed over at once (None) or at a conference, where it comes last in
    the order. Raises ConferenceUnknown, HonourUnknown."""
    with writing(db):
        honour, known = awards.by_id(db, honour_id), of(db, honour_id)
        if known is not None and known.conference_id == conference_id:
            return
        turn = 0
        if conference_id is not None:
            by_id(db, conference_id)
            turn = max((one.turn for one in list_of(db, conference_id)), default=0) + 1
        changes = {"conference_id": conference_id, "turn": turn, "presence": ""}
        if known is None:
            row = Delivery(honour_id, conference_id, turn, "", "", "", "", None)
            db.insert(DELIVERY, row, id=new_id())
        else:
            db.change(DELIVERY, {"honour_id": honour_id}, changes)
        note(
            db, "honour_delivery_chosen", honour.proposal_id, actor, at, honour=honour_id,
            conference=conference_id,
        )  # fmt: skip


def reorder(db: Store, conference_id: str, honour_id: str, turn: int, *, at: int) -> None:
    """Put one at a place in the order of calling, from 1; the others move up."""
    with writing(db):
        order = [one.honour_id for one in list_of(db, conference_id)]
        if honour_id not in order:
            return
        order.remove(honour_id)
        order.insert(max(0, min(turn - 1, len(order))), honour_id)
        for place, one in enumerate(order, start=1):
            db.change(DELIVERY, {"honour_id": one}, {"turn": place})


def note_presence(db: Store, honour_id: str, presence: str) -> None:
    """Record whether the called person is there."""
    with writing(db):
        db.change(DELIVERY, {"honour_id": honour_id}, {"presence": presence})


def note_handed(
    db: Store, honour_id: str, day: str, received_by: str, *, actor: str, at: int
) -> None:
    """Keep on which day it was handed over and who took it; "" if it was not after all."""
    with writing(db):
        if of(db, honour_id) is None:
            choose(db, honour_id, None, actor=actor, at=at)
        changes = {
            "handed_on": day, "received_by": received_by, "actor": actor if day else "",
            "at": at if day else None,
        }  # fmt: skip
        db.change(DELIVERY, {"honour_id": honour_id}, changes)
