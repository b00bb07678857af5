"""SMS in and out: what came (kept once), what is to go (one row per thing to say).

An outbox row holds a text's key and blanks; the SMS program turns them into words when it sends.

Rows are ordered by the time that stands in the index, not by id: asked for the order of ids,
SQLite walks through all there ever was to find the few of one number or one state.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    text,
)
from shared.db.connection import Store, writing
from shared.db.event_log import new_id
from shared.db.rows import Row
from shared.domain import clock

MESSAGE_IN: Table[Any] = Table(
    "message_in",
    None,
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
    },
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("tin-den"),
)


OUTBOX: Table[Any] = Table(
    "outbox",
    None,
    {
        "id": ident(exported=in_export()),
        "kind": choice(("reply", "notice"), exported=in_export()),
        "phone": text(Whose.DETAILS, encrypted=True, exported=in_export("phone")),
        "text_key": ident(exported=in_export()),
        "text": text(Whose.ANSWER, exported=in_export("words")),
        "state": choice(
            ("queued", "sending", "sent", "delivered", "failed", "unknown", "suppressed"),
            exported=in_export(),
        ),
        "attempts": number(default=0, exported=in_export("number")),
        "gateway": ident(exported=in_export()),
        "error": ident(exported=in_export()),
        "created_at": instant(exported=in_export()),
        "changed_at": instant(exported=in_export()),
        "proposal_id": ident(null=True, exported=in_export()),
        "message_in_id": ident(null=True, exported=in_export()),
        "dedupe": ident(),
        "blanks": text(Whose.ANSWER),
        "due_at": instant(),
        "lease_until": instant(null=True),
        "gateway_id": ident(null=True),
    },
    unique=(("dedupe",),),
    foreign={"proposal_id": "proposal"},
    indexes={
        "outbox_by_state": "state, due_at",
        "outbox_by_gateway_id": "gateway, gateway_id",
        "outbox_by_phone": "phone, created_at",
        "outbox_of_proposal": "proposal_id, id",
    },
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("tin-di"),
)


@dataclass(frozen=True)
class Arrived:
    """An SMS as its gateway handed it over. `gateway_id` is the gateway's own permanent name
    for it; `sender` is E.164 where `sender_kind` is mobile. Instants are ms UTC."""

    gateway: str
    gateway_id: str
    sender: str
    sender_kind: str
    text: str
    raw: str
    sent_at: int | None
    arrived_at: int


@dataclass(frozen=True)
class MessageIn:
    """A kept SMS. `state` is new, done or quarantined; `outcome` says what it was taken for;
    `raw` is all that its gateway handed over."""

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


@dataclass(frozen=True)
class MessageOut:
    """An SMS to be sent or sent. `state`: queued, sending, sent (the network took it),
    delivered, failed, unknown (no answer from the gateway: never blindly sent again) or
    suppressed (the number asked for silence)."""

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


@dataclass(frozen=True)
class Queue:
    """What waits to go: how many, and when the oldest was queued (ms UTC, None for none)."""

    count: int
    oldest_at: int | None


# The outcome of a message that a member of staff took for a citizen's, until it is handled.
RELEASED = "released"
# No message that was touched before now waits longer than this for its turn: one that seems to
# was written under a clock that ran ahead, and its turn is now.
_LONGEST_WAIT = 2 * clock.DAY

_IN = (
    "id, gateway, sender, sender_kind, text, sent_at, arrived_at, state, outcome, proposal_id, raw"
)
_OUT = (
    "id, kind, phone, text_key, blanks, text, proposal_id, state, attempts, due_at, gateway,"
    " gateway_id, error, created_at, changed_at"
)


def keep(db: Store, arrived: Arrived) -> bool:
    """Keep an SMS once, whatever number of times its gateway delivers it; return whether it is
    new. When this returns, it is on disk."""
    with writing(db):
        if is_kept(db, arrived.gateway, arrived.gateway_id):
            return False
        db.insert(
            MESSAGE_IN,
            {
                "id": new_id(),
                "gateway": arrived.gateway,
                "gateway_id": arrived.gateway_id,
                "sender": arrived.sender,
                "sender_kind": arrived.sender_kind,
                "text": arrived.text,
                "raw": arrived.raw,
                "sent_at": arrived.sent_at,
                "arrived_at": arrived.arrived_at,
                "state": "new",
                "outcome": "",
                "proposal_id": None,
                "handled_at": None,
            },
        )
        return True


def is_kept(db: Store, gateway: str, gateway_id: str) -> bool:
    """Say whether an SMS of that name is kept already."""
    return (
        db.row(
            "SELECT 1 FROM message_in WHERE commune_id = :commune_id"
            " AND gateway = :gateway AND gateway_id = :gateway_id",
            gateway=gateway,
            gateway_id=db.hide(gateway_id),
        )
        is not None
    )


def waiting(db: Store, limit: int = 20) -> list[MessageIn]:
    """Return kept messages nobody has handled yet, oldest first."""
    return [
        _read_in(db, row)
        for row in db.rows(
            f"SELECT {_IN} FROM message_in"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id AND state = 'new' ORDER BY id LIMIT :limit",
            limit=limit,
        )
    ]


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
    row = db.row(
        f"SELECT {_IN} FROM message_in"  # noqa: S608 columns are ours
        " WHERE commune_id = :commune_id AND id = :id",
        id=message_id,
    )
    return _read_in(db, row) if row else None


def brought_by(db: Store, gateway: str, sender: str, since: int) -> list[MessageIn]:
    """Return what a gateway brought from a number since an instant (ms UTC), newest first."""
    return [
        _read_in(db, row)
        for row in db.rows(
            f"SELECT {_IN} FROM message_in WHERE commune_id = :commune_id"  # noqa: S608
            " AND sender = :sender AND arrived_at >= :since AND gateway = :gateway"
            " ORDER BY arrived_at DESC, id DESC",
            sender=db.hide(sender),
            since=since,
            gateway=gateway,
        )
    ]


def handled(
    db: Store,
    message_id: str,
    *,
    outcome: str,
    at: int,
    proposal_id: str | None = None,
    quarantined: bool = False,
) -> None:
    """Note what a message was taken for; only inside `writing`."""
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
    """Let a quarantined message be handled as a person's (`outcome` says so until it is); only
    inside `writing`. Returns False when it is not quarantined."""
    found = incoming(db, message_id)
    if found is None or found.state != "quarantined":
        return False
    changes = {"state": "new", "outcome": RELEASED, "handled_at": None}
    return db.change(MESSAGE_IN, {"id": message_id}, changes)


def count_from(db: Store, sender: str, since: int, until: int) -> int:
    """Return how many SMS came from a number between two instants (ms UTC)."""
    row = db.row(
        "SELECT count(*) FROM message_in WHERE commune_id = :commune_id AND sender = :sender"
        " AND arrived_at >= :since AND arrived_at <= :until",
        sender=db.hide(sender),
        since=since,
        until=until,
    )
    return int(row[0]) if row else 0


def same_text_from(db: Store, sender: str, text: str, since: int, until: int) -> int:
    """Return how often a number sent the very same text between two instants (ms UTC)."""
    row = db.row(
        "SELECT count(*) FROM message_in WHERE commune_id = :commune_id AND sender = :sender"
        " AND arrived_at >= :since AND arrived_at <= :until AND text = :text",
        sender=db.hide(sender),
        since=since,
        until=until,
        text=text,
    )
    return int(row[0]) if row else 0


def proposal_of_same_text(
    db: Store, message_id: str, sender: str, text: str, since: int, outcome: str = "proposal"
) -> str | None:
    """Return the id of the proposal that another message of the very same words from this
    number, not older than `since` (ms UTC), became or, with another `outcome`, went on with;
    None when there is none."""
    row = db.row(
        "SELECT proposal_id FROM message_in WHERE commune_id = :commune_id AND sender = :sender"
        " AND arrived_at >= :since AND text = :text AND id <> :id AND outcome = :outcome"
        " ORDER BY arrived_at DESC LIMIT 1",
        outcome=outcome,
        sender=db.hide(sender),
        since=since,
        text=text,
        id=message_id,
    )
    return row[0] if row else None


def kept_from(db: Store, sender: str, since: int, until: int) -> list[tuple[str, str]]:
    """Return the texts of a number between two instants (ms UTC) that became a proposal or went
    on with one, newest first: (proposal id, text)."""
    return [
        (row[0], row[1])
        for row in db.rows(
            "SELECT proposal_id, text FROM message_in WHERE commune_id = :commune_id"
            " AND sender = :sender AND arrived_at >= :since AND arrived_at <= :until"
            " AND outcome IN ('proposal', 'continued') ORDER BY arrived_at DESC, id DESC",
            sender=db.hide(sender),
            since=since,
            until=until,
        )
    ]


def has_more_from(db: Store, sender: str, proposal_id: str) -> bool:
    """Say whether a number added anything to a proposal by SMS."""
    return (
        db.row(
            "SELECT 1 FROM message_in WHERE commune_id = :commune_id AND sender = :sender"
            " AND proposal_id = :proposal_id AND outcome IN ('addition', 'continued') LIMIT 1",
            sender=db.hide(sender),
            proposal_id=proposal_id,
        )
        is not None
    )


def reply_to(
    db: Store,
    phone: str,
    text_key: str,
    blanks: Mapping[str, str],
    *,
    message_id: str,
    at: int,
    due_at: int | None = None,
    proposal_id: str | None = None,
) -> None:
    """Queue the answer to a message, once per message and text, to go at `due_at` (ms UTC), at once
    where that is not said; only inside `writing`."""
    _queue(
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
    """Queue the answer to somebody who called, once per `dedupe`, to go at `due_at` (ms UTC) or at
    once; only inside `writing`. Returns whether one was queued."""
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
) -> bool:
    """Queue a notice to a number (E.164) about its own proposal, once per event; only inside
    `writing`. Returns whether one was queued. Who may be told is notices.py's to say."""
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
    )


