"""What each form of the office says of each of its fields (tests/data/staff_forms.toml)."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import template_rendered

from kiosk.staff.awards import award_rules_form, honour_form
from kiosk.staff.cases import appraisal_form, authors_form, move_form
from kiosk.staff.council import council_form
from kiosk.staff.counter import entry_form
from kiosk.staff.download import read_registered
from kiosk.staff.forms import Form, Reader, Wrong
from kiosk.staff.models import model_form, trial
from kiosk.staff.office.campaign_form import read_campaign
from kiosk.staff.privacy import data_form
from kiosk.staff.reports import distribution_form
from kiosk.staff.reports.outreach_form import read_effort
from shared.domain import clock
from shared.domain.proposal import Status, needed_for
from shared.domain.rubric import FIRST_RUBRIC
from shared.workflows.correct_sender import SenderFacts

TABLE = Path(__file__).resolve().parents[2] / "data" / "staff_forms.toml"
FORMS = tomllib.loads(TABLE.read_text("utf-8"))
TYPED = {"empty": "", "long": "x" * 8001, "odd": "nope"}
TODAY = date(2026, 11, 30)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = clock.end_of_day(TODAY, ZONE)
AUTHORS: Any = [SimpleNamespace(id="a"), SimpleNamespace(id="b")]
KEPT = SenderFacts(
    "citizen", False, "u", "p", "", "", "Bà", "+84912345678", False, "g", True, False, False
)  # fmt: skip
CASE: Any = SimpleNamespace(code="482173950688")


def move(to: Status) -> Callable[[Reader], object]:
    """Return the reader of a move's form."""
    return lambda given: move_form.read_details(given, to, today=TODAY, needed=needed_for(to))


