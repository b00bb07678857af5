"""The hints a visitor still gets: those of shared/hints.py, less what they said to leave.

On the check screen each can be put away. On the one-page form the weighty ones are shown once,
and the second sending goes through. Nothing is ever refused for a hint.
"""

from collections.abc import Collection

from kiosk.citizen.questions import Answers, is_recorded
from kiosk.web import store
from shared.hints import WRITTEN, Hint, hint_of_likeness, hints_in
from shared.store import known
from shared.vietnamese import clean

# Where a draft remembers what its writer said to leave as it is.
LEFT = "hints.left"


def hints_for(given: Answers, left: Collection[str] = ()) -> list[Hint]:
    """Return the hints for what was written, less those that were `left` (their keys)."""
    if is_recorded(given):
        return []
    words = {field: clean(str(given.get(field) or "")) for field in WRITTEN}
    alike = hint_of_likeness(words, known.ideas(store()))
    found = hints_in(words) + ([alike] if alike else [])
    return [hint for hint in found if hint.key not in left]


def left_in(given: Answers) -> list[str]:
    """Return the keys of the hints that the writer of a draft left as they are."""
    kept = given.get(LEFT)
    return [str(key) for key in kept] if isinstance(kept, list) else []


def still_left(given: Answers, changed: Collection[str]) -> list[str]:
    """Return them less those of fields that are being written anew."""
    return [key for key in left_in(given) if key.rpartition("-")[2] not in changed]
