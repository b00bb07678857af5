"""The people who work here. Only hashes of passwords come in here."""

from collections.abc import Iterable

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    ident,
    in_export,
    instant,
    number,
    text,
    tick,
)
from shared.db.connection import IntegrityError, Store, writing
from shared.db.event_log import new_id, note
from shared.db.rows import columns_of
from shared.domain.record import Record
from shared.domain.roles import ROLES
from shared.store.people import recovery_codes, sessions
from shared.store.people.sessions import Where

# It stands under a name in half of a paper's width, and beside it within a line.
POSITION_LETTERS = 60


class LoginTaken(Exception):
    """Somebody already has that login."""


class StaffUnknown(Exception):
    """Nobody has that login or id."""


class StaffMember(Record):
    """A person who may log in. `must_change`: the password is a one-time one. `position` is what
    papers print with the name, "" for none; `phone` (E.164, mobile) is where invitations go."""

    id: str
    login: str
    name: str
    role: str
    password_hash: str
    must_change: bool
    totp_secret: str | None
    totp_last_step: int | None
    is_active: bool
    created_at: int
    position: str = ""
    phone: str | None = None


class Colleague(Record):
    """A person who may log in, as the pages of a case name them."""

    id: str
    name: str
    role: str
    is_active: bool


STAFF_MEMBER = Table(
    "staff_member",
    StaffMember,
    {
        "id": ident(exported=in_export()),
        "login": text(Whose.STAFF, exported=in_export()),
        "name": text(Whose.STAFF, exported=in_export(head="staff_name")),
        "role": choice(ROLES, exported=in_export("choice", words="staff.role")),
        "password_hash": text(Whose.STAFF),
        "must_change": tick(default=0),
        "totp_secret": text(Whose.STAFF, null=True),
        "totp_last_step": number(null=True),
        "is_active": tick(default=1, exported=in_export("tick")),
        "created_at": instant(exported=in_export()),
        "position": text(Whose.STAFF, default="", exported=in_export()),
        "phone": text(Whose.STAFF, null=True, encrypted=True, exported=in_export("phone")),
    },
    unique=(("login",),),
    sealed=True,
    sheet=ExportSheet("can-bo"),
    not_archived="who did what stands in each row by name",
)

_OF_STAFF = columns_of(STAFF_MEMBER, "staff_member")


# A counter that is further ahead than an hour of half minutes was left by a clock since put right.
_STEPS_AHEAD = 120


def add(
    db: Store,
    login: str,
    *,
    name: str,
    role: str,
    password_hash: str,
    must_change: bool,
    actor: str,
    at: int,
    position: str = "",
    phone: str | None = None,
) -> StaffMember:
    """Keep a new member of staff; `phone` is E.164. Raises LoginTaken."""
    with writing(db):
        staff_id = new_id()
        try:
            db.insert(
                STAFF_MEMBER,
                {
                    "id": staff_id,
                    "login": login,
                    "name": name,
                    "role": role,
                    "password_hash": password_hash,
                    "must_change": int(must_change),
                    "totp_secret": None,
                    "totp_last_step": None,
                    "is_active": 1,
                    "created_at": at,
                    "position": position,
                    "phone": phone,
                },
            )
        except IntegrityError as fault:
            raise LoginTaken(login) from fault
        note(db, "staff_added", None, actor, at, staff=staff_id, role=role)
    return by_id(db, staff_id)


def by_login(db: Store, login: str) -> StaffMember:
    """Return the member with this login, active or not. Raises StaffUnknown."""
    return _one(db, "login", login)


def by_id(db: Store, staff_id: str) -> StaffMember:
    """Return the member with this id, active or not. Raises StaffUnknown."""
    return _one(db, "id", staff_id)


def names(db: Store) -> dict[str, str]:
    """Return everyone's name by their id, also of those who left: past actions bear names."""
    return dict(db.rows("SELECT id, name FROM staff_member WHERE commune_id = :commune_id"))


def positions(db: Store) -> dict[str, str]:
    """Return everyone's position by their id, "" for none, also of those who left."""
    return dict(db.rows("SELECT id, position FROM staff_member WHERE commune_id = :commune_id"))


def colleagues(db: Store) -> list[Colleague]:
    """Return all members by login, with what pages show of them and no more: each page of a case
    asks."""
    found = db.rows(
        "SELECT id, name, role, is_active FROM staff_member WHERE commune_id = :commune_id"
        " ORDER BY login"
    )
    return [
        Colleague(staff_id, name, role, bool(is_active))
        for staff_id, name, role, is_active in found
    ]


def everyone(db: Store) -> list[StaffMember]:
    """Return all members by login."""
    return db.all(STAFF_MEMBER, "ORDER BY login")


def first_with(db: Store, roles: Iterable[str]) -> StaffMember | None:
    """Return who has served longest in the first of these roles that anybody has, None if nobody
    has one."""
    here = sorted((one for one in everyone(db) if one.is_active), key=lambda one: one.created_at)
    found = (one for role in roles for one in here if one.role == role)
    return next(found, None)


def set_password(
    db: Store, staff_id: str, password_hash: str, *, must_change: bool, actor: str, at: int
) -> None:
    """Give a member a new password and end their sessions."""
    with writing(db):
        db.change(
            STAFF_MEMBER,
            {"id": staff_id},
            {"password_hash": password_hash, "must_change": int(must_change)},
        )
        sessions.end_all_of(db, staff_id)
        note(db, "password_set", None, actor, at, staff=staff_id, one_time=must_change)


