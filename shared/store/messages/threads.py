"""What was said by SMS, both ways: of one idea, or with one number."""

from shared.db.connection import Store
from shared.store.messages.inbox import MESSAGE_IN, MessageIn
from shared.store.messages.outgoing import OUTBOX, MessageOut


def of_proposal(db: Store, proposal_id: str) -> tuple[list[MessageIn], list[MessageOut]]:
    """Return a proposal's SMS, in and out, each oldest first."""
    return came(db, proposal_id), went(db, proposal_id)


def came(db: Store, proposal_id: str) -> list[MessageIn]:
    """Return the SMS that came for a proposal, oldest first."""
    return db.all(MESSAGE_IN, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)


def went(db: Store, proposal_id: str) -> list[MessageOut]:
    """Return the SMS that were or are to be sent about a proposal, oldest first."""
    return db.all(OUTBOX, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)


def between(db: Store, phone: str, limit: int = 40) -> tuple[list[MessageIn], list[MessageOut]]:
    """Return the newest SMS from and to one number, each oldest first."""
    came = db.all(
        MESSAGE_IN,
        f"sender = :phone ORDER BY arrived_at DESC, id DESC LIMIT {limit}",
        phone=db.encrypt(phone),
    )
    went = db.all(
        OUTBOX,
        f"phone = :phone ORDER BY created_at DESC, id DESC LIMIT {limit}",
        phone=db.encrypt(phone),
    )
    return came[::-1], went[::-1]
