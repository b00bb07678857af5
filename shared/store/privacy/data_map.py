"""What each table holds of one case, and whose words those are: the list that an erasure goes by.

A new table that belongs to a case has its row here; a promise test finds the one that has none.
"""

from dataclasses import dataclass
from typing import Any

from shared.db import checksums
from shared.db.connection import Store


@dataclass(frozen=True)
class Holding:
    """The columns of one table, by what an erasure does to them. `details` name or reach the
    sender: emptied by every erasure. `words` are the sender's own, `answers` what the office wrote
    to them or of them: the person is struck out of both, and both are emptied where all is erased.
    Out of `office`, what the office recorded of the work itself, the person is only struck out.
    `via` is the column that leads to another table's row, where no proposal_id stands."""

    details: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    via: tuple[str, str] | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Every column out of which a person is struck."""
        return (*self.words, *self.answers, *self.office)


HOLDINGS: dict[str, Holding] = {
    "proposal": Holding(
        details=("fingerprint",),
        words=("title", "current_state", "solution", "expected_effect", "hamlet"),
    ),
    "author": Holding(details=("name", "phone", "unit", "position", "guardian")),
    "move": Holding(answers=("details",)),
    "addition": Holding(words=("text",)),
    "reply": Holding(answers=("text",)),
    "redaction": Holding(words=("title", "current_state", "solution", "expected_effect")),
    "case_note": Holding(answers=("text",)),
    "entry": Holding(answers=("why",)),
    "attachment": Holding(words=("transcript",)),
    # Its file goes with every erasure: what a telephone wrote into it names its owner.
    "original_file": Holding(),
    # The gateway's own name of an SMS stays, hidden: by it the same SMS, brought again, is known.
    "message_in": Holding(details=("sender", "raw"), words=("text",)),
    "outbox": Holding(details=("phone",), answers=("blanks", "text")),
    "call_back": Holding(details=("phone",), answers=("note",)),
    "fetch": Holding(words=("url",)),
    "upload": Holding(details=("metadata", "sender")),
    "model": Holding(answers=("slug", "title", "problem", "solution", "effect", "words")),
    "adoption": Holding(office=("effect", "note")),
    "measure": Holding(office=("label", "evidence")),
    "trial": Holding(office=("place", "run_by", "result")),
    "recognition": Holding(details=("contributions",), office=("conditions", "benefits")),
    "lasting_check": Holding(office=("note",), via=("adoption_id", "adoption")),
    "council_item": Holding(office=("reason", "returned_reason")),
    "council_sheet": Holding(office=("sheet", "recused"), via=("item_id", "council_item")),
    "appraisal": Holding(office=("opinion",)),
    "roadmap_step": Holding(office=("what", "note")),
    "scouting": Holding(office=("note",)),
    "honour": Holding(details=("merit",), answers=("reason",), office=("basis",)),
    "honour_name": Holding(details=("name", "suggested", "note"), via=("honour_id", "honour")),
    "award_check": Holding(details=("note",), via=("honour_id", "honour")),
    "delivery": Holding(details=("received_by",), via=("honour_id", "honour")),
    "erasure": Holding(answers=("reason",)),
    "data_request": Holding(
        details=("name", "phone"), words=("said",), answers=("answer", "extended_why")
    ),
}


def rows(db: Store, table: str, proposal_id: str) -> list[dict[str, Any]]:
    """Return a table's rows of one case, as they lie in the file (what is hidden is hidden)."""
    via = HOLDINGS[table].via
    if via is None:
        column = "id" if table == "proposal" else "proposal_id"
        return checksums.rows_of(db, table, column, proposal_id)
    column, parent = via
    return [
        row
        for above in rows(db, parent, proposal_id)
        for row in checksums.rows_of(db, table, column, above["id"])
    ]