def queue_again(db: Store, message: MessageOut, *, at: int) -> bool:
    """Queue an SMS once more, once, as a row of its own; only inside `writing`. It counts as the
    answer to the same message. Returns whether one was queued."""
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


def replies_since(db: Store, phone: str, since: int, until: int) -> int:
    """Return how many messages and calls of a number were answered between two instants (ms
    UTC); a receipt and the privacy note that goes with it are one answer."""
    row = db.row(
        "SELECT count(DISTINCT coalesce(message_in_id, proposal_id, id)) FROM outbox"
        " WHERE commune_id = :commune_id AND phone = :phone"
        " AND created_at >= :since AND created_at <= :until AND kind = 'reply'",
        phone=db.hide(phone),
        since=since,
        until=until,
    )
    return int(row[0]) if row else 0


def was_told(db: Store, phone: str, text_key: str, *, since: int = 0) -> bool:
    """Say whether a number was sent this text since an instant (ms UTC), or ever."""
    return (
        db.row(
            "SELECT 1 FROM outbox WHERE commune_id = :commune_id AND phone = :phone"
            " AND created_at >= :since AND text_key = :text_key LIMIT 1",
            phone=db.hide(phone),
            text_key=text_key,
            since=since,
        )
        is not None
    )


def texts_to(db: Store, phone: str, since: int, limit: int = 30) -> list[str]:
    """Return the words that went to a number since an instant (ms UTC), newest first."""
    return [
        row[0]
        for row in db.rows(
            "SELECT text FROM outbox WHERE commune_id = :commune_id AND phone = :phone"
            " AND created_at >= :since AND text <> '' ORDER BY created_at DESC, id DESC"
            " LIMIT :limit",
            phone=db.hide(phone),
            since=since,
            limit=limit,
        )
    ]


