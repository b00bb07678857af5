"""Asks the senders of ideas, and the units that use them, whether an idea is still used.

By SMS whoever agreed to be told, and the number that a unit left to be reached; on their receipt
and on a page of the unit's own whoever gets none.
"""

from shared.db.connection import Store, writing
from shared.domain import codes
from shared.store.messages import opt_outs, outgoing
from shared.store.models import follow_up, lasting_questions, model_requests
from shared.store.models.follow_up import FollowUpDue
from shared.workflows import notices

# Whose day was longer ago is not asked: the program was not there then.
ASKED_WITHIN_DAYS = 30


def secret_of(question_id: str, *, key: bytes, commune_id: int) -> str:
    """Return the secret in the address of a unit's page."""
    return codes.secret_of(f"lasting|{question_id}", key=key, commune_id=commune_id)


def ask_due(db: Store, *, key: bytes, at: int) -> int:
    """Ask about every unit whose day has come, each once; return how many questions are new. `key`
    is the one that receipts' secrets are made with."""
    due = follow_up.lately_due(db, now=at, within=ASKED_WITHIN_DAYS)
    return sum(_ask(db, one, key, at) for one in due)


def _ask(db: Store, due: FollowUpDue, key: bytes, at: int) -> int:
    with writing(db):
        return _ask_author(db, due, at) + _ask_unit(db, due, key, at)


def _ask_author(db: Store, due: FollowUpDue, at: int) -> bool:
    question_id = lasting_questions.new_question_id()
    if not lasting_questions.ask(db, due, "author", question_id=question_id, secret_hash="", at=at):
        return False
    for one in notices.recipients(db, due.proposal_id):
        if one.proposal_id == due.proposal_id:
            _tell(db, due, one.phone, question_id, at)
            break  # the sender; co-authors would answer for one another
    return True


def _ask_unit(db: Store, due: FollowUpDue, key: bytes, at: int) -> bool:
    question_id = lasting_questions.new_question_id()
    secret = secret_of(question_id, key=key, commune_id=db.commune_id)
    if not lasting_questions.ask(
        db, due, "unit", question_id=question_id, secret_hash=codes.secret_hash(secret), at=at
    ):
        return False
    number = model_requests.contact_of(db, due.proposal_id, due.unit)
    if number and not opt_outs.has(db, number):
        _tell(db, due, number, question_id, at)
    return True


def _tell(db: Store, due: FollowUpDue, number: str, question_id: str, at: int) -> None:
    blanks = {"ma": due.code, "n": str(due.days), "noi": due.unit, "cau": question_id}
    outgoing.notify(
        db, number, notices.ASKED_LASTING, blanks,
        event=f"lasting|{question_id}", at=at, proposal_id=due.proposal_id,
    )  # fmt: skip
