"""Few questions, one a screen: back, skip, change a line, send once, and nothing left for the
next."""

import re

import pytest

from kiosk import sheets
from kiosk.citizen import device
from shared.domain import clock
from shared.store.cases import authors, reserved_codes
from shared.store.people import devices

BACK = "Quay lại bài đang viết"
IDEA = "Cho bà con nhắn tin xin một khung giờ."
ROAD = (
    (6, {"solution": IDEA}),
    (1, {"participant_type": "citizen"}),
    (10, {"without_name": "1"}),
)
# What nobody has to answer on the way, at its own address.
BESIDES = (
    (3, {"residence": "in_commune", "hamlet": "Ấp 3"}),
    (4, {"title": "Cho hẹn giờ chứng thực"}),
    (5, {"skip": "1"}),
    (7, {"effects": ["faster", "fewer_trips"]}),
    (8, {"maturity": "idea"}),
    (9, {"category": "none"}),
)


@pytest.fixture
def at_check(kiosk):
    """A kiosk where everything is answered and nothing is sent."""
    for step, answer in (*ROAD, *BESIDES):
        assert kiosk.post(f"/gui/{step}", data=answer).status_code == 303
    return kiosk


def test_who_types_is_asked_three_questions(kiosk):
    led = [kiosk.get("/gui").location]

    led += [kiosk.post(f"/gui/{step}", data=answer).location for step, answer in ROAD]

    assert led == ["/gui/6", "/gui/1", "/gui/10", "/gui/12"]


def test_one_sentence_is_all_that_must_be_answered(kiosk, latest):
    kiosk.post("/gui/6", data={"solution": IDEA})
    kiosk.post("/gui/1", data={"skip": "1"})
    kiosk.post("/gui/10", data={"without_name": "1"})

    assert "Đã nhận!" in kiosk.post("/gui/12", follow_redirects=True).text
    assert (latest().title, latest().title_is_own) == (IDEA, False)


def test_an_official_is_asked_where_they_work(kiosk):
    kiosk.post("/gui/6", data={"solution": IDEA})

    assert kiosk.post("/gui/1", data={"participant_type": "official"}).location == "/gui/2"
    assert kiosk.post("/gui/2", data={"insider": "yes"}).location == "/gui/10"
    assert "vẫn được xét như mọi người" in kiosk.get("/gui/2").text


def test_every_question_has_its_address_also_beside_the_road(kiosk):
    """Whoever opens one in an empty browser is asked it."""
    for step, answer in BESIDES:
        assert kiosk.get(f"/gui/{step}").status_code == 200
        assert kiosk.post(f"/gui/{step}", data=answer).location == "/gui/6"
        kiosk.get("/xong")


@pytest.mark.parametrize("step", [1, 2, 8, 9])
def test_a_choice_is_sent_by_one_touch(kiosk, step):
    kiosk.post("/gui/6", data={"solution": IDEA})
    kiosk.post("/gui/1", data={"participant_type": "official"})

    page = kiosk.get(f"/gui/{step}").text

    assert re.search(r'<button class="tile" name="\w+" value="\w+"', page)
    assert 'type="radio"' not in page and "Tiếp tục" not in page


def test_a_second_tap_beside_the_first_answers_nothing(kiosk, monkeypatch):
    kiosk.post("/gui/6", data={"solution": IDEA})
    turn = re.search(r'name="turn" value="(\d+)"', kiosk.get("/gui/1").text)[1]
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + 1000)
    kiosk.post("/gui/1", data={"turn": turn, "participant_type": "official"})

    monkeypatch.setattr(clock, "now", lambda: at + 1399)
    second = kiosk.post("/gui/1", data={"turn": turn, "participant_type": "citizen"})
    then = kiosk.get("/gui/1").text
    monkeypatch.setattr(clock, "now", lambda: at + 1400)
    kiosk.post("/gui/1", data={"turn": turn, "participant_type": "worker"})

    assert second.location == "/gui/2"
    assert re.search(r'value="official" aria-current="true"', then)
    assert re.search(r'value="worker" aria-current="true"', kiosk.get("/gui/1").text)


