"""Speaking, filming and photographing at the kiosk, as the server sees it: who is asked for it,
what is then not asked, and what is kept."""

import re

import pytest

from shared.db import event_log
from shared.store.cases import authors
from shared.texts import NOTICE_VERSION, NOTICE_VERSIONS

BOTH = "microphone camera"


def begin(kiosk, devices=BOTH, manner="text"):
    """Press a door of home in a browser where script found these devices."""
    pressed = {"new": "1", "manner": manner, "devices": devices}
    return kiosk.post("/gui/4?hoi=cach", data=pressed)


def choose(kiosk, manner):
    return kiosk.post("/gui/4?hoi=cach", data={"manner": manner, "devices": BOTH})


@pytest.fixture
def spoken(kiosk):
    """A kiosk where the idea was spoken and nothing is sent yet."""
    begin(kiosk, manner="audio")
    kiosk.post("/gui/4?hoi=ghi", data={"takes": "1"})
    return kiosk


@pytest.mark.parametrize(
    ("devices", "offered"),
    [
        (BOTH, ["text", "audio", "video", "paper", "help"]),
        ("microphone", ["text", "audio", "help"]),
        ("camera", ["text", "paper", "help"]),
        ("microphone toaster <b>", ["text", "audio", "help"]),
    ],
)
def test_only_what_can_work_is_offered(kiosk, devices, offered):
    begin(kiosk, devices)

    page = kiosk.get("/gui/4?hoi=cach").text

    assert re.findall(r'name="manner" value="(\w+)"', page) == offered
    assert ("bằng điện thoại" in page) == (devices != BOTH)


def test_who_types_may_add_pictures(kiosk):
    assert begin(kiosk).location == "/gui/6?tu-dau=1"
    kiosk.post("/gui/6", data={"solution": "Cho nhắn tin xin giờ."})
    kiosk.post("/gui/10", data={"without_name": "1"})

    assert "/gui/9?hoi=kem&amp;then=check" in kiosk.get("/gui/12").text
    added = kiosk.post("/gui/9?hoi=kem", data={"attached": "1", "then": "check"})
    assert added.location == "/gui/12"
    begin(kiosk, devices="microphone")
    assert "hoi=kem" not in kiosk.get("/gui/12").text


@pytest.mark.parametrize("manner", ["audio", "video", "paper"])
def test_who_records_is_asked_for_a_name_alone_and_sends_by_the_same_touch(kiosk, manner, latest):
    assert begin(kiosk, manner=manner).location == "/gui/4?hoi=ghi&tu-dau=1"
    assert kiosk.get("/gui/4").location == "/gui/4?hoi=ghi"
    assert kiosk.post("/gui/4?hoi=ghi", data={"takes": "2"}).location == "/gui/10"
    assert "Gửi không để tên" in kiosk.get("/gui/10").text

    sent = kiosk.post("/gui/10", data={"without_name": "1"}, follow_redirects=True)

    assert "Đã nhận!" in sent.text
    assert (latest().channel, latest().device_id is None) == (manner, False)


def test_who_speaks_and_leaves_a_name_agrees_and_sends(spoken, latest, db):
    named = spoken.post("/gui/10", data={"name": "Trần Thị Mận", "phone": "0912345678"})
    assert named.location == "/gui/11"
    assert spoken.post("/gui/11", data={}).status_code == 422

    sent = spoken.post("/gui/11", data={"consents.store": "yes"}, follow_redirects=True)

    assert "Đã nhận!" in sent.text
    author = authors.of(db, latest().id)
    assert (author.name, author.consent_store, author.consent_sms) == ("Trần Thị Mận", True, False)
    assert author.notice == NOTICE_VERSION and author.consented_at


def test_a_recorder_shows_the_notice_whose_version_is_kept(kiosk, latest, db):
    begin(kiosk, manner="audio")
    page = kiosk.get("/gui/4?hoi=ghi").text
    assert "xin phép Ông/Bà" in page and f"Bản thông báo {NOTICE_VERSION}." in page

    assert f'name="notice" value="{NOTICE_VERSION}"' in page
    shown_before = NOTICE_VERSIONS[0]
    kiosk.post("/gui/4?hoi=ghi", data={"takes": "1", "notice": shown_before})
    kiosk.post("/gui/10", data={"without_name": "1"})

    [received] = [one for one in event_log.of_proposal(db, latest().id) if one.kind == "received"]
    assert received.data["consents"]["notice"] == shown_before != NOTICE_VERSION


def test_what_cannot_work_here_is_said_and_the_rest_offered(kiosk):
    assert begin(kiosk, devices="", manner="audio").location == "/gui/4?hoi=cach&tu-dau=1"
    page = kiosk.get("/gui/4?hoi=cach").text
    assert '<button name="manner" value="audio" data-if-found="microphone" hidden>' in page

    assert choose(kiosk, "audio").location == "/gui/4?hoi=ghi"


def test_who_wants_a_person_is_led_to_one(kiosk, citizen):
    begin(kiosk)

    assert choose(kiosk, "help").location == "/can-bo"
    assert choose(citizen, "help").location == "/tro-giup"


@pytest.mark.parametrize("data", [{"takes": "0"}, {"takes": "nhiều"}, {"takes": "9" * 5000}, {}])
def test_nothing_recorded_is_asked_for_again(kiosk, data):
    begin(kiosk)
    choose(kiosk, "video")

    page = kiosk.post("/gui/4?hoi=ghi", data=data)

    assert page.status_code == 422
    assert "Chưa có bản ghi nào" in page.text


