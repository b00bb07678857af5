"""Outgoing SMS: one row for each thing to say, queued once.

A row holds a text's key and values; the SMS program makes the words when it sends. sending.py keeps
the results. Rows are sorted by the time in the index (inbox.py).
"""

from collections.abc import Mapping
from typing import Any

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    ident,
    in_export,
    instant,
    number,
    structure,
    text,
)  # fmt: skip
from shared.db.connection import Store
from shared.db.engines import Statement
from shared.db.event_log import new_id
from shared.domain.record import Record


class MessageOut(Record):
    """An SMS to send or sent. `state`: queued, sending, sent (the network took it), delivered,
    failed, unknown (no answer from the gateway: never sent again without asking) or suppressed (the
    number asked for silence)."""

    id: str
    kind: str
    phone: str
    text_key: str
    blanks: Mapping[str, str]
    text: str
    proposal_id: str | None
    state: str
    attempts: int
    due_at: int
    gateway: str
    gateway_id: str | None
    error: str
    created_at: int
    changed_at: int


class Queue(Record):
    """What waits to be sent: how many, and when the oldest was queued (ms UTC, None for none)."""

    count: int
    oldest_at: int | None


STATES = ("queued", "sending", "sent", "delivered", "failed", "unknown", "suppressed")
# An answer that belongs to no case, until it is forgotten (workflows/retention.py).
OF_NO_CASE = "proposal_id IS NULL AND phone <> ''"
OUTBOX = Table(
    "outbox",
    MessageOut,
    {
        "id": ident(exported=in_export()),
        "kind": choice(("reply", "notice"), exported=in_export()),
        "phone": text(Whose.DETAILS, encrypted=True, exported=in_export("phone")),
        "text_key": ident(exported=in_export()),
        "text": text(Whose.ANSWER, exported=in_export("words")),
        "state": choice(STATES, exported=in_export()),
        "attempts": number(default=0, exported=in_export("number")),
        "gateway": ident(exported=in_export()),
        "error": ident(exported=in_export()),
        "created_at": instant(exported=in_export()),
        "changed_at": instant(exported=in_export()),
        "proposal_id": ident(null=True, exported=in_export()),
        "message_in_id": ident(null=True, exported=in_export()),
        "dedupe": ident(),
        "blanks": structure(Whose.ANSWER),
        "due_at": instant(),
        "lease_until": instant(null=True),
        "gateway_id": ident(null=True),
    },
    unique=(("dedupe",),),
    foreign={"proposal_id": "proposal"},
    indexes={
        "outbox_by_state": "state, due_at",
        "outbox_by_gateway_id": "gateway, gateway_id WHERE gateway_id IS NOT NULL",
        "outbox_by_phone": "phone, created_at",
        "outbox_of_proposal": "proposal_id, id",
        "outbox_of_none": f"created_at WHERE {OF_NO_CASE}",
    },
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("tin-di"),
)


def replying(
    db: Store,
    phone: str,
    text_key: str,
    blanks: Mapping[str, str],
    *,
    message_id: str,
    at: int,
    due_at: int | None = None,
    proposal_id: str | None = None,
) -> Statement:
    """Return the statement that queues the answer to a message, once per message and text, to be
    sent at `due_at` (ms UTC), or at once; for `write_all`."""
    return _queuing(
        db,
        kind="reply",
        dedupe=f"reply|{message_id}|{text_key}",
        phone=phone,
        text_key=text_key,
        blanks=blanks,
        at=at,
        due_at=due_at,
        proposal_id=proposal_id,
        message_in_id=message_id,
    )


def tell(
    db: Store,
    phone: str,
    text_key: str,
    blanks: Mapping[str, str],
    *,
    dedupe: str,
    at: int,
    due_at: int | None = None,
    proposal_id: str | None = None,
) -> bool:
    """Queue the answer to a caller, once per `dedupe`, to be sent at `due_at` (ms UTC) or at once;
    only inside `writing`. Return whether one was queued."""
    return _queue(
        db,
        kind="reply",
        dedupe=f"call|{dedupe}|{text_key}",
        phone=phone,
        text_key=text_key,
        blanks=blanks,
        at=at,
        due_at=due_at,
        proposal_id=proposal_id,
        message_in_id=None,
    )


def notify(
    db: Store,
    phone: str,
    text_key: str,
    blanks: Mapping[str, str],
    *,
    event: str,
    at: int,
    proposal_id: str,
    state: str = "queued",
) -> bool:
    """Queue a notice to a number (E.164) about its own proposal, once per event; only inside
    `writing`. Return whether one was queued. notices.py decides who may be told. With the state
    "suppressed" it is only kept that there is none."""
    return _queue(
        db,
        kind="notice",
        dedupe=f"notice|{proposal_id}|{event}",
        phone=phone,
        text_key=text_key,
        blanks=blanks,
        at=at,
        proposal_id=proposal_id,
        message_in_id=None,
        state=state,
    )


