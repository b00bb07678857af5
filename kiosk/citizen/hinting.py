"""The hints that a visitor still gets: those of shared/domain/hints.py without the hidden ones.

On the check screen each can be hidden. On the one-page form the important ones are shown once, and
the second sending goes through. Nothing is ever refused because of a hint.
"""

from collections.abc import Collection

from flask import current_app

from kiosk.citizen.questions import Answers, is_recorded
from kiosk.web import store
from shared.domain import clock
from shared.domain.hints import (
    WRITTEN,
    Hint,
    KnownIdea,
    hint_of_likeness,
    hints_in,
    weighty_in,
)
from shared.domain.record import Record
from shared.domain.vietnamese import clean
from shared.store.cases import existing

# Where a draft remembers which hints its writer hid.
LEFT = "hints.left"


# Known ideas are read again after this time, so that not every sending of a busy evening reads the
# whole store.
_FRESH_MS = 30_000


def hints_for(given: Answers, left: Collection[str] = ()) -> list[Hint]:
    """Return the hints for what was written, without those in `left` (their keys)."""
    if is_recorded(given):
        return []
    words = _words(given)
    return _left_out(hints_in(words), hint_of_likeness(words, _known_now().every), left)


def weighty_hints_for(given: Answers, left: Collection[str] = ()) -> list[Hint]:
    """Return all hints if one of them may matter to the writer before the idea is sent; of similar
    ideas only those in use. Otherwise none."""
    if is_recorded(given):
        return []
    words = _words(given)
    alike = hint_of_likeness(words, _known_now().public)
    weighty = weighty_in(words) + ([alike] if alike else [])
    if all(hint.key in left for hint in weighty):  # nearly always: then no other matters
        return []
    return _left_out(hints_in(words), alike, left)


def _words(given: Answers) -> dict[str, str]:
    return {field: clean(str(given.get(field) or "")) for field in WRITTEN}


def _left_out(found: list[Hint], alike: Hint | None, left: Collection[str]) -> list[Hint]:
    return [hint for hint in (*found, *([alike] if alike else [])) if hint.key not in left]


class _Known(Record):
    """The ideas that were here at an instant (ms UTC), and those of them in the register."""

    at: int
    every: list[KnownIdea]
    public: list[KnownIdea]


def _known_now() -> _Known:
    """Return the ideas that are here already, as they were at most half a minute ago."""
    kept: _Known | None = current_app.extensions.get("known_ideas")
    at = clock.now()
    if kept is None or not 0 <= at - kept.at < _FRESH_MS:
        every = existing.ideas(store())
        kept = _Known(at, every, [one for one in every if one.is_public])
        current_app.extensions["known_ideas"] = kept
    return kept


def left_in(given: Answers) -> list[str]:
    """Return the keys of the hints that the writer of a draft hid."""
    kept = given.get(LEFT)
    return [str(key) for key in kept] if isinstance(kept, list) else []


def still_left(given: Answers, changed: Collection[str]) -> list[str]:
    """Return them without those of fields that are being changed."""
    return [key for key in left_in(given) if key.rpartition("-")[2] not in changed]
