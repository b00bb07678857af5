"""How much time a case has left, in a word and a colour."""

from datetime import date
from zoneinfo import ZoneInfo

from shared.domain import clock
from shared.domain.proposal import ON_THE_CLOCK, Status
from shared.domain.record import Record

SOON_DAYS = 2


class DueLabel(Record):
    """`key` is the text's, `days` its blank, `tone` late, soon or fine."""

    key: str
    days: int
    tone: str


def due_of(status: Status, due_at: int, today: date, zone: ZoneInfo) -> DueLabel | None:
    """Return how much time a case has left, in local calendar days; None if the desk owes no answer
    any more. `due_at` is the end of its last day, ms UTC."""
    if status not in ON_THE_CLOCK:
        return None
    return label_of((clock.to_local(due_at, zone).date() - today).days)


def label_of(left: int) -> DueLabel:
    """Return how to say that a day is `left` days ahead (negative: is over)."""
    if left < 0:
        return DueLabel("staff.due.late", -left, "late")
    if left == 0:
        return DueLabel("staff.due.today", 0, "soon")
    return DueLabel("staff.due.left", left, "soon" if left <= SOON_DAYS else "fine")
