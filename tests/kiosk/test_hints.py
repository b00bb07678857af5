"""Hints on the way in: shown by the server, put away one by one, never in the way."""

import html
import logging

import pytest

from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.people import staff

ID = "075089001234"
WHOLE = {
    "participant_type": "citizen",
    "title": "Bớt bản sao khi làm giấy tờ",
    "current_state": "Phải nộp ba bản sao cho một việc.",
    "solution": f"Cho tra trên máy bằng căn cước {ID} thay bản sao.",
}


@pytest.fixture
def at_check(kiosk):
    """A builder: the kiosk's check screen for an idea with these answers."""

    def build(**given):
        kiosk.get("/gui/1")
        for step, name in ((1, "participant_type"), (4, "title"), (5, "current_state"),
                           (6, "solution")):  # fmt: skip
            answer = kiosk.post(f"/gui/{step}", data={name: {**WHOLE, **given}[name]})
            assert answer.status_code == 303, (name, answer.text)
        return kiosk

    return build


def page_of(client):
    return html.unescape(client.get("/gui/12").text)


def test_a_hint_at_the_check_screen_can_be_put_away_and_comes_back_with_new_words(at_check):
    client = at_check()

    before = page_of(client)
    client.post("/gui/12/giu-nguyen", data={"leave": "sensitive-solution"})
    after = page_of(client)
    client.post("/gui/6?then=check", data={"solution": WHOLE["solution"] + " Nhanh hơn."})

    assert "Hình như có số căn cước hoặc bệnh án" in before and "Bỏ bớt" in before
    assert "Hình như có số căn cước" not in after
    assert "Hình như có số căn cước" in page_of(client)


def test_no_hint_stands_in_the_way_of_sending_at_the_kiosk(at_check, how_many):
    client = at_check(title="Tôi tố cáo cán bộ nhận tiền", current_state="Tranh chấp đất đai.")
    assert "mời Ông/Bà đến nơi tiếp công dân của UBND xã Tân An" in page_of(client)

    answer = client.post("/gui/12")

    assert answer.status_code == 303 and how_many() == 1


def test_what_is_missing_is_told_and_an_unknown_hint_changes_nothing(at_check, a_form):
    client = at_check(current_state="", solution="Hẹn giờ.")

    client.post("/gui/12/giu-nguyen", data={"leave": "x" * 5000})
    page = page_of(client)

    assert "Cách làm còn ngắn" in page
    assert "chưa nói đang vướng chỗ nào" not in page and "/gui/5?then=check" in page
    assert client.post("/gui/12").status_code == 303


def test_the_form_shows_weighty_hints_once_and_the_second_sending_goes_through(
    citizen, a_form, how_many
):
    form = a_form(solution=WHOLE["solution"])

    shown = citizen.post("/gui", data=form)
    sent_before = how_many()
    sent = citizen.post(
        "/gui", data={**form, "left": ["sensitive-solution", "first_part-current_state"]}
    )

    assert shown.status_code == 200 and sent_before == 0
    assert "Giữ nguyên, gửi tiếp" in shown.text and ID in shown.text
    assert 'name="left" value="sensitive-solution"' in shown.text
    assert sent.status_code == 303 and how_many() == 1


def test_an_idea_that_only_could_be_fuller_is_sent_at_once(citizen, a_form, how_many):
    assert citizen.post("/gui", data=a_form(solution="Hẹn giờ.")).status_code == 303
    assert how_many() == 1


def test_an_idea_in_use_is_named_and_a_private_one_is_not(at_check, a_proposal):
    a_proposal(title="Hẹn giờ trước khi đi chứng thực", status=Status.REPLICATED)
    a_proposal(title="Nhà tôi ở ấp 3 xin bớt bản sao", status=Status.RECEIVED)

    in_use = page_of(at_check(title="Cho hẹn giờ trước khi đi chứng thực"))
    private = page_of(at_check(title="Xin bớt bản sao, nhà tôi ở ấp 3"))

    assert 'Có ý gần giống đã gửi: "Hẹn giờ trước khi đi chứng thực"' in in_use
    assert "Có ý gần giống đã gửi. Ông/Bà vẫn gửi được" in private
    assert "Nhà tôi ở ấp 3 xin bớt bản sao" not in private


@pytest.mark.parametrize("flags", [{"spam": True}, {"confidential": True}])
def test_a_flagged_idea_is_like_nothing(at_check, a_proposal, db, flags):
    lan = staff.add(
        db, "lan", name="Lan", role="officer", password_hash="", must_change=False, actor="t", at=0
    )
    kept = a_proposal(title="Hẹn giờ trước khi đi chứng thực", status=Status.RECOGNISED)
    proposals.flag(
        db, kept.code, **{"spam": False, "confidential": False, **flags}, actor=lan.id, at=0
    )

    assert "Có ý gần giống" not in page_of(at_check(title="Hẹn giờ trước khi đi chứng thực"))


def test_the_api_is_never_held_up_by_a_hint(citizen, how_many):
    answer = citizen.post(
        "/api/v1/proposals", json=WHOLE | {"title": "Tôi tố cáo"}, headers={"Idempotency-Key": "k"}
    )

    assert answer.status_code == 201 and how_many() == 1


def test_what_was_written_is_in_no_log(citizen, a_form, caplog):
    caplog.set_level(logging.DEBUG)

    citizen.post("/gui", data=a_form(solution=WHOLE["solution"]))

    assert ID not in caplog.text and "bản sao" not in caplog.text