def last_told(db: Store, phone: str, text_key: str, since: int, until: int) -> str | None:
    """Return the id of the proposal that the newest SMS with this text, queued for a number
    between two instants (ms UTC), spoke of; None when there is none."""
    row = db.row(
        "SELECT proposal_id FROM outbox WHERE commune_id = :commune_id AND phone = :phone"
        " AND text_key = :text_key AND created_at >= :since AND created_at <= :until"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        phone=db.hide(phone),
        text_key=text_key,
        since=since,
        until=until,
    )
    return row[0] if row else None


def claim(
    db: Store, *, at: int, lease: int, limit: int = 10, notices: bool = True
) -> list[MessageOut]:
    """Take due messages for sending: they are `sending` until `lease` (ms UTC) runs out.
    With `notices` False, what nobody asked for is left where it is."""
    # A first answer may wait for days (first_answers.py): it was queued before now.
    condition = "state = 'queued' AND (due_at <= :at OR (due_at > :ahead AND changed_at > :at))"
    if not notices:
        condition += " AND kind = 'reply'"
    condition += " ORDER BY due_at, id LIMIT :limit"
    if not _out_where(db, condition, at=at, ahead=at + _LONGEST_WAIT, limit=1):
        return []
    with writing(db):
        due = _out_where(db, condition, at=at, ahead=at + _LONGEST_WAIT, limit=limit)
        for message in due:
            _change(
                db,
                message.id,
                state="sending",
                attempts=message.attempts + 1,
                lease_until=lease,
                changed_at=at,
            )
    return due


def lapsed(db: Store, at: int) -> list[MessageOut]:
    """Return messages whose sender died between claiming and telling how it went."""
    return _out_where(
        db,
        "state = 'sending' AND (lease_until < :at OR lease_until > :ahead) ORDER BY due_at, id",
        at=at,
        ahead=at + _LONGEST_WAIT,
    )


