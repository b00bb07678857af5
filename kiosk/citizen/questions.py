"""The questions a citizen is asked, in order: one a screen at a kiosk, all on one page on a phone.

Plain values; the words are `ask.<name>.*` in the texts, the drawing is components/question.html.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from shared.proposal import (
    CATEGORIES,
    EFFECTS,
    INSIDER_TYPES,
    MATURITIES,
    PARTICIPANT_TYPES,
    RESIDENCES,
)

# What a visitor answered so far: field → what the form sent (a list for "many").
Answers = Mapping[str, object]
CHECK_STEP = 12


def _always(answers: Answers) -> bool:
    return True


def _is_official(answers: Answers) -> bool:
    return answers.get("participant_type") in INSIDER_TYPES


def leaves_contact(answers: Answers) -> bool:
    """Say whether a visitor left something by which they can be known."""
    return any(answers.get(name) for name in ("name", "phone", "guardian"))


@dataclass(frozen=True)
class Question:
    """One question: the screen it stands on (`/gui/<step>`) and the fields it fills."""

    step: int
    name: str
    kind: Literal["one", "many", "line", "text", "insider", "residence", "contact", "consents"]
    fields: tuple[str, ...]
    choices: tuple[str, ...] = ()
    required: bool = False
    is_asked: Callable[[Answers], bool] = _always


QUESTIONS = (
    Question(1, "participant_type", "one", ("participant_type",), PARTICIPANT_TYPES, required=True),
    Question(
        2,
        "insider",
        "insider",
        ("insider", "unit", "position"),
        ("yes", "no"),
        is_asked=_is_official,
    ),
    Question(3, "residence", "residence", ("residence", "hamlet"), RESIDENCES),
    Question(4, "title", "line", ("title",), required=True),
    Question(5, "current_state", "text", ("current_state",)),
    Question(6, "solution", "text", ("solution",), required=True),
    Question(7, "effects", "many", ("effects", "expected_effect"), EFFECTS),
    Question(8, "maturity", "one", ("maturity",), MATURITIES),
    Question(9, "category", "one", ("category",), (*CATEGORIES, "none")),
    Question(10, "contact", "contact", ("name", "phone", "under_16", "guardian")),
    Question(
        11,
        "consents",
        "consents",
        ("consents.store", "consents.sms", "consents.name_me"),
        is_asked=leaves_contact,
    ),
)


def asked(answers: Answers) -> list[Question]:
    """Return the questions this visitor is asked, in order."""
    return [question for question in QUESTIONS if question.is_asked(answers)]


def at_step(step: int) -> Question | None:
    """Return the question of a screen, or None."""
    return next((question for question in QUESTIONS if question.step == step), None)


def step_after(step: int, answers: Answers) -> int:
    """Return the next screen this visitor is asked, the check screen at the end."""
    return next((q.step for q in asked(answers) if q.step > step), CHECK_STEP)


def step_before(step: int, answers: Answers) -> int | None:
    """Return the screen before, or None at the first."""
    return next((q.step for q in reversed(asked(answers)) if q.step < step), None)
