"""Incoming SMS: each is kept once, however often its gateway delivers it.

Rows are sorted by the time in the index, not by id: sorted by id, SQLite reads all rows to find the
few of one number or one state.
"""

from zoneinfo import ZoneInfo

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.engines import Statement, WorkQueue
from shared.db.event_log import new_id
from shared.domain.record import Record
from shared.store.messages import first_answers


class Arrived(Record):
    """An SMS as its gateway delivered it. `gateway_id` is the gateway's own permanent name for it;
    `sender` is E.164 if `sender_kind` is mobile. Instants are ms UTC."""

    gateway: str
    gateway_id: str
    sender: str
    sender_kind: str
    text: str
    raw: str
    sent_at: int | None
    arrived_at: int


class MessageIn(Record):
    """A kept SMS. `state` is new, done or quarantined; `outcome` says what it was taken for; `raw`
    is everything that its gateway sent."""

    id: str
    gateway: str
    sender: str
    sender_kind: str
    text: str
    sent_at: int | None
    arrived_at: int
    state: str
    outcome: str
    proposal_id: str | None
    raw: str


# What may be forgotten after some months (workflows/retention.py): an SMS that led to no idea, and
# what a gateway sent along with another.
LED_NOWHERE = "proposal_id IS NULL AND state <> 'new' AND sender || raw || text <> ''"
HAS_RAW = "proposal_id IS NOT NULL AND raw <> ''"
MESSAGE_IN = Table(
    "message_in",
    MessageIn,
    {
        "id": ident(exported=in_export()),
        "gateway": ident(exported=in_export()),
        "gateway_id": ident(encrypted=True),
        "sender": text(Whose.DETAILS, encrypted=True, exported=in_export("phone")),
        "sender_kind": text(Whose.NOBODY, exported=in_export()),
        "text": text(Whose.WORDS, exported=in_export("words")),
        "raw": text(Whose.DETAILS, encrypted=True),
        "sent_at": instant(null=True, exported=in_export()),
        "arrived_at": instant(exported=in_export()),
        "state": choice(("new", "done", "quarantined"), exported=in_export()),
        "outcome": ident(exported=in_export()),
        "proposal_id": ident(null=True, exported=in_export()),
        "handled_at": instant(null=True, exported=in_export()),
    },
    unique=(("gateway", "gateway_id"),),
    foreign={"proposal_id": "proposal"},
    indexes={
        "message_in_by_state": "state, id",
        "message_in_by_sender": "sender, arrived_at",
        "message_in_of_proposal": "proposal_id, id",
        "message_in_nowhere": f"arrived_at WHERE {LED_NOWHERE}",
        "message_in_raw": f"arrived_at WHERE {HAS_RAW}",
    },
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("tin-den"),
)

# What waits to be handled.
QUEUE = WorkQueue(MESSAGE_IN.name, "state = 'new'")
# The outcome of a message that a member of staff took for a citizen's, until it is handled.
RELEASED = "released"
# The outcome of a member's answer to an invitation (store/council/invitations.py).
ANSWERED = "council_answer"


def keep(db: Store, arrived: Arrived) -> bool:
    """Keep an SMS once, however often its gateway delivers it; return whether it is new. When this
    returns, it is on disk."""
    with writing(db):
        if is_kept(db, arrived.gateway, arrived.gateway_id):
            return False
        db.insert(MESSAGE_IN, arrived, id=new_id(), state="new", outcome="")
        return True


def keeping(
    db: Store,
    arrived: Arrived,
    message_id: str,
    *,
    outcome: str,
    at: int,
    proposal_id: str | None,
    quarantined: bool,
) -> Statement:
    """Return the statement that keeps an SMS which was handled as it came, for `write_all`."""
    state = "quarantined" if quarantined else "done"
    return db.inserting(
        MESSAGE_IN, arrived,
        id=message_id, state=state, outcome=outcome, handled_at=at, proposal_id=proposal_id,
    )  # fmt: skip


