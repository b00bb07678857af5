"""A text comes in; a sound proposal or the list of its problems comes out.

Every entrance (form, API, SMS) gives its words to this file; after it the code handles only sound
values. Nothing here knows HTTP or a gateway, opens the store or speaks a language: a problem
is a key of the texts.
"""

from collections.abc import Mapping

from shared.domain import phone, record
from shared.domain.proposal import (
    CATEGORIES,
    EFFECTS,
    INSIDER_TYPES,
    MATURITIES,
    NOT_ASKED,
    PARTICIPANT_TYPES,
    RESIDENCES,
    TEXT_LETTERS,
    TITLE_LETTERS,
    TYPED_CHANNELS,
    Channel,
    Consents,
    NewProposal,
    further_categories,
)
from shared.domain.record import replace
from shared.domain.sms_idea import auto_title
from shared.domain.vietnamese import clean, one_line

SHORT_LETTERS = 120
KNOWN_FIELDS = frozenset(
    [
        "participant_type",
        "title",
        "solution",
        "current_state",
        "expected_effect",
        "effects",
        "maturity",
        "category",
        "more_categories",
        "insider",
        "unit",
        "position",
        "residence",
        "hamlet",
        "name",
        "phone",
        "under_16",
        "guardian",
        "consents",
        "mobiliser",
        "channel",
    ]
)


class Problem(record.Record):
    """What must be corrected: the field, and the sentence for it (a key of the texts)."""

    field: str
    text: str
    blanks: Mapping[str, object] = record.field(default_factory=dict)


def read_proposal(given: object, channel: Channel) -> NewProposal | list[Problem]:
    """Return the proposal that `given` describes, or every problem found in it.

    `given` has the shape of the API's JSON body (docs/api.md). Values of the wrong type are
    problems, never exceptions. A typed idea needs a solution; without a title its first words are
    the title. What was spoken, filmed or written on paper needs only its channel until a person
    types it. Where nobody said who sends it, nobody was asked.
    """
    if not isinstance(given, Mapping):
        return [Problem("", "err.not_an_object")]
    reader = _Reader(given)
    proposal = _read(reader, channel)
    problems = reader.problems + _unmet(proposal, reader)
    if problems:
        return sorted(problems, key=_reading_order)
    if proposal.insider and proposal.participant_type not in INSIDER_TYPES:
        return replace(proposal, insider=False)
    return proposal


def _read(reader: "_Reader", channel: Channel) -> NewProposal:
    is_typed = channel in TYPED_CHANNELS
    solution = reader.long_text("solution")
    own_title = reader.title(is_typed=is_typed)
    category = reader.choice("category", CATEGORIES)
    return NewProposal(
        channel=channel,
        participant_type=reader.choice("participant_type", PARTICIPANT_TYPES) or NOT_ASKED,
        title=own_title or (auto_title(solution) if is_typed else ""),
        title_is_own=bool(own_title) or not is_typed,
        solution=solution,
        current_state=reader.long_text("current_state"),
        expected_effect=reader.long_text("expected_effect"),
        effects=reader.choices("effects", EFFECTS),
        maturity=reader.choice("maturity", MATURITIES) or "unknown",
        category=category,
        more_categories=further_categories(reader.choices("more_categories", CATEGORIES), category),
        insider=reader.truth("insider"),
        unit=reader.short_text("unit"),
        position=reader.short_text("position"),
        residence=reader.choice("residence", RESIDENCES),
        hamlet=reader.short_text("hamlet"),
        name=reader.short_text("name"),
        phone=reader.phone(),
        under_16=reader.truth("under_16"),
        guardian=reader.short_text("guardian"),
        consents=reader.consents(),
        mobiliser=reader.short_text("mobiliser"),
    )


