"""The paper desk: what came on paper, by post, on a stick or by word of mouth is entered for its
sender, with the day it came, and leaves with the same receipt."""

import io
import re
from datetime import timedelta

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.store.cases import authors, proposals
from shared.store.files import attachments
from shared.store.messages import threads
from shared.workflows import enter_for_citizen
from tests.clips import a_tone
from tests.conftest import ZONE
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD

SIGNED = {
    "name": "Trần Thị Mận", "phone": "0912 345 678",
    "consents.store": "yes", "consents.sms": "yes",
}  # fmt: skip
YESTERDAY = clock.to_local(clock.now(), ZONE).date() - timedelta(days=1)
CAME_BEFORE = {
    "day": YESTERDAY.isoformat(),
    "hour": "09:30",
    "evidence": "register",
    "why": "số 41",
}


@pytest.fixture
def desk(office, a_member):
    """A receptionist's browser."""
    a_member("tiep", role="receptionist", name="Bà Tiếp")
    client = watched(office).test_client()
    client.post("/login", data={"login": "tiep", "password": PASSWORD})
    return client


def enter(client, **given):
    form = {"key": "k1", "way": "by_hand", "title": "Gộp hai tờ khai", **given}
    return client.post("/nhap-ho-so", data=form)


def code_in(answer):
    return re.search(r"/nhap-ho-so/(\d{12})$", answer.location)[1]


def test_what_came_on_paper_is_entered_and_the_clerk_is_not_its_author(desk, db):
    answer = enter(desk, solution="Gộp thành một tờ.", **SIGNED)

    assert answer.status_code == 303, answer.text
    case = proposals.by_code(db, code_in(answer))
    author = authors.of(db, case.id)
    assert (case.channel, case.title) == ("paper", "Gộp hai tờ khai")
    assert (author.name, author.phone, author.consent_sms) == (
        "Trần Thị Mận", "+84912345678", True,
    )  # fmt: skip
    first, entered = event_log.of_proposal(db, case.id)
    assert (first.kind, entered.kind) == ("received", "entered")
    assert first.actor == entered.actor == enter_for_citizen.of(db, case.id).entered_by != "citizen"
    page = desk.get(answer.location).text
    assert "Đã vào sổ." in page and "Bà Tiếp" in page and "do UBND xã tự đặt" in page
    assert "trên giấy" in desk.get(f"/ho-so/{case.code}").text


def test_the_recording_of_a_call_comes_with_the_idea_in_one_step_and_is_played(desk, db, examine):
    call = {
        "file": (io.BytesIO(a_tone("mp4", "aac", seconds=2.0)), "cuoc-goi.m4a"),
        "way": "spoken",
    }
    told = {"title": "", "solution": "Gộp thành một tờ.", "category": "3"}

    answer = enter(desk, **told, **call, more_categories=["3", "5"])
    examine()

    assert answer.status_code == 303, answer.text
    case = proposals.by_code(db, code_in(answer))
    assert (case.category, case.more_categories) == ("3", ("5",))
    [file] = attachments.of_proposal(db, case.id)
    assert (file.kind, file.source) == ("audio", "staff")
    page = desk.get(f"/ho-so/{case.code}").text
    assert f'<audio src="/ho-so/{case.code}/tep/{file.id}" controls' in page


def test_a_recording_that_cannot_be_taken_leaves_the_idea_entered(desk, db):
    empty = {"file": (io.BytesIO(b""), "a.m4a")}

    answer = enter(desk, solution="Gộp thành một tờ.", **empty)

    assert answer.status_code == 400
    assert "Đã vào sổ." in answer.text and 'href="#files-new"' in answer.text
    assert len(proposals.ids(db)) == 1


def test_who_agreed_on_paper_gets_the_code_by_sms_and_nobody_else(desk, db):
    told = enter(desk, key="a", **SIGNED)
    silent = enter(desk, key="b")

    case = proposals.by_code(db, code_in(told))
    assert [one.text_key for one in threads.of_proposal(db, case.id)[1]] == ["receipt_staff"]
    other = proposals.by_code(db, code_in(silent))
    assert threads.of_proposal(db, other.id)[1] == []
    assert "xin in phiếu" in desk.get(silent.location).text