def test_the_check_screen_shows_every_answer_and_the_year(at_check):
    page = at_check.get("/gui/12").text

    assert "Cho hẹn giờ chứng thực" in page
    assert "Ấp 3" in page
    assert "Nhanh hơn" in page
    assert re.search(r"Sẽ xét trong năm 20\d\d", page)
    lines = page.split('class="summary"')[1]
    assert re.findall(r'href="/gui/(\d+)\?then=check"', lines) == ["6", "1", "10", *"345789"]


def test_a_line_changed_from_the_check_screen_leads_back_to_it(at_check):
    page = at_check.get("/gui/4?then=check").text
    then = re.search(r'name="then" value="(\w+)"', page)[1]

    back = at_check.post("/gui/4", data={"then": then, "title": "Hẹn giờ chứng thực ở ấp"})

    assert back.location == "/gui/12"
    assert "Hẹn giờ chứng thực ở ấp" in at_check.get("/gui/12").text


def test_the_checked_answers_are_sent_from_this_kiosk(at_check, latest, how_many, db):
    sent = at_check.post("/gui/12", follow_redirects=True)

    assert "Đã nhận!" in sent.text
    assert "Kiosk 1" in sent.text
    assert how_many() == 1
    kept = latest()
    assert (kept.channel, kept.hamlet, kept.effects) == (
        "kiosk", "Ấp 3", ("faster", "fewer_trips"),
    )  # fmt: skip
    assert kept.device_id is not None
    assert authors.of(db, kept.id).consented_at is None


def test_sent_once_whatever_is_tapped_afterwards(at_check, how_many):
    first = at_check.post("/gui/12").location

    again = at_check.post("/gui/12").location
    back = at_check.get("/gui/12").location
    older = at_check.post("/gui/4", data={"title": "Một ý khác hẳn"}).location

    assert {one.split("?")[0] for one in (again, back, older)} == {first.split("?")[0]}
    assert how_many() == 1


def test_an_idea_gets_the_code_that_its_kiosk_set_aside_and_no_other(at_check, db, latest):
    here, elsewhere = devices.everyone(db)[0], another_kiosk(db)
    [own], [theirs] = (
        reserved_codes.issue(db, one.id, reserved_codes.FULL - 1, key=b"k", at=one.created_at)
        for one in (here, elsewhere)
    )

    at_check.post("/gui/12", data={"code": theirs})
    assert latest().code != theirs
    at_check.post("/xong")
    for step, answer in ROAD:
        at_check.post(f"/gui/{step}", data=answer)
    at_check.post("/gui/12", data={"code": own})

    assert latest().code == own
    assert reserved_codes.is_waiting(db, theirs)


def another_kiosk(db):
    return devices.add(db, "Kiosk 2", "hash", actor="t", at=devices.everyone(db)[0].created_at)


def test_a_new_visit_begins_empty_after_sending(at_check, how_many):
    at_check.post("/gui/12")

    page = at_check.get("/gui/1")

    assert 'aria-current="true"' not in page.text
    at_check.post("/gui/1", data={"participant_type": "worker"})
    assert "(chưa trả lời)" in at_check.get("/gui/12").text
    assert how_many() == 1


def test_an_ended_visit_is_forgotten(at_check):
    home = at_check.post("/xong")

    assert home.location == "/"
    assert at_check.get_cookie("visit") is None
    assert at_check.get("/gui/12").location == "/gui/6"
    assert IDEA not in at_check.get("/gui/6").text


def test_the_old_cookie_of_an_ended_visit_opens_nothing(at_check):
    old = at_check.get_cookie("visit").value
    at_check.post("/xong")

    at_check.set_cookie("visit", old)

    assert at_check.get("/gui/12").location == "/gui/6"


