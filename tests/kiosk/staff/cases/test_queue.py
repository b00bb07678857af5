"""The list shows what is asked for, finds what is looked for, and keeps close what is closed."""

import re
from datetime import timedelta

import pytest

from shared import texts
from shared.db import event_log
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.store.cases import moves, proposals, queue_search, queue_walk, redactions
from shared.store.cases.queue import PAGE_SIZE
from shared.store.people import devices, staff
from tests.asked import asked
from tests.conftest import UNIT, ZONE
from tests.engines import POSTGRES
from tests.kiosk.staff.conftest import PASSWORD

DAY = clock.DAY
WITH_PHONE = {
    "name": "Nguyễn Thị Mận",
    "phone": "0912345678",
    "consents": {"store": True, "sms": True},
}


def titles(page):
    return re.findall(r'<li class="case-row[^>]*>\s*<h2><a[^>]*><bdi>(.*?)</bdi>', page.text)


def codes_of(page):
    return re.findall(r'href="/ho-so/(\d{12})[?"]', page.text)


def test_a_row_says_what_the_drawing_shows(officer, a_proposal):
    proposal = a_proposal(
        title="Mở cửa sáng thứ Bảy", current_state="Công nhân đi làm cả tuần.", category=7,
        participant_type="official", insider=True, **WITH_PHONE,
    )  # fmt: skip

    page = officer.get("/")

    for said in (
        "Mở cửa sáng thứ Bảy", "Công nhân đi làm cả tuần.", "Trang mạng", "Nhóm 7",
        "Trong cơ quan", "0•• ••• •78", codes.grouped(proposal.code), "Còn",
    ):  # fmt: skip
        assert said in page.text
    assert "345678" not in page.text and "Mận" not in page.text


@pytest.mark.parametrize(
    ("age", "said", "tone"),
    [(40, "Trễ", "late"), (0, "Còn", "fine")],
)
def test_time_left_is_a_word_and_a_colour(officer, a_proposal, age, said, tone):
    a_proposal(at=clock.now() - age * DAY)

    page = officer.get("/").text

    assert re.search(rf'<li class="case-row {tone}">.*<p class="due">{said} \d+ ngày', page, re.S)


def test_no_time_is_counted_once_the_council_has_it(officer, a_proposal):
    a_proposal(status=Status.AT_COUNCIL, at=clock.now() - 40 * DAY)

    assert 'class="due"' not in officer.get("/").text


def test_an_sms_without_title_is_marked(officer, a_proposal):
    a_proposal()

    assert "(tự đặt)" not in officer.get("/").text


def test_filters_show_what_they_say(officer, a_proposal, db):
    typed = a_proposal(title="Ý trên mạng", category=3)
    moved = a_proposal(title="Ý đang xem", status=Status.UNDER_APPRAISAL)
    paper = a_proposal(title="Ý trên giấy", channel="paper")
    me = staff.by_login(db, "an").id
    proposals.assign(db, paper.code, me, actor=me, at=clock.now())
    proposals.flag(db, moved.code, spam=True, confidential=False, actor=me, at=clock.now())

    assert titles(officer.get("/?order=newest")) == ["Ý trên giấy", "Ý trên mạng"]
    assert titles(officer.get("/?order=oldest")) == ["Ý trên mạng", "Ý trên giấy"]
    assert titles(officer.get("/?channel=paper")) == ["Ý trên giấy"]
    assert titles(officer.get("/?category=3")) == ["Ý trên mạng"]
    assert titles(officer.get("/?category=none")) == ["Ý trên giấy"]
    assert titles(officer.get("/?mine=1")) == ["Ý trên giấy"]
    assert titles(officer.get("/?spam=1")) == ["Ý đang xem"]
    assert titles(officer.get("/?status=received&channel=web")) == ["Ý trên mạng"]
    assert codes_of(officer.get("/?q=mang")) == [typed.code]