def test_a_double_tap_enters_once_and_a_late_correction_is_not_lost(desk, how_many):
    first, again = enter(desk), enter(desk)
    corrected = enter(desk, title="Gộp ba tờ khai")

    assert first.location == again.location
    assert corrected.status_code == 409
    assert 'value="Gộp ba tờ khai"' in corrected.text
    assert how_many() == 1


@pytest.mark.parametrize(
    ("way", "channel"),
    [("by_post", "paper"), ("stick_audio", "audio"), ("stick_video", "video"), ("spoken", "voice")],
)
def test_each_way_is_a_channel_and_words_may_follow_later(desk, db, way, channel):
    more = CAME_BEFORE if way == "by_post" else {}
    answer = enter(desk, way=way, title="" if way != "spoken" else "Gộp tờ khai", **more)

    assert answer.status_code == 303, answer.text
    assert proposals.by_code(db, code_in(answer)).channel == channel


def test_what_came_before_counts_from_its_day_and_is_registered_now(desk, db):
    began = clock.now()

    answer = enter(desk, **CAME_BEFORE)

    case = proposals.by_code(db, code_in(answer))
    assert f"{clock.to_local(case.received_at, ZONE):%Y-%m-%d %H:%M}" == f"{YESTERDAY} 09:30"
    assert case.arrived_at == case.received_at < began <= case.registered_at
    kept = enter_for_citizen.of(db, case.id)
    assert (kept.evidence, kept.why) == ("register", "số 41")


def test_a_day_without_an_hour_gets_nobody_ahead(desk, db):
    case = proposals.by_code(db, code_in(enter(desk, **{**CAME_BEFORE, "hour": ""})))

    assert case.received_at == clock.end_of_day(YESTERDAY, ZONE)


TOMORROW = (YESTERDAY + timedelta(days=2)).isoformat()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"way": ""}, "way"),
        ({"way": "pigeon"}, "way"),
        ({"way": "by_post"}, "day"),
        ({"hour": "09:30"}, "day"),
        ({"day": TOMORROW}, "day"),
        ({"day": "2016-01-01", "evidence": "slip", "why": "x"}, "day"),
        ({"day": "xx"}, "day"),
        ({**CAME_BEFORE, "hour": "25:00"}, "hour"),
        ({**CAME_BEFORE, "evidence": ""}, "evidence"),
        ({**CAME_BEFORE, "evidence": "dream"}, "evidence"),
        ({**CAME_BEFORE, "why": " . "}, "why"),
        ({**CAME_BEFORE, "why": "x" * 301}, "why"),
        ({"name": "Trần Thị Mận"}, "consents.store"),
        ({"phone": "12", "consents.store": "yes"}, "phone"),
        ({"title": "x" * 121}, "title"),
    ],
)
def test_what_is_wrong_comes_back_with_all_that_was_typed(desk, how_many, given, field):
    answer = enter(desk, current_state="Phải đi\nhai lần.", hamlet="Ấp 3 <b>", **given)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Phải đi\nhai lần." in answer.text and "Ấp 3 &lt;b&gt;" in answer.text
    assert how_many() == 0


def test_nothing_told_is_nothing_entered(desk, how_many):
    answer = enter(desk, way="spoken", title="")

    assert answer.status_code == 422 and 'href="#solution"' in answer.text
    assert how_many() == 0


def test_a_session_that_ended_gives_back_what_was_typed(office):
    answer = enter(office.test_client(), solution="Gộp thành một tờ.")

    assert answer.status_code == 403
    assert "Gộp thành một tờ." in answer.text


def test_the_form_asks_a_citizens_questions_and_ticks_nothing(desk):
    page = desk.get("/nhap-ho-so").text

    assert "Người dân" in page and "Theo Ông/Bà nên làm thế nào?" in page
    assert " checked" not in page