def test_an_ended_visit_leaves_no_receipt_behind_at_the_kiosk(at_check, public):
    receipt = at_check.post("/gui/12").location.split("?")[0]
    assert at_check.get(receipt).status_code == 200

    at_check.post("/xong")

    for path in (receipt, f"{receipt}/phieu", f"{receipt}/rut"):
        assert at_check.get(path).location == "/"
    assert at_check.post(f"{receipt}/rut").location == "/"
    assert public.test_client().get(receipt).status_code == 200


def test_a_scanned_receipt_is_shown_at_a_kiosk_until_the_visit_ends(kiosk, a_proposal, secret_of):
    secret = secret_of(a_proposal())

    page = kiosk.get("/tra-cuu", query_string={"ma": secret}, follow_redirects=True)

    assert page.status_code == 200
    assert "Điều Ông/Bà đã gửi" in page.text
    kiosk.get("/xong")
    assert kiosk.get(f"/r/{secret}").location == "/"


def test_a_stranger_with_a_made_up_visit_gets_a_fresh_one(kiosk):
    kiosk.set_cookie("visit", "a" * 64)

    assert kiosk.get("/gui/12").location == "/gui/6"
    kiosk.get("/gui/1")
    assert kiosk.get_cookie("visit").value != "a" * 64


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    ("step", "field", "value", "said"),
    [
        (1, "participant_type", "king", "chọn lại một ô"),
        (3, "residence", "moon", "chọn lại một ô"),
        (4, "title", "Hẹn", "ghi thêm vài chữ"),
        (4, "title", "ơ" * 121, "viết gọn lại, nhiều nhất 120"),
        (6, "solution", " ", "nên làm thế nào"),
        (6, "solution", "ơ" * 2001, "nhiều nhất 2000"),
        (9, "category", "9", "chọn lại một ô"),
        (10, "phone", "0251 3861 111", "Số điện thoại cần đủ 10 số"),
    ],
)
def test_a_wrong_answer_is_asked_again_and_still_there(kiosk, step, field, value, said):
    kiosk.get("/gui/1")

    page = kiosk.post(f"/gui/{step}", data={field: value})

    assert page.status_code == 422
    assert said in page.text
    assert "<title>Lỗi: " in page.text
    if len(value) > 5 and step in (4, 6, 10):
        assert value in page.text


@pytest.mark.of_sqlite
@pytest.mark.parametrize("step", [1, 3, 4, 5, 6, 7, 8, 9, 10])
def test_a_megabyte_at_any_step_is_refused_with_a_page(kiosk, step):
    kiosk.get("/gui/1")

    assert kiosk.post(f"/gui/{step}", data={"title": "a" * 2**20}).status_code == 413


@pytest.mark.parametrize("text", ["🌾 lúa", "<b>đậm</b>", "'; DROP TABLE draft;--", "\u202enghịch",
                                  "{{ 7*7 }}", "\x00\x1b[2Jxin chào"])  # fmt: skip
def test_strange_text_in_a_step_comes_back_harmless(kiosk, text):
    kiosk.get("/gui/1")
    kiosk.post("/gui/1", data={"participant_type": "citizen"})

    kiosk.post("/gui/6", data={"solution": text})

    assert kiosk.get("/gui/6").status_code == 200
    assert kiosk.get("/gui/12").status_code == 200


def test_incomplete_answers_are_not_sent(kiosk, how_many):
    kiosk.get("/gui/1")

    page = kiosk.post("/gui/12")

    assert page.status_code == 422
    assert "Xin Ông/Bà cho biết nên làm thế nào." in page.text
    assert '<a href="/gui/6?then=check">' in page.text
    assert how_many() == 0


def test_who_leaves_out_the_class_was_not_asked_and_sees_a_provisional_year(kiosk, latest):
    kiosk.get("/gui/1")
    kiosk.post("/gui/1", data={})
    kiosk.post("/gui/6", data={"solution": "Nên cho nhắn tin hẹn giờ."})

    assert "(tạm tính)" in kiosk.get("/gui/12").text
    receipt = kiosk.post("/gui/12").location

    assert latest().participant_type == "not_asked" and latest().title == latest().solution
    assert "(tạm tính)" in kiosk.get(receipt).text