def test_the_left_bar_counts_each_status_and_no_spam(officer, a_proposal, db):
    a_proposal()
    spam = a_proposal()
    a_proposal(status=Status.AT_COUNCIL)
    me = staff.by_login(db, "an").id

    def counted():
        bar = officer.get("/").text.partition('<nav class="rail"')[2].partition("</nav>")[0]
        return {
            name: int(count) for name, count in re.findall(r">([^<>]+) <span>(\d+)</span>", bar)
        }

    before = counted()
    proposals.flag(db, spam.code, spam=True, confidential=False, actor=me, at=clock.now())
    after = counted()
    moves.move(db, spam.code, Status.CLOSED, actor=me, at=clock.now(), details={"reason": "x"})
    proposals.flag(db, spam.code, spam=False, confidential=False, actor=me, at=clock.now())

    assert (before["Chờ phân loại"], before["Chờ Hội đồng xét"], before["Tất cả"]) == (2, 1, 3)
    assert (after["Chờ phân loại"], after["Tất cả"]) == (1, 2)
    assert counted()["Đã đóng"] == 1


@pytest.mark.parametrize("order", ["due", "newest", "oldest"])
def test_pages_show_every_case_once(officer, a_proposal, order):
    made = [a_proposal().code for _ in range(PAGE_SIZE + 3)]

    first = officer.get(f"/?order={order}")
    older = re.search(r'href="(/\?[^"]*after=[^"&]*)"', first.text)
    mark = older[1].rpartition("after=")[2]
    second = officer.get(older[1].replace("&amp;", "&"))

    assert len(codes_of(first)) == PAGE_SIZE
    assert sorted(codes_of(first) + codes_of(second)) == sorted(made)
    assert set(re.findall(r"after=([^&\"]*)", second.text)) == {mark}  # of this page alone


@pytest.fixture
def by_day(a_proposal, db):
    """The codes of four ideas of the service clock and of one that is the council's, by how they
    stand."""
    today = clock.to_local(clock.now(), ZONE).date()
    made = {}
    for name, left in (("later", -9), ("late", -1), ("soon", 2), ("fine", 3), ("council", -5)):
        case = a_proposal(status=Status.AT_COUNCIL if name == "council" else Status.RECEIVED)
        due_at = clock.end_of_day(today + timedelta(days=left), ZONE)
        db.write("UPDATE proposal SET due_at = :at WHERE id = :id", at=due_at, id=case.id)
        made[name] = case.code
    return made


def test_what_is_late_and_what_is_near_its_day_is_one_tap_away(officer, by_day):
    assert codes_of(officer.get("/?due=late&order=due")) == [by_day["later"], by_day["late"]]
    assert codes_of(officer.get("/?due=soon")) == [by_day["soon"]]
    assert codes_of(officer.get("/?order=due")) == [
        by_day[name] for name in ("later", "late", "soon", "fine", "council")
    ]
    assert 'aria-current="true">Trễ hạn' in officer.get("/?due=late").text


def test_the_colours_and_the_filters_tell_the_same_day(officer, a_proposal, db):
    case, today = a_proposal(), clock.to_local(clock.now(), ZONE).date()
    for left in range(-2, 5):
        due_at = clock.end_of_day(today + timedelta(days=left), ZONE)
        db.write("UPDATE proposal SET due_at = :at WHERE id = :id", at=due_at, id=case.id)

        tone = re.search(r'<li class="case-row (\w+)">', officer.get("/").text)[1]

        shown = [name for name in ("late", "soon") if codes_of(officer.get(f"/?due={name}"))]
        assert shown == ([] if tone == "fine" else [tone]), left


def test_what_nobody_was_given_and_still_waits_is_one_tap_away(officer, a_proposal, db):
    free, given = a_proposal(), a_proposal()
    a_proposal(status=Status.NOT_RECOGNISED)
    proposals.assign(db, given.code, staff.by_login(db, "an").id, actor="t", at=clock.now())

    assert codes_of(officer.get("/?free=1")) == [free.code]


