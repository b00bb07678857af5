"""A number agrees with its noun wherever English is said."""

import pytest

from shared import texts
from shared.runtime.command_line import counted
from shared.texts import plural
from shared.workflows.verify import VerifyReport


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 ideas"), (1, "1 idea"), (2, "2 ideas"), (1204, "1,204 ideas")]
)
def test_a_number_stands_with_its_noun(count: int, said: str) -> None:
    assert plural.number_of(count, "idea") == said


def test_a_noun_may_have_a_plural_of_its_own() -> None:
    assert plural.number_of(1, "person", "people") == "1 person"
    assert plural.number_of(2, "person", "people") == "2 people"


@pytest.mark.parametrize("one", [1, "1", " 1 "])
def test_one_is_one_counted_or_written(one: object) -> None:
    assert plural.agreeing(one, "is", "are") == "is"


@pytest.mark.parametrize("many", [0, 2, 11, 21, 1001, "1.204", "x", ""])
def test_whatever_else_is_many(many: object) -> None:
    assert plural.agreeing(many, "is", "are") == "are"


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (VerifyReport(1204, 5310, 88, ()), "OK: 1,204 proposals, 5,310 events, 88 files"),
        (VerifyReport(0, 2, 0, ()), "OK: 0 proposals, 2 events, 0 files"),
        (VerifyReport(1, 1, 1, ()), "OK: 1 proposal, 1 event, 1 file"),
    ],
)
def test_what_was_read_back_is_counted_in_one_line(report: VerifyReport, said: str) -> None:
    assert counted(report) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "Waiting for 0 days"),
        (1, "Waiting for 1 day"),
        (2, "Waiting for 2 days"),
        ("1.204", "Waiting for 1.204 days"),
    ],
)
def test_a_sentence_of_the_screens_agrees_with_its_number(count: object, said: str) -> None:
    assert texts.load("en").say("staff.honours.waits", n=count) == said


def test_a_verb_agrees_too_and_so_does_each_number_of_a_sentence() -> None:
    en = texts.load("en")

    assert en.say("job.rotate.ok", kept=1, removed=2) == (
        "1 backup is kept, 2 that were too old are gone."
    )
    assert en.say("job.rotate.ok", kept=2, removed=1) == (
        "2 backups are kept, 1 that was too old is gone."
    )
