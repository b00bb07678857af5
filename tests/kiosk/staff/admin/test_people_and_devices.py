"""The admin lets people in and out and enrols kiosks; what is secret is shown once."""

import re

import pytest

from shared.db import event_log
from shared.domain import clock, codes
from shared.domain.record import replace
from shared.runtime import passwords
from shared.store.cases import reserved_codes
from shared.store.people import devices, staff
from tests.kiosk.staff.conftest import PASSWORD

NOW = clock.now()


@pytest.fixture
def admin(logged_in):
    """The browser of admin "quan"."""
    return logged_in("quan", role="admin")


def shown_once(page):
    return re.search(r'<p class="code once">([^<]+)</p>', page.text)[1]


def path_of(link):
    return link.removeprefix("http://127.0.0.1:8080")


def test_a_new_colleague_gets_a_password_that_is_shown_once(admin, office, db):
    added = admin.post(
        "/nhan-su", data={"login": "An.Nguyen", "name": " Bà  An ", "role": "officer"}
    )
    secret = shown_once(added)

    person = staff.by_login(db, "an.nguyen")
    assert (person.name, person.role, person.must_change) == ("Bà An", "officer", True)
    assert passwords.matches(secret, person.password_hash)
    assert secret not in admin.get("/nhan-su").text
    entered = office.test_client().post("/login", data={"login": "an.nguyen", "password": secret})
    assert entered.status_code == 303


def test_a_position_and_a_number_are_kept_shown_and_the_number_goes_with_its_owner(
    admin, office, db, logged_in
):
    given = {"login": "an", "name": "Bà An", "role": "council", "position": "Phó Chủ tịch",
             "phone": "0912.345.678"}  # fmt: skip
    wrong = admin.post("/nhan-su", data=given | {"phone": "0251 3861 111"})
    admin.post("/nhan-su", data=given)
    person = staff.by_login(db, "an")
    raw = db.row("SELECT phone FROM staff_member WHERE commune_id = :commune_id AND login = 'an'")
    page = admin.get("/nhan-su").text
    address = f"/nhan-su/{person.id}/lien-he"
    refused = admin.post(address, data={"position": "Trưởng ấp", "phone": "12"})
    admin.post(address, data={"position": "Trưởng ấp", "phone": "+84 987 654 321"})
    changed = staff.by_id(db, person.id)
    own = logged_in("binh", role="council")
    own.post("/tai-khoan/dien-thoai", data={"phone": "0900000061", "position": "Chủ tịch"})
    bad = own.post("/tai-khoan/dien-thoai", data={"phone": "09"})
    admin.post(f"/nhan-su/{person.id}", data={"do": "disable"})

    assert wrong.status_code == 422 and "Số di động cần đủ 10 số" in wrong.text
    assert 'value="Phó Chủ tịch"' in wrong.text, "what was typed stays"
    assert (person.position, person.phone) == ("Phó Chủ tịch", "+84912345678")
    assert raw[0].startswith("~") and "912345678" not in raw[0]
    assert "Phó Chủ tịch" in page and "0912 345 678" in page
    assert refused.status_code == 422 and f'id="phone-{person.id}-wrong"' in refused.text
    assert (changed.position, changed.phone) == ("Trưởng ấp", "+84987654321")
    binh = staff.by_login(db, "binh")
    assert (binh.phone, binh.position) == ("+84900000061", ""), "a position is the admin's to say"
    assert bad.status_code == 422 and 'value="09"' in bad.text
    assert "0900 000 061" in own.get("/tai-khoan").text
    left = staff.by_id(db, person.id)
    assert (left.phone, left.position) == (None, "Trưởng ấp")
    assert len(event_log.of_kind(db, "staff_contact_set")) == 2
    assert own.post(address, data={"position": "x"}).status_code == 403


@pytest.mark.parametrize(
    "form",
    [
        {"login": "", "name": "An", "role": "officer"},
        {"login": "bà an", "name": "An", "role": "officer"},
        {"login": "<b>an", "name": "An", "role": "officer"},
        {"login": "a" * 41, "name": "An", "role": "officer"},
        {"login": "an", "name": " ", "role": "officer"},
        {"login": "an", "name": "x" * 61, "role": "officer"},
        {"login": "an", "name": "An", "role": "king"},
        {},
    ],
)
def test_somebody_half_described_is_not_added(admin, db, form):
    answer = admin.post("/nhan-su", data=form)

    assert answer.status_code == 422
    assert "<b>an" not in answer.text
    assert len(staff.everyone(db)) == 1


def test_a_login_belongs_to_one_person(admin, db):
    form = {"login": "an", "name": "An", "role": "officer"}
    admin.post("/nhan-su", data=form)

    again = admin.post("/nhan-su", data={**form, "name": "An khác"})

    assert again.status_code == 409
    assert "An khác" in again.text
    assert staff.by_login(db, "an").name == "An"


def test_a_new_one_time_password_ends_the_old_and_its_sessions(admin, logged_in, office, db):
    client = logged_in("an")
    person = staff.by_login(db, "an")

    secret = shown_once(admin.post(f"/nhan-su/{person.id}", data={"do": "password"}))

    assert client.get("/").location == "/login"
    fresh = office.test_client()
    assert fresh.post("/login", data={"login": "an", "password": PASSWORD}).status_code == 422
    assert fresh.post("/login", data={"login": "an", "password": secret}).status_code == 303


