"""The outreach log: what was done, where, when, by whom, how many people it reached (R35).

Days are local, YYYY-MM-DD; costs are in đồng. An entry can be corrected, and struck out if it never
happened; nothing is deleted.
"""

from shared.db.card import (
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
from shared.domain.record import Record, asdict


class NewEffort(Record):
    """An effort as it was entered; `ended_on` is "" for one day, `mobiliser` the code that it names
    ("" for none), `reached` and `cost` None if nobody knows."""

    kind: str
    title: str
    place: str
    begun_on: str
    ended_on: str
    done_by: str
    mobiliser: str
    reached: int | None
    cost: int | None
    note: str


class Effort(NewEffort):
    """One entry of the log; `entered_by` is a staff id, instants are ms UTC."""

    id: str
    entered_by: str
    entered_at: int
    changed_at: int


OUTREACH = Table(
    "outreach",
    Effort,
    {
        "id": ident(exported=in_export()),
        "key": ident(),
        "kind": choice(
            ("loudspeaker", "poster", "leaflet", "meeting", "website", "zalo", "other"),
            exported=in_export("choice", words="staff.outreach.kinds"),
        ),
        "title": text(Whose.STAFF, exported=in_export(head="done")),
        "place": text(Whose.STAFF, exported=in_export(head="where")),
        "begun_on": day(exported=in_export()),
        "ended_on": day(exported=in_export()),
        "done_by": ident(exported=in_export()),
        "mobiliser": text(Whose.STAFF, exported=in_export()),
        "reached": number(check="{name} >= 0", null=True, exported=in_export("number")),
        "cost": number(check="{name} >= 0", null=True, exported=in_export("number")),
        "note": text(Whose.STAFF, exported=in_export()),
        "entered_by": ident(exported=in_export("person")),
        "entered_at": instant(exported=in_export()),
        "changed_at": instant(),
        "struck_at": instant(null=True, exported=in_export()),
    },
    unique=(("key",),),
    indexes={
        "outreach_by_day": "begun_on, id",
        "outreach_struck": "begun_on, id WHERE struck_at IS NOT NULL",
        "outreach_of_code": "mobiliser, begun_on, id WHERE mobiliser <> ''",
    },
    sealed=True,
    sheet=ExportSheet("viec-tuyen-truyen"),
    year_of="begun_on",
)


_SAID = "kind, title, place, begun_on, ended_on, done_by, mobiliser, reached, cost, note"
_IN_YEAR = "begun_on BETWEEN :first AND :last ORDER BY begun_on, id"
_COLUMNS = f"{_SAID}, id, entered_by, entered_at, changed_at"


def add(db: Store, new: NewEffort, *, key: str, actor: str, at: int) -> str:
    """Keep an effort and return its id; the same key again returns the first one."""
    with writing(db):
        known = db.row(
            "SELECT id FROM outreach WHERE commune_id = :commune_id AND key = :key", key=key
        )
        if known is not None:
            return str(known[0])
        row = {
            "id": new_id(), "key": key, **asdict(new), "entered_by": actor, "entered_at": at,
            "changed_at": at, "struck_at": None,
        }  # fmt: skip
        db.insert(OUTREACH, row)
        note(db, "outreach_noted", None, actor, at, outreach=row["id"], what=new.kind)
        return str(row["id"])


def change(
    db: Store, effort_id: str, new: NewEffort, *, seen: int, actor: str, at: int
) -> bool:  # fmt: skip
    """Correct an entry; return False if a colleague changed it since it was `seen` (its
    changed_at). Exactly the same again changes nothing."""
    with writing(db):
        now = by_id(db, effort_id)
        if now is None:
            return False
        said = asdict(new)
        if said == {name: getattr(now, name) for name in said}:
            return True
        if now.changed_at != seen:
            return False
        db.change(OUTREACH, {"id": effort_id}, {**said, "changed_at": at})
        note(db, "outreach_changed", None, actor, at, outreach=effort_id)
        return True


def strike(db: Store, effort_id: str, reason: str, *, actor: str, at: int) -> bool:
    """Strike out an entry that never happened; return whether it was valid."""
    with writing(db):
        if by_id(db, effort_id) is None:
            return False
        db.change(OUTREACH, {"id": effort_id}, {"struck_at": at})
        note(db, "outreach_struck", None, actor, at, outreach=effort_id, reason=reason)
        return True


def bring_back(db: Store, effort_id: str, *, actor: str, at: int) -> bool:
    """Let an entry that was struck out be valid again; return whether there is one."""
    with writing(db):
        if db.get(OUTREACH, "id = :id AND struck_at IS NOT NULL", id=effort_id) is None:
            return False
        db.change(OUTREACH, {"id": effort_id}, {"struck_at": None})
        note(db, "outreach_brought_back", None, actor, at, outreach=effort_id)
        return True


def struck(db: Store, year: int) -> list[Effort]:
    """Return what was begun in a local year and struck out, the earliest first."""
    return db.all(OUTREACH, f"struck_at IS NOT NULL AND {_IN_YEAR}", **_days_of(year))


def by_id(db: Store, effort_id: str) -> Effort | None:
    """Return a valid entry, or None."""
    return db.get(OUTREACH, "id = :id AND struck_at IS NULL", id=effort_id)


def of_year(db: Store, year: int) -> list[Effort]:
    """Return what was begun in a local year, the earliest first."""
    return db.all(OUTREACH, f"struck_at IS NULL AND {_IN_YEAR}", **_days_of(year))


def page_of_year(db: Store, year: int, after: str) -> Page[Effort]:
    """Return one page of the same, the latest first: the first page, or the one after a mark."""
    begun_on, effort_id = read_mark(after, str, str) or ("9999", "")  # behind every day
    which = (
        "struck_at IS NULL AND begun_on BETWEEN :first AND :last AND (begun_on, id) < (:day, :id)"
        f" ORDER BY begun_on DESC, id DESC LIMIT {PAGE_LINES + 1}"
    )
    found = db.all(OUTREACH, which, day=begun_on, id=effort_id, **_days_of(year))
    return page_of(found, lambda one: (one.begun_on, one.id))


def _days_of(year: int) -> dict[str, str]:
    return {"first": f"{year:04}-01-01", "last": f"{year:04}-12-31"}
