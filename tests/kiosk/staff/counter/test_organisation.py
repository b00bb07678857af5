"""An organisation's desk: its own members' tally, and their ideas sent in together by one clerk."""

import re

import pytest

from kiosk.apps import staff_app
from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.runtime.listening import Address
from shared.store.cases import authors, proposals, redactions
from shared.store.messages import threads
from shared.store.office import profile
from shared.store.people import clerks, staff
from shared.workflows import enter_for_citizen, enter_for_members, withdraw
from tests.forgetting import forget_authors

MEMBER = {
    "key": "k1", "participant_type": "citizen", "title": "Gộp hai tờ khai làm một",
    "solution": "Một tờ cho cả hai việc.", "name": "Trần Thị Mận", "phone": "0912345678",
    "residence": "in_commune", "hamlet": "ấp 3", "under_16": "no",
    "consents.store": "yes", "consents.sms": "yes",
}  # fmt: skip


def an_organisation(db, code="phunu", name="Hội Phụ nữ xã"):
    profile.add_organisation(db, code, name, actor="test", at=clock.now())
    return next(one for one in profile.organisations(db) if one.code == code)


def seat(db, login, its):
    who = staff.by_login(db, login)
    clerks.seat(db, who.id, its.id, actor="test", at=clock.now())


@pytest.fixture
def office(a_site):
    """The staff app of an office that citizens reach."""
    reached = a_site("https://tanan.example.vn", staff={"require_totp": False})
    return staff_app(reached, Address("127.0.0.1", 8081))


@pytest.fixture
def its(db):
    return an_organisation(db)


@pytest.fixture
def clerk(logged_in, db, its):
    """The browser of the clerk of Hội Phụ nữ."""
    client = logged_in("nu", role="organisation")
    seat(db, "nu", its)
    return client


@pytest.fixture
def a_list(clerk):
    """The address of a fresh list."""
    return clerk.post("/doan-the/danh-sach", data={"title": "Ấp 3", "key": "l1"}).location


def ideas(db):
    codes = [row[0] for row in db.rows("SELECT code FROM proposal ORDER BY id")]
    return [proposals.by_code(db, code) for code in codes]


def test_a_clerk_begins_at_the_own_desk_with_code_and_qr(clerk):
    page = clerk.get("/", follow_redirects=True).text

    assert "<h1>Hội Phụ nữ xã</h1>" in page
    assert '<strong class="code">phunu</strong>' in page
    assert "/gui?moi=phunu" in page and '<svg class="qr"' in page
    assert clerk.get("/ap-phich?moi=phunu").status_code == 200
    assert clerk.get("/tong-quan").status_code == 403


def test_the_tally_counts_the_own_members_ideas_and_shows_none_of_their_words(
    clerk, db, a_proposal
):
    mine = a_proposal(status=Status.RECOGNISED, mobiliser=" PhuNu ")
    agreed = {"store": True, "sms": False, "name_me": False, "notice": "2026-1"}
    a_proposal(mobiliser="phunu", name="Lê Thị Kín", consents=agreed)
    a_proposal(mobiliser="doan")
    hidden = a_proposal(mobiliser="phunu")
    proposals.flag(db, hidden.code, spam=True, confidential=False, actor="x", at=clock.now())

    page = clerk.get(f"/doan-the?nam={mine.evaluation_year}").text

    assert "<dt>Đã gửi</dt><dd>2</dd>" in page
    assert '<th scope="row">Được công nhận</th><td>1</td>' in page
    for word in (mine.title, mine.code, "Lê Thị Kín"):
        assert word not in page


def test_a_login_without_an_organisation_is_told_whom_to_ask(logged_in):
    client = logged_in("moi", role="organisation")

    assert "chưa được gắn" in client.get("/doan-the").text
    assert client.post("/doan-the/danh-sach").status_code == 404


def test_a_member_is_the_author_and_the_clerk_is_who_entered(clerk, a_list, db):
    answer = clerk.post(a_list, data=MEMBER)

    [idea] = ideas(db)
    assert answer.status_code == 303 and f"moi={idea.code}" in answer.location
    assert (idea.channel, idea.mobiliser) == ("paper", "phunu")
    assert authors.of(db, idea.id).name == "Trần Thị Mận"
    who = staff.by_login(db, "nu").id
    kept = enter_for_citizen.of(db, idea.id) or enter_for_members.entry_of(db, idea.id)
    assert (kept.way, kept.entered_by) == ("collective", who)
    assert event_log.has(db, idea.id, "entered", way="collective")
    [sms] = threads.of_proposal(db, idea.id)[1]
    assert sms.text_key == "receipt_staff"
    page = clerk.get(answer.location).text
    assert "Đã vào sổ, số thứ tự 1, Trần Thị Mận" in page
    assert 'value="ấp 3"' in page and 'value="Gộp hai tờ khai làm một"' not in page


