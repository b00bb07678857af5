"""The questions about an idea: one a screen at a kiosk, on one page on a phone.

Each has an address; few are on the road that everybody walks (docs/decisions/0066), the others are
answered by whoever opens them. Plain values; the words are `ask.<name>.*` in the texts,
components/question.html draws them. Three need a microphone or a camera, or lead to them: they
share the number of a screen and are parts of it (docs/decisions/0005).
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal, cast

from shared.domain.proposal import (
    CATEGORIES,
    EFFECTS,
    INSIDER_TYPES,
    MATURITIES,
    PARTICIPANT_TYPES,
    RESIDENCES,
    Channel,
)
from shared.domain.record import Record, replace

# A visitor's answers so far: field → what the form sent (a list for "many").
Answers = Mapping[str, object]
CHECK_STEP = 12
CHECK = f"/gui/{CHECK_STEP}"
# What a browser can record with; script on the first screen says which of them it found.
MICROPHONE, CAMERA = "microphone", "camera"
# How one tells an idea, and what each way needs. "help": a person writes it down.
MANNERS: dict[str, frozenset[str]] = {
    "text": frozenset(),
    "audio": frozenset({MICROPHONE}),
    "video": frozenset({MICROPHONE, CAMERA}),
    "paper": frozenset({CAMERA}),
    "help": frozenset(),
}
# The ways that leave nothing to type; each is the channel of its result.
RECORDED: tuple[Channel, ...] = ("audio", "video", "paper")
# Where a draft remembers which questions its writer went past, and where they are.
PASSED, PLACE = "road.passed", "road.at"
# The questions that can be answered aloud on their own screen, beside the field or instead of it.
SPOKEN = ("current_state", "solution")
# What the browser says about itself and what it holds; no part of a proposal.
OF_THE_BROWSER = frozenset(
    {"devices", "manner", "takes", "attached", *(f"spoken_{name}" for name in SPOKEN)}
)


def _always(answers: Answers) -> bool:
    return True


def _is_official(answers: Answers) -> bool:
    return answers.get("participant_type") in INSIDER_TYPES


def found_devices(answers: Answers) -> frozenset[str]:
    """Return what the visitor's browser can record with; nothing without script."""
    said = answers.get("devices")
    words = said.split() if isinstance(said, str) else ()
    return frozenset(words) & {MICROPHONE, CAMERA}


def manners(answers: Answers) -> tuple[str, ...]:
    """Return the ways of telling an idea that are possible in this visitor's browser."""
    return tuple(name for name, needs in MANNERS.items() if needs <= found_devices(answers))


def is_possible(answers: Answers) -> bool:
    """Say whether this browser can do what the visitor chose to do, or nothing was chosen."""
    return answers.get("manner") in (None, "", *manners(answers))


def missing_devices(answers: Answers) -> str:
    """Return what the way that the visitor chose needs, where this browser did not name it."""
    wanted = MANNERS.get(str(answers.get("manner")), frozenset())
    return "" if is_possible(answers) else " ".join(sorted(wanted))


def is_recorded(answers: Answers) -> bool:
    """Say whether the visitor speaks, films or photographs the idea instead of typing it."""
    return answers.get("manner") in RECORDED and is_possible(answers)


def how_many(answers: Answers, name: str) -> int:
    """Return how many files the browser says it holds, in a field of its own (OF_THE_BROWSER)."""
    said = answers.get(name)
    return int(said) if isinstance(said, str) and re.fullmatch("[0-9]{1,2}", said) else 0


def is_spoken(answers: Answers, name: str) -> bool:
    """Say whether a question of SPOKEN was answered aloud."""
    return not is_recorded(answers) and how_many(answers, f"spoken_{name}") > 0


def channel(answers: Answers) -> Channel | None:
    """Return the channel that the way of telling makes, or None where it is the browser's own."""
    if is_recorded(answers):
        return cast(Channel, answers["manner"])
    has_to_be_heard = is_spoken(answers, "solution") and not answers.get("solution")
    return "audio" if has_to_be_heard else None


def takes(answers: Answers) -> tuple[str, ...]:
    """Return which of the browser's files belong to the idea, by the questions they answer (the
    slots of static/js/takes.js)."""
    recorded = (str(answers["manner"]),) if is_recorded(answers) else ()
    spoken = tuple(name for name in SPOKEN if is_spoken(answers, name))
    attached = ("attached",) if how_many(answers, "attached") else ()
    return (*recorded, *spoken, *attached)


def _is_typed(answers: Answers) -> bool:
    return not is_recorded(answers)


def _can_photograph(answers: Answers) -> bool:
    return CAMERA in found_devices(answers) and answers.get("manner") != "paper"


def leaves_contact(answers: Answers) -> bool:
    """Say whether a visitor left something that identifies them."""
    return any(answers.get(name) for name in ("name", "phone", "guardian"))


class Question(Record):
    """One question: its screen, its part of the screen if several share a number, and the fields it
    fills."""

    step: int
    name: str
    kind: Literal[
        "one", "many", "line", "text", "insider", "residence", "contact", "consents", "manner",
        "recording", "attachments",
    ]  # fmt: skip
    fields: tuple[str, ...]
    choices: tuple[str, ...] = ()
    required: bool = False
    is_asked: Callable[[Answers], bool] = _always
    part: str = ""

    @property
    def address(self) -> str:
        """The address where it is asked."""
        return f"/gui/{self.step}" + (f"?hoi={self.part}" if self.part else "")

    def offered(self, answers: Answers) -> tuple[str, ...]:
        """Return what this visitor can choose from."""
        return manners(answers) if self.kind == "manner" else self.choices


