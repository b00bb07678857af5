"""What the office typed of its rules for awards, read once: the rules, or what is wrong."""

import re

from kiosk.staff.forms import Form, read_day
from shared.domain.award_rules import (
    FIELDS,
    MOST_LINES,
    MOST_MM,
    AwardRules,
    LegalBasis,
    LineBox,
    Overlay,
)
from shared.domain.intake import Problem
from shared.domain.vietnamese import clean, one_line

LINE_LETTERS = 120
BASIS_LETTERS = 500
MOST_BASES = 8
MOST_SHIFT = 50
_MM = re.compile(r"-?\d{1,3}([.,]\d)?", re.ASCII)


def read_rules(form: Form) -> AwardRules | list[Problem]:
    """Return the rules that the form describes, or every problem found in it."""
    problems: list[Problem] = []
    forms, sources = (_lines(form, name, problems) for name in ("forms", "sources"))
    if not forms:
        problems.append(Problem("forms", "staff.honours.form_empty"))
    bases = _bases(form, problems)
    overlay = _overlay(form, problems)
    return problems or AwardRules(forms, sources, bases, overlay)


def as_form(rules: AwardRules) -> Form:
    """Return the form as these rules fill it in."""
    filled = Form({"forms": "\n".join(rules.forms), "sources": "\n".join(rules.sources)})
    for place, basis in enumerate(rules.bases):
        filled[f"basis_{place}"] = basis.text
        for name, day in (("since", basis.since), ("until", basis.until)):
            filled[f"{name}_{place}"] = "/".join(reversed(day.split("-"))) if day else ""
    overlay = rules.overlay
    for name in ("width", "height", "shift_x", "shift_y"):
        filled[name] = _shown(getattr(overlay, name))
    for field, box in overlay.boxes.items():
        for side in ("x", "y", "width"):
            filled[f"{field}_{side}"] = _shown(getattr(box, side))
    return filled


def _lines(form: Form, name: str, problems: list[Problem]) -> tuple[str, ...]:
    found = [one_line(line) for line in clean(form.get(name, "")).splitlines()]
    found = [line for line in found if line]
    if len(found) > MOST_LINES:
        problems.append(Problem(name, "staff.campaign.too_many", {"n": MOST_LINES}))
    if any(len(line) > LINE_LETTERS for line in found):
        problems.append(Problem(name, "err.too_long", {"n": LINE_LETTERS}))
    return tuple(found)


def _bases(form: Form, problems: list[Problem]) -> tuple[LegalBasis, ...]:
    """Return the bases that have a text; an empty row is none."""
    bases = []
    for place in range(MOST_BASES):
        text = one_line(form.get(f"basis_{place}", ""))
        if not text:
            continue
        if len(text) > BASIS_LETTERS:
            problems.append(Problem(f"basis_{place}", "err.too_long", {"n": BASIS_LETTERS}))
        since, until = (_day(form, f"{name}_{place}", problems) for name in ("since", "until"))
        if since and until and until < since:
            problems.append(Problem(f"until_{place}", "staff.office.ends_before"))
        bases.append(LegalBasis(text, since, until))
    return tuple(bases)


def _overlay(form: Form, problems: list[Problem]) -> Overlay:
    size = [_mm(form, name, problems, 50, MOST_MM) for name in ("width", "height")]
    shift = [
        _mm(form, name, problems, -MOST_SHIFT, MOST_SHIFT) for name in ("shift_x", "shift_y")
    ]  # fmt: skip
    boxes = {}
    for field in FIELDS:
        said = [form.get(f"{field}_{side}", "").strip() for side in ("x", "y", "width")]
        if any(said):
            boxes[field] = LineBox(
                _mm(form, f"{field}_x", problems, 0, MOST_MM),
                _mm(form, f"{field}_y", problems, 0, MOST_MM),
                _mm(form, f"{field}_width", problems, 10, MOST_MM),
            )
    return Overlay(size[0], size[1], shift[0], shift[1], boxes)


def _mm(form: Form, name: str, problems: list[Problem], least: float, most: float) -> float:
    """Return the millimetres in a field; the least, and a problem, where there are none."""
    said = form.get(name, "").strip()
    if _MM.fullmatch(said) and least <= (value := float(said.replace(",", "."))) <= most:
        return value
    problems.append(Problem(name, "staff.honours.mm_wrong", {"least": least, "most": most}))
    return least


def _day(form: Form, name: str, problems: list[Problem]) -> str:
    said = form.get(name, "").strip()
    day = read_day(said) if said else None
    if said and day is None:
        problems.append(Problem(name, "staff.wrong.day"))
    return day.isoformat() if day else ""


def _shown(value: float) -> str:
    return f"{value:g}".replace(".", ",")