def test_the_officer_sees_who_entered_and_how(clerk, a_list, db, officer):
    clerk.post(a_list, data=MEMBER)
    [idea] = ideas(db)

    page = officer.get(f"/ho-so/{idea.code}").text

    assert "Bà nu · Đoàn thể gửi tập thể" in page


def test_the_same_page_sent_twice_keeps_one_idea(clerk, a_list, db):
    first = clerk.post(a_list, data=MEMBER)
    again = clerk.post(a_list, data=MEMBER)

    assert first.location == again.location
    assert len(ideas(db)) == 1


def test_two_clerks_with_the_same_list_keep_each_idea_once(clerk, a_list, db, its, logged_in):
    clerk.post(a_list, data=MEMBER)
    [idea] = ideas(db)
    other = logged_in("nu2", role="organisation")
    seat(db, "nu2", its)
    theirs = other.post("/doan-the/danh-sach", data={"title": "Ấp 3", "key": "l2"}).location

    answer = other.post(
        theirs, data={**MEMBER, "key": "k9", "title": " GỘP hai tờ khai làm một "}
    )  # fmt: skip

    assert answer.status_code == 409
    assert re.sub(r"\D", "", answer.text.split("đã vào sổ với mã số")[1][:20]) == idea.code
    assert 'value="Trần Thị Mận"' in answer.text
    assert len(ideas(db)) == 1
    assert other.post(theirs, data={**MEMBER, "key": "k8", "name": "Lê Thị Đào"}).status_code == 303
    assert len(ideas(db)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "", "solution": ""},
        {"name": "M", "consents.store": ""},
        {"phone": "12", "name": "N. T. M."},
        {"participant_type": "king"},
        {"title": "x" * 121},
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(clerk, a_list, db, wrong):
    answer = clerk.post(a_list, data={**MEMBER, **wrong})

    assert answer.status_code == 422
    assert 'value="ấp 3"' in answer.text
    assert ideas(db) == []


@pytest.mark.parametrize("name", ["N.T.M", "", "Đ"])
def test_initials_or_no_name_are_kept_as_they_were_given(clerk, a_list, db, name):
    answer = clerk.post(a_list, data={**MEMBER, "name": name})

    assert answer.status_code == 303
    assert (authors.of(db, ideas(db)[0].id).name or "") == name


def test_the_list_is_printed_to_sign_and_a_receipt_for_each_without_a_name(clerk, a_list, db):
    clerk.post(a_list, data=MEMBER)
    [idea] = ideas(db)

    paper, slips = clerk.get(f"{a_list}/in").text, clerk.get(f"{a_list}/phieu").text

    assert "Trần Thị Mận" in paper and "☒" in paper and "Ký tên" in paper
    assert idea.code in re.sub(r"\s", "", slips) and '<svg class="qr"' in slips
    assert "Mận" not in slips and "0912" not in slips
    assert db.rows("SELECT 1 FROM event WHERE kind = 'collective_receipts_printed'")


def test_a_members_receipt_has_no_qr_once_an_officer_redacted_the_idea(clerk, a_list, db, a_member):
    clerk.post(a_list, data=MEMBER)
    [idea], officer = ideas(db), a_member("binh")
    struck = dict.fromkeys(redactions.TEXTS, "[đã che]")
    redactions.keep(db, idea.code, struck, actor=officer.id, at=clock.now())

    slips = clerk.get(f"{a_list}/phieu").text

    assert idea.code in re.sub(r"\s", "", slips) and "[đã che]" in slips
    assert '<svg class="qr"' not in slips and idea.title not in slips


def test_a_list_names_a_redacted_idea_as_it_was_redacted(clerk, a_list, db, a_member):
    clerk.post(a_list, data=MEMBER)
    [idea] = ideas(db)
    struck = dict.fromkeys(redactions.TEXTS, "[đã che]")
    redactions.keep(db, idea.code, struck, actor=a_member("binh").id, at=clock.now())

    for page in (clerk.get(a_list).text, clerk.get(f"{a_list}/in").text):
        assert "[đã che]" in page and idea.title not in page and MEMBER["name"] in page


def test_a_list_has_no_words_and_no_qr_of_an_idea_that_became_confidential(clerk, a_list, db):
    clerk.post(a_list, data=MEMBER)
    [idea] = ideas(db)
    db.write("UPDATE proposal SET is_confidential = 1 WHERE commune_id = :commune_id")

    for page in (clerk.get(f"{a_list}{part}").text for part in ("", "/in", "/phieu")):
        assert idea.code in re.sub(r"\s", "", page)
        assert idea.title not in page and MEMBER["name"] not in page
        assert '<svg class="qr"' not in page


