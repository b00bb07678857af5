"""Who gets no notices: they said stop, an officer recorded it, or the number cannot be reached.

Answers are still sent to them; only notices are not.
"""

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain import phone as phones
from shared.domain.record import Record

# Said stop by SMS; told a member of staff. Any other reason is a gateway's error code.
ASKED, BY_STAFF = "asked", "by_staff"


class Suppression(Record):
    """A number (E.164) that gets no notices `since` an instant (ms UTC). `id` names it where the
    number must not be shown; `reason` is asked, by_staff or what its gateway said."""

    id: str
    phone: str
    reason: str
    since: int


SUPPRESSION = Table(
    "suppression",
    Suppression,
    {
        "phone": text(Whose.DETAILS, encrypted=True, exported=in_export("phone")),
        "reason": text(Whose.DETAILS, exported=in_export()),
        "since": instant(exported=in_export("moment")),
        "id": ident(default=""),
    },
    key=("phone",),
    unique_indexes={"suppression_by_id": "id"},
    sheet=ExportSheet("ngung-tin", order="since"),
    not_archived="of people, not of ideas",
)


class Lift(Record):
    """A suppression that a member of staff ended: `number` is masked, `actor` a staff id, `at`
    ms UTC."""

    number: str
    reason: str
    actor: str
    at: int


SUPPRESSION_LIFT = Table(
    "suppression_lift",
    Lift,
    {
        "id": ident(),
        "number": text(Whose.NOBODY, exported=in_export(head="phone")),
        "reason": text(Whose.NOBODY, exported=in_export()),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    sheet=ExportSheet("bo-ngung-tin"),
    not_archived="of people, not of ideas",
)


def add(db: Store, phone: str, reason: str, *, at: int) -> None:
    """Send this number no more notices; only inside `writing`."""
    db.write(
        "INSERT INTO suppression (commune_id, phone, reason, since, id)"
        " VALUES (:commune_id, :phone, :reason, :at, :id)"
        " ON CONFLICT (commune_id, phone) DO UPDATE SET reason = :reason, since = :at",
        phone=db.encrypt(phone),
        reason=reason,
        at=at,
        id=new_id(),
    )


def add_for(db: Store, phone: str, *, actor: str, at: int) -> bool:
    """Send this number no more notices because its owner told a member of staff; return False if it
    gets none already."""
    with writing(db):
        if has(db, phone):
            return False
        add(db, phone, BY_STAFF, at=at)
        note(db, "sms_suppressed", None, actor, at)
        return True


def remove(db: Store, phone: str) -> None:
    """Allow notices to this number again, as its owner asks; only inside `writing`."""
    db.write(
        "DELETE FROM suppression WHERE commune_id = :commune_id AND phone = :phone",
        phone=db.encrypt(phone),
    )


def lift(db: Store, suppression_id: str, reason: str, *, actor: str, at: int) -> bool:
    """Allow notices again, and keep who decided it and why; return False if somebody was faster."""
    with writing(db):
        found = by_id(db, suppression_id)
        if found is None:
            return False
        remove(db, found.phone)
        lift_id = new_id()
        lifted = Lift(phones.masked(found.phone), reason, actor, at)
        db.insert(SUPPRESSION_LIFT, lifted, id=lift_id)
        note(db, "sms_suppression_lifted", None, actor, at, lift=lift_id)
        return True


def has(db: Store, phone: str) -> bool:
    """Say whether a number asked for silence or cannot be reached."""
    return (
        db.row(
            "SELECT 1 FROM suppression WHERE commune_id = :commune_id AND phone = :phone",
            phone=db.encrypt(phone),
        )
        is not None
    )


def page(db: Store, *, before: int | None = None, limit: int = 50) -> list[Suppression]:
    """Return who gets no notices, the latest first; older than an instant (ms UTC) if given."""
    condition = "" if before is None else "since < :before "
    return db.all(
        SUPPRESSION,
        f"{condition}ORDER BY since DESC, id DESC LIMIT {limit}",
        before=before,
    )


def by_id(db: Store, suppression_id: str) -> Suppression | None:
    """Return one suppression, or None."""
    return db.get(SUPPRESSION, "id = :id", id=suppression_id)


def lately_lifted(db: Store, limit: int = 20) -> list[Lift]:
    """Return what members of staff ended, the latest first."""
    return db.all(SUPPRESSION_LIFT, f"ORDER BY at DESC, id DESC LIMIT {limit}")


def note_view(db: Store, suppression_id: str, *, actor: str, at: int) -> None:
    """Record that somebody looked at a number of the list."""
    with writing(db):
        note(db, "viewed_personal_details", None, actor, at, suppression=suppression_id)
