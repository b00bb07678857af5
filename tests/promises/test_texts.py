"""Every sentence that is said exists, in both languages, and none is there that nobody says."""

import ast
import re
import string
import unicodedata
from itertools import pairwise

import pytest

from kiosk.citizen.questions import QUESTIONS
from shared import nightly, texts
from shared.domain import completeness, entry_on_behalf, proposal, status_message
from shared.domain.proposal import Status
from shared.domain.roles import ROLES
from shared.store.jobs import print_jobs
from tests.promises import said
from tests.promises.conftest import modules, text_of, walked

VI, EN, SMS = texts.load("vi"), texts.load("en"), texts.load("sms.vi")
LONGEST_LABEL = 20
# The recordings that are no question's: screens, and the pieces of what changes (kiosk/aloud.py).
SCREENS_READ = (
    "home",
    "check",
    "receipt",
    "lookup",
    "help",
    "code",
    "code_again",
    "day",
    "year",
    "now",
    "since",
    "until",
    "due",
    "withdrawing",
    "typed",
    "ask_more",
    "receipt_open",
    "receipt_end",
    "waiting",
    "waiting_paper",
    "withdraw",
    "own_data",
    "name",
    "pick_up",
    "held",
    "privacy",
    "verify",
    "genuine",
    "ledger",
    "letter",
    "registry",
    "model",
    "model_ask",
    "model_asked",
    "open_data",
    "slip",
    "fault",
    "person",
)
# What stands in the blank of a family whose words the code chooses: all of these must exist.
FAMILIES: dict[str, tuple[str, ...]] = {
    "status.{}.label": tuple(Status),
    "status.{}.sentence": tuple(Status),
    "state.after.{}": tuple(Status),
    "choice.participant_type.{}": proposal.KEPT_TYPES,
    "choice.insider.{}": ("yes", "no"),
    "choice.residence.{}": proposal.RESIDENCES,
    "choice.effects.{}": proposal.EFFECTS,
    "choice.maturity.{}": proposal.MATURITIES,
    "choice.category.{}": (*proposal.CATEGORIES, "none"),
    "choice.category_plain.{}": (*proposal.CATEGORIES, "none"),
    "choice.field.{}": proposal.FIELDS,
    "choice.channel.{}": proposal.CHANNELS,
    "rule.{}": ("by_receipt", "insider_before_cutoff", "insider_after_cutoff", "by_hand"),
    "ask.{}.title": (*(question.name for question in QUESTIONS), "check"),
    "ask.{}.hint": tuple(question.name for question in QUESTIONS if question.kind != "consents"),
    "ask.consents.{}": proposal.CONSENTS,
    "fault.{}.title": (
        "400",
        "403",
        "404",
        "405",
        "409",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
        "device",
        "device_used",
    ),
    "fault.{}.todo": (
        "400",
        "403",
        "404",
        "405",
        "409",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
        "device",
        "device_used",
    ),
    "staff.role.{}": ROLES,
    "staff.points.point.{}": completeness.POINTS,
    "staff.entry.ways.{}": (*entry_on_behalf.WAYS, entry_on_behalf.TOGETHER),
    "staff.entry.evidences.{}": entry_on_behalf.EVIDENCE,
    "aids.{}": ("rung", "coming", "writing", "done"),
    "keyboard.tone.{}": ("acute", "grave", "hook", "tilde", "dot", "none"),
    "read.{}": (
        *(question.name for question in QUESTIONS),
        *SCREENS_READ,
        *(f"status.{status}" for status in Status),
        *(f"number.{number}" for number in range(32)),
        *(f"month.{month}" for month in range(1, 13)),
    ),
    "job.name.{}": tuple(job.name for job in nightly.JOBS),
    "printer.fault.{}": print_jobs.FAULTS,
    "printer.todo.{}": print_jobs.FAULTS,
    "staff.step.{}": tuple(Status),
    "staff.detail.{}": tuple({name for names in proposal.NEEDS.values() for name in names}),
    # shared/runtime/passwords.py names the fault, the staff app its sentence.
    "staff.{}": ("password.too_short", "password.too_long", "password.too_common"),
}
# Families with two blanks are said of a question and its choices or fields.
OF_QUESTIONS = {
    "choice.{}.{}": {f"choice.{one.name}.{value}" for one in QUESTIONS for value in one.choices},
    "ask.{}.{}": {f"ask.{one.name}.{field}" for one in QUESTIONS for field in one.fields[1:]},
}
# Blanks that hold a name, a day or an hour: the word behind them agrees with no number.
NO_NUMBERS = frozenset({"ai", "cot", "cq", "den", "may", "nam", "ngay", "sdt", "ten", "the", "xa"})
# A blank and, with at most one word between, a word that would be another one beside 1.
_ONE_FORM = re.compile(
    r"(?<!File )\{(\w+)\} (?:[a-z-]+ )?(?:(?!this\b)[a-z-]+s|people|are|were|have|need)\b"
)
# What the programs count, in the form of many.
_COUNTED = re.compile(
    r" (bytes|cells|codes|columns|days|events|files|hours|ideas|letters|lines|minutes|months|pages"
    r"|people|pictures|proposals|rows|seconds|sheets|texts|weeks|words)\b"
)
# What staff choose to tell a citizen, which is Vietnamese whatever language the staff read.
TOLD_IN_VIETNAMESE = "staff.prepared."


