"""Sending an SMS: it is claimed for a time, taken by the gateway, and its outcome recorded."""

from shared.db.connection import Store, writing
from shared.db.engines import WorkQueue
from shared.db.sql import one_of
from shared.domain import clock
from shared.store.messages import outgoing
from shared.store.messages.outgoing import OUTBOX, STATES, MessageOut

# What the sender has to do: to send, or to find out what became of it.
QUEUE = WorkQueue(OUTBOX.name, f"state {one_of(('queued', 'sending', 'unknown'))}")
# No message that was touched before now waits longer than this for its turn. One that seems to was
# written under a clock that was ahead, and its turn is now.
_LONGEST_WAIT = 2 * clock.DAY
_NOT_SUPPRESSED = tuple(state for state in STATES if state != "suppressed")


def claim(
    db: Store, *, at: int, lease: int, limit: int = 10, notices: bool = True
) -> list[MessageOut]:
    """Take due messages for sending: they are `sending` until `lease` (ms UTC) ends. With `notices`
    False, notices are left."""
    # A first answer may wait for days (first_answers.py): it was queued before now.
    condition = "state = 'queued' AND (due_at <= :at OR (due_at > :ahead AND changed_at > :at))"
    if not notices:
        condition += " AND kind = 'reply'"
    condition += " ORDER BY due_at, id LIMIT "
    if not db.all(OUTBOX, f"{condition}1", at=at, ahead=at + _LONGEST_WAIT):
        return []
    with writing(db):
        due = db.all(OUTBOX, f"{condition}{limit}", at=at, ahead=at + _LONGEST_WAIT)
        for message in due:
            changes = {
                "state": "sending", "attempts": message.attempts + 1, "lease_until": lease,
                "changed_at": at,
            }  # fmt: skip
            db.change(OUTBOX, {"id": message.id}, changes)
    return due


def claimed(db: Store, message: MessageOut) -> MessageOut | None:
    """Return the present row of a message if it is still with whoever `claim` gave it to as
    `message`, else None; inside `writing`, nobody takes it over before the block ends."""
    now = outgoing.by_id(db, message.id)
    if now is None or now.state != "sending":
        return None
    return now if now.attempts == message.attempts + 1 else None  # each claim counts one


def next_due(db: Store, *, after: int) -> int | None:
    """Return when the next queued message is due after an instant (both ms UTC), None for never."""
    row = db.row(
        "SELECT min(due_at) FROM outbox"
        " WHERE commune_id = :commune_id AND state = 'queued' AND due_at > :after",
        after=after,
    )
    return row[0] if row else None


def lapsed(db: Store, at: int) -> list[MessageOut]:
    """Return messages whose sender crashed between claiming and recording the outcome."""
    return db.all(
        OUTBOX,
        "state = 'sending' AND (lease_until < :at OR lease_until > :ahead) ORDER BY due_at, id",
        at=at,
        ahead=at + _LONGEST_WAIT,
    )


def note_lapsed(db: Store, message: MessageOut, *, at: int) -> None:
    """Record that who claimed a message, seen as `message`, is gone; nothing if it has changed
    since: another sender was quicker."""
    # The words are written down before sending, so without words it was never sent.
    state = "unknown" if message.text else "queued"
    with writing(db):
        if outgoing.by_id(db, message.id) == message:
            note_outcome(db, message.id, state, at=message.changed_at, error="lapsed", due_at=at)


def unexplained(db: Store, *, at: int, since: int) -> list[MessageOut]:
    """Return messages that a gateway may or may not have taken, queued since `since` (ms UTC),
    whose next look-up is due."""
    return db.all(
        OUTBOX,
        "state = 'unknown' AND (due_at <= :at OR due_at > :ahead) AND created_at >= :since"
        " ORDER BY due_at, id",
        at=at,
        ahead=at + _LONGEST_WAIT,
        since=since,
    )


def followed(db: Store, gateway: str, since: int) -> list[MessageOut]:
    """Return messages that a gateway has under its own name and may still report on: queued since
    an instant (ms UTC) and neither delivered nor failed."""
    # Nothing is due before it is queued, so due_at leads to what is recent.
    recent = db.all(
        OUTBOX,
        "state IN ('sending', 'sent', 'unknown') AND due_at >= :since AND created_at >= :since"
        " ORDER BY due_at, id",
        since=since,
    )
    return [message for message in recent if message.gateway == gateway and message.gateway_id]


def note_text(db: Store, message_id: str, text: str, gateway: str, *, at: int) -> None:
    """Record the words that are about to be sent, through which gateway, and that it is due now:
    it may have waited for long."""
    changes = {"text": text, "gateway": gateway, "due_at": at, "changed_at": at}
    with writing(db):
        db.change(OUTBOX, {"id": message_id}, changes)


def put_off(db: Store, message: MessageOut, due_at: int, *, at: int) -> None:
    """Let a message that was claimed, and not handed over, wait until `due_at` (ms UTC)."""
    changes = {
        "state": "queued", "attempts": message.attempts, "lease_until": None, "due_at": due_at,
        "changed_at": at,
    }  # fmt: skip
    with writing(db):
        db.change(OUTBOX, {"id": message.id}, changes)


def count_sent(
    db: Store, text_key: str, *, since: int, beside: str, phone: str | None = None
) -> int:
    """Return how many SMS of one text, except one (`beside`, an id), were claimed for sending since
    an instant (ms UTC): all, or those to one number (E.164)."""
    row = db.row(
        "SELECT count(*) FROM outbox WHERE commune_id = :commune_id"  # noqa: S608 all of it is ours
        f" AND state {one_of(_NOT_SUPPRESSED)} AND due_at >= :since AND attempts > 0"
        " AND text_key = :text_key AND id <> :beside"
        " AND (CAST(:phone AS TEXT) IS NULL OR phone = :phone)",
        text_key=text_key,
        since=since,
        beside=beside,
        phone=None if phone is None else db.encrypt(phone),
    )
    return int(row[0]) if row else 0


def note_taken(db: Store, message_id: str, gateway_id: str, *, at: int, lease: int) -> None:
    """Record that the gateway keeps a message which is still `sending`; without a report it becomes
    unknown when `lease` (ms UTC) ends."""
    with writing(db):
        changes = {
            "state": "sending", "gateway_id": gateway_id, "error": "", "lease_until": lease,
            "changed_at": at,
        }  # fmt: skip
        db.change(OUTBOX, {"id": message_id}, changes)


def note_outcome(
    db: Store,
    message_id: str,
    state: str,
    *,
    at: int,
    gateway_id: str | None = None,
    error: str = "",
    due_at: int | None = None,
) -> None:
    """Record the outcome of a sending. With state "queued", `due_at` is when to try again."""
    changes: dict[str, object] = {"state": state, "error": error, "changed_at": at}
    if gateway_id is not None:
        changes["gateway_id"] = gateway_id
    if due_at is not None:
        changes["due_at"] = due_at
    with writing(db):
        db.change(OUTBOX, {"id": message_id}, changes)


def doubt_unsent(db: Store, *, at: int) -> int:
    """Give every SMS that was queued or on its way an unknown outcome, and return how many: in a
    restored store nobody knows what was sent since. Staff see them and may send each again. Only
    inside `writing`."""
    unsent = db.all(OUTBOX, "state IN ('queued', 'sending') ORDER BY due_at, id")
    for message in unsent:
        db.change(
            OUTBOX,
            {"id": message.id},
            {"state": "unknown", "error": "restored", "lease_until": None, "changed_at": at},
        )
    return len(unsent)
