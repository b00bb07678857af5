"""The forms of a paper that is sent, and of what is known of each sending."""

from collections.abc import Sequence
from datetime import date

from kiosk.staff.forms import EMPTY, LINE_LETTERS, NUMBER_LETTERS, Reader
from shared.store.office.dispatches import WAYS, NewDispatch, NewPaper


def read_paper(given: Reader, years: Sequence[int]) -> NewPaper:
    """Return the paper in a form."""
    year = given.choice("year", [str(one) for one in years])
    title = given.line("title", LINE_LETTERS, empty=EMPTY)
    number = given.line("number", NUMBER_LETTERS)
    return NewPaper(int(year or 0), title, number, given.day("issued_on", optional=True))


def read_sendings(
    given: Reader, recipients: Sequence[str], *, today: date
) -> tuple[NewDispatch, ...]:
    """Return a sending for each recipient that is ticked or named."""
    ticked = [one for one in recipients if one in given.form.getlist("recipient")]
    other = given.line("other", LINE_LETTERS)
    if not (ticked or other):
        given.wrong("other", "staff.sending.nobody")
    sent_on = given.day("sent_on", latest=today)
    way = given.choice("way", WAYS, empty="staff.sending.way_empty")
    sent_by = given.line("sent_by", LINE_LETTERS, empty=EMPTY)
    proof = given.line("proof", LINE_LETTERS)
    whom = [*ticked, *([other] if other else [])]
    return tuple(NewDispatch(one, sent_on, way, sent_by, proof) for one in whom)


def read_confirmation(given: Reader, *, today: date) -> tuple[str, str]:
    """Return the day on which a paper arrived and how that is known."""
    return given.day("confirmed_on", latest=today), given.line("confirmed_how", LINE_LETTERS)