def test_a_name_without_consent_is_not_sent(at_check, how_many):
    at_check.post("/gui/10", data={"name": "Trần Thị Mận", "phone": "0912345678"})

    assert at_check.post("/gui/11", data={}).status_code == 422
    assert at_check.post("/gui/12").status_code == 422
    assert how_many() == 0


def test_no_name_at_the_consent_screen_forgets_it(at_check, db, latest):
    at_check.post("/gui/10", data={"name": "Trần Thị Mận", "phone": "0912345678"})

    at_check.post("/gui/11", data={"without_name": "1"})
    at_check.post("/gui/12")

    assert authors.of(db, latest().id).name is None
    assert authors.of(db, latest().id).phone is None


def test_a_kiosk_asks_who_is_there_by_itself(kiosk):
    page = kiosk.get("/gui/1?then=check")
    assert page.headers["Refresh"] == "210; url=/xong"
    assert "Ông/Bà còn đó không?" in page.text
    kiosk.get("/xong")
    home = kiosk.get("/")
    assert "Refresh" not in home.headers and "còn đó không" not in home.text


def test_home_ends_the_visit_after_half_a_minute_and_offers_to_go_on_until_then(kiosk):
    kiosk.post("/gui/6", data={"go": "/", "solution": "Cho bà con nhắn"})

    home = kiosk.get("/")

    assert home.headers["Refresh"] == "30; url=/xong"
    assert "Ông/Bà còn đó không?" not in home.text
    assert '<a class="tile main" href="/gui/6">' in home.text and "Viết tiếp" in home.text
    assert "Cho bà con nhắn</textarea>" in kiosk.get("/gui/6").text
    kiosk.get("/xong")
    home = kiosk.get("/")
    assert "Refresh" not in home.headers and "vừa viết vẫn còn đây" not in home.text


@pytest.mark.parametrize("page", ["/tro-giup", "/rt", "/tra-cuu", "/t/1"])
def test_what_is_opened_in_the_middle_leads_back_to_the_same_place_with_every_letter(kiosk, page):
    kiosk.post("/gui/6", data={"solution": IDEA})
    assert f'name="go" value="{page}"' in kiosk.get("/gui/4").text or page in ("/tra-cuu", "/t/1")

    opened = kiosk.post("/gui/4", data={"go": page, "title": "Hẹn", "then": "check"})

    assert opened.location == page
    assert 'href="/gui/4?then=check">' in kiosk.get(page).text
    assert 'value="Hẹn"' in kiosk.get("/gui/4?then=check").text


def test_nothing_leads_back_to_an_idea_that_was_sent_or_not_begun(kiosk, citizen):
    kiosk.post("/gui/4?hoi=cach", data={"new": "1", "manner": "text"})
    assert BACK not in kiosk.get("/tro-giup").text
    for step, answer in ROAD:
        kiosk.post(f"/gui/{step}", data=answer)
    assert BACK in kiosk.get("/tro-giup").text
    kiosk.post("/gui/12")

    assert BACK not in kiosk.get("/tro-giup").text
    citizen.post("/gui/6", data={"solution": IDEA})
    assert BACK not in citizen.get("/tro-giup").text


def test_leaving_a_screen_leads_nowhere_else(kiosk):
    assert kiosk.post("/gui/6", data={"go": "https://evil.example"}).location == "/"
    assert kiosk.post("/gui/6", data={"go": "//evil.example"}).location == "/"


def test_a_door_of_home_begins_a_visit_of_its_own(kiosk, how_many):
    kiosk.post("/gui/6", data={"go": "/", "solution": IDEA})
    before = kiosk.get_cookie("visit").value

    begun = kiosk.post("/gui/4?hoi=cach", data={"new": "1", "manner": "text"})

    assert begun.location == "/gui/6?tu-dau=1"
    assert kiosk.get_cookie("visit").value != before
    assert IDEA not in kiosk.get("/gui/6").text
    kiosk.set_cookie("visit", before)
    assert IDEA not in kiosk.get("/gui/6").text