def let_in(db: Store, proven: StaffMember, token_hash: str, where: Where, *, at: int) -> bool:
    """Open a session for a person who just proved to be `proven`; that uses up a one-time password.
    False if the password was changed or used, or the member blocked, meanwhile."""
    with writing(db):
        now = by_id(db, proven.id)
        if not now.is_active or now.password_hash != proven.password_hash:
            return False
        if now.must_change:
            spend_one_time_password(db, now.id)
        sessions.begin(db, now.id, token_hash, where, at=at)
        return True


def keep_hash(db: Store, proven: StaffMember, password_hash: str) -> StaffMember:
    """Keep another hash of the password that somebody just proved, and return them with it;
    unchanged if the password was changed meanwhile."""
    with writing(db):
        if by_id(db, proven.id).password_hash != proven.password_hash:
            return proven
        db.change(STAFF_MEMBER, {"id": proven.id}, {"password_hash": password_hash})
        return by_id(db, proven.id)


def renew_session(
    db: Store, staff_id: str, password_hash: str, token_hash: str, where: Where, *, at: int
) -> None:
    """Keep the password that a member chose, end all their sessions and open a new one."""
    with writing(db):
        set_password(db, staff_id, password_hash, must_change=False, actor=staff_id, at=at)
        sessions.begin(db, staff_id, token_hash, where, at=at)


def spend_one_time_password(db: Store, staff_id: str) -> None:
    """Make a one-time password unusable after its use; the session it opened goes on."""
    with writing(db):
        db.change(STAFF_MEMBER, {"id": staff_id}, {"password_hash": "spent"})


def set_totp(db: Store, staff_id: str, secret: str | None, *, actor: str, at: int) -> None:
    """Enrol a second factor, or remove it, which ends the member's sessions, so that it can be
    enrolled again. The recovery codes of the earlier one stop working."""
    with writing(db):
        recovery_codes.kill(db, staff_id)
        db.change(
            STAFF_MEMBER,
            {"id": staff_id},
            {"totp_secret": secret, "totp_last_step": None},
        )
        if secret is None:
            sessions.end_all_of(db, staff_id)
        note(db, "totp_set" if secret else "totp_removed", None, actor, at, staff=staff_id)


def spend_totp_step(db: Store, staff_id: str, step: int) -> bool:
    """Record that a second-factor step was used; False if it or a later one was used before.

    A clock that was ahead when somebody logged in locks them out for an hour at most."""
    with writing(db):
        last = by_id(db, staff_id).totp_last_step
        if last is not None and step <= last <= step + _STEPS_AHEAD:
            return False
        db.change(STAFF_MEMBER, {"id": staff_id}, {"totp_last_step": step})
        return True


def set_role(db: Store, staff_id: str, role: str, *, actor: str, at: int) -> None:
    """Give a member another role; it counts from their next page on."""
    with writing(db):
        before = by_id(db, staff_id).role
        if before != role:
            db.change(STAFF_MEMBER, {"id": staff_id}, {"role": role})
            note(db, "role_changed", None, actor, at, staff=staff_id, before=before, role=role)


def set_contact(
    db: Store, staff_id: str, position: str, phone: str | None, *, actor: str, at: int
) -> None:
    """Keep a member's position and number (E.164, None for none); the same again changes
    nothing."""
    with writing(db):
        before = by_id(db, staff_id)
        if (before.position, before.phone) != (position, phone):
            said = {"position": position, "phone": phone}
            db.change(STAFF_MEMBER, {"id": staff_id}, said)
            note(db, "staff_contact_set", None, actor, at, staff=staff_id)


def set_active(db: Store, staff_id: str, active: bool, *, actor: str, at: int) -> None:
    """Allow a member to log in or block them, at once. Who is blocked has left: their number is
    deleted; their position stays with what they signed."""
    with writing(db):
        left: dict[str, None] = {} if active else {"phone": None}
        db.change(STAFF_MEMBER, {"id": staff_id}, {"is_active": active, **left})
        sessions.end_all_of(db, staff_id)
        note(db, "staff_enabled" if active else "staff_disabled", None, actor, at, staff=staff_id)


def who_has(db: Store, token_hash: str, *, at: int) -> StaffMember | None:
    """Return the active member of this valid session, or None."""
    row = db.row(
        f"SELECT session.seen_at, {_OF_STAFF} FROM session JOIN staff_member"  # noqa: S608 ours
        " ON staff_member.commune_id = session.commune_id AND staff_member.id = session.staff_id"
        " WHERE session.commune_id = :commune_id AND session.token_hash = :token_hash"
        f" AND {sessions.LIVES}",
        token_hash=token_hash,
        **sessions.bounds(at),
    )
    if row is None:
        return None
    member = db.value(STAFF_MEMBER, row[1:])
    if not member.is_active:
        return None
    sessions.touch(db, token_hash, row[0], at=at)
    return member


def _one(db: Store, column: str, value: str) -> StaffMember:
    found = db.get(STAFF_MEMBER, f"{column} = :value", value=value)
    if found is None:
        raise StaffUnknown(value)
    return found