def test_a_closed_list_takes_no_more_and_prints_no_receipts(clerk, a_list, db):
    clerk.post(a_list, data=MEMBER)
    clerk.post(f"{a_list}/xong")
    clerk.post(f"{a_list}/xong")

    late = clerk.post(a_list, data={**MEMBER, "key": "k2", "name": "Lê Thị Đào"})

    assert late.status_code == 409 and 'value="Lê Thị Đào"' in late.text
    assert clerk.get(f"{a_list}/phieu").status_code == 409
    assert clerk.get(f"{a_list}/in").status_code == 200
    assert len(ideas(db)) == 1


def test_an_ended_organisation_keeps_its_tally_and_adds_nothing(clerk, a_list, db, its):
    profile.end_organisation(db, its.id, "2026-11-01", actor="test", at=clock.now())

    late = clerk.post(a_list, data=MEMBER)
    begun = clerk.post("/doan-the/danh-sach", data={"key": "l9"})

    assert (late.status_code, begun.status_code) == (409, 409)
    assert "ngừng phát động" in late.text and 'value="Trần Thị Mận"' in late.text
    assert "Sáng kiến của hội viên" in clerk.get("/doan-the").text
    assert ideas(db) == []


def test_another_organisations_list_is_not_there(clerk, a_list, db, logged_in):
    other = logged_in("doan", role="organisation")
    seat(db, "doan", an_organisation(db, "doan", "Đoàn xã"))

    for address in (a_list, f"{a_list}/in", f"{a_list}/phieu"):
        assert other.get(address).status_code == 404
    assert other.post(a_list, data=MEMBER).status_code == 404
    assert other.post(f"{a_list}/xong").status_code == 404


def test_a_member_who_takes_everything_back_vanishes_from_the_list(clerk, a_list, db):
    clerk.post(a_list, data=MEMBER)
    [idea] = ideas(db)

    withdraw.withdraw(db, idea.code, at=clock.now())

    for page in (clerk.get(a_list).text, clerk.get(f"{a_list}/in").text):
        assert "Mận" not in page and "đã rút thông tin" in page
    assert idea.code not in re.sub(r"\s", "", clerk.get(f"{a_list}/phieu").text)
    assert clerk.post(a_list, data={**MEMBER, "key": "k2"}).status_code == 303


@pytest.mark.parametrize(("role", "back"), [("admin", "/nhan-su"), ("officer", "/co-quan")])
def test_the_admin_or_an_officer_seats_a_clerk(logged_in, a_member, db, its, role, back):
    clerk, client = a_member("nu", role="organisation"), logged_in("quan", role=role)

    answer = client.post(
        "/doan-the/nguoi-nhap", data={"staff_id": clerk.id, "organisation_id": its.id}
    )

    assert answer.location == back
    assert clerks.organisation_of(db, clerk.id).code == "phunu"
    assert "Hội Phụ nữ xã" in client.get(back).text
    moved = an_organisation(db, "doan", "Đoàn xã")
    client.post("/doan-the/nguoi-nhap", data={"staff_id": clerk.id, "organisation_id": moved.id})
    assert clerks.organisation_of(db, clerk.id).code == "doan"


@pytest.mark.parametrize("role", ["officer", "culture"])
def test_only_a_login_of_that_role_can_be_seated(logged_in, a_member, db, its, role):
    other, client = a_member("ai", role=role), logged_in("quan", role="admin")

    wrong = client.post(
        "/doan-the/nguoi-nhap", data={"staff_id": other.id, "organisation_id": its.id}
    )

    assert wrong.status_code == 404
    assert client.post("/doan-the/nguoi-nhap", data={"staff_id": "x"}).status_code == 404
    assert clerks.by_clerk(db) == {}


@pytest.mark.of_sqlite
def test_a_busy_store_gives_the_page_back_as_it_was_typed(clerk, a_list, locked, office):
    with locked():
        answer = clerk.post(a_list, data=MEMBER)

    assert answer.status_code == 503
    assert 'value="Trần Thị Mận"' in answer.text


def test_numbers_of_a_list_go_on_after_one_was_taken_back(clerk, a_list, db):
    clerk.post(a_list, data=MEMBER)
    with writing(db):
        forget_authors(db, ideas(db)[0].id, at=clock.now())
    clerk.post(a_list, data={**MEMBER, "key": "k2"})

    [here] = enter_for_members.of_organisation(
        db, clerks.organisation_of(db, staff.by_login(db, "nu").id).id
    )
    assert [one.place for one in enter_for_members.items(db, here.id, "")] == [1, 2]
