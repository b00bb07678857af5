"""A citizen is told where their proposal stands: every blank of every sentence is filled."""

import re
import string
from datetime import date

import pytest

from shared import texts
from shared.domain import clock, status_message
from shared.domain.proposal import Status
from shared.store.cases import moves, public_status
from tests.conftest import DETAILS, ROAD, ZONE

NINE_TWELVE = 1773627164000  # 16/03/2026 09:12:44 local
# The blanks that the app fills in with the office's own, or from the campaign.
OFFICES_OWN = {"n", "sdt", "hoidong", "cq", "dausms", "cach"}
# The day a status speaks of: of its own details, else the day it came to it.
DAYS = {
    Status.NEEDS_INFO: "31/12/2026",
    Status.ON_TRIAL: "01/04/2026",
    Status.RECOGNISED: "01/07/2026",
    Status.REPLICATED: "01/09/2026",
}


@pytest.mark.parametrize("status", ROAD)
def test_every_blank_of_a_status_is_filled(db, a_proposal, status):
    kept = a_proposal(status=status, at=NINE_TWELVE)

    filled = status_message.blanks(public_status.by_code(db, kept.code), ZONE)

    for language in texts.LANGUAGES:
        sentence = texts.load(language).say(f"status.{status}.sentence")
        for blank in _blanks(sentence) - OFFICES_OWN:
            assert filled[blank], blank
    for blank in _blanks(texts.load("sms.vi").say(f"sms.st_{status}")) - OFFICES_OWN:
        assert filled[blank], blank
    assert filled["ngay"] == DAYS.get(status, "16/03/2026")
    assert filled["ma"] == kept.code


def test_a_trial_is_being_tried_until_its_last_day_is_over(db, a_proposal):
    code = a_proposal(status=Status.ON_TRIAL).code
    found = public_status.by_code(db, code)
    last = clock.end_of_day(date.fromisoformat(DETAILS[Status.ON_TRIAL]["trial_to"]), ZONE)

    assert status_message.sms_key(found, last, ZONE) == "st_on_trial"
    assert status_message.text_keys(found, last, ZONE)[0] == "status.on_trial.label"
    assert status_message.sms_key(found, last + 1, ZONE) == "st_trial_over"
    assert status_message.text_keys(found, last + 1, ZONE)[0] == "trial_over.label"


@pytest.mark.parametrize("status", [one for one in ROAD if status_message.notice_key(one)])
def test_every_blank_of_a_notice_is_filled(db, a_proposal, status):
    filled = status_message.blanks(public_status.by_code(db, a_proposal(status=status).code), ZONE)

    sms = texts.load("sms.vi").say(f"sms.{status_message.notice_key(status)}")

    assert all(filled.get(blank) for blank in _blanks(sms) - OFFICES_OWN)


def test_one_who_sent_second_is_told_when_the_first_came(db, a_proposal):
    first = a_proposal(at=NINE_TWELVE - 5 * clock.DAY)
    second = a_proposal(at=NINE_TWELVE)

    moves.move(
        db, second.code, Status.MERGED, actor="t", at=NINE_TWELVE, details={"into": first.code}
    )

    assert (
        status_message.blanks(public_status.by_code(db, second.code), ZONE)["ngay"] == "11/03/2026"
    )


def test_taking_back_is_answered_and_not_noticed():
    assert status_message.notice_key(Status.WITHDRAWN) is None


def test_a_received_proposal_names_the_day_it_was_received_even_after_more_was_asked(
    db, a_proposal
):
    kept = a_proposal(status=Status.NEEDS_INFO, at=NINE_TWELVE)

    moves.move(db, kept.code, Status.RECEIVED, actor="t", at=NINE_TWELVE + 9 * clock.DAY)

    assert status_message.blanks(public_status.by_code(db, kept.code), ZONE)["ngay"] == "16/03/2026"


def test_every_day_a_citizen_reads_is_written_as_papers_do(db, a_proposal):
    for status in DETAILS:
        filled = status_message.blanks(
            public_status.by_code(db, a_proposal(status=status).code), ZONE
        )
        for blank in ("ngay", "ngay2"):
            assert re.fullmatch(r"(\d\d/\d\d/\d{4})?", filled[blank])


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