def test_what_came_on_the_cut_off_day_is_one_tap_away(officer, a_proposal):
    official = {"participant_type": "official", "insider": True}
    on_the_line = a_proposal(at=1793430000000, **official)  # 31 October 2026, 10:00 in Việt Nam
    a_proposal(at=1793430000000)
    a_proposal(at=1793430000000 - 2 * DAY, **official)

    assert codes_of(officer.get("/?line=1")) == [on_the_line.code]


def test_several_filters_hold_together_and_go_along_with_the_next(officer, a_proposal):
    page = officer.get("/?due=late&free=1&line=1&mine=1&q=chung&order=oldest")

    for kept in ("due", "free", "line", "mine", "q"):
        assert f'<input type="hidden" name="{kept}"' in page.text
    assert "/?q=chung&amp;mine=1&amp;free=1&amp;line=1&amp;order=oldest" in page.text


def test_several_cases_are_chosen_on_a_page_of_their_own(officer, logged_in, a_proposal):
    case = a_proposal(title="Hẹn giờ chứng thực")
    listed = officer.get("/?category=none")

    link = re.search(r'href="(/\?[^"]*chon=1)"', listed.text)[1].replace("&amp;", "&")
    page = officer.get(link)

    assert f'type="checkbox" name="code" value="{case.code}"' in page.text
    assert 'name="what" value="assign"' in page.text
    assert "chon=1" not in logged_in("tiep", role="receptionist").get("/").text


def test_a_row_that_was_drawn_before_shows_what_changed(officer, a_member, a_proposal, db):
    case, other = a_proposal(title="Mở cửa sáng thứ Bảy"), a_member("binh").id
    before = officer.get("/").text

    proposals.classify(db, case.code, category="7", field=None, actor="t", at=clock.now())
    proposals.assign(db, case.code, other, actor="t", at=clock.now())
    texts = {"title": "Mở cửa sớm", "current_state": "", "solution": "Mở.", "expected_effect": ""}
    redactions.keep(db, case.code, texts, actor=other, at=clock.now())
    after = officer.get("/").text

    assert "Mở cửa sáng thứ Bảy" in before and "Nhóm 7</span>" not in before
    assert "Mở cửa sớm" in after and "Mở cửa sáng" not in after and "Nhóm 7</span>" in after


@pytest.mark.parametrize("typed", ["chung thuc", "CHỨNG THỰC", "chứng", "đi chứng thực"])
def test_words_are_found_with_and_without_accents(officer, a_proposal, typed):
    wanted = a_proposal(title="Hẹn giờ trước khi đi chứng thực")
    a_proposal(title="Một tờ khai gộp", solution="Gộp ba tờ khai làm một.")

    assert codes_of(officer.get("/", query_string={"q": typed})) == [wanted.code]


def test_digits_find_codes_that_have_them(officer, a_proposal):
    case = a_proposal()

    for digits in (case.code[:4], case.code[4:8], case.code[-3:], codes.grouped(case.code)[:9]):
        assert case.code in codes_of(officer.get("/", query_string={"q": digits})), digits
    assert codes_of(officer.get("/", query_string={"q": case.code[:4] + " chung"})) == []


def test_the_page_says_where_a_number_was_not_looked_for_in_codes(officer, a_proposal, monkeypatch):
    a_proposal()
    pages = [officer.get("/?q=4821").text]
    monkeypatch.setattr(queue_search, "SEARCH_DEPTH", 1)
    a_proposal()
    pages += [officer.get(f"/?q={typed}").text for typed in ("4821", "chung")]

    said = texts.load("vi").say("staff.queue.in_code", n=1)
    assert [said in page for page in pages] == [False, True, False]


