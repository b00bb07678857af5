"""By which rule an idea was recognised: the commune's plan, or the decree on initiatives (NĐ
13/2012), which asks for more and sets a clock of three months. Days are local, YYYY-MM-DD."""

from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date

from shared.db import checksums
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note

# NĐ 13/2012, article 7: from accepting the application, or from the end of first application.
CLOCK_MONTHS = 3


@dataclass(frozen=True)
class Recognition:
    """What is written down of it. All but `kind` are "" for one by the plan; `contributions` is a
    line an author, "name: percent"; `due_on` is when a decision is due."""

    kind: str
    first_applied_on: str
    conditions: str
    benefits: str
    contributions: str
    clock_from: str
    due_on: str


def due_on(clock_from: date) -> date:
    """Return the day three months after; the last of a month that is too short."""
    year, month = divmod(clock_from.year * 12 + clock_from.month - 1 + CLOCK_MONTHS, 12)
    return date(year, month + 1, min(clock_from.day, monthrange(year, month + 1)[1]))


def of_proposal(db: Store, proposal_id: str) -> Recognition | None:
    """Return what was written down of a case, or None."""
    row = db.row(
        "SELECT kind, first_applied_on, conditions, benefits, contributions, clock_from, due_on"
        " FROM recognition WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    return Recognition(*row) if row else None


def keep(db: Store, proposal_id: str, said: Recognition, *, actor: str, at: int) -> None:
    """Keep it in place of what was there; the same again changes nothing."""
    with writing(db):
        known = of_proposal(db, proposal_id)
        if known == said:
            return
        if known:
            checksums.change(db, "recognition", {"proposal_id": proposal_id}, asdict(said))
        else:
            row = {"id": new_id(), "proposal_id": proposal_id, **asdict(said)}
            checksums.insert(db, "recognition", row)
        note(db, "recognition_noted", proposal_id, actor, at, rule=said.kind)
