"""What the desk does about an SMS: send it again, take it for a citizen's, or leave it.

Each is done once, even if two people press at the same time, and is in the event chain.
"""

from typing import Literal

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.store.cases import authors
from shared.store.messages import inbox, outgoing
from shared.store.messages.outgoing import MessageOut
from shared.workflows import notices

# Why an SMS may not be sent again: it did not fail; it may still arrive, which must be accepted
# first; its number was erased; its reader asked for silence or withdrew the idea.
Why = Literal["not_failed", "may_arrive", "erased", "unwanted"]


class SmsUnknown(Exception):
    """There is no such SMS."""


class ResendRefused(Exception):
    """It may not be sent again."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def resend(
    db: Store, message_id: str, *, actor: str, at: int, may_arrive_twice: bool = False
) -> bool:
    """Queue a failed SMS once more, as a row of its own; return False if somebody had.

    One with an unknown outcome is sent only if `may_arrive_twice` was accepted. Raises
    SmsUnknown, ResendRefused.
    """
    with writing(db):
        message = outgoing.by_id(db, message_id)
        if message is None:
            raise SmsUnknown(message_id)
        if how_settled(db, message_id) == "sent_again":
            return False
        why = why_not(db, message, may_arrive_twice=may_arrive_twice, at=at)
        if why is not None:
            raise ResendRefused(why)
        outgoing.queue_again(db, message, at=at)
        _settle(db, message_id, "sent_again", actor, at)
        note(db, "sms_sent_again", message.proposal_id, actor, at, message=message_id)
        return True


def why_not(db: Store, message: MessageOut, *, may_arrive_twice: bool, at: int) -> Why | None:
    """Return why an SMS may not be sent again now (ms UTC), None if it may."""
    if message.state not in ("failed", "unknown"):
        return "not_failed"
    if not message.phone or _is_erased(db, message):
        return "erased"
    if message.kind == "notice" and not notices.is_still_wanted(db, message, at=at):
        return "unwanted"
    if message.state == "unknown" and not may_arrive_twice:
        return "may_arrive"
    return None


def take_for_a_citizens(db: Store, message_id: str, *, actor: str, at: int) -> bool:
    """Let an SMS that was set aside be handled as a citizen's, as if it came just now; return False
    if it is not set aside (any more)."""
    with writing(db):
        if not inbox.release(db, message_id):
            return False
        db.write(
            "DELETE FROM message_settled WHERE commune_id = :commune_id AND message_id = :id",
            id=message_id,
        )
        note(db, "sms_released", None, actor, at, message=message_id)
        return True


def set_aside(db: Store, message_id: str, *, actor: str, at: int) -> bool:
    """Take an SMS off the desk's lists; it is kept. Return False if that was done before."""
    with writing(db):
        if how_settled(db, message_id) is not None:
            return False
        _settle(db, message_id, "set_aside", actor, at)
        note(db, "sms_set_aside", None, actor, at, message=message_id)
        return True


def note_view(db: Store, message_id: str, proposal_id: str | None, *, actor: str, at: int) -> None:
    """Record that somebody looked at the number of an SMS."""
    with writing(db):
        note(db, "viewed_personal_details", proposal_id, actor, at, message=message_id)


def how_settled(db: Store, message_id: str) -> str | None:
    """Return what the desk decided about an SMS (sent_again, set_aside), None while it is open."""
    row = db.row(
        "SELECT how FROM message_settled WHERE commune_id = :commune_id AND message_id = :id",
        id=message_id,
    )
    return row[0] if row else None


def _settle(db: Store, message_id: str, how: str, actor: str, at: int) -> None:
    db.write(
        "INSERT INTO message_settled (commune_id, message_id, how, actor, at)"
        " VALUES (:commune_id, :id, :how, :actor, :at)"
        " ON CONFLICT (commune_id, message_id) DO UPDATE SET how = :how, actor = :actor, at = :at",
        id=message_id,
        how=how,
        actor=actor,
        at=at,
    )


def _is_erased(db: Store, message: MessageOut) -> bool:
    return (
        message.proposal_id is not None
        and authors.of(db, message.proposal_id).erased_at is not None
    )
