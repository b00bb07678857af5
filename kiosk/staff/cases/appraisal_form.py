"""What staff typed of an appraisal, of a roadmap's step and of one procedure, read once: a sound
value or what must be put right. Nothing here opens the store."""

from kiosk.staff.forms import Form, read_day
from shared.domain.appraisal import (
    EFFECTS,
    OPINION_LETTERS,
    PROPOSED,
    TIMINGS,
    VERBS,
    Expected,
    Said,
)
from shared.domain.intake import Problem
from shared.domain.measures import NOTE_LETTERS, read_number
from shared.domain.vietnamese import clean, one_line
from shared.store.office.procedures import NewProcedure

STEP_LETTERS = 200
CODE_LETTERS = 40
NAME_LETTERS = 300
AREA_LETTERS = 120
PROCEDURE = ("code", "name", "area", "since", "until")


def read_appraisal(form: Form) -> tuple[Said, list[Expected]] | list[Problem]:
    """Return what an officer thinks of an idea, or what must be put right."""
    opinion = clean(form.get("opinion", "")).strip()
    problems = [
        Problem(name, "err.choice")
        for name, allowed in (("proposed", PROPOSED), ("verb", VERBS), ("timing", TIMINGS))
        if form.get(name, "") not in ("", *allowed)
    ]
    if len(opinion) > OPINION_LETTERS:
        problems.append(Problem("opinion", "err.too_long", {"n": OPINION_LETTERS}))
    expected = _expected(form, problems)
    if problems:
        return problems
    procedure = form.get("procedure", "")[:64] or None
    said = Said(
        opinion, form.get("proposed", ""), procedure, form.get("verb", ""), form.get("timing", "")
    )
    return said, expected


def read_step(form: Form) -> tuple[str, str] | list[Problem]:
    """Return what is to be done and by which day (YYYY-MM-DD), or what must be put right."""
    what, day = one_line(form.get("what", "")), read_day(form.get("due_on", "").strip())
    problems = []
    if not any(letter.isalnum() for letter in what):
        problems.append(Problem("what", "staff.appraisal.step_empty"))
    elif len(what) > STEP_LETTERS:
        problems.append(Problem("what", "err.too_long", {"n": STEP_LETTERS}))
    if day is None:
        problems.append(Problem("due_on", "staff.wrong.day"))
    if problems or day is None:
        return problems
    return what, day.isoformat()


def read_settling(form: Form, field: str) -> str | list[Problem]:
    """Return what came of something, or what is wrong with it."""
    text = clean(form.get("note", "")).strip()
    return (
        [Problem(field, "err.too_long", {"n": NOTE_LETTERS})] if len(text) > NOTE_LETTERS else text
    )


def read_procedure(form: Form) -> NewProcedure | list[Problem]:
    """Return one procedure as it was typed, or what must be put right."""
    said = [form.get(name, "") for name in PROCEDURE]
    read = _procedure(said)
    return read if isinstance(read, NewProcedure) else [read]


def _procedure(said: list[str]) -> NewProcedure | Problem:
    """Return a procedure, or the first thing that is wrong, at the field of that name."""
    code, name, area = (one_line(text) for text in said[:3])
    days = []
    for field, text in zip(("since", "until"), said[3:], strict=True):
        day = read_day(text.strip()) if text.strip() else None
        if text.strip() and day is None:
            return Problem(field, "staff.wrong.day")
        days.append(day.isoformat() if day else "")
    for field, text, most in (
        ("code", code, CODE_LETTERS), ("name", name, NAME_LETTERS), ("area", area, AREA_LETTERS)
    ):  # fmt: skip
        if len(text) > most:
            return Problem(field, "err.too_long", {"n": most})
        if field != "area" and not any(letter.isalnum() for letter in text):
            return Problem(field, f"staff.procedures.{field}_empty")
    if all(days) and days[1] < days[0]:
        return Problem("until", "staff.wrong.day_order")
    return NewProcedure(code, name, area, *days)


def _expected(form: Form, problems: list[Problem]) -> list[Expected]:
    found = []
    for kind in EFFECTS:
        typed = [form.get(f"{kind}_{when}", "").strip() for when in ("before", "after")]
        if not any(typed):
            continue
        values = [read_number(text) for text in typed]
        problems += [
            Problem(f"{kind}_{when}", "staff.models.number_wrong")
            for when, value in zip(("before", "after"), values, strict=True)
            if value is None
        ]
        if values[0] is not None and values[1] is not None:
            found.append(Expected(kind, values[0], values[1]))
    return found
