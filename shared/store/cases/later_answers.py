"""What a sender says about an idea once it has its receipt: its effects, whether anybody does it
already, what it is about, where they live.

Only what nobody has said yet is filled in: an officer's word stays. The day the idea was received
never moves by it.
"""

from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, note
from shared.domain.proposal import GONE
from shared.domain.record import Record
from shared.store.cases import proposals
from shared.store.cases.proposals import PROPOSAL, Proposal

# The questions, in their order, and the columns that each fills.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "effects": ("effects",),
    "maturity": ("maturity",),
    "category": ("category",),
    "residence": ("residence", "hamlet"),
}


class LaterAnswers(Record):
    """What was answered; what was not is as in an idea that says nothing of it."""

    effects: tuple[str, ...] = ()
    maturity: str = "unknown"
    category: str | None = None
    residence: str | None = None
    hamlet: str = ""


_NOTHING = LaterAnswers()


def unanswered(proposal: Proposal) -> tuple[str, ...]:
    """Return the questions that nobody has answered for an idea; none once it is gone."""
    if proposal.status in GONE:
        return ()
    return tuple(
        name
        for name, columns in QUESTIONS.items()
        if all(getattr(proposal, one) == getattr(_NOTHING, one) for one in columns)
    )


def keep(db: Store, code: str, said: LaterAnswers, *, at: int) -> tuple[str, ...]:
    """Keep what was said of questions that nobody has answered, and return which these are. Raises
    ProposalUnknown."""
    with writing(db):
        now = proposals.by_code(db, code)
        changes = {
            column: getattr(said, column)
            for name in unanswered(now)
            for column in QUESTIONS[name]
            if getattr(said, column) != getattr(_NOTHING, column)
        }
        filled = tuple(name for name in QUESTIONS if set(QUESTIONS[name]) & changes.keys())
        if filled:
            db.change(PROPOSAL, {"id": now.id}, changes)
            note(db, "answered_more", now.id, CITIZEN, at, questions=list(filled))
        return filled
