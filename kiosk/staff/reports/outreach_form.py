"""The form of an effort to spread the word."""

from datetime import date

from kiosk.staff.forms import EMPTY, LINE_LETTERS, Reader
from shared.domain.outreach import KINDS
from shared.store.office.outreach import NewEffort

# Room for how a meeting went.
EFFORT_LETTERS = 1000
MOST_COUNTED = 1_000_000_000_000


def read_effort(given: Reader, *, today: date) -> NewEffort:
    """Return the effort that a form describes."""
    kind = given.choice("kind", KINDS, empty="staff.outreach.kind_empty")
    title, place = (given.line(name, LINE_LETTERS, empty=EMPTY) for name in ("title", "place"))
    begun, ended = given.day("begun_on", latest=today), given.day("ended_on", optional=True)
    if begun and ended and ended < begun:
        given.wrong("ended_on", "staff.wrong.day_order")
    done_by, mobiliser = given.line("done_by", LINE_LETTERS, empty=EMPTY), given.mobiliser()
    reached, cost = _counted(given, "reached"), _counted(given, "cost")
    note = given.text("note", EFFORT_LETTERS)
    return NewEffort(
        kind, title, place, begun, ended, done_by, mobiliser, reached, cost, note
    )  # fmt: skip


def _counted(given: Reader, name: str) -> int | None:
    """Return a number that may be left out."""
    found = given.money(name, "staff.outreach.number_wrong")
    if found is not None and found > MOST_COUNTED:
        given.wrong(name, "staff.outreach.number_wrong")
    return found
