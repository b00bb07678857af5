"""Only the right person comes in, once they did what is asked of them first."""

import unicodedata

import pyotp
import pytest
from argon2 import PasswordHasher

from kiosk import logins
from kiosk.staff.door import sessions
from shared.db import event_log
from shared.db.connection import Store
from shared.domain import clock
from shared.runtime import passwords
from shared.store.people import sessions as people_sessions
from shared.store.people import staff
from shared.store.people.sessions import ABSOLUTE, IDLE, Where
from tests.kiosk.staff.conftest import PASSWORD

HERE = Where("10.0.0.7", "Chrome, Windows")


def log_in(client, login="an", password=PASSWORD, **more):
    return client.post("/login", data={"login": login, "password": password, **more})


def code_at(secret, step):
    return pyotp.TOTP(secret).generate_otp(clock.now() // 1000 // 30 + step)


def test_the_right_password_opens_the_queue(office, a_member):
    a_member("an")
    client = office.test_client()

    answer = log_in(client, login=" An ")

    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("an", "wrong password"),
        ("nobody", PASSWORD),
        ("", ""),
        ("an", PASSWORD + "x" * 300),
        ("<script>alert(1)</script>", "' OR 1=1 --"),
        ("an" * 50_000, "y" * 100_000),
        ("an\udcff", "\x00\u202e"),
    ],
)
def test_anything_else_gets_one_and_the_same_sentence(office, a_member, login, password):
    a_member("an")
    client = office.test_client()

    answer = log_in(client, login.encode("utf-8", "replace").decode(), password)

    assert answer.status_code == 422
    assert "mã 6 số chưa đúng" in answer.text
    assert "<script>alert" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_megabyte_of_password_is_refused_before_it_is_read(office):
    assert log_in(office.test_client(), password="x" * 1_000_000).status_code == 413


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("nobody", PASSWORD),
        ("x" * 65, PASSWORD),
        ("an", "x" * 201),
        ("out", PASSWORD),
        ("spent", PASSWORD),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_whoever_is_refused_cost_the_same_work(
    office, a_member, db, monkeypatch, login, password, is_first
):
    a_member("an")
    a_member("spent", password_hash="spent")
    staff.set_active(db, a_member("out").id, False, actor="test", at=clock.now())
    work, real = [], passwords._hasher()

    class Counting:
        def hash(self, password):
            work.append("hash")
            return real.hash(password)

        def verify(self, kept, typed):
            work.append("verify")
            return real.verify(kept, typed)

    monkeypatch.setattr(passwords, "_hasher", lambda: Counting())
    passwords._hash_of_nobody.cache_clear()
    if not is_first:
        passwords._hash_of_nobody()
    work.clear()
    # What is typed may cost more (each code table is tried), who it is typed for may not.
    wrong = f"sai {PASSWORD}" if password == PASSWORD else "wrong password"
    log_in(office.test_client(), login="an", password=wrong)
    known = work.copy()
    passwords._hash_of_nobody.cache_clear()
    if not is_first:
        passwords._hash_of_nobody()
    work.clear()

    answer = log_in(office.test_client(), login=login, password=password)

    assert answer.status_code == 422
    assert work == known and "verify" in known


def test_a_login_hashes_the_password_anew_when_its_costs_have_changed(
    office, a_member, db, monkeypatch
):
    member = a_member("an")
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: dearer)

    assert log_in(office.test_client(), password="wrong password").status_code == 422
    assert staff.by_id(db, member.id).password_hash == member.password_hash
    assert log_in(office.test_client()).status_code == 303

    kept = staff.by_id(db, member.id).password_hash
    assert "m=16,t=2" in kept and passwords.matches(PASSWORD, kept)
    assert log_in(office.test_client()).status_code == 303
    assert staff.by_id(db, member.id).password_hash == kept


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_password_set_in_another_code_table_lets_in_and_is_hashed_anew(
    office, a_member, db, typed
):
    of_before = passwords._hasher().hash(unicodedata.normalize("NFD", PASSWORD))
    member = a_member("an", password_hash=of_before)

    typed = unicodedata.normalize(typed, PASSWORD)
    assert log_in(office.test_client(), password=typed).status_code == 303

    kept = staff.by_id(db, member.id).password_hash
    assert kept != of_before and not passwords.is_outdated(kept, PASSWORD)
    assert log_in(office.test_client(), password=typed).status_code == 303


def test_a_password_is_changed_and_said_again_in_any_code_table(office, a_member, db):
    member = a_member("an")
    client = office.test_client()
    log_in(client)
    said = {"old": unicodedata.normalize("NFD", PASSWORD), "new": "khế ngọt đầu ngõ",
            "again": unicodedata.normalize("NFD", "khế ngọt đầu ngõ")}  # fmt: skip

    assert client.post("/mat-khau", data=said).status_code == 303

    assert passwords.matches("khế ngọt đầu ngõ", staff.by_id(db, member.id).password_hash)