@pytest.mark.parametrize("manner", ["", "dance"])
def test_a_way_must_be_chosen(kiosk, manner):
    begin(kiosk)

    page = choose(kiosk, manner)

    assert page.status_code == 422
    assert "chọn lại một ô" in page.text


def test_a_spoken_idea_is_kept_without_a_word(spoken, latest):
    assert "Đã ghi âm" in spoken.get("/gui/12").text

    sent = spoken.post("/gui/12", follow_redirects=True)

    assert "Đã nhận!" in sent.text
    kept = latest()
    assert (kept.channel, kept.title, kept.solution, kept.status) == ("audio", "", "", "received")


def test_whoever_types_after_all_sends_what_was_typed(spoken, latest):
    choose(spoken, "text")
    spoken.post("/gui/4", data={"title": "Hẹn giờ chứng thực"})
    spoken.post("/gui/6", data={"solution": "Cho nhắn tin xin giờ."})

    spoken.post("/gui/12")

    assert (latest().channel, latest().title) == ("kiosk", "Hẹn giờ chứng thực")


def test_words_typed_before_speaking_are_not_sent(kiosk, latest):
    begin(kiosk)
    choose(kiosk, "text")
    kiosk.post("/gui/4", data={"title": "Điều tôi đổi ý không gửi"})
    choose(kiosk, "audio")
    kiosk.post("/gui/4?hoi=ghi", data={"takes": "1"})

    kiosk.post("/gui/12")

    assert (latest().channel, latest().title) == ("audio", "")


def test_the_receipt_takes_over_what_this_visit_recorded(spoken):
    receipt = spoken.post("/gui/12").location

    assert 'data-hand-in="audio"' in spoken.get(receipt).text


def test_only_what_belongs_to_the_idea_is_taken_over(spoken):
    spoken.post("/gui/9?hoi=kem", data={"attached": "2"})
    choose(spoken, "text")
    spoken.post("/gui/4", data={"title": "Hẹn giờ chứng thực"})
    spoken.post("/gui/5", data={"current_state": "", "spoken_current_state": "1"})
    spoken.post("/gui/6", data={"solution": "Cho nhắn tin xin giờ.", "spoken_solution": "1"})
    spoken.post("/gui/6", data={"solution": "Cho nhắn tin xin giờ.", "spoken_solution": "0"})

    receipt = spoken.post("/gui/12").location

    assert 'data-hand-in="current_state attached"' in spoken.get(receipt).text


def test_a_solution_that_is_spoken_need_not_be_typed(kiosk, latest):
    begin(kiosk)
    choose(kiosk, "text")
    kiosk.post("/gui/4", data={"title": "Hẹn giờ chứng thực"})
    assert "spoken_solution" in kiosk.get("/gui/6").text

    assert kiosk.post("/gui/6", data={"solution": "", "spoken_solution": "0"}).status_code == 422
    said = kiosk.post("/gui/6", data={"solution": "", "spoken_solution": "1"})

    assert said.location == "/gui/1"
    assert "(có ghi âm)" in kiosk.get("/gui/12").text
    kiosk.post("/gui/12")
    assert (latest().channel, latest().title) == ("audio", "Hẹn giờ chứng thực")


def test_what_was_spoken_on_a_screen_is_given_up_with_it(kiosk):
    begin(kiosk)
    choose(kiosk, "text")
    kiosk.post("/gui/5", data={"spoken_current_state": "1"})

    kiosk.post("/gui/5", data={"skip": "1", "spoken_current_state": "1"})

    assert "(có ghi âm)" not in kiosk.get("/gui/12").text


@pytest.mark.parametrize("address", ["/gui/4?hoi=ghi", "/gui/6", "/gui/9?hoi=kem"])
def test_a_store_that_cannot_be_written_costs_no_recording(kiosk, locked, address):
    begin(kiosk)
    choose(kiosk, "audio" if "ghi" in address else "text")
    held = dict(re.findall(r'name="(devices|manner)" value="([\w ]+)"', kiosk.get(address).text))

    with locked():
        page = kiosk.post(address, data={**held, "takes": "1"})

    assert page.status_code == 503
    assert "data-recorder" in page.text


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_receipt_that_is_only_scanned_takes_nothing_over(spoken, a_proposal, secret_of, is_sent):
    secret = secret_of(a_proposal())
    if is_sent:
        spoken.post("/gui/12")

    page = spoken.get("/tra-cuu", query_string={"ma": secret}, follow_redirects=True)

    assert 'data-hand-in=""' in page.text


def test_an_idea_sent_before_takes_nothing_over_of_the_next_one(spoken):
    receipt = spoken.post("/gui/12").location.split("?")[0]
    begin(spoken)

    assert 'data-hand-in=""' in spoken.get(receipt).text


def test_a_phones_page_asks_for_nothing_recorded(citizen, a_form, latest):
    page = citizen.get("/gui").text
    assert "manner" not in page
    assert "takes" not in page

    citizen.post("/gui", data=a_form(manner="audio", takes="1", devices=BOTH))

    assert (latest().channel, latest().title) == ("web", "Cho hẹn giờ chứng thực")


@pytest.mark.parametrize("address", ["/gui/4?hoi=la", "/gui/5?hoi=cach", "/gui/9?hoi=ghi"])
def test_there_are_no_other_parts(kiosk, address):
    begin(kiosk)

    assert kiosk.get(address).status_code == 404
    assert kiosk.post(address, data={"takes": "1"}).status_code == 404