def unexplained(db: Store, *, at: int, since: int) -> list[MessageOut]:
    """Return messages that a gateway may or may not have taken, queued since `since` (ms UTC),
    whose next look-up is due."""
    return _out_where(
        db,
        "state = 'unknown' AND (due_at <= :at OR due_at > :ahead) AND created_at >= :since"
        " ORDER BY due_at, id",
        at=at,
        ahead=at + _LONGEST_WAIT,
        since=since,
    )


def followed(db: Store, gateway: str, since: int) -> list[MessageOut]:
    """Return what a gateway has under its own name and may still report on: queued since an
    instant (ms UTC) and neither delivered nor failed."""
    # Nothing is due before it is queued, so due_at leads to what is recent.
    recent = _out_where(
        db,
        "state IN ('sending', 'sent', 'unknown') AND due_at >= :since AND created_at >= :since"
        " ORDER BY due_at, id",
        since=since,
    )
    return [message for message in recent if message.gateway == gateway and message.gateway_id]


def note_text(db: Store, message_id: str, text: str, gateway: str, *, at: int) -> None:
    """Write down the words that are about to go, and through which gateway."""
    with writing(db):
        _change(db, message_id, text=text, gateway=gateway, changed_at=at)


def note_taken(db: Store, message_id: str, gateway_id: str, *, at: int, lease: int) -> None:
    """Write down that the gateway keeps a message which is still `sending`; without a report it
    becomes unknown when `lease` (ms UTC) runs out."""
    with writing(db):
        _change(
            db,
            message_id,
            state="sending",
            gateway_id=gateway_id,
            error="",
            lease_until=lease,
            changed_at=at,
        )


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
    """Write down how a sending went. `due_at` with state "queued" is when to try again."""
    changes: dict[str, object] = {"state": state, "error": error, "changed_at": at}
    if gateway_id is not None:
        changes["gateway_id"] = gateway_id
    if due_at is not None:
        changes["due_at"] = due_at
    with writing(db):
        _change(db, message_id, **changes)


def doubt_unsent(db: Store, *, at: int) -> int:
    """Make every SMS that was queued or on its way one of unknown outcome, and return how many:
    in a store that was brought back nobody knows what went since. Staff see them and may send
    each again. Only inside `writing`."""
    unsent = _out_where(db, "state IN ('queued', 'sending') ORDER BY due_at, id")
    for message in unsent:
        _change(db, message.id, state="unknown", error="restored", lease_until=None, changed_at=at)
    return len(unsent)


def queue_now(db: Store) -> Queue:
    """Return how many SMS wait to go and since when."""
    row = db.row(
        "SELECT count(*), min(created_at) FROM outbox"
        " WHERE commune_id = :commune_id AND state IN ('queued', 'sending')"
    )
    return Queue(*row) if row else Queue(0, None)


def by_id(db: Store, message_id: str) -> MessageOut | None:
    """Return an outgoing message, or None."""
    found = _out_where(db, "id = :id", id=message_id)
    return found[0] if found else None


def by_gateway_id(db: Store, gateway: str, gateway_id: str) -> MessageOut | None:
    """Return the sent message a gateway's report speaks of, or None."""
    found = _out_where(
        db, "gateway = :gateway AND gateway_id = :gateway_id",
        gateway=gateway, gateway_id=gateway_id,
    )  # fmt: skip
    return found[0] if found else None


def of_proposal(db: Store, proposal_id: str) -> tuple[list[MessageIn], list[MessageOut]]:
    """Return a proposal's SMS, in and out, each oldest first."""
    came = [
        _read_in(db, row)
        for row in db.rows(
            f"SELECT {_IN} FROM message_in"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id AND proposal_id = :proposal_id ORDER BY id",
            proposal_id=proposal_id,
        )
    ]
    return came, _out_where(db, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)


def between(db: Store, phone: str, limit: int = 40) -> tuple[list[MessageIn], list[MessageOut]]:
    """Return the newest SMS from and to one number, each oldest first."""
    came = [
        _read_in(db, row)
        for row in db.rows(
            f"SELECT {_IN} FROM message_in WHERE commune_id = :commune_id"  # noqa: S608
            " AND sender = :phone ORDER BY arrived_at DESC, id DESC LIMIT :limit",
            phone=db.hide(phone),
            limit=limit,
        )
    ]
    went = _out_where(
        db, "phone = :phone ORDER BY created_at DESC, id DESC LIMIT :limit",
        phone=db.hide(phone), limit=limit,
    )  # fmt: skip
    return came[::-1], went[::-1]