def test_a_page_says_that_it_looked_at_few_and_not_that_there_is_none(
    officer, a_proposal, monkeypatch
):
    monkeypatch.setattr(queue_walk, "WALKED", 2)
    paper = a_proposal(channel="paper", at=clock.now())
    for _ in range(2):
        a_proposal(at=clock.now() - DAY)

    first = officer.get("/?channel=paper")
    [more] = re.findall(r'href="(/\?channel=paper&amp;after=[^"]+)"', first.text)

    vi = texts.load("vi").say
    assert codes_of(first) == [] and vi("staff.queue.walked", n=2) in first.text
    assert vi("staff.queue.empty_filtered") not in first.text
    assert codes_of(officer.get(more.replace("&amp;", "&"))) == [paper.code]


def test_a_search_lists_the_newest_first_unless_another_order_is_chosen(officer, a_proposal):
    now = clock.now()
    older = a_proposal(title="Khung giờ", at=now - clock.DAY)
    newer = a_proposal(Status.NOT_RECOGNISED, title="Khung giờ", at=now)

    assert codes_of(officer.get("/?q=khung")) == [newer.code, older.code]
    assert codes_of(officer.get("/?q=khung&order=due")) == [older.code, newer.code]
    assert "order=due" in officer.get("/?q=khung&order=due").text
    assert codes_of(officer.get("/")) == [older.code, newer.code]


def test_a_telephone_number_finds_its_ideas_and_the_look_is_recorded(
    officer, logged_in, a_proposal, db
):
    case, other = a_proposal(**WITH_PHONE), a_proposal(**{**WITH_PHONE, "phone": "0387654321"})
    hidden = a_proposal(**WITH_PHONE)
    texts = {"title": "Ý", "current_state": "", "solution": "Mở.", "expected_effect": ""}
    binh = logged_in("binh", role="receptionist")
    redactions.keep(db, hidden.code, texts, actor=staff.by_login(db, "an").id, at=clock.now())

    pages = [binh.get("/", query_string={"q": typed}) for typed in ("0912 345.678", "+84912345678")]

    for page in pages:
        assert codes_of(page) == [case.code] and "đã ghi vào nhật ký" in page.text
        assert "0912345678" not in page.text.partition("<ul")[2]
    looks = [
        event.proposal_id
        for event in event_log.of_kind(db, "viewed_personal_details")
        if event.actor == staff.by_login(db, "binh").id
    ]
    assert looks == [case.id]
    assert codes_of(binh.get("/", query_string={"q": "0912345"})) == []
    assert set(codes_of(officer.get("/?q=0912345678"))) == {case.code, hidden.code}
    assert other.code not in pages[0].text


def test_names_are_found_without_accents(officer, a_proposal):
    case = a_proposal(name="Đặng Thị Đào", consents={"store": True})

    for typed in ("dang thi dao", "Đào", "DANG"):
        assert codes_of(officer.get("/", query_string={"q": typed})) == [case.code]


def test_a_code_leads_straight_to_the_case_however_it_is_typed(officer, a_proposal):
    code = a_proposal().code

    for typed in (code, codes.grouped(code), f" {code[:4]}-{code[4:8]}-{code[8:]} "):
        assert officer.get("/", query_string={"q": typed}).location == f"/ho-so/{code}"


def test_a_scanners_keystrokes_lead_straight_to_the_case(officer, a_proposal, instance):
    code = a_proposal().code
    secret = codes.secret_of(code, key=instance.secrets().receipt_key, commune_id=UNIT)

    for typed in (codes.receipt_url("https://tanan.gov.vn", secret), secret, secret.lower()):
        assert officer.get("/", query_string={"q": typed}).location == f"/ho-so/{code}"


def test_a_scanner_that_typed_through_telex_leads_to_the_case_too(officer, a_proposal, secret_of):
    case = next(one for one in iter(a_proposal, None) if "W" in secret_of(one))
    typed = codes.receipt_url("https://tanan.gov.vn", secret_of(case)).replace("W", "Ư")

    assert officer.get("/", query_string={"q": typed}).location == f"/ho-so/{case.code}"