def test_every_door_of_home_works_without_a_script(kiosk):
    home = kiosk.get("/").text
    doors = re.findall(r'<button class="tile[^"]*" name="manner" value="(\w+)"', home)

    led = [
        kiosk.post("/gui/4?hoi=cach", data={"new": "1", "devices": "", "manner": one}).location
        for one in doors
    ]

    assert doors == ["audio", "text", "paper"]
    # A machine that cannot record says so and offers what can be done.
    assert led == [f"/gui/{one}tu-dau=1" for one in ("4?hoi=cach&", "6?", "4?hoi=cach&")]
    assert "không có đủ micro và camera" in kiosk.get("/gui/4?hoi=cach").text
    assert '<button class="tile" formaction="/nho-can-bo" name="back" value="/can-bo">' in home


def test_staying_keeps_what_was_typed_without_a_word_about_it(kiosk):
    kiosk.get("/gui/1")
    kiosk.post("/gui/1", data={"participant_type": "citizen"})

    stayed = kiosk.post("/gui/4", data={"title": "Hẹn", "stay": "1", "then": "check"})

    assert stayed.location == "/gui/4?then=check"
    page = kiosk.get(stayed.location)
    assert 'value="Hẹn"' in page.text
    assert page.headers["Refresh"] == "630; url=/xong"
    assert 'id="problems"' not in page.text


def test_the_question_leads_nowhere_else(kiosk):
    for path in ("/%5Cevil.example", "/%0d%0aevil", "/khong-co?x=1"):
        page = kiosk.get(f"http://localhost{path}").text
        assert page.count("data-stay") == 1
        assert re.search(r'<a [^>]*href="/(khong-co\?x=1)?" autofocus', page), path


def test_the_style_sheet_knows_how_long_each_page_waits():
    sheet = sheets.bundle(("base", "components/idle"))[0]
    waits = {device.IDLE_SECONDS, device.IDLE_TYPING_SECONDS, device.IDLE_SHORT_SECONDS}

    assert {int(one) for one in re.findall(r"\b(\d+)s forwards", sheet)} == {device.IDLE_SECONDS}
    assert {
        int(seconds)
        for name, seconds in re.findall(r"\.after-(\d+),[^{]+{animation-delay:(\d+)s", sheet)
        if name == seconds
    } == waits - {device.IDLE_SECONDS}
    assert f"initial-value:{device.WIPE_SECONDS}}}" in sheet
    assert f"idle-counts {device.WIPE_SECONDS}s" in sheet


def test_a_phone_never_turns_its_page_by_itself(citizen):
    assert "Refresh" not in citizen.get("/gui").headers


def test_a_revoked_kiosk_is_an_ordinary_browser(kiosk, db):
    from shared.domain import clock
    from shared.store.people import devices

    [device] = devices.everyone(db)
    devices.revoke(db, device.id, actor="test", at=clock.now())

    assert kiosk.get("/gui").status_code == 200
    assert 'class="kiosk"' not in kiosk.get("/").text


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "\u00e9", "W10.W10", "A" * 4000])
def test_a_forged_kiosk_cookie_makes_no_kiosk(citizen, cookie):
    citizen.set_cookie("kiosk", cookie)

    assert 'class="kiosk"' not in citizen.get("/").text


@pytest.mark.parametrize("step", [4, 5, 6, 10, 11])
def test_enter_goes_on_and_throws_nothing_away(at_check, step):
    """A browser takes Enter in a field for a tap on the form's first button, wherever it stands."""
    at_check.post("/gui/10", data={"name": "Trần Thị Mận"})

    page = at_check.get(f"/gui/{step}").text

    within = re.search(r"<form id=\"answer\".*?</form>", page, re.S)[0]
    sends = [one for one in re.findall(r"<button([^>]*)>", within) if 'type="button"' not in one]
    first = (sends + re.findall(r"<button([^>]*form=\"answer\"[^>]*)>", page))[0]
    assert "main" in first and "name=" not in first