def test_a_hash_made_anew_brings_no_changed_password_back(a_member, db, password_hash):
    proven = a_member("an")
    staff.set_password(db, proven.id, "another", must_change=False, actor="test", at=clock.now())

    as_it_was = staff.keep_hash(db, proven, password_hash)

    assert staff.by_id(db, proven.id).password_hash == "another"
    assert not staff.let_in(db, as_it_was, "token", HERE, at=clock.now())


def test_the_cookie_is_kept_from_scripts_and_other_sites(office, a_member):
    a_member("an")
    plain, tls = office.test_client(), office.test_client()

    here = log_in(plain).headers["Set-Cookie"]
    away = tls.post(
        "/login", data={"login": "an", "password": PASSWORD}, base_url="https://localhost"
    ).headers["Set-Cookie"]

    assert here.startswith("hk_staff=") and "Secure" not in here
    assert away.startswith("__Host-hk_staff=") and "Secure" in away and "Path=/" in away
    for cookie in (here, away):
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        assert "Domain" not in cookie


def test_the_store_keeps_no_token(office, a_member, db: Store):
    a_member("an")
    client = office.test_client()
    log_in(client)

    token = client.get_cookie("hk_staff").value
    [(kept,)] = db.rows("SELECT token_hash FROM session WHERE commune_id = :commune_id")

    assert len(token) >= 43
    assert token not in kept and len(kept) == 64


def test_a_new_login_is_a_new_session_and_logging_out_ends_it(office, a_member):
    a_member("an")
    client = office.test_client()
    log_in(client)
    first = client.get_cookie("hk_staff").value
    log_in(client)
    second = client.get_cookie("hk_staff").value

    client.set_cookie("hk_staff", first)
    assert client.get("/").location == "/login", "a new login takes the place of the old one"
    client.set_cookie("hk_staff", second)
    assert client.get("/").status_code == 200

    client.post("/logout")

    client.set_cookie("hk_staff", second)
    assert first != second
    assert client.get("/").location == "/login"


def test_five_wrong_tries_make_one_wait_and_the_page_says_how_long(office, a_member):
    a_member("an")
    client = office.test_client()
    for _ in range(5):
        assert log_in(client, password="wrong password").status_code == 422

    answer = log_in(client)

    assert answer.status_code == 429
    assert "chờ 5 phút" in answer.text
    assert log_in(client, login="binh").status_code == 422


def test_twenty_wrong_tries_make_their_whole_address_wait_and_no_other(office, a_member):
    a_member("an")
    there = office.test_client()
    there.environ_base["REMOTE_ADDR"] = "10.0.0.7"
    for number in range(logins.PER_ADDRESS.most):
        assert log_in(there, login=f"guess{number}").status_code == 422

    assert log_in(there).status_code == 429
    assert log_in(office.test_client()).status_code == 303


def test_the_wait_ends_by_itself(office, a_member, db):
    member = a_member("an")
    with office.test_request_context("/login", environ_base={"REMOTE_ADDR": "10.0.0.7"}):
        at = clock.now()
        for _ in range(5):
            with pytest.raises(sessions.LoginRefused):
                sessions.prove(db, "an", "wrong password", "", at=at)
        with pytest.raises(sessions.TooManyTries):
            sessions.prove(db, "an", PASSWORD, "", at=at)

        later = at + logins.PER_LOGIN.window + 1

        assert sessions.prove(db, "an", PASSWORD, "", at=later) == member


def test_what_was_typed_as_login_is_not_kept(office, db):
    log_in(office.test_client(), login="my-secret-password")

    kept = db.rows("SELECT who FROM throttle WHERE commune_id = :commune_id")

    assert len(kept) == 3
    assert not any("my-secret" in who or "127.0.0.1" in who for (who,) in kept)