def test_both_languages_have_the_same_keys() -> None:
    assert set(VI) == set(EN)


def test_both_languages_have_the_same_blanks() -> None:
    different = {key for key in VI if _blanks(VI.say(key)) != _blanks(EN.say(key))}

    assert not different


@pytest.mark.parametrize("catalogue", [VI, EN, SMS], ids=lambda one: one.language)
def test_every_text_is_composed_tidy_and_can_be_filled_in(catalogue: texts.Texts) -> None:
    for key in catalogue:
        text = catalogue.say(key)
        assert unicodedata.is_normalized("NFC", text), key
        assert text.strip() and text == text.lstrip() and "  " not in text, key
        filled = catalogue.say(key, **dict.fromkeys(_blanks(text), "x"))
        assert not set(filled) & {"{", "}"}, key


def test_no_english_text_was_left_in_vietnamese() -> None:
    same = {key for key in VI if VI.say(key) == EN.say(key) and any(map(_is_marked, VI.say(key)))}

    assert not {key for key in same if not key.startswith(TOLD_IN_VIETNAMESE)}


def test_an_english_word_beside_a_number_has_a_form_for_one() -> None:
    stiff = {key for key in EN for found in _ONE_FORM.findall(EN.say(key))
             if found not in NO_NUMBERS}  # fmt: skip

    assert not stiff


def test_code_counts_nothing_without_asking_for_the_form_of_its_noun() -> None:
    """`shared/texts/plural.py` writes a number with its noun; f"{n} ideas" would say "1 ideas"."""
    stiff = [
        f"{path}:{text.lineno}"
        for path, tree in modules()
        for text in walked(tree)
        if isinstance(text, ast.JoinedStr)
        for filled, behind in pairwise(text.values)
        if isinstance(filled, ast.FormattedValue) and _COUNTED.match(text_of(behind) or "")
    ]

    assert stiff == []


@pytest.mark.parametrize("status", Status)
def test_a_status_has_its_words(status: Status) -> None:
    for catalogue in (VI, EN):
        assert 0 < len(catalogue.say(f"status.{status}.label")) <= LONGEST_LABEL
        assert catalogue.say(f"status.{status}.sentence")
        assert catalogue.say(f"state.after.{status}")
    assert SMS.say(f"sms.st_{status}")
    notice = status_message.notice_key(status)
    assert notice is None or SMS.say(f"sms.{notice}")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_the_code_knows_has_its_words_and_no_other_does(family: str) -> None:
    expected = {family.format(value) for value in FAMILIES[family]}

    assert expected <= set(VI)
    if family.startswith(("choice.", "state.after.", "rule.")):
        assert expected == {key for key in VI if said.matches(family, key)}


def test_every_text_that_is_said_exists() -> None:
    for where, key in [*said.by_templates(), *said.by_code()]:
        if "{}" not in key:
            assert key in VI, f"{where} says {key}"
        elif key in FAMILIES:
            assert {key.format(value) for value in FAMILIES[key]} <= set(VI), f"{where}: {key}"
        else:
            assert any(said.matches(key, known) for known in VI), f"{where} says {key}"


def test_every_problem_has_its_sentence() -> None:
    problems = {text for text in said.strings_of_code() if said.matches("err.{}", text)}

    assert problems
    assert problems <= set(VI)


def test_no_text_is_dead() -> None:
    spoken = {key for _, key in [*said.by_templates(), *said.by_code()]} | said.strings_of_code()
    sections = {key.partition(".")[0] for key in VI}
    families = {key for key in spoken if "{}" in key and key.partition(".")[0] in sections}

    dead = {
        key for key in VI if key not in spoken and not any(_holds(one, key) for one in families)
    }

    assert not dead


def _holds(family: str, key: str) -> bool:
    if family in OF_QUESTIONS:
        return key in OF_QUESTIONS[family]
    if family in FAMILIES:
        return key in {family.format(value) for value in FAMILIES[family]}
    return said.matches(family, key)


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _is_marked(letter: str) -> bool:
    return letter in "đĐ" or len(unicodedata.normalize("NFD", letter)) > 1
