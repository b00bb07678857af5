"""SMS that came in: each is kept once, whatever number of times its gateway delivers it.

Rows are ordered by the time that stands in the index, not by id: asked for the order of ids,
SQLite walks through all there ever was to find the few of one number or one state.
"""

from dataclasses import dataclass

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id


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
    },
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("tin-den"),
)

# The outcome of a message that a member of staff took for a citizen's, until it is handled.
RELEASED = "released"


def keep(db: Store, arrived: Arrived) -> bool:
    """Keep an SMS once, whatever number of times its gateway delivers it; return whether it is
    new. When this returns, it is on disk."""
    with writing(db):
        if is_kept(db, arrived.gateway, arrived.gateway_id):
            return False
        db.insert(MESSAGE_IN, arrived, id=new_id(), state="new", outcome="")
        return True


def is_kept(db: Store, gateway: str, gateway_id: str) -> bool:
    """Say whether an SMS of that name is kept already."""
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
    return db.all(MESSAGE_IN, "state = 'new' ORDER BY id LIMIT :limit", limit=limit)


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
        sender=db.encrypt(sender),
        since=since,
        until=until,
    )
    return int(row[0]) if row else 0


def same_text_from(db: Store, sender: str, text: str, since: int, until: int) -> int:
    """Return how often a number sent the very same text between two instants (ms UTC)."""
    row = db.row(
        "SELECT count(*) FROM message_in WHERE commune_id = :commune_id AND sender = :sender"
        " AND arrived_at >= :since AND arrived_at <= :until AND text = :text",
        sender=db.encrypt(sender),
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
        sender=db.encrypt(sender),
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
            sender=db.encrypt(sender),
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
            sender=db.encrypt(sender),
            proposal_id=proposal_id,
        )
        is not None
    )
