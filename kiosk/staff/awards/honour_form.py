"""The forms of letters and awards. Nothing here opens the store."""

from datetime import date

from kiosk.staff.forms import (
    BASES_LETTERS,
    EMPTY,
    LABEL_LETTERS,
    LINE_LETTERS,
    NUMBER_LETTERS,
    REASON_LETTERS,
    Reader,
    has_digit,
    has_letter,
)
from shared.domain.honours import MERIT_LETTERS, MOST_DONG, NAME_LETTERS, Kind, what_is_wrong
from shared.domain.record import Record
from shared.store.awards.awards import Content
from shared.store.awards.checks import AwardCheck

ANSWERS = ("clear", "pending")
HOWS = ("phone", "counter", "receipt")
# For a paper that is dated in the future.
_FUTURE = "staff.honours.day_future"


class Name(Record):
    """A settled name: `how` is phone, counter or receipt, "" if `why` says that nobody could be
    asked."""

    name: str
    how: str
    why: str


def read_content(given: Reader, kind: Kind) -> Content:
    """Return what an officer writes of a letter or an award."""
    is_collective = given.choice("whom", ("collective", "individual")) == "collective"
    if kind == "letter":
        return Content("", is_collective, given.line("merit", MERIT_LETTERS))
    merit = given.line("merit", MERIT_LETTERS, empty="staff.honours.merit_empty", must=len)
    what = given.line("form", LABEL_LETTERS, empty="staff.honours.form_empty", must=len)
    basis = given.text("basis", BASES_LETTERS, empty="staff.honours.basis_empty", must=len)
    source = given.line("source", LABEL_LETTERS)
    amount = given.money("amount", "staff.honours.amount_wrong") or 0
    if amount > MOST_DONG:
        given.wrong("amount", "staff.honours.amount_most", n=_dong(MOST_DONG))
    elif amount and not source:
        given.wrong("source", "staff.honours.source_empty")
    return Content(what, is_collective, merit, basis, amount, source)


def read_printed_name(given: Reader, *, is_collective: bool) -> str:
    """Return a name fit to be printed."""
    empty = "staff.honours.name_empty"
    name = given.line("name", NAME_LETTERS, empty=empty, must=has_letter)
    if what_is_wrong(name, is_collective=is_collective) == "initials":
        given.wrong("name", "staff.honours.name_initials")
    return name


def read_name(given: Reader, *, is_collective: bool, needs_consent: bool) -> Name:
    """Return how a name is spelt and who said so. If nobody has agreed that their name is kept,
    `needs_consent`, somebody must have agreed now."""
    name = read_printed_name(given, is_collective=is_collective)
    how = given.choice("how", (*HOWS, "waived"), empty="staff.honours.how_empty")
    needed = "staff.honours.why_empty" if how == "waived" else ""
    why = given.line("why", REASON_LETTERS, empty=needed)
    if needs_consent and not given.tick("agreed"):
        given.wrong("agreed", "staff.honours.agreed_empty")
    return Name(name, "", why) if how == "waived" else Name(name, how, "")


def read_check(given: Reader, *, today: date, actor: str, at: int) -> AwardCheck:
    """Return the answer to the check before an award."""
    answer = given.choice("answer", ANSWERS, empty="staff.honours.answer_empty")
    nobody = "staff.honours.answered_by_empty"
    who = given.line("answered_by", REASON_LETTERS, empty=nobody, must=has_letter)
    day = given.day("answered_on", latest=today, future=_FUTURE)
    return AwardCheck(answer, who, day, given.line("note", REASON_LETTERS), actor, at)


def read_numbered(given: Reader, today: date) -> tuple[str, str]:
    """Return the number and the day (YYYY-MM-DD) of a signed paper."""
    none = "staff.honours.number_empty"
    number = given.line("number", NUMBER_LETTERS, empty=none, must=has_digit)
    return number, given.day("day", latest=today, future=_FUTURE)


def read_handed(given: Reader, today: date) -> tuple[str, str]:
    """Return the day (YYYY-MM-DD) on which a paper was handed over and who took it, "" for its own
    person."""
    day = given.day("handed_on", latest=today, future=_FUTURE)
    return day, given.line("received_by", REASON_LETTERS)


def read_conference(given: Reader) -> tuple[str, str, str]:
    """Return (name, day as YYYY-MM-DD, place) of a conference."""
    name = given.line("name", LINE_LETTERS, empty=EMPTY, must=len)
    day = given.day("held_on")
    return name, day, given.line("place", LINE_LETTERS, empty=EMPTY, must=len)


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
