"""In an emergency the chair opens what is another's alone: with a reason, and for an hour."""

import pyotp
import pytest

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import conversation, proposals, redactions
from shared.store.people import staff
from shared.store.people.sessions import IDLE
from shared.store.privacy import break_glass
from shared.workflows import subject_access
from shared.workflows.verify import verify
from tests.conftest import DETAILS
from tests.kiosk.staff.conftest import PASSWORD
from tests.kiosk.staff.panel import sort_case

WHY = "Cán bộ An nằm viện, hồ sơ đến hạn hôm nay"
WORDS = "Nhà bên cạnh đổ rác xuống kênh"


@pytest.fixture
def an(a_member):
    """The officer who is away."""
    return a_member("an")


@pytest.fixture
def case(a_proposal, an, db):
    """A confidential case that is that officer's."""
    made = a_proposal(title=WORDS)
    proposals.assign(db, made.code, an.id, actor=an.id, at=clock.now())
    proposals.flag(db, made.code, spam=False, confidential=True, actor=an.id, at=clock.now())
    return proposals.by_code(db, made.code)


@pytest.fixture
def chair(logged_in, case):
    """The browser of the chair."""
    return logged_in("chu", role="chair")


@pytest.fixture
def admin(logged_in):
    """The browser of the admin."""
    return logged_in("quan", role="admin")


def unlock(client, reason=WHY, password=PASSWORD, **more):
    return client.post("/mo-khan", data={"reason": reason, "password": password, **more})


def kinds(db):
    return [one.kind for one in event_log.every(db) if "opening" in one.kind]


def test_what_is_anothers_alone_is_read_moved_and_answered_while_it_lasts(chair, case, db):
    address = f"/ho-so/{case.code}"
    assert chair.get(address).status_code == 404

    assert unlock(chair).status_code == 303

    assert f'href="{address}"' in chair.get("/mo-khan").text
    assert WORDS in chair.get(address).text
    answer = chair.post(f"{address}/answer", data={"text": "Xã đã cho dọn kênh.", "key": "k"})
    details = {f"{name}": text for name, text in DETAILS[Status.NEEDS_INFO].items()}
    moved = chair.post(f"{address}/move", data={"to": "needs_info", **details})
    assert (answer.status_code, moved.status_code) == (303, 303)
    assert [one.text for one in conversation.replies(db, case.id)] == ["Xã đã cho dọn kênh."]
    assert proposals.by_code(db, case.code).status is Status.NEEDS_INFO


def test_lists_go_by_the_assignee_as_before(chair, case):
    unlock(chair)

    assert WORDS not in chair.get("/").text
    assert WORDS not in chair.get("/?q=kênh").text


def test_what_was_given_away_meanwhile_stays_open_to_whom_it_was_given(chair, case, db):
    unlock(chair)
    me = staff.by_login(db, "chu")

    assert sort_case(chair, case.code, owner=me.id).status_code == 303
    end(chair, db)

    assert chair.get(f"/ho-so/{case.code}").status_code == 200


def end(client, db):
    [one] = break_glass.living(db, at=clock.now())
    return client.post(f"/mo-khan/{one.id}/ket-thuc")


def test_the_original_of_a_redacted_case_is_read_too(chair, an, a_proposal, db):
    made = a_proposal(title="Bà Mận xin hẹn giờ")
    texts = {**dict.fromkeys(redactions.TEXTS, ""), "title": "Xin hẹn giờ"}
    redactions.keep(db, made.code, texts, actor=an.id, at=clock.now())
    assert "Bà Mận" not in chair.get(f"/ho-so/{made.code}").text

    unlock(chair)

    assert "Bà Mận" in chair.get(f"/ho-so/{made.code}").text
    assert "viewed_in_opening" in kinds(db)


def test_every_opening_and_every_look_stands_in_the_chain_and_no_reason_does(
    chair, case, a_proposal, db, instance
):
    ordinary = a_proposal()
    unlock(chair)

    chair.get(f"/ho-so/{case.code}")
    chair.get(f"/ho-so/{case.code}")
    chair.get(f"/ho-so/{ordinary.code}")
    end(chair, db)

    assert kinds(db) == [
        "opening_begun", "viewed_in_opening", "viewed_in_opening", "opening_ended",
    ]  # fmt: skip
    assert WHY not in str([one.data for one in event_log.every(db)])
    assert "viewed_in_opening" in {one.kind for one in subject_access.everything(db, case).views}
    assert verify(db, instance.media).damage == ()
    db.conn.execute("UPDATE opening SET reason = 'khác', content_hash = content_hash")
    assert verify(db, instance.media).damage


