"""The sentences about a template that may not be used, and the words that show the place."""

from collections.abc import Iterable, Iterator
from typing import Any

from shared.domain.intake import Problem

# The part of the form where a fault is shown.
FIELD = "file"
SHOWN_LETTERS = 140


def wrong(reason: str, **blanks: Any) -> Problem:
    """Return a fault of the file; `reason` is a key of `staff.template.wrong`."""
    return Problem(FIELD, f"staff.template.wrong.{reason}", blanks)


def once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield each problem once, in order."""
    yield from {(one.text, str(one.blanks)): one for one in problems}.values()


def shown(text: str) -> str:
    """Return a text as one line of a message."""
    words = " ".join(text.split())
    return words if len(words) <= SHOWN_LETTERS else words[:SHOWN_LETTERS] + "…"
