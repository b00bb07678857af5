"""Was it asked, before an award, whether discipline or a complaint is pending? (Luật Thi đua, khen
thưởng 2022: nobody is awarded meanwhile.) Every answer is kept; the latest counts."""

from dataclasses import dataclass

from shared.db import checksums
from shared.db.connection import Store
from shared.db.event_log import new_id


@dataclass(frozen=True)
class Check:
    """What was answered: `answer` is clear or pending, `answered_by` the person or body asked,
    `answered_on` a local day, `actor` who noted it (a staff id), `at` ms UTC."""

    answer: str
    answered_by: str
    answered_on: str
    note: str
    actor: str
    at: int


def add(db: Store, honour_id: str, check: Check) -> None:
    """Keep an answer; only inside `writing`."""
    row = {
        "id": new_id(), "honour_id": honour_id, "answer": check.answer,
        "answered_by": check.answered_by, "answered_on": check.answered_on, "note": check.note,
        "actor": check.actor, "at": check.at,
    }  # fmt: skip
    checksums.insert(db, "award_check", row)


def of(db: Store, honour_id: str) -> list[Check]:
    """Return all answers of one award, the latest first."""
    return [
        Check(*row)
        for row in db.rows(
            "SELECT answer, answered_by, answered_on, note, actor, at FROM award_check"
            " WHERE commune_id = :commune_id AND honour_id = :honour_id ORDER BY id DESC",
            honour_id=honour_id,
        )
    ]
