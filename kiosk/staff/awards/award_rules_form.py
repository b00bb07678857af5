"""The form of the office's rules for awards."""

import re

from kiosk.staff.forms import BASIS_LETTERS, LABEL_LETTERS, Form, Reader
from shared.domain.award_rules import (
    FIELDS,
    MOST_LINES,
    MOST_MM,
    AwardRules,
    LegalBasis,
    LineBox,
    Overlay,
)

MOST_BASES = 8
MOST_SHIFT = 50
_MM = re.compile(r"-?\d{1,3}([.,]\d)?", re.ASCII)


def read_rules(given: Reader) -> AwardRules:
    """Return the rules that the form describes."""
    forms, sources = (given.lines(name, MOST_LINES, LABEL_LETTERS) for name in ("forms", "sources"))
    if not forms:
        given.wrong("forms", "staff.honours.form_empty")
    return AwardRules(forms, sources, _bases(given), _overlay(given))


def as_form(rules: AwardRules) -> Form:
    """Return the form filled with these rules."""
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


def _bases(given: Reader) -> tuple[LegalBasis, ...]:
    """Return the bases that have a text; empty rows are skipped."""
    bases = []
    for place in range(MOST_BASES):
        if text := given.line(f"basis_{place}", BASIS_LETTERS):
            since, until = (
                given.day(f"{name}_{place}", optional=True) for name in ("since", "until")
            )
            if since and until and until < since:
                given.wrong(f"until_{place}", "staff.office.ends_before")
            bases.append(LegalBasis(text, since, until))
    return tuple(bases)


def _overlay(given: Reader) -> Overlay:
    width, height = (_mm(given, name, 50, MOST_MM) for name in ("width", "height"))
    right, down = (_mm(given, name, -MOST_SHIFT, MOST_SHIFT) for name in ("shift_x", "shift_y"))
    boxes = {}
    for field in FIELDS:
        x, y, its_width = (f"{field}_{side}" for side in ("x", "y", "width"))
        if any(map(given.said, (x, y, its_width))):
            boxes[field] = LineBox(
                _mm(given, x, 0, MOST_MM),
                _mm(given, y, 0, MOST_MM),
                _mm(given, its_width, 10, MOST_MM),
            )
    return Overlay(width, height, right, down, boxes)


def _mm(given: Reader, name: str, least: float, most: float) -> float:
    """Return the millimetres in a field."""
    said = given.said(name)
    if _MM.fullmatch(said) and least <= (value := float(said.replace(",", "."))) <= most:
        return value
    given.wrong(name, "staff.honours.mm_wrong", least=least, most=most)
    return least


def _shown(value: float) -> str:
    return f"{value:g}".replace(".", ",")