class _Reader:
    """Reads one field at a time and remembers what was wrong."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self.given = given
        self.problems = [_unknown("", name) for name in given if name not in KNOWN_FIELDS]

    def text(self, name: str) -> str:
        value = self.given.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong(name, "err.wrong_type")
            return ""
        return clean(value)

    def short_text(self, name: str) -> str:
        value = " ".join(self.text(name).split())
        if len(value) > SHORT_LETTERS:
            self._wrong(name, "err.too_long", n=SHORT_LETTERS)
        return value

    def long_text(self, name: str) -> str:
        value = self.text(name)
        if len(value) > TEXT_LETTERS:
            self._wrong(name, "err.too_long", n=TEXT_LETTERS)
        return value

    def title(self, *, is_typed: bool) -> str:
        value = " ".join(self.text("title").split())
        shortest, longest = TITLE_LETTERS
        if is_typed and self.given.get("title") is not None and len(value) < shortest:
            self._wrong("title", "err.title_short")
        elif len(value) > longest:
            self._wrong("title", "err.too_long", n=longest)
        return value

    def truth(self, name: str, within: Mapping[str, object] | None = None) -> bool:
        value = (self.given if within is None else within).get(name.rpartition(".")[2])
        if value is None or isinstance(value, bool):
            return bool(value)
        self._wrong(name, "err.wrong_type")
        return False

    def choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self.given.get(name)
        if value is None or value == "":
            return None
        return self._allowed(name, value, allowed)

    def choices(self, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        value = self.given.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self._wrong(name, "err.wrong_type")
            return ()
        chosen = [self._allowed(name, one, allowed) for one in value]
        return tuple(dict.fromkeys(one for one in chosen if one))

    def phone(self) -> str | None:
        value = self.text("phone")
        if not value:
            return None
        number = phone.mobile(value)
        if number is None:
            self._wrong("phone", "err.phone")
        return number

    def consents(self) -> Consents:
        given = self.given.get("consents")
        if given is None:
            return Consents()
        if not isinstance(given, Mapping):
            self._wrong("consents", "err.wrong_type")
            return Consents()
        for name in given:
            if name not in ("store", "sms", "name_me", "notice"):
                self.problems.append(_unknown("consents.", name))
        notice = given.get("notice")
        if notice is not None and not isinstance(notice, str | int):
            self._wrong("consents.notice", "err.wrong_type")
        return Consents(
            store=self.truth("consents.store", given),
            sms=self.truth("consents.sms", given),
            name_me=self.truth("consents.name_me", given),
            notice=one_line(str(notice))[:40] if notice is not None else "",
        )

    def _allowed(self, name: str, value: object, allowed: tuple[str, ...]) -> str | None:
        plain = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(plain, str) and plain in allowed:
            return plain
        self._wrong(name, "err.choice")
        return None

    def _wrong(self, name: str, text: str, **blanks: object) -> None:
        self.problems.append(Problem(name, text, blanks))


def _unknown(within: str, name: object) -> Problem:
    """A stranger chose the name: it is cut and cleaned before it is shown."""
    return Problem(within + one_line(str(name))[:SHORT_LETTERS], "err.unknown_field")


def _unmet(proposal: NewProposal, reader: _Reader) -> list[Problem]:
    """Return a problem for each required field that is missing."""
    wrong = {problem.field for problem in reader.problems}
    problems = []
    is_typed = proposal.channel in TYPED_CHANNELS
    if is_typed and not proposal.solution and "solution" not in wrong:
        problems.append(Problem("solution", "err.solution_empty"))
    personal = bool(proposal.name or reader.given.get("phone") or proposal.guardian)
    if personal and not proposal.consents.store and "consents" not in wrong:
        problems.append(Problem("consents.store", "err.consent"))
    if personal and proposal.under_16 and not proposal.guardian and "guardian" not in wrong:
        problems.append(Problem("guardian", "err.guardian"))
    return problems


_ORDER = [
    "participant_type",
    "insider",
    "unit",
    "position",
    "residence",
    "hamlet",
    "title",
    "current_state",
    "solution",
    "effects",
    "expected_effect",
    "maturity",
    "category",
    "more_categories",
    "name",
    "phone",
    "under_16",
    "guardian",
    "consents",
    "consents.store",
]


def _reading_order(problem: Problem) -> int:
    return _ORDER.index(problem.field) if problem.field in _ORDER else len(_ORDER)