def as_it_came(arrived: Arrived) -> MessageIn:
    """Return an SMS as it will be kept, under a new id."""
    return MessageIn(
        new_id(), arrived.gateway, arrived.sender, arrived.sender_kind, arrived.text,
        arrived.sent_at, arrived.arrived_at, "new", "", None, arrived.raw,
    )  # fmt: skip


class Before(Record):
    """What is asked before an SMS is handled as it comes: whether it `is_kept` already, whether
    another `waits` to be handled, which came before it, and how many new numbers were answered
    today."""

    is_kept: bool
    waits: bool
    answered_today: int


def before(db: Store, arrived: Arrived, zone: ZoneInfo) -> Before:
    """Return what is asked before an SMS is handled, in one statement; only inside `writing`."""
    [(is_kept, waits, answered)] = db.rows(
        "SELECT (SELECT 1 FROM message_in WHERE commune_id = :commune_id AND gateway = :gateway"  # noqa: S608 ours
        " AND gateway_id = :gateway_id), (SELECT 1 FROM message_in"
        f" WHERE commune_id = :commune_id AND state = 'new' LIMIT 1), ({first_answers.OF_DAY})",
        gateway=arrived.gateway,
        gateway_id=db.encrypt(arrived.gateway_id),
        today=first_answers.day_of(arrived.arrived_at, zone).isoformat(),
    )
    return Before(bool(is_kept), bool(waits), answered or 0)


def is_kept(db: Store, gateway: str, gateway_id: str) -> bool:
    """Say whether an SMS with that name is kept already."""
    return (
        db.row(
            "SELECT 1 FROM message_in WHERE commune_id = :commune_id"
            " AND gateway = :gateway AND gateway_id = :gateway_id",
            gateway=gateway,
            gateway_id=db.encrypt(gateway_id),
        )
        is not None
    )


def waiting(db: Store, limit: int = 20) -> list[MessageIn]:
    """Return kept messages nobody has handled yet, oldest first."""
    return db.all(MESSAGE_IN, f"state = 'new' ORDER BY id LIMIT {limit}")


def still_waits(db: Store, message_id: str) -> bool:
    """Say whether a message is unhandled; asked again inside the transaction that handles it."""
    return (
        db.row(
            "SELECT 1 FROM message_in"
            " WHERE commune_id = :commune_id AND id = :id AND state = 'new'",
            id=message_id,
        )
        is not None
    )


def incoming(db: Store, message_id: str) -> MessageIn | None:
    """Return a kept message, or None."""
    return db.get(MESSAGE_IN, "id = :id", id=message_id)


def brought_by(db: Store, gateway: str, sender: str, since: int) -> list[MessageIn]:
    """Return what a gateway brought from a number since an instant (ms UTC), newest first."""
    return db.all(
        MESSAGE_IN,
        "sender = :sender AND arrived_at >= :since AND gateway = :gateway"
        " ORDER BY arrived_at DESC, id DESC",
        sender=db.encrypt(sender),
        since=since,
        gateway=gateway,
    )


def handled(
    db: Store,
    message_id: str,
    *,
    outcome: str,
    at: int,
    proposal_id: str | None = None,
    quarantined: bool = False,
) -> None:
    """Record what a message was taken for; only inside `writing`."""
    db.change(
        MESSAGE_IN,
        {"id": message_id},
        {
            "state": "quarantined" if quarantined else "done",
            "outcome": outcome,
            "handled_at": at,
            "proposal_id": proposal_id,
        },
    )


def release(db: Store, message_id: str) -> bool:
    """Let a quarantined message, or a member's answer, be handled as a citizen's (`outcome` says so
    until it is); only inside `writing`. Return False if it is neither."""
    found = incoming(db, message_id)
    if found is None or (found.state != "quarantined" and found.outcome != ANSWERED):
        return False
    changes = {"state": "new", "outcome": RELEASED, "handled_at": None}
    return db.change(MESSAGE_IN, {"id": message_id}, changes)