def test_a_one_time_password_opens_one_session_that_may_only_set_a_password(
    office, a_member, db, a_proposal
):
    a_member("an", must_change=True)
    client, proposal = office.test_client(), a_proposal()
    log_in(client)

    assert log_in(office.test_client()).status_code == 422
    for address in ("/", f"/ho-so/{proposal.code}", "/?q=chung"):
        assert client.get(address).location == "/mat-khau"

    chosen = {"new": "đồng lúa chín 2026", "again": "đồng lúa chín 2026"}
    answer = client.post("/mat-khau", data=chosen)

    assert client.get(answer.location).status_code == 200
    assert log_in(office.test_client(), password=chosen["new"]).status_code == 303


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("ngan", "ngan", "cần ít nhất 8 ký tự"),
        ("matkhau123", "matkhau123", "dễ đoán"),
        ("nguyenthian", "nguyenthian", "dễ đoán"),
        ("x" * 201, "x" * 201, "nhiều nhất 200"),
        ("đồng lúa chín", "đồng lúa chin", "chưa giống nhau"),
        ("", "", "cần ít nhất 8 ký tự"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(office, a_member, db, new, again, said):
    member = a_member("nguyenthian", must_change=True)
    client = office.test_client()
    log_in(client, login="nguyenthian")

    answer = client.post("/mat-khau", data={"new": new, "again": again})

    assert answer.status_code == 422
    assert said in answer.text
    assert staff.by_id(db, member.id).must_change


def test_changing_ones_password_asks_for_the_old_one_and_ends_other_sessions(office, a_member):
    a_member("an")
    here, there = office.test_client(), office.test_client()
    log_in(here)
    log_in(there)
    chosen = {"new": "đồng lúa chín 2026", "again": "đồng lúa chín 2026"}

    refused = here.post("/mat-khau", data={"old": "wrong password", **chosen})
    done = here.post("/mat-khau", data={"old": PASSWORD, **chosen})

    assert (refused.status_code, done.status_code) == (422, 303)
    assert here.get("/").status_code == 200
    assert there.get("/").location == "/login"


def test_an_officer_enrols_a_second_factor_before_anything_else(strict_office, a_member, db):
    member = a_member("an")
    client = strict_office.test_client()
    log_in(client)
    assert client.get("/").location == "/totp"
    with strict_office.test_request_context():
        secret = sessions.totp_to_enrol(member)
    page = client.get("/totp")
    assert all(secret[at : at + 4] in page.text for at in range(0, 32, 4)) and "<svg" in page.text

    assert client.post("/totp", data={"code": "000"}).status_code == 422
    assert staff.by_id(db, member.id).totp_secret is None
    assert client.post("/totp", data={"code": code_at(secret, -1)}).status_code == 200

    assert client.get("/").status_code == 200
    assert staff.by_id(db, member.id).totp_secret == secret


def test_a_second_factor_code_works_once_and_only_with_the_password(strict_office, a_member, db):
    member = a_member("an")
    secret = pyotp.random_base32()
    staff.set_totp(db, member.id, secret, actor="test", at=clock.now())
    code = code_at(secret, 0)

    assert log_in(strict_office.test_client(), totp="").status_code == 422
    assert log_in(strict_office.test_client(), totp="12345é").status_code == 422
    assert log_in(strict_office.test_client(), password="wrong", totp=code).status_code == 422
    assert (
        log_in(strict_office.test_client(), totp=f"\u202a{code[:3]}‑{code[3:]}\u202c").status_code
        == 303
    )
    assert log_in(strict_office.test_client(), totp=code).status_code == 422


def test_a_receptionist_needs_no_second_factor(strict_office, a_member):
    a_member("tiep", role="receptionist")
    client = strict_office.test_client()
    log_in(client, login="tiep")

    assert client.get("/").status_code == 200


def test_who_is_shut_out_cannot_come_in_and_is_out_at_once(office, a_member, db):
    member = a_member("an")
    client = office.test_client()
    log_in(client)

    staff.set_active(db, member.id, False, actor="test", at=clock.now())

    assert client.get("/").location == "/login"
    assert log_in(client).status_code == 422


def test_a_session_dies_after_half_an_hour_of_rest_and_after_ten_hours(a_member, db):
    member, at = a_member("an"), clock.now()
    people_sessions.begin(db, member.id, "token", HERE, at=at)

    assert staff.who_has(db, "token", at=at + IDLE + 1) is None
    for step in range(0, ABSOLUTE, IDLE - 1):
        assert staff.who_has(db, "token", at=at + step) == member
    assert staff.who_has(db, "token", at=at + ABSOLUTE + 1) is None


@pytest.mark.parametrize("years", [-10, -2, 2, 10])
def test_a_clock_that_jumps_ends_sessions_and_brings_none_back(a_member, db, years):
    member, at = a_member("an"), clock.now()
    people_sessions.begin(db, member.id, "token", HERE, at=at)
    elsewhen = at + years * 365 * clock.DAY

    assert staff.who_has(db, "token", at=elsewhen) is None
    people_sessions.begin(db, member.id, "of a wrong clock", HERE, at=elsewhen)

    assert staff.who_has(db, "of a wrong clock", at=at) is None
    people_sessions.forget_over(db, at=at)
    assert people_sessions.living(db, at=elsewhen) == []


def test_a_clock_put_right_by_a_moment_logs_nobody_out(a_member, db):
    member, at = a_member("an"), clock.now()
    people_sessions.begin(db, member.id, "token", HERE, at=at)

    assert staff.who_has(db, "token", at=at - people_sessions.CLOCK_TOLERANCE) == member


def test_a_password_changed_while_it_was_checked_opens_nothing(a_member, db):
    proven = a_member("an", must_change=True)
    assert staff.let_in(db, proven, "first", HERE, at=clock.now())

    assert not staff.let_in(db, proven, "second", HERE, at=clock.now())


def test_logins_are_events(office, a_member, db):
    member = a_member("an")

    log_in(office.test_client())

    assert [event.actor for event in event_log.every(db) if event.kind == "logged_in"] == [
        member.id
    ]


def test_colleagues_behind_one_address_are_not_shut_out_by_one(office, a_member):
    a_member("an")
    for number in range(logins.PER_LOGIN.most + 1):
        log_in(office.test_client(), login="binh", password=f"wrong {number}")

    assert log_in(office.test_client()).status_code == 303
