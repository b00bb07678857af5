"""What staff typed of letters and awards, read once: a sound value, or what must be put right.
Nothing here opens the store."""

import re
from dataclasses import dataclass
from datetime import date

from kiosk.staff.forms import Form, read_day
from shared.domain.honours import MERIT_LETTERS, MOST_DONG, NAME_LETTERS, Kind, what_is_wrong
from shared.domain.intake import Problem
from shared.domain.vietnamese import clean, one_line
from shared.store.awards.awards import Content
from shared.store.awards.checks import Check

FORM_LETTERS = 120
BASIS_LETTERS = 2000
NUMBER_LETTERS = 40
NOTE_LETTERS = 300
PLACE_LETTERS = 200
ANSWERS = ("clear", "pending")
HOWS = ("phone", "counter", "receipt")
# 1.500.000, 1,500,000 and 1 500 000 as people group thousands; a comma or dot that groups nothing
# is no way to write đồng.
_GROUPED = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*", re.ASCII)
_CURRENCY = re.compile(r"\s*(?:đồng|đ|₫|vnđ|vnd)\.?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """A name as it was settled: `how` is phone, counter or receipt, "" where `why` says that
    nobody could be asked."""

    name: str
    how: str
    why: str


def read_dong(text: str) -> int | None:
    """Return the đồng in 1.500.000 đ; nothing is nothing, None what is no such number."""
    said = _CURRENCY.sub("", " ".join(text.split()))
    if not said:
        return 0
    if _GROUPED.fullmatch(said):
        said = re.sub(r"[., ]", "", said)
    return int(said) if re.fullmatch(r"\d{1,15}", said, re.ASCII) else None


def read_content(form: Form, kind: Kind) -> Content | list[Problem]:
    """Return what an officer writes of a letter or an award."""
    merit = one_line(form.get("merit", ""))
    is_collective = form.get("whom") == "collective"
    problems = []
    if form.get("whom") not in ("collective", "individual"):
        problems.append(Problem("whom", "err.choice"))
    if len(merit) > MERIT_LETTERS:
        problems.append(Problem("merit", "err.too_long", {"n": MERIT_LETTERS}))
    if kind == "letter":
        return problems or Content("", is_collective, merit)
    what, source = one_line(form.get("form", "")), one_line(form.get("source", ""))
    basis, amount = clean(form.get("basis", "")), read_dong(form.get("amount", ""))
    for name, said, most in (
        ("form", what, FORM_LETTERS), ("source", source, FORM_LETTERS),
        ("basis", basis, BASIS_LETTERS),
    ):  # fmt: skip
        if len(said) > most:
            problems.append(Problem(name, "err.too_long", {"n": most}))
    if not what:
        problems.append(Problem("form", "staff.honours.form_empty"))
    if not merit:
        problems.append(Problem("merit", "staff.honours.merit_empty"))
    if not basis:
        problems.append(Problem("basis", "staff.honours.basis_empty"))
    if amount is None:
        problems.append(Problem("amount", "staff.honours.amount_wrong"))
    elif amount > MOST_DONG:
        problems.append(Problem("amount", "staff.honours.amount_most", {"n": _dong(MOST_DONG)}))
    elif amount and not source:
        problems.append(Problem("source", "staff.honours.source_empty"))
    if problems or amount is None:
        return problems
    return Content(what, is_collective, merit, basis, amount, source)


def read_printed_name(form: Form, *, is_collective: bool) -> str | Problem:
    """Return a name fit to be printed."""
    name = one_line(form.get("name", ""))
    match what_is_wrong(name, is_collective=is_collective):
        case "empty":
            return Problem("name", "staff.honours.name_empty")
        case "too_long":
            return Problem("name", "err.too_long", {"n": NAME_LETTERS})
        case "initials":
            return Problem("name", "staff.honours.name_initials")
    return name


def read_name(form: Form, *, is_collective: bool, needs_consent: bool) -> Name | list[Problem]:
    """Return how a name is spelt and who said so. Where nobody agreed to their name being kept,
    `needs_consent`, somebody must have now."""
    name = read_printed_name(form, is_collective=is_collective)
    problems = [name] if isinstance(name, Problem) else []
    how, why = form.get("how", ""), one_line(form.get("why", ""))
    if how not in (*HOWS, "waived"):
        problems.append(Problem("how", "staff.honours.how_empty"))
    if how == "waived" and not any(letter.isalnum() for letter in why):
        problems.append(Problem("why", "staff.honours.why_empty"))
    if len(why) > NOTE_LETTERS:
        problems.append(Problem("why", "err.too_long", {"n": NOTE_LETTERS}))
    if needs_consent and form.get("agreed") != "yes":
        problems.append(Problem("agreed", "staff.honours.agreed_empty"))
    if problems or isinstance(name, Problem):
        return problems
    return Name(name, "", why) if how == "waived" else Name(name, how, "")


def read_check(form: Form, *, today: date, actor: str, at: int) -> Check | list[Problem]:
    """Return what was answered before an award."""
    answer, who = form.get("answer", ""), one_line(form.get("answered_by", ""))
    day, text = read_day(form.get("answered_on", "").strip()), one_line(form.get("note", ""))
    problems = []
    if answer not in ANSWERS:
        problems.append(Problem("answer", "staff.honours.answer_empty"))
    if not any(letter.isalpha() for letter in who):
        problems.append(Problem("answered_by", "staff.honours.answered_by_empty"))
    for name, said in (("answered_by", who), ("note", text)):
        if len(said) > NOTE_LETTERS:
            problems.append(Problem(name, "err.too_long", {"n": NOTE_LETTERS}))
    if day is None:
        problems.append(Problem("answered_on", "staff.wrong.day"))
    elif day > today:
        problems.append(Problem("answered_on", "staff.honours.day_future"))
    if problems or day is None:
        return problems
    return Check(answer, who, day.isoformat(), text, actor, at)


def read_numbered(form: Form, today: date) -> tuple[str, str] | list[Problem]:
    """Return the number and the day (YYYY-MM-DD) of a paper that is signed."""
    number, day = one_line(form.get("number", "")), read_day(form.get("day", "").strip())
    problems = []
    if not any(letter.isdigit() for letter in number):
        problems.append(Problem("number", "staff.honours.number_empty"))
    elif len(number) > NUMBER_LETTERS:
        problems.append(Problem("number", "err.too_long", {"n": NUMBER_LETTERS}))
    if day is None:
        problems.append(Problem("day", "staff.wrong.day"))
    elif day > today:
        problems.append(Problem("day", "staff.honours.day_future"))
    if problems or day is None:
        return problems
    return number, day.isoformat()


def read_handed(form: Form, today: date) -> tuple[str, str] | list[Problem]:
    """Return the day (YYYY-MM-DD) on which a paper was handed over and who took it, "" for whom it
    is for."""
    day, who = read_day(form.get("handed_on", "").strip()), one_line(form.get("received_by", ""))
    problems = []
    if day is None:
        problems.append(Problem("handed_on", "staff.wrong.day"))
    elif day > today:
        problems.append(Problem("handed_on", "staff.honours.day_future"))
    if len(who) > NOTE_LETTERS:
        problems.append(Problem("received_by", "err.too_long", {"n": NOTE_LETTERS}))
    if problems or day is None:
        return problems
    return day.isoformat(), who


def read_conference(form: Form) -> tuple[str, str, str] | list[Problem]:
    """Return (name, day as YYYY-MM-DD, place) of a conference."""
    name, place = one_line(form.get("name", "")), one_line(form.get("place", ""))
    day = read_day(form.get("held_on", "").strip())
    problems = []
    for field, said in (("name", name), ("place", place)):
        if not said:
            problems.append(Problem(field, "staff.campaign.empty"))
        elif len(said) > PLACE_LETTERS:
            problems.append(Problem(field, "err.too_long", {"n": PLACE_LETTERS}))
    if day is None:
        problems.append(Problem("held_on", "staff.wrong.day"))
    if problems or day is None:
        return problems
    return name, day.isoformat(), place


def read_seen(form: Form) -> int:
    """Return the version a form was drawn from; 0, which none has, for no number."""
    said = form.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _dong(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
