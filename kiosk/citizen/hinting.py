"""The hints that a visitor still gets: those of shared/domain/hints.py without the hidden ones.

On the check screen each can be hidden. On the one-page form the important ones are shown once, and
the second sending goes through. Nothing is ever refused because of a hint.
"""

from collections.abc import Collection

from flask import current_app

from kiosk.citizen.questions import Answers, is_recorded
from kiosk.web import store
from shared.domain import clock
from shared.domain.hints import WRITTEN, Hint, KnownIdea, hint_of_likeness, hints_in
from shared.domain.vietnamese import clean
from shared.store.cases import existing

# Where a draft remembers which hints its writer hid.
LEFT = "hints.left"


# Known ideas are read again after this time, so that not every sending of a busy evening reads the
# whole store.
_FRESH_MS = 30_000


def hints_for(given: Answers, left: Collection[str] = ()) -> list[Hint]:
    """Return the hints for what was written, without those in `left` (their keys)."""
    return _hints(given, left, _known_now())


def weighty_hints_for(given: Answers, left: Collection[str] = ()) -> list[Hint]:
    """Return all hints if one of them may matter to the writer before the idea is sent; of similar
    ideas only those in use. Otherwise none."""
    hints = _hints(given, left, [one for one in _known_now() if one.is_public])
    return hints if any(hint.is_weighty for hint in hints) else []


def _hints(given: Answers, left: Collection[str], ideas: list[KnownIdea]) -> list[Hint]:
    if is_recorded(given):
        return []
    words = {field: clean(str(given.get(field) or "")) for field in WRITTEN}
    alike = hint_of_likeness(words, ideas)
    found = hints_in(words) + ([alike] if alike else [])
    return [hint for hint in found if hint.key not in left]


def _known_now() -> list[KnownIdea]:
    """Return the ideas that are here already, as they were at most half a minute ago."""
    kept: tuple[int, list[KnownIdea]] | None = current_app.extensions.get("known_ideas")
    at = clock.now()
    if kept is None or not 0 <= at - kept[0] < _FRESH_MS:
        kept = current_app.extensions["known_ideas"] = (at, existing.ideas(store()))
    return kept[1]


def left_in(given: Answers) -> list[str]:
    """Return the keys of the hints that the writer of a draft hid."""
    kept = given.get(LEFT)
    return [str(key) for key in kept] if isinstance(kept, list) else []


def still_left(given: Answers, changed: Collection[str]) -> list[str]:
    """Return them without those of fields that are being changed."""
    return [key for key in left_in(given) if key.rpartition("-")[2] not in changed]
