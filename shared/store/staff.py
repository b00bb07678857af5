"""The people who work here and their sessions. Only hashes of passwords come in here."""

from dataclasses import dataclass

from shared.store import sealed
from shared.store.connection import IntegrityError, Store, StoreUnavailable, writing
from shared.store.events import new_id, note

IDLE = 30 * 60 * 1000
ABSOLUTE = 10 * 60 * 60 * 1000


class LoginTaken(Exception):
    """Somebody already has that login."""


class StaffUnknown(Exception):
    """Nobody has that login or id."""


@dataclass(frozen=True)
class StaffMember:
    """One who may log in. `must_change`: the password is a one-time one."""

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


_COLUMNS = (
    "id, login, name, role, password_hash, must_change, totp_secret, totp_last_step, is_active,"
    " created_at"
)
_OF_STAFF = ", ".join(f"staff_member.{name.strip()}" for name in _COLUMNS.split(","))


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
) -> StaffMember:
    """Keep a new member of staff. Raises LoginTaken."""
    with writing(db):
        staff_id = new_id()
        try:
            sealed.insert(
                db,
                "staff_member",
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
    """Return everyone's name by their id, of those who left too: past deeds bear names."""
    return dict(db.rows("SELECT id, name FROM staff_member WHERE commune_id = :commune_id"))


def everyone(db: Store) -> list[StaffMember]:
    """Return all members by login."""
    return [
        _read(row)
        for row in db.rows(
            f"SELECT {_COLUMNS} FROM staff_member"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id ORDER BY login"
        )
    ]


def set_password(
    db: Store, staff_id: str, password_hash: str, *, must_change: bool, actor: str, at: int
) -> None:
    """Give a member a new password and end their sessions."""
    with writing(db):
        sealed.change(
            db,
            "staff_member",
            {"id": staff_id},
            {"password_hash": password_hash, "must_change": int(must_change)},
        )
        end_sessions(db, staff_id)
        note(db, "password_set", None, actor, at, staff=staff_id, one_time=must_change)


def let_in(db: Store, proven: StaffMember, token_hash: str, *, at: int) -> bool:
    """Open a session for somebody who just proved to be `proven`; a one-time password is spent
    by it. False when that password was changed or spent, or the member shut out, meanwhile."""
    with writing(db):
        now = by_id(db, proven.id)
        if not now.is_active or now.password_hash != proven.password_hash:
            return False
        if now.must_change:
            spend_one_time_password(db, now.id)
        open_session(db, now.id, token_hash, at=at)
        return True


def renew_session(
    db: Store, staff_id: str, password_hash: str, token_hash: str, *, at: int
) -> None:
    """Keep the password a member chose, end all their sessions and open a fresh one."""
    with writing(db):
        set_password(db, staff_id, password_hash, must_change=False, actor=staff_id, at=at)
        open_session(db, staff_id, token_hash, at=at)


def spend_one_time_password(db: Store, staff_id: str) -> None:
    """Make a one-time password unusable after its one use; the session it opened goes on."""
    with writing(db):
        sealed.change(db, "staff_member", {"id": staff_id}, {"password_hash": "spent"})


def set_totp(db: Store, staff_id: str, secret: str | None, *, actor: str, at: int) -> None:
    """Enrol a second factor, or remove it, which ends the member's sessions, so that it can be
    enrolled anew."""
    with writing(db):
        sealed.change(
            db,
            "staff_member",
            {"id": staff_id},
            {"totp_secret": secret, "totp_last_step": None},
        )
        if secret is None:
            end_sessions(db, staff_id)
        note(db, "totp_set" if secret else "totp_removed", None, actor, at, staff=staff_id)


def spend_totp_step(db: Store, staff_id: str, step: int) -> bool:
    """Note that a second-factor step was used; False if it or a later one was used before."""
    with writing(db):
        last = by_id(db, staff_id).totp_last_step
        if last is not None and step <= last:
            return False
        sealed.change(db, "staff_member", {"id": staff_id}, {"totp_last_step": step})
        return True


def set_active(db: Store, staff_id: str, active: bool, *, actor: str, at: int) -> None:
    """Let a member in or shut them out, at once."""
    with writing(db):
        sealed.change(db, "staff_member", {"id": staff_id}, {"is_active": int(active)})
        end_sessions(db, staff_id)
        note(db, "staff_enabled" if active else "staff_disabled", None, actor, at, staff=staff_id)


def open_session(db: Store, staff_id: str, token_hash: str, *, at: int) -> None:
    """Begin a session; the token itself is known to the browser alone."""
    with writing(db):
        db.write(
            "DELETE FROM session WHERE commune_id = :commune_id"
            " AND (seen_at < :idle OR created_at < :oldest OR seen_at > :future)",
            idle=at - IDLE,
            oldest=at - ABSOLUTE,
            future=at + IDLE,
        )
        db.write(
            "INSERT INTO session (commune_id, token_hash, staff_id, created_at, seen_at)"
            " VALUES (:commune_id, :token_hash, :staff_id, :at, :at)",
            token_hash=token_hash,
            staff_id=staff_id,
            at=at,
        )
        note(db, "logged_in", None, staff_id, at)


def who_has(db: Store, token_hash: str, *, at: int) -> StaffMember | None:
    """Return the active member whose living session this is, or None. Idle 30 min, 10 h at most;
    a session that claims to come from the future is dead."""
    row = db.row(
        f"SELECT session.seen_at, {_OF_STAFF} FROM session JOIN staff_member"  # noqa: S608 ours
        " ON staff_member.commune_id = session.commune_id AND staff_member.id = session.staff_id"
        " WHERE session.commune_id = :commune_id AND session.token_hash = :token_hash"
        " AND session.seen_at >= :idle AND session.created_at >= :oldest"
        " AND session.seen_at <= :future",
        token_hash=token_hash,
        idle=at - IDLE,
        oldest=at - ABSOLUTE,
        future=at + 60_000,
    )
    if row is None:
        return None
    member = _read(row[1:])
    if not member.is_active:
        return None
    if at - row[0] > 60_000:  # once a minute is enough, and spares a write on each page
        _touch(db, token_hash, at)
    return member


def _touch(db: Store, token_hash: str, at: int) -> None:
    try:
        with writing(db):
            db.write(
                "UPDATE session SET seen_at = :at"
                " WHERE commune_id = :commune_id AND token_hash = :token_hash",
                token_hash=token_hash,
                at=at,
            )
    except StoreUnavailable:
        pass  # a busy or full store must not keep the office from reading


def end_session(db: Store, token_hash: str) -> None:
    """End one session."""
    with writing(db):
        db.write(
            "DELETE FROM session WHERE commune_id = :commune_id AND token_hash = :token_hash",
            token_hash=token_hash,
        )


def end_sessions(db: Store, staff_id: str) -> None:
    """End every session of a member."""
    with writing(db):
        db.write(
            "DELETE FROM session WHERE commune_id = :commune_id AND staff_id = :staff_id",
            staff_id=staff_id,
        )


def end_all_sessions(db: Store) -> None:
    """End every session of everybody; only inside `writing`."""
    db.write("DELETE FROM session WHERE commune_id = :commune_id")


def _one(db: Store, column: str, value: str) -> StaffMember:
    row = db.row(
        f"SELECT {_COLUMNS} FROM staff_member"  # noqa: S608 columns are ours
        f" WHERE commune_id = :commune_id AND {column} = :value",
        value=value,
    )
    if row is None:
        raise StaffUnknown(value)
    return _read(row)


def _read(row: tuple[object, ...]) -> StaffMember:
    values = list(row)
    values[5], values[8] = bool(values[5]), bool(values[8])
    return StaffMember(*values)  # type: ignore[arg-type]
