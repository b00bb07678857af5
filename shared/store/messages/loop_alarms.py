"""Alarms about loops: senders that got no more answers, until somebody has looked.

What they sent is kept all the same. A row refers to the message that caused it and holds no number
of its own, so a number that is erased there is gone here too.
"""

from typing import Any

from shared.db.card import Table, choice, ident, instant, number
from shared.db.connection import Store, writing
from shared.db.event_log import new_id
from shared.db.rows import Row
from shared.domain import clock
from shared.domain.record import Record

# A machine that repeats itself; a sender above the replies of an hour or a day.
REASONS = ("same_text", "over_limit")


SMS_ALARM: Table[Any] = Table(
    "sms_alarm",
    None,
    {
        "id": ident(),
        "why": choice(REASONS),
        "message_in_id": ident(),
        "at": instant(),
        "last_at": instant(),
        "count": number(),
        "seen_by": ident(null=True),
        "seen_at": instant(null=True),
    },
    foreign={"message_in_id": "message_in"},
    indexes={"sms_alarm_by_sight": "seen_at, last_at"},
    left_out="the machine's own",
)

# Within this time alarms of one kind about one sender are one row with a count.
ONE_ROW = clock.DAY


class Alarm(Record):
    """`count` messages of one sender that were not answered. `why` is one of REASONS, `phone` the
    sender ("" once erased), `message_id` the first of them, `text` its words; `at` and `last_at`
    are when it began and when it last happened, ms UTC; `seen_by` is a staff id."""

    id: str
    why: str
    phone: str
    message_id: str
    text: str
    at: int
    last_at: int
    count: int
    seen_by: str | None
    seen_at: int | None


_SELECT = (
    "SELECT sms_alarm.id, why, sender, message_in_id, text, at, last_at, count, seen_by, seen_at"
    " FROM sms_alarm JOIN message_in ON message_in.commune_id = :commune_id"
    " AND message_in.id = sms_alarm.message_in_id WHERE sms_alarm.commune_id = :commune_id"
)


def ring(db: Store, message_id: str, sender: str, why: str, *, at: int) -> None:
    """Record that a message of `sender` (E.164) was not answered; only inside `writing`."""
    same = db.row(
        "SELECT sms_alarm.id FROM sms_alarm JOIN message_in"
        " ON message_in.commune_id = :commune_id AND message_in.id = sms_alarm.message_in_id"
        " WHERE sms_alarm.commune_id = :commune_id AND why = :why AND seen_at IS NULL"
        " AND at >= :since AND at <= :at AND sender = :sender",
        why=why,
        since=at - ONE_ROW,
        at=at,
        sender=db.encrypt(sender),
    )
    if same is not None:
        db.write(
            "UPDATE sms_alarm SET count = count + 1, last_at = :at"
            " WHERE commune_id = :commune_id AND id = :id",
            at=at,
            id=same[0],
        )
        return
    db.write(
        "INSERT INTO sms_alarm (commune_id, id, why, message_in_id, at, last_at, count)"
        " VALUES (:commune_id, :id, :why, :message_id, :at, :at, 1)",
        id=new_id(),
        why=why,
        message_id=message_id,
        at=at,
    )


def unseen(db: Store) -> list[Alarm]:
    """Return the alarms nobody has looked at, the latest first."""
    return _read(db, "AND seen_at IS NULL ORDER BY last_at DESC, sms_alarm.id DESC")


def seen_lately(db: Store, limit: int = 20) -> list[Alarm]:
    """Return alarms somebody has looked at, the last looked at first."""
    return _read(
        db, f"AND seen_at IS NOT NULL ORDER BY seen_at DESC, sms_alarm.id DESC LIMIT {limit}"
    )


def count_unseen(db: Store) -> int:
    """Return how many alarms nobody has looked at."""
    row = db.row(
        "SELECT count(*) FROM sms_alarm WHERE commune_id = :commune_id AND seen_at IS NULL"
    )
    return int(row[0]) if row else 0


def see(db: Store, alarm_id: str, *, actor: str, at: int) -> bool:
    """Record that a member of staff looked at an alarm; False if somebody had or there is none."""
    with writing(db):
        touched = db.write(
            "UPDATE sms_alarm SET seen_by = :actor, seen_at = :at"
            " WHERE commune_id = :commune_id AND id = :id AND seen_at IS NULL",
            actor=actor,
            at=at,
            id=alarm_id,
        )
        return touched == 1


def _read(db: Store, condition: str, **params: object) -> list[Alarm]:
    return [_alarm(db, row) for row in db.rows(f"{_SELECT} {condition}", **params)]


def _alarm(db: Store, row: Row) -> Alarm:
    values = list(row)
    values[2] = db.decrypt(values[2])
    return Alarm(*values)