@pytest.mark.parametrize("typed", ["482173950688", "khongcogi", "'; DROP TABLE proposal; --", '"*'])
def test_nothing_found_says_what_to_do(officer, a_proposal, typed):
    a_proposal()

    page = officer.get("/", query_string={"q": typed})

    assert page.status_code == 200
    assert "Không có hồ sơ nào khớp" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "status=nowhere&channel=fax&category=99&order=sideways",
        "after=x~y&mine=7&spam=yes",
        "after=99999999999999~" + "z" * 500,
        "q=" + "a%20" * 3000,
        "q=%00%E2%80%AE%F0%9F%92%A1",
        "status=received%00",
    ],
)
def test_an_address_nobody_offers_is_no_fault(officer, a_proposal, query):
    a_proposal()

    assert officer.get(f"/?{query}").status_code == 200


def test_an_empty_store_says_so(officer):
    assert "Không có hồ sơ nào ở đây" in officer.get("/").text


def test_a_device_is_named_where_it_was_used(officer, a_proposal, db):
    device = devices.add(db, "Kiosk 1", "hash", actor="test", at=clock.now())
    proposal = a_proposal(channel="kiosk")
    db.write("UPDATE proposal SET device_id = :at WHERE id = :id", at=device.id, id=proposal.id)

    assert ">Kiosk 1</span>" in officer.get("/").text


def test_a_confidential_case_is_its_assignees_alone(officer, logged_in, a_proposal, db):
    proposal, at = a_proposal(title="Tố cáo ông Bảy"), clock.now()
    other = logged_in("binh")
    an = staff.by_login(db, "an").id
    proposals.flag(db, proposal.code, spam=False, confidential=True, actor=an, at=at)

    assert codes_of(officer.get("/?q=bay")) == [proposal.code]
    assert codes_of(other.get("/?q=bay")) == []
    for address in ("", "/phieu"):
        assert other.get(f"/ho-so/{proposal.code}{address}").status_code == 404
    for task in ("move", "answer", "phan-loai", "flag", "author"):
        answer = other.post(f"/ho-so/{proposal.code}/{task}", data={"to": "under_appraisal"})
        assert answer.status_code == 404
    assert officer.get(f"/ho-so/{proposal.code}").status_code == 200


@pytest.mark.of_sqlite
@pytest.mark.slow
def test_reading_goes_on_while_the_store_is_busy(officer, a_proposal, db, locked):
    proposal = a_proposal()
    db.conn.execute("UPDATE session SET seen_at = seen_at - 120000")

    with locked():
        listed, opened = officer.get("/"), officer.get(f"/ho-so/{proposal.code}")

    assert (listed.status_code, opened.status_code) == (200, 200)


def test_keys_are_off_until_a_member_switches_them_on_for_themselves(officer, a_member, a_proposal):
    a_proposal()

    def are_on():
        return "data-keys" in officer.get("/").text

    before = are_on()
    officer.post("/tai-khoan/phim", data={"keys": "on"})
    on = are_on()
    assert "Tắt phím tắt" in officer.get("/tai-khoan").text
    a_member("binh")
    officer.post("/logout")
    officer.post("/login", data={"login": "binh", "password": PASSWORD})
    of_the_next = are_on()
    officer.post("/tai-khoan/phim", data={"keys": "off"})

    assert (before, on, of_the_next, are_on()) == (False, True, False, False)


def test_a_page_names_its_style_sheets_by_one_short_name(officer):
    address = re.search(r'<link rel="stylesheet" href="([^"]+)"', officer.get("/").text)[1]

    sheet = officer.get(address)

    assert len(address) < 40
    assert ".case-row" in sheet.text
    assert ".rings" in sheet.text
    assert "immutable" in sheet.headers["Cache-Control"]


def test_the_list_asks_a_server_for_all_that_it_shows_at_once(officer, office, a_proposal, runs_on):
    a_proposal()
    officer.get("/?status=received")  # what is remembered is read

    with asked(office.extensions["hienke"].store()) as said:
        assert officer.get("/?status=received").status_code == 200

    # Who is logged in, and then the rest.
    assert len(said) <= {"sqlite": 11, POSTGRES: 2}[runs_on], said
