"""What somebody typed of an effort to spread the word, read once: the effort, or what must be put
right."""

import re
from datetime import date

from kiosk.staff.forms import Form, read_day, read_mobiliser
from shared.domain.intake import Problem
from shared.domain.outreach import KINDS
from shared.domain.vietnamese import clean, one_line
from shared.store.office.outreach import NewEffort

LINE_LETTERS = 200
NOTE_LETTERS = 1000
MOST = 1_000_000_000_000
_NEEDED = ("title", "place", "done_by")
# "1.200.000 đ", "1 200 000", "350": thousands apart or not.
_NUMBER = re.compile(r"\d{1,3}([. ]\d{3})+|\d+", re.ASCII)


def read_effort(form: Form, *, today: date) -> NewEffort | list[Problem]:
    """Return the effort that a form describes, or every problem found in it."""
    problems: list[Problem] = []
    kind, note = form.get("kind", ""), clean(form.get("note", ""))
    if kind not in KINDS:
        problems.append(Problem("kind", "staff.outreach.kind_empty"))
    said = {name: one_line(clean(form.get(name, ""))) for name in _NEEDED}
    for name, text in said.items():
        if not any(letter.isalnum() for letter in text):
            problems.append(Problem(name, "staff.campaign.empty"))
        elif len(text) > LINE_LETTERS:
            problems.append(Problem(name, "err.too_long", {"n": LINE_LETTERS}))
    if len(note) > NOTE_LETTERS:
        problems.append(Problem("note", "err.too_long", {"n": NOTE_LETTERS}))
    begun, ended = _days(form, today, problems)
    mobiliser = read_mobiliser(form)
    if isinstance(mobiliser, Problem):
        problems.append(mobiliser)
        mobiliser = ""
    reached, cost = (_number(form, name, problems) for name in ("reached", "cost"))
    if problems:
        return problems
    return NewEffort(
        kind, said["title"], said["place"], begun, ended, said["done_by"], mobiliser, reached,
        cost, note,
    )  # fmt: skip


def _days(form: Form, today: date, problems: list[Problem]) -> tuple[str, str]:
    """Return the first and the last day, the last "" for an effort of one day."""
    typed = [form.get(name, "").strip() for name in ("begun_on", "ended_on")]
    begun, ended = (read_day(text) if text else None for text in typed)
    if begun is None:
        problems.append(Problem("begun_on", "staff.wrong.day"))
    elif begun > today:
        problems.append(Problem("begun_on", "staff.wrong.day_future"))
    if typed[1] and ended is None:
        problems.append(Problem("ended_on", "staff.wrong.day"))
    elif begun and ended and ended < begun:
        problems.append(Problem("ended_on", "staff.wrong.day_order"))
    return begun.isoformat() if begun else "", ended.isoformat() if ended else ""


def _number(form: Form, name: str, problems: list[Problem]) -> int | None:
    """Return a number that may be left out."""
    said = one_line(form.get(name, "")).casefold().removesuffix("đồng").removesuffix("đ").strip()
    if not said:
        return None
    if _NUMBER.fullmatch(said):
        number = int(re.sub(r"\D", "", said)[:20])
        if number <= MOST:
            return number
    problems.append(Problem(name, "staff.outreach.number_wrong"))
    return None
