"""What somebody typed of a paper that is sent, read once: a value, or what must be put right."""

from collections.abc import Sequence
from datetime import date

from kiosk.staff.forms import Form, read_day
from shared.domain.intake import Problem
from shared.domain.vietnamese import clean, one_line
from shared.store.office.dispatches import WAYS, NewDispatch, NewPaper, Way

LINE_LETTERS = 200
NUMBER_LETTERS = 40


def read_paper(form: Form, years: Sequence[int]) -> NewPaper | list[Problem]:
    """Return the paper that a form puts down, or every problem found in it."""
    problems: list[Problem] = []
    year = next((one for one in years if str(one) == form.get("year", "")), None)
    if year is None:
        problems.append(Problem("year", "err.choice"))
    title = _line(form, "title", problems, is_needed=True)
    number = _line(form, "number", problems, most=NUMBER_LETTERS)
    issued = _day(form, "issued_on", problems)
    if problems or year is None:
        return problems
    return NewPaper(year, title, number, issued)


def read_sendings(
    form: Form, recipients: Sequence[str], *, today: date
) -> tuple[NewDispatch, ...] | list[Problem]:
    """Return a sending for each recipient ticked or named, or every problem found in the form."""
    problems: list[Problem] = []
    ticked = [one for one in recipients if one in form.getlist("recipient")]
    other = _line(form, "other", problems)
    if not (ticked or other):
        problems.append(Problem("other", "staff.sending.nobody"))
    sent_on = _day(form, "sent_on", problems, is_needed=True, latest=today)
    way = _way(form.get("way", ""))
    if way is None:
        problems.append(Problem("way", "staff.sending.way_empty"))
    sent_by = _line(form, "sent_by", problems, is_needed=True)
    proof = _line(form, "proof", problems)
    if problems or way is None:
        return problems
    whom = [*ticked, *([other] if other else [])]
    return tuple(NewDispatch(one, sent_on, way, sent_by, proof) for one in whom)


def read_confirmation(
    form: Form, dispatch_id: str, *, today: date
) -> tuple[str, str] | list[Problem]:
    """Return the day on which a paper arrived and how that is known, or what must be put right. The
    fields of each sending's form end in its id."""
    problems: list[Problem] = []
    day = _day(form, "confirmed_on", problems, is_needed=True, latest=today)
    how = _line(form, "confirmed_how", problems)
    here = [Problem(f"{one.field}-{dispatch_id}", one.text, one.blanks) for one in problems]
    return here or (day, how)


def _line(
    form: Form,
    name: str,
    problems: list[Problem],
    *,
    is_needed: bool = False,
    most: int = LINE_LETTERS,
) -> str:
    said = one_line(clean(form.get(name, "")))
    if is_needed and not any(letter.isalnum() for letter in said):
        problems.append(Problem(name, "staff.campaign.empty"))
    elif len(said) > most:
        problems.append(Problem(name, "err.too_long", {"n": most}))
    return said


def _day(
    form: Form,
    name: str,
    problems: list[Problem],
    *,
    is_needed: bool = False,
    latest: date | None = None,
) -> str:
    """Return a day as YYYY-MM-DD, "" where none is needed and none was given."""
    typed = form.get(name, "").strip()
    day = read_day(typed) if typed else None
    if day is None and (typed or is_needed):
        problems.append(Problem(name, "staff.wrong.day"))
    elif day and latest and day > latest:
        problems.append(Problem(name, "staff.wrong.day_future"))
    return day.isoformat() if day else ""


def _way(said: str) -> Way | None:
    return next((one for one in WAYS if one == said), None)