def forget_number(db: Store, number: str, left_of: Callable[[str], str]) -> None:
    """Remove a number from the SMS that led to no idea, and leave of their words what `left_of`
    says; only inside `writing`. What waits to go to it never goes."""
    for message_id, said in db.rows(
        "SELECT id, text FROM message_in WHERE commune_id = :commune_id AND sender = :number"
        " AND proposal_id IS NULL AND state <> 'new'",
        number=db.hide(number),
    ):
        changes = {"sender": "", "raw": "", "text": left_of(said)}
        db.change(MESSAGE_IN, {"id": message_id}, changes)
    for message in _out_where(
        db, "phone = :number AND proposal_id IS NULL", number=db.hide(number)
    ):
        state = {"queued": "suppressed", "unknown": "failed"}.get(message.state, message.state)
        _change(db, message.id, phone="", state=state)


def forget_erased(db: Store, *, before: int) -> int:
    """Remove the numbers of everybody whose details were erased before an instant (ms UTC) from
    the SMS they sent and got; return how many rows that changed. It runs later than the erasure
    because the answer to a withdrawal still has to find its way."""
    with writing(db):
        came = db.rows(
            "SELECT message_in.id FROM message_in JOIN author"
            " ON author.commune_id = :commune_id AND author.proposal_id = message_in.proposal_id"
            " AND author.place = 1"
            " WHERE message_in.commune_id = :commune_id AND message_in.state <> 'new'"
            " AND message_in.sender <> '' AND author.erased_at < :before",
            before=before,
        )
        for (message_id,) in came:
            db.change(MESSAGE_IN, {"id": message_id}, {"sender": "", "raw": ""})
        went = db.rows(
            "SELECT outbox.id FROM outbox JOIN author"
            " ON author.commune_id = :commune_id AND author.proposal_id = outbox.proposal_id"
            " AND author.place = 1"
            " WHERE outbox.commune_id = :commune_id AND outbox.phone <> ''"
            " AND outbox.state NOT IN ('queued', 'sending') AND author.erased_at < :before",
            before=before,
        )
        for (message_id,) in went:
            _change(db, message_id, phone="")
    return len(came) + len(went)


def forget_recipient(db: Store, proposal_id: str, number: str) -> None:
    """Remove a number (E.164) from the SMS that went about a proposal; only inside `writing`. What
    waits to go to it never goes."""
    for message in _out_where(
        db, "proposal_id = :proposal_id AND phone = :number AND state <> 'sending'",
        proposal_id=proposal_id, number=db.hide(number),
    ):  # fmt: skip
        state = {"queued": "suppressed", "unknown": "failed"}.get(message.state, message.state)
        _change(db, message.id, phone="", state=state)


def _queue(
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
) -> bool:
    if db.row(
        "SELECT 1 FROM outbox WHERE commune_id = :commune_id AND dedupe = :dedupe", dedupe=dedupe
    ):
        return False
    db.insert(
        OUTBOX,
        {
            "id": new_id(),
            "dedupe": dedupe,
            "kind": kind,
            "phone": phone,
            "text_key": text_key,
            "blanks": json.dumps(dict(blanks), sort_keys=True, ensure_ascii=False),
            "text": "",
            "proposal_id": proposal_id,
            "message_in_id": message_in_id,
            "state": "queued",
            "attempts": 0,
            "due_at": at if due_at is None else due_at,
            "lease_until": None,
            "gateway": "",
            "gateway_id": None,
            "error": "",
            "created_at": at,
            "changed_at": at,
        },
    )
    return True


def _change(db: Store, message_id: str, **changes: object) -> None:
    db.change(OUTBOX, {"id": message_id}, changes)


def _read_in(db: Store, row: Row) -> MessageIn:
    values = list(row)
    values[2], values[10] = db.reveal(values[2]), db.reveal(values[10])
    return MessageIn(*values)


def _out_where(db: Store, condition: str, **params: object) -> list[MessageOut]:
    return [
        _read_out(db, row)
        for row in db.rows(
            f"SELECT {_OUT} FROM outbox"  # noqa: S608 columns and condition are ours
            f" WHERE commune_id = :commune_id AND {condition}",
            **params,
        )
    ]


def _read_out(db: Store, row: Row) -> MessageOut:
    values = list(row)
    values[2] = db.reveal(values[2])
    values[4] = json.loads(values[4])
    return MessageOut(*values)