QUESTIONS = (
    Question(1, "participant_type", "one", ("participant_type",), PARTICIPANT_TYPES),
    Question(
        2,
        "insider",
        "insider",
        ("insider", "unit", "position"),
        ("yes", "no"),
        is_asked=_is_official,
    ),
    Question(3, "residence", "residence", ("residence", "hamlet"), RESIDENCES),
    Question(4, "manner", "manner", ("manner",), tuple(MANNERS), required=True, part="cach"),
    Question(
        4,
        "recording",
        "recording",
        ("takes", "notice"),
        required=True,
        is_asked=is_recorded,
        part="ghi",
    ),
    Question(4, "title", "line", ("title",), is_asked=_is_typed),
    Question(5, "current_state", "text", ("current_state",), is_asked=_is_typed),
    Question(6, "solution", "text", ("solution",), required=True, is_asked=_is_typed),
    Question(7, "effects", "many", ("effects", "expected_effect"), EFFECTS),
    Question(8, "maturity", "one", ("maturity",), MATURITIES),
    Question(9, "category", "one", ("category",), (*CATEGORIES, "none")),
    Question(9, "attachments", "attachments", ("attached",), is_asked=_can_photograph, part="kem"),
    Question(10, "contact", "contact", ("name", "phone", "under_16", "guardian")),
    Question(
        11,
        "consents",
        "consents",
        ("consents.store", "consents.sms", "consents.name_me", "notice"),
        is_asked=leaves_contact,
    ),
)
_NAMED = {question.name: question for question in QUESTIONS}

# What everybody is asked, in this order: who types, and who speaks, films or photographs.
_TYPED_ROAD = ("solution", "participant_type", "insider", "contact", "consents")
_RECORDED_ROAD = ("recording", "contact", "consents")
# What the check screen offers besides.
_ON_OFFER = ("current_state", "attachments")


# The questions of the phone's page: those that need neither script nor a kiosk.
WRITTEN = tuple(question for question in QUESTIONS if not question.part)

# What the phone's page asks below its box and its number, folded: nothing of it has to be answered.
FOLDED = tuple(
    replace(_NAMED[name], required=False)
    for name in (
        "current_state", "effects", "participant_type", "insider", "residence", "title", "maturity",
        "category",
    )
)  # fmt: skip

# A kiosk's page of one piece, while the line is cut: the short road, and below it what is folded.
SHORT = tuple(_NAMED[name] for name in _TYPED_ROAD)
BESIDE = tuple(one for one in FOLDED if one.name not in _TYPED_ROAD)


def road(answers: Answers) -> list[Question]:
    """Return the questions that lie on this visitor's way to the receipt, in order."""
    names = _RECORDED_ROAD if is_recorded(answers) else _TYPED_ROAD
    return [_NAMED[name] for name in names if _NAMED[name].is_asked(answers)]


def asked(answers: Answers) -> list[Question]:
    """Return what the check screen shows: the road, what it offers, and what was answered
    besides."""
    way = road(answers)
    besides = [
        question
        for question in QUESTIONS
        if question not in way
        and question.is_asked(answers)
        and question.kind != "manner"
        and (question.name in _ON_OFFER or _is_answered(question, answers))
    ]
    return way + besides


def on_screen(step: int, part: str) -> Question | None:
    """Return the question of a screen's part, or None."""
    return next((one for one in QUESTIONS if (one.step, one.part) == (step, part)), None)


def can_speak(question: Question, answers: Answers) -> bool:
    """Say whether a typed question can be answered aloud in this browser."""
    return question.name in SPOKEN and MICROPHONE in found_devices(answers)


def first_on_screen(step: int, answers: Answers) -> Question | None:
    """Return the question for a visitor who opens a screen by its number alone, or None: the one
    that has the number to itself, or the recording that stands in its place."""
    here = [one for one in QUESTIONS if one.step == step and one.is_asked(answers)]
    alone = [one for one in here if not one.part]
    return next(iter(alone or here[::-1]), None)


def first_unanswered(answers: Answers) -> str:
    """Return the address of the first question on the road that was neither answered nor passed
    by, of the check screen after the last."""
    passed = went_past(answers)
    left = (one for one in road(answers) if one.name not in passed)
    return next((one.address for one in left if not _is_answered(one, answers)), CHECK)


def place(answers: Answers) -> str:
    """Return the address where the writer of a draft is."""
    kept = answers.get(PLACE)
    return kept if isinstance(kept, str) and kept.startswith("/gui/") else first_unanswered(answers)


def address_before(question: Question | None, answers: Answers) -> str | None:
    """Return the screen before a question (None: before the check screen), or None at the first."""
    way = road(answers)
    if question is None:
        return way[-1].address
    if question not in way:
        return CHECK if went_past(answers) else None
    at = way.index(question)
    return way[at - 1].address if at else None


def went_past(answers: Answers) -> list[str]:
    """Return the names of the questions that were answered or passed by."""
    kept = answers.get(PASSED)
    return [str(name) for name in kept] if isinstance(kept, list) else []


def passing(question: Question, answers: Answers) -> dict[str, object]:
    """Return the answers of a visitor who is done with a question. Who gives another name is asked
    once more what they agree to."""
    passed = {*went_past(answers), question.name}
    if question.name == "contact":
        passed.discard("consents")
    return {**answers, PASSED: sorted(passed)}


def _is_answered(question: Question, answers: Answers) -> bool:
    if question.kind == "recording":
        return how_many(answers, "takes") > 0
    return any(answers.get(name) for name in question.fields if name != "notice")