def invite(
    db: Store, phone: str, text_key: str, blanks: Mapping[str, str], *, dedupe: str, at: int
) -> str:
    """Queue a notice to a number (E.164) of the office's own about no proposal, once per `dedupe`;
    only inside `writing`. Return its id."""
    key = f"invite|{dedupe}"
    _queue(
        db,
        kind="notice",
        dedupe=key,
        phone=phone,
        text_key=text_key,
        blanks=blanks,
        at=at,
        proposal_id=None,
        message_in_id=None,
    )
    [(message_id,)] = db.rows(
        "SELECT id FROM outbox WHERE commune_id = :commune_id AND dedupe = :dedupe", dedupe=key
    )
    return str(message_id)


def queue_again(db: Store, message: MessageOut, *, at: int) -> bool:
    """Queue an SMS again, once, as a row of its own; only inside `writing`. It counts as the answer
    to the same message. Return whether one was queued."""
    row = db.row(
        "SELECT message_in_id FROM outbox WHERE commune_id = :commune_id AND id = :id",
        id=message.id,
    )
    return _queue(
        db,
        kind=message.kind,
        dedupe=f"again|{message.id}",
        phone=message.phone,
        text_key=message.text_key,
        blanks=message.blanks,
        at=at,
        proposal_id=message.proposal_id,
        message_in_id=row[0] if row else None,
    )


def was_told(db: Store, phone: str, text_key: str, *, since: int = 0) -> bool:
    """Say whether a number was sent this text since an instant (ms UTC), or ever."""
    return (
        db.row(
            "SELECT 1 FROM outbox WHERE commune_id = :commune_id AND phone = :phone"
            " AND created_at >= :since AND text_key = :text_key LIMIT 1",
            phone=db.encrypt(phone),
            text_key=text_key,
            since=since,
        )
        is not None
    )


def said_with(db: Store, phone: str, text_key: str, *, since: int) -> list[Mapping[str, str]]:
    """Return the values of a text's blanks in each SMS to a number that went since an instant (ms
    UTC), the newest first."""
    found = db.all(
        OUTBOX,
        "phone = :phone AND text_key = :text_key AND created_at >= :since"
        " AND state NOT IN ('queued', 'suppressed', 'failed') ORDER BY created_at DESC, id DESC",
        phone=db.encrypt(phone),
        text_key=text_key,
        since=since,
    )
    return [one.blanks for one in found]


def queue_now(db: Store) -> Queue:
    """Return how many SMS wait to go and since when."""
    row = db.row(
        "SELECT count(*), min(created_at) FROM outbox"
        " WHERE commune_id = :commune_id AND state IN ('queued', 'sending')"
    )
    return Queue(*row) if row else Queue(0, None)


def count_waiting(db: Store, phone: str, text_key: str) -> int:
    """Return how many SMS of one text wait for a number (E.164)."""
    row = db.row(
        "SELECT count(*) FROM outbox WHERE commune_id = :commune_id AND phone = :phone"
        " AND text_key = :text_key AND state = 'queued'",
        phone=db.encrypt(phone),
        text_key=text_key,
    )
    return int(row[0]) if row else 0


def last_of(db: Store, message_id: str) -> MessageOut:
    """Return the last sending of an SMS: itself, or the row that was queued again in its place.
    Raises ValueError if there is no such SMS."""
    found = by_id(db, message_id)
    if found is None:
        raise ValueError(message_id)
    while again := db.get(OUTBOX, "dedupe = :dedupe", dedupe=f"again|{found.id}"):
        found = again
    return found


def by_id(db: Store, message_id: str) -> MessageOut | None:
    """Return an outgoing message, or None."""
    return db.get(OUTBOX, "id = :id", id=message_id)


def by_gateway_id(db: Store, gateway: str, gateway_id: str) -> MessageOut | None:
    """Return the sent message that a gateway's report is about, or None."""
    return db.get(
        OUTBOX, "gateway = :gateway AND gateway_id = :gateway_id",
        gateway=gateway, gateway_id=gateway_id,
    )  # fmt: skip


def _queue(db: Store, **row: Any) -> bool:
    return db.conn.execute(*_queuing(db, **row)).rowcount == 1


def _queuing(
    db: Store,
    *,
    kind: str,
    dedupe: str,
    phone: str,
    text_key: str,
    blanks: Mapping[str, str],
    at: int,
    proposal_id: str | None,
    message_in_id: str | None,
    due_at: int | None = None,
    state: str = "queued",
) -> Statement:
    return db.inserting_once(
        OUTBOX,
        "dedupe",
        {
            "id": new_id(), "dedupe": dedupe, "kind": kind, "phone": phone, "text_key": text_key,
            "blanks": dict(blanks), "text": "", "proposal_id": proposal_id,
            "message_in_id": message_in_id, "state": state, "attempts": 0,
            "due_at": at if due_at is None else due_at, "gateway": "", "error": "",
            "created_at": at, "changed_at": at,
        },
    )  # fmt: skip