# Who reads a form, by its name.
READ: dict[str, Callable[[Reader], object]] = {
    "author": authors_form.read_author,
    "shares": lambda given: authors_form.read_shares(given, AUTHORS),
    "appraisal": appraisal_form.read_appraisal,
    "step": appraisal_form.read_step,
    "procedure": appraisal_form.read_procedure,
    "move_needs_info": move(Status.NEEDS_INFO),
    "move_on_trial": move(Status.ON_TRIAL),
    "move_recognised": move(Status.RECOGNISED),
    "move_merged": move(Status.MERGED),
    "model": model_form.read_words,
    "unit": model_form.read_unit,
    "measure": lambda given: model_form.read_measure(given, {"u1"}, {"f1"}),
    "trial": trial.read_trial,
    "recognition": trial.read_recognition,
    "entry": lambda given: entry_form.read_entry(given, at=NOW, zone=ZONE),
    "campaign": lambda given: read_campaign(given, 2026),
    "paper": lambda given: distribution_form.read_paper(given, [2025, 2026]),
    "sendings": lambda given: distribution_form.read_sendings(given, ("a",), today=TODAY),
    "confirmation": lambda given: distribution_form.read_confirmation(given, today=TODAY),
    "effort": lambda given: read_effort(given, today=TODAY),
    "registered": read_registered,
    "request": lambda given: data_form.read_request(given, None),
    "extension": data_form.read_extension,
    "end": lambda given: data_form.read_end(given, ("done", "declined")),
    "details": lambda given: data_form.read_details(given, KEPT),
    "erasure": lambda given: data_form.read_erasure(given, CASE, ["a1"]),
    "rules": award_rules_form.read_rules,
    "letter": lambda given: honour_form.read_content(given, "letter"),
    "award": lambda given: honour_form.read_content(given, "award"),
    "name": lambda given: honour_form.read_name(given, is_collective=False, needs_consent=True),
    "waived_name": lambda given: honour_form.read_name(
        given, is_collective=True, needs_consent=False
    ),
    "check": lambda given: honour_form.read_check(given, today=TODAY, actor="an", at=NOW),
    "numbered": lambda given: honour_form.read_numbered(given, TODAY),
    "handed": lambda given: honour_form.read_handed(given, TODAY),
    "conference": honour_form.read_conference,
    "session": lambda given: council_form.read_session(given, {"m1"}, {"c1"}, {"s1"}),
    "sheet": lambda given: council_form.read_sheet(given, FIRST_RUBRIC),
    "tally": council_form.read_tally,
    "minutes": council_form.read_minutes,
}
# Whose form it is and where it is sent, where the screen reads it by itself.
SENT = {
    "settling": ("officer", "/ho-so/CODE/lo-trinh/s1"),
    "answer": ("officer", "/ho-so/CODE/answer"),
    "note": ("officer", "/ho-so/CODE/ghi-chu"),
    "year": ("chair", "/ho-so/CODE/nam-xet"),
    "redaction": ("officer", "/ho-so/CODE/che"),
    "paper_title": ("officer", "/ho-so/CODE/ten-van-ban"),
    "classes": ("officer", "/ho-so/CODE/phan-loai"),
    "missed": ("officer", "/goi-lai"),
    "call_note": ("officer", "/goi-lai/c1/xong"),
    "silence": ("officer", "/tin-nhan/ngung"),
    "lift": ("officer", "/tin-nhan/ngung/s1/bo"),
    "opening": ("chair", "/mo-khan"),
    "person": ("admin", "/nhan-su"),
    "device": ("admin", "/thiet-bi"),
    "blank_forms": ("officer", "/giay/phieu-trang"),
    "office_name": ("officer", "/co-quan/ten"),
    "office_basis": ("officer", "/co-quan/can-cu"),
    "end_basis": ("officer", "/co-quan/can-cu/b1/het"),
    "organisation": ("officer", "/co-quan/to-chuc"),
    "lasting": ("officer", "/nhan-rong/kiem-tra/a1"),
    "month_end": ("officer", "/giay/doi-chieu"),
    "paper_of_year": ("officer", "/bao-cao/2026"),
    "expected_day": ("officer", "/ho-so/CODE/du-kien"),
}
# Where the ids of a form's fields end or begin with what tells it from others on its page.
IDS: dict[str, dict[str, str]] = {
    "confirmation": {"of": "d1"},
    "tally": {"of": "i1"},
    "move_needs_info": {"within": Status.NEEDS_INFO},
    "move_on_trial": {"within": Status.ON_TRIAL},
    "move_recognised": {"within": Status.RECOGNISED},
    "move_merged": {"within": Status.MERGED},
}


@pytest.mark.parametrize("form", READ)
def test_a_field_says_what_is_wrong_with_it(form):
    sound, told = FORMS[form]["typed"], FORMS[form]["told"]

    assert problems_of(form, sound) == ""
    for field in sound:
        for kind, typed in TYPED.items():
            found = problems_of(form, {**sound, field: typed})
            assert found == told.get(field, {}).get(kind, ""), (field, kind)


@pytest.mark.parametrize("form", SENT)
def test_a_wrong_field_gives_the_same_page_back(office, logged_in, a_proposal, form):
    role, address = SENT[form]
    client, shown = logged_in("an", role=role), []
    address = address.replace("CODE", a_proposal().code)

    def note(_sender, context, **_more):
        shown.append(context["problems"])

    with template_rendered.connected_to(note, office):
        for field, told in FORMS[form]["told"].items():
            for kind, problems in told.items():
                answer = client.post(address, data={**FORMS[form]["typed"], field: TYPED[kind]})

                assert answer.status_code == 422, (field, kind)
                assert written(shown[-1]) == problems, (field, kind)


def test_every_form_of_the_table_is_tried():
    assert FORMS.keys() == READ.keys() | SENT.keys()


def problems_of(form, typed):
    """Return what is wrong in a form, as the table has it."""
    given = Reader(Form(typed), **IDS.get(form, {}))
    try:
        READ[form](given)
        given.check()
    except Wrong as wrong:
        return written(wrong.problems)
    return ""


def written(problems):
    return "; ".join(sorted({f"{one.field} {one.text}" for one in problems}))