def test_somebody_is_shut_out_and_let_in_again(admin, logged_in, office, db):
    client = logged_in("an")
    person = staff.by_login(db, "an")

    admin.post(f"/nhan-su/{person.id}", data={"do": "disable"})
    out = client.get("/").location
    admin.post(f"/nhan-su/{person.id}", data={"do": "enable"})

    assert out == "/login"
    again = office.test_client().post("/login", data={"login": "an", "password": PASSWORD})
    assert again.status_code == 303


def test_a_lost_phone_is_forgotten_and_its_sessions_end(admin, logged_in, db):
    client = logged_in("an")
    person = staff.by_login(db, "an")
    staff.set_totp(db, person.id, "JBSWY3DPEHPK3PXP", actor="test", at=clock.now())

    admin.post(f"/nhan-su/{person.id}", data={"do": "totp"})

    assert staff.by_id(db, person.id).totp_secret is None
    assert client.get("/").location == "/login"


def test_an_admin_cannot_shut_themselves_out(admin, db):
    me = staff.by_login(db, "quan")

    assert admin.post(f"/nhan-su/{me.id}", data={"do": "disable"}).status_code == 422
    assert admin.get("/nhan-su").status_code == 200


@pytest.mark.parametrize("do", ["", "promote", "<script>"])
def test_an_unknown_wish_is_no_wish(admin, db, do):
    me = staff.by_login(db, "quan")

    assert admin.post(f"/nhan-su/{me.id}", data={"do": do}).status_code == 422
    assert admin.post("/nhan-su/nobody", data={"do": "disable"}).status_code == 404
    assert staff.by_login(db, "quan") == me


def test_a_kiosks_link_is_shown_once_and_enrols_it(admin, citizen, db):
    added = admin.post("/thiet-bi", data={"name": "Kiosk 1"})
    link = shown_once(added)

    assert link.startswith("http://127.0.0.1:8080/kiosk/")
    assert link not in admin.get("/thiet-bi").text
    assert citizen.get(link.removeprefix("http://127.0.0.1:8080")).status_code == 303
    assert "đã đăng ký lúc" in admin.get("/thiet-bi").text
    assert "Chưa mở trang nào" in admin.get("/thiet-bi").text
    citizen.get("/")
    assert "Mở trang lần cuối" in admin.get("/thiet-bi").text


def test_a_new_link_ends_the_old_one_and_the_browser_of_before(admin, citizen, public, db):
    old = path_of(shown_once(admin.post("/thiet-bi", data={"name": "Kiosk 1"})))
    citizen.get(old)
    [device] = devices.everyone(db)

    new = path_of(shown_once(admin.post(f"/thiet-bi/{device.id}/link")))

    assert 'class="kiosk"' not in citizen.get("/").text
    assert citizen.get(old).status_code == 404
    other = public.test_client()
    assert other.get(new).location == "/"
    assert "Kiosk 1" in other.get("/").text
    assert admin.post("/thiet-bi/none/link").status_code == 404


def test_a_revoked_kiosk_comes_back_by_a_new_link(admin, citizen, db):
    admin.post("/thiet-bi", data={"name": "Kiosk 1"})
    [device] = devices.everyone(db)
    admin.post(f"/thiet-bi/{device.id}/revoke", data={"reason": "ghi nhầm"})

    citizen.get(path_of(shown_once(admin.post(f"/thiet-bi/{device.id}/link"))))

    assert "Kiosk 1" in citizen.get("/").text


def test_a_revoked_kiosk_is_a_kiosk_no_more(admin, db):
    device = devices.add(db, "Kiosk 1", codes.secret_hash("x" * 16), actor="t", at=clock.now())

    answers = [
        admin.post(f"/thiet-bi/{device.id}/revoke", data={"reason": "ghi nhầm"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert devices.by_id(db, device.id).revoked_at is not None
    assert "đã thu hồi" in admin.get("/thiet-bi").text
    assert admin.post("/thiet-bi/none/revoke").status_code == 404


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "\x00"])
def test_a_kiosk_needs_a_name(admin, db, name):
    assert admin.post("/thiet-bi", data={"name": name}).status_code == 422
    assert devices.everyone(db) == []


def test_a_kiosks_name_is_taken_once_and_shown_as_words(admin, db):
    form = {"name": "<b>Kiosk</b> {n} 💡"}

    first, second = admin.post("/thiet-bi", data=form), admin.post("/thiet-bi", data=form)

    assert (first.status_code, second.status_code) == (200, 409)
    assert "<b>Kiosk" not in first.text + second.text


def test_what_waits_at_a_kiosk_is_seen_and_is_trouble_after_an_hour(admin, db):
    kiosk = devices.add(db, "Kiosk 1", "hash", actor="t", at=NOW)
    calm = reserved_codes.Report(kiosk.id, NOW, 200, 0, None, 0, 0)

    reserved_codes.report(
        db, replace(calm, unsent=3, waiting_since=NOW - 2 * clock.HOUR, refused=1)
    )
    page = admin.get("/thiet-bi").text

    assert "Còn 200 mã dự phòng" in page
    assert re.search(r'class="pill late">[^<]*3 bài chưa chuyển', page)
    assert "1 bài máy chủ không nhận" in page
    reserved_codes.report(db, replace(calm, unsent=3, waiting_since=NOW))
    assert re.search(r'class="pill now">[^<]*3 bài chưa chuyển', admin.get("/thiet-bi").text)
    reserved_codes.report(db, replace(calm, at=NOW - 2 * clock.HOUR))
    assert "mất liên lạc" in admin.get("/thiet-bi").text