def test_it_stands_in_red_on_the_chairs_and_the_admins_pages_and_on_nobody_elses(
    chair, admin, logged_in, case, db
):
    officer = logged_in("binh")
    unlock(chair)

    for page in (chair.get("/").text, chair.get("/mat-khau").text, admin.get("/thiet-bi").text):
        assert "Bà chu đang mở khẩn cấp" in page and WHY in page
    assert "mở khẩn cấp" not in officer.get("/").text
    end(chair, db)
    for page in (chair.get("/").text, admin.get("/thiet-bi").text):
        assert "đang mở khẩn cấp" not in page


def test_the_log_tells_who_why_until_when_and_what_was_looked_at(chair, admin, case, db):
    unlock(chair)
    chair.get(f"/ho-so/{case.code}")
    end(admin, db)

    page = admin.get("/mo-khan").text

    assert "Bà chu" in page and WHY in page and "Kết thúc sớm bởi <bdi>Bà quan" in page
    code = case.code
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in page
    assert WORDS not in page and "<textarea" not in page


def test_an_admin_ends_it_at_once_and_opens_nothing(chair, admin, case, db):
    unlock(chair)

    assert end(admin, db).status_code == 303

    assert chair.get(f"/ho-so/{case.code}").status_code == 404
    assert unlock(admin).status_code == 403
    assert admin.get(f"/ho-so/{case.code}").status_code == 403
    assert break_glass.living(db, at=clock.now()) == []


def test_it_is_over_after_an_hour(chair, case, monkeypatch, db):
    unlock(chair)
    began = clock.now()
    for minutes in (29, 58):
        monkeypatch.setattr(clock, "now", lambda now=began + minutes * clock.MINUTE: now)
        assert chair.get(f"/ho-so/{case.code}").status_code == 200

    monkeypatch.setattr(clock, "now", lambda: began + 61 * clock.MINUTE)

    assert chair.get(f"/ho-so/{case.code}").status_code == 404


def test_it_ends_with_the_session_it_was_begun_in(office, chair, case, db):
    unlock(chair)
    elsewhere = office.test_client()
    elsewhere.post("/login", data={"login": "chu", "password": PASSWORD})

    assert elsewhere.get(f"/ho-so/{case.code}").status_code == 404
    chair.post("/logout")
    assert break_glass.living(db, at=clock.now()) == []


@pytest.mark.parametrize("jump", [-365 * clock.DAY, -clock.HOUR, IDLE + 1, 365 * clock.DAY])
def test_a_clock_that_jumps_ends_it(chair, db, jump):
    unlock(chair)

    assert break_glass.living(db, at=clock.now() + jump) == []


def test_a_role_taken_away_ends_what_it_opened(chair, case, db):
    unlock(chair)

    staff.set_role(db, staff.by_login(db, "chu").id, "officer", actor="test", at=clock.now())

    assert chair.get(f"/ho-so/{case.code}").status_code == 404


@pytest.mark.parametrize(
    ("reason", "password", "said"),
    [
        ("", PASSWORD, "ghi rõ lý do"),
        ("khẩn 1234567890 !!!", PASSWORD, "ghi rõ lý do"),
        ("x" * 301, PASSWORD, "nhiều nhất 300"),
        (WHY, "wrong password", "Mật khẩu hoặc mã chưa đúng"),
        (WHY, "", "Mật khẩu hoặc mã chưa đúng"),
    ],
)
def test_without_a_reason_and_the_password_nothing_opens(chair, case, db, reason, password, said):
    answer = unlock(chair, reason, password)

    assert answer.status_code == 422 and said in answer.text
    assert reason[:300] in answer.text and PASSWORD not in answer.text
    assert break_glass.latest(db) == []


def test_the_second_factor_is_asked_once_more(chair, case, db):
    me = staff.by_login(db, "chu")
    secret = pyotp.random_base32()
    staff.set_totp(db, me.id, secret, actor="test", at=clock.now())
    code = pyotp.TOTP(secret).generate_otp(clock.now() // 1000 // 30)

    assert unlock(chair).status_code == 422
    assert unlock(chair, totp="000 00").status_code == 422
    assert unlock(chair, totp=code).status_code == 303
    end(chair, db)
    assert unlock(chair, totp=code).status_code == 422


def test_a_session_left_open_does_not_serve_to_guess_the_password(chair, db):
    for number in range(5):
        unlock(chair, password=f"wrong {number}")

    assert unlock(chair).status_code == 429
    assert break_glass.latest(db) == []


@pytest.mark.parametrize("role", ["officer", "receptionist", "council", "culture", "admin"])
def test_nobody_but_the_chair_opens(logged_in, db, role):
    assert unlock(logged_in("x", role=role)).status_code == 403
    assert break_glass.latest(db) == []


def test_a_second_press_opens_no_second_time(chair, db):
    unlock(chair)
    unlock(chair)

    assert len(break_glass.latest(db)) == 1


def test_the_password_is_not_given_back_when_the_session_was_over(office, case):
    answer = unlock(office.test_client())

    assert answer.location == "/login"
