"""What was said after a proposal came: the citizen's additions and the office's replies."""

from shared.db.card import Table, Whose, choice, ident, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, new_id, new_salt, note, salted
from shared.domain.proposal import CHANNELS, WAITS_FOR_MORE, Status
from shared.domain.record import Record
from shared.store.cases import merges, moves, proposals, unread_answers


class AdditionRefused(Exception):
    """The proposal was withdrawn: its sender asked us to keep nothing more of it."""


class AlreadyAdded(Exception):
    """Other words were added under that key before."""


class Addition(Record):
    """Something the sender said later; it never changes `received_at` (A7)."""

    channel: str
    text: str
    at: int


ADDITION = Table(
    "addition",
    Addition,
    {
        "id": ident(),
        "proposal_id": ident(),
        "channel": choice(CHANNELS),
        "text": text(Whose.WORDS, spoken=True),
        "at": instant(),
        "idempotency_key": ident(encrypted=True),
    },
    unique=(("idempotency_key",),),
    foreign={"proposal_id": "proposal"},
    indexes={"addition_of_proposal": "proposal_id, id"},
    sealed=True,
    in_register=True,
)


class OfficeReply(Record):
    """What the office answered; the sender reads it behind the QR."""

    text: str
    staff_id: str
    at: int


REPLY = Table(
    "reply",
    OfficeReply,
    {
        "id": ident(),
        "proposal_id": ident(),
        "text": text(Whose.ANSWER, spoken=True),
        "staff_id": ident(),
        "at": instant(),
        "idempotency_key": ident(),
    },
    unique=(("idempotency_key",),),
    foreign={"proposal_id": "proposal", "staff_id": "staff_member"},
    indexes={"reply_of_proposal": "proposal_id, id"},
    sealed=True,
    in_register=True,
)


def add_more(
    db: Store,
    code: str,
    text: str,
    *,
    channel: str,
    key: str,
    at: int,
    is_senders: bool = True,
) -> proposals.Proposal:
    """Keep an addition and return the proposal it belongs to.

    What waited for it goes on: needs_info and closed go back to received (for a merged proposal,
    the one it was merged into), unless nothing shows that its sender said it. The same `key` again
    keeps nothing twice. Raises ProposalUnknown, AdditionRefused, and AlreadyAdded if that key had
    kept other words.
    """
    with writing(db):
        now = proposals.by_code(db, code)
        if now.status is Status.WITHDRAWN:
            raise AdditionRefused(code)
        before = db.row(
            "SELECT text FROM addition WHERE commune_id = :commune_id AND idempotency_key = :key",
            key=db.encrypt(key),
        )
        if before:
            if before[0] not in ("", text):
                raise AlreadyAdded(code)
            return now
        salt, addition_id = new_salt(), new_id()
        db.insert(
            ADDITION, Addition(channel, text, at), id=addition_id, proposal_id=now.id,
            idempotency_key=key, salt=salt,
        )  # fmt: skip
        note(db, "added_to", now.id, CITIZEN, at, addition=addition_id, content=salted(salt, text))
        unread_answers.came(db, now.id, at=at)
        if is_senders:
            more_came(db, now, at)
        return proposals.by_id(db, now.id)


def more_came(db: Store, added_to: proposals.Proposal, at: int) -> None:
    """Let what waited for its sender go on, because words or a file came: the proposal itself, or
    the one it was merged into. Only inside `writing`."""
    kept_id = merges.kept_instead(db, added_to.id) or added_to.id
    waiting = proposals.by_id(db, kept_id)
    if waiting.status in WAITS_FOR_MORE:
        moves.move(db, waiting.code, Status.RECEIVED, actor=CITIZEN, at=at)


def answer(db: Store, code: str, text: str, *, staff_id: str, key: str, at: int) -> bool:
    """Keep the office's reply; return False when `key` had kept it already."""
    with writing(db):
        now = proposals.by_code(db, code)
        if db.row(
            "SELECT 1 FROM reply WHERE commune_id = :commune_id AND idempotency_key = :key",
            key=key,
        ):
            return False
        salt, reply_id = new_salt(), new_id()
        db.insert(
            REPLY, OfficeReply(text, staff_id, at), id=reply_id, proposal_id=now.id,
            idempotency_key=key, salt=salt,
        )  # fmt: skip
        note(db, "answered", now.id, staff_id, at, reply=reply_id, content=salted(salt, text))
        unread_answers.noticed(db, now.id, actor=staff_id)
        return True


def additions(db: Store, proposal_id: str) -> list[Addition]:
    """Return what the sender added, oldest first."""
    return db.all(ADDITION, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)


def replies(db: Store, proposal_id: str) -> list[OfficeReply]:
    """Return what the office answered, oldest first."""
    return db.all(REPLY, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)
