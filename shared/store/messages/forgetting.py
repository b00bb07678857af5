"""Deletes somebody's number from incoming and outgoing SMS."""

from collections.abc import Callable

from shared.db.connection import Store, writing
from shared.store.messages.inbox import MESSAGE_IN
from shared.store.messages.outgoing import OUTBOX, MessageOut

# The error of an SMS whose number is gone.
_ENDS = {"queued": "suppressed", "unknown": "failed"}


def forget_number(db: Store, number: str, left_of: Callable[[str], str]) -> None:
    """Delete a number from the SMS that led to no idea, and reduce their words by `left_of`; only
    inside `writing`. Waiting SMS to it are never sent."""
    for message_id, said in db.rows(
        "SELECT id, text FROM message_in WHERE commune_id = :commune_id AND sender = :number"
        " AND proposal_id IS NULL AND state <> 'new'",
        number=db.encrypt(number),
    ):
        changes = {"sender": "", "raw": "", "text": left_of(said)}
        db.change(MESSAGE_IN, {"id": message_id}, changes)
    for message in db.all(
        OUTBOX, "phone = :number AND proposal_id IS NULL", number=db.encrypt(number)
    ):
        _end(db, message)


def forget_erased(db: Store, *, before: int) -> int:
    """Delete the numbers of everybody whose details were erased before an instant (ms UTC) from the
    SMS they sent and got; return how many rows that changed. It runs later than the erasure because
    the answer to a withdrawal must still be sent."""
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
            db.change(OUTBOX, {"id": message_id}, {"phone": ""})
    return len(came) + len(went)


def forget_recipient(db: Store, proposal_id: str, number: str) -> None:
    """Delete a number (E.164) from the SMS about a proposal; only inside `writing`. Waiting SMS to
    it are never sent."""
    for message in db.all(
        OUTBOX, "proposal_id = :proposal_id AND phone = :number AND state <> 'sending'",
        proposal_id=proposal_id, number=db.encrypt(number),
    ):  # fmt: skip
        _end(db, message)


def _end(db: Store, message: MessageOut) -> None:
    state = _ENDS.get(message.state, message.state)
    db.change(OUTBOX, {"id": message.id}, {"phone": "", "state": state})
