"""What an applied idea is measured by, before and after: pure values and rules (plan III; R28).

Nothing here opens a store or knows a screen's words.
"""

import re

from shared.domain.record import Record

# Visits or signatures, papers asked for, days from request to result, cost (đồng), satisfaction
# (1–5), and anything else that an office counts.
KINDS = ("steps", "documents", "days", "cost", "satisfaction", "other")
MORE_IS_BETTER = frozenset({"satisfaction"})
SATISFACTION = (1, 5)
MOST_MEASURED = 1_000_000_000_000
NOTE_LETTERS = 500
# 1.234.567,5 as Vietnamese papers write it; 2,5 and 2.5 as people type it.
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+(,\d{1,2})?", re.ASCII)
_PLAIN = re.compile(r"\d{1,13}([.,]\d{1,2})?", re.ASCII)
# 1.500.000, 1,500,000 and 1 500 000 as people write thousands; a comma or dot in another place is
# not accepted in đồng.
_THOUSANDS = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*", re.ASCII)
_CURRENCY = re.compile(r"\s*(?:đồng|đ|₫|vnđ|vnd)\.?\s*$", re.IGNORECASE)
# No number in an office has more digits.
_DIGITS = 15
# The states of an adopting unit, in order.
ADOPTION_STATES = ("asked", "agreed", "applying", "applied", "stopped")
# In these states the unit uses the model: "replicated" and the open data count it.
IN_USE = ("applying", "applied")
# After how many days somebody checks whether it lasted, and the possible findings.
CHECK_DAYS = (30, 90)
CHECK_OUTCOMES = ("lasts", "partly", "stopped")
RECOGNITION_KINDS = ("plan", "statutory")


class Figures(Record):
    """One thing counted twice: before the model was applied and after."""

    kind: str
    before: float
    after: float


def is_better(figures: Figures) -> bool | None:
    """Say whether it got better; None if nobody can tell (an own measure, or no change)."""
    if figures.kind == "other" or figures.before == figures.after:
        return None
    return (figures.after > figures.before) == (figures.kind in MORE_IS_BETTER)


def shows_effect(figures: Figures) -> bool:
    """Say whether it got better; for a measure of the office's own, whether it changed: a person
    must say which way is better (R28)."""
    if figures.kind == "other":
        return figures.before != figures.after
    return is_better(figures) is True


def change_percent(figures: Figures) -> int | None:
    """Return the change from before in whole percent (−67: two thirds less); None if it was zero
    before."""
    if figures.before == 0:
        return None
    return round((figures.after - figures.before) / figures.before * 100)


def shares(figures: Figures) -> tuple[int, int]:
    """Return how long the two bars are, in percent of the longer one."""
    longest = max(figures.before, figures.after) or 1
    return round(figures.before / longest * 100), round(figures.after / longest * 100)


def written(value: float) -> str:
    """Return a number as Vietnamese papers write it: 12.500 or 1,5."""
    return f"{value:,.2f}".rstrip("0").rstrip(".").translate(str.maketrans(",.", ".,"))


def read_number(text: str) -> float | None:
    """Return the number in 1.234,5 or 2.5; None if it is none, or negative."""
    text = text.strip().replace(" ", "")
    if _GROUPED.fullmatch(text):
        text = text.replace(".", "")
    elif not _PLAIN.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return value if value <= MOST_MEASURED else None


def whole_of(text: str) -> int | None:
    """Return the whole number in a text; None if it is none, or too large for any office."""
    is_whole = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_whole else None


def read_dong(text: str) -> int | None:
    """Return the đồng in 1.500.000 đ, 0 for an empty text; None if it is no such number."""
    said = _CURRENCY.sub("", " ".join(text.split()))
    if not said:
        return 0
    if _THOUSANDS.fullmatch(said):
        said = re.sub(r"[., ]", "", said)
    return whole_of(said)
