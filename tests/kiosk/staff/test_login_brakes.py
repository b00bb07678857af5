"""Guessing at logins: from however many addresses, at once or in a row, with or without a second
factor, for logins that there are and that there are not. And nobody is shut out for good."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from kiosk import logins
from kiosk.apps import staff_app
from kiosk.daily import Daily
from kiosk.daily.debian import Debian
from shared.domain import clock
from shared.runtime import passwords
from shared.runtime.listening import Address
from shared.store.people import recovery_codes, staff
from tests.kiosk.staff.conftest import PASSWORD

FREELY = logins.EVERYWHERE.most


@pytest.fixture
def now(monkeypatch):
    """The clock of the program: `now[0] += clock.HOUR` moves it."""
    at = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    return at


def at(app, address):
    """Return a fresh browser at an address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def log_in(client, login="an", password=PASSWORD, **more):
    return client.post("/login", data={"login": login, "password": password, **more}).status_code


def sixty(app, login="an", password="wrong password", **more):
    """Try once from each of sixty addresses; return the statuses."""
    return [log_in(at(app, f"198.51.100.{n}"), login, password, **more) for n in range(60)]


@pytest.mark.parametrize("login", ["an", "nobody", "x" * 80])
def test_sixty_addresses_get_no_more_than_ten_tries(office, a_member, login, now):
    a_member("an")

    answers = sixty(office, login)

    assert answers == [422] * FREELY + [429] * (60 - FREELY)


def test_the_second_factor_is_guessed_no_faster(strict_office, a_member, db, now):
    member, secret = a_member("an"), pyotp.random_base32()
    staff.set_totp(db, member.id, secret, actor="test", at=clock.now())
    wrong = str((int(pyotp.TOTP(secret).generate_otp(0)) + 1) % 1_000_000).zfill(6)

    answers = sixty(strict_office, password=PASSWORD, totp=wrong)

    assert answers.count(422) == FREELY and answers.count(429) == 60 - FREELY


def test_recovery_codes_are_guessed_no_faster(strict_office, a_member, db, now):
    member = a_member("an")
    staff.set_totp(db, member.id, pyotp.random_base32(), actor="test", at=clock.now())
    hashes = [passwords.recovery_hash(member.id, one) for one in passwords.new_recovery_codes()]
    recovery_codes.draw(db, member.id, hashes, actor="test", at=clock.now())

    answers = sixty(strict_office, password=PASSWORD, totp="1" * 20)

    assert answers.count(422) == FREELY


def test_while_one_waits_the_right_password_is_answered_as_a_wrong_one(office, a_member, now):
    a_member("an")
    sixty(office)
    fresh = at(office, "203.0.113.7")

    right = fresh.post("/login", data={"login": "an", "password": PASSWORD})
    wrong = fresh.post("/login", data={"login": "an", "password": "wrong password"})

    assert right.status_code == wrong.status_code == 429
    assert right.text == wrong.text


def test_each_further_try_costs_a_longer_wait_and_never_more_than_a_quarter_of_an_hour(
    office, a_member, now
):
    a_member("an")
    waits = []
    sixty(office)
    for n in range(6):
        began = now[0]
        while log_in(at(office, f"203.0.113.{n}"), password="wrong password") == 429:
            now[0] += clock.MINUTE
        waits.append((now[0] - began) // clock.MINUTE)

    assert waits == [1, 2, 4, 8, 15, 15]
    now[0] += 15 * clock.MINUTE
    assert log_in(at(office, "203.0.113.99")) == 303, "nobody is shut out for good"


def test_another_login_is_not_held_up(office, a_member, now):
    a_member("an")
    a_member("binh")
    sixty(office)

    assert log_in(at(office, "203.0.113.7"), "binh") == 303


def test_a_browser_that_logged_in_before_is_not_held_up(office, a_member, now):
    a_member("an")
    a_member("binh")
    hers = at(office, "10.0.0.7")
    assert log_in(hers) == 303
    assert log_in(hers, "binh") == 303, "two share a PC"
    hers.post("/logout")
    now[0] += 30 * clock.DAY
    sixty(office)
    for n in range(logins.PER_ADDRESS.most):  # and somebody guesses from her very address
        log_in(at(office, "10.0.0.7"), f"guess{n}")

    assert log_in(at(office, "10.0.0.7")) == 429
    assert log_in(hers) == 303
    assert log_in(hers, "binh") == 303


def test_a_browser_is_known_to_whom_logged_in_there_alone(office, a_member, now):
    a_member("an")
    a_member("binh")
    hers = at(office, "10.0.0.7")
    log_in(hers, "binh")
    sixty(office, "an")

    assert log_in(hers, "an") == 429


@pytest.mark.parametrize("bent", ["", "x", "W10.x", "[]"])
def test_a_made_up_cookie_makes_no_browser_known(office, a_member, now, bent):
    a_member("an")
    hers = at(office, "10.0.0.7")
    log_in(hers)
    signed = hers.get_cookie("hk_known").value
    hers.set_cookie("hk_known", bent or signed[:-1] + ("A" if signed[-1] != "A" else "B") * 3)
    sixty(office)

    assert log_in(hers) == 429


def test_a_known_browser_guesses_no_faster(office, a_member, now):
    a_member("an")
    hers = at(office, "10.0.0.7")
    log_in(hers)
    hers.post("/logout")

    answers = [log_in(hers, password="wrong password") for _ in range(20)]

    assert answers == [422] * logins.KNOWN.most + [429] * (20 - logins.KNOWN.most)
    now[0] += clock.MINUTE
    assert log_in(hers) == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(office, a_member):
    a_member("an")
    data = {"login": "an", "password": PASSWORD}

    plain = office.test_client().post("/login", data=data).headers.getlist("Set-Cookie")[1]
    tls = office.test_client().post("/login", data=data, base_url="https://localhost")
    away = tls.headers.getlist("Set-Cookie")[1]

    assert plain.startswith("hk_known=") and away.startswith("__Host-hk_known=")
    assert "Secure" in away and "an" not in plain.partition("=")[2].split(".")
    for cookie in (plain, away):
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Domain" not in cookie


def test_twelve_tries_at_once_get_no_further_than_twelve_in_a_row(office, a_member, monkeypatch):
    a_member("an")
    tried, real = [], passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *given: tried.append(given) or real(*given))

    with ThreadPoolExecutor(12) as pool:
        here = list(pool.map(
            lambda _: log_in(at(office, "10.0.0.7"), password="wrong password"), range(12)
        ))  # fmt: skip
        there = list(pool.map(
            lambda n: log_in(at(office, f"10.0.1.{n}"), password="wrong password"), range(12)
        ))  # fmt: skip

    assert here.count(422) == logins.PER_LOGIN.most
    assert there.count(422) == FREELY - logins.PER_LOGIN.most
    assert len(tried) == FREELY, "what must wait is not even looked at"


def test_one_64_is_one_address_at_the_door(office, a_member, now):
    a_member("an")

    answers = [log_in(at(office, f"2001:db8::{n:x}"), password="wrong") for n in range(1, 8)]

    assert answers == [422] * logins.PER_LOGIN.most + [429] * 2


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/mat-khau", {"old": "{}", "new": "đồng lúa chín 2026", "again": "đồng lúa chín 2026"}),
        ("/mo-khan", {"password": "{}", "reason": "Cán bộ nghỉ ốm, hồ sơ đến hạn hôm nay"}),
        ("/ma-du-phong", {"password": "{}"}),
    ],
)
def test_an_open_session_does_not_serve_to_guess_its_password(
    office, logged_in, db, now, path, form
):
    chair = logged_in("chu-tich", role="chair")
    member = staff.by_login(db, "chu-tich")
    staff.set_totp(db, member.id, pyotp.random_base32(), actor="test", at=clock.now())

    def answer(password):
        filled = {name: value.format(password) for name, value in form.items()}
        return chair.post(path, data=filled)

    tries = [answer(f"wrong {n}").text for n in range(logins.AGAIN.most)]
    refused = answer(PASSWORD)

    assert not any("Xin chờ" in page for page in tries)
    assert refused.status_code in (422, 429)
    assert "Xin chờ 1 phút" in refused.text
    assert passwords.matches(PASSWORD, staff.by_id(db, member.id).password_hash)


def test_a_second_factor_is_not_guessed_by_giving_the_right_password_in_between(
    office, logged_in, db, now
):
    chair = logged_in("chu-tich", role="chair")
    member = staff.by_login(db, "chu-tich")
    staff.set_totp(db, member.id, pyotp.random_base32(), actor="test", at=clock.now())

    def guess(n):
        chair.post("/ma-du-phong", data={"password": PASSWORD})
        form = {"password": PASSWORD, "totp": f"{n:06d}", "reason": "Hồ sơ đến hạn hôm nay"}
        return "Xin chờ" in chair.post("/mo-khan", data=form).text

    assert [guess(n) for n in range(8)].count(True) == 8 - logins.AGAIN.most


# --- what is told of it


def reds(site):
    look = Daily(site, Debian(clock_is_set=lambda: True, updates=lambda: None)).look(site.store())
    return {row.name: row for row in look.rows if row.is_well is False}


def test_whose_login_is_guessed_at_stands_in_red_for_a_day(a_site, a_member, now):
    site = a_site(staff={"require_totp": False})
    app = staff_app(site, Address("127.0.0.1", 8081))
    a_member("an", name="Nguyễn Thị An")
    for n in range(FREELY - 1):
        log_in(at(app, f"198.51.100.{n}"), password="wrong password")
    assert "logins" not in reds(site)

    sixty(app)

    row = reds(site)["logins"]
    assert row.blanks["ten"] == "Nguyễn Thị An" and row.blanks["n"] == FREELY
    now[0] += clock.DAY + 1
    assert "logins" not in reds(site)


def test_guessing_at_a_known_browser_stands_in_red_too(a_site, a_member, now):
    site = a_site(staff={"require_totp": False})
    hers = at(staff_app(site, Address("127.0.0.1", 8081)), "10.0.0.7")
    a_member("an", name="Nguyễn Thị An")
    log_in(hers)

    for _ in range(logins.KNOWN.most):
        log_in(hers, password="wrong password")

    assert reds(site)["logins"].blanks["ten"] == "Nguyễn Thị An"


def test_one_try_at_each_of_many_logins_stands_in_red_too(a_site, now):
    site = a_site(staff={"require_totp": False})
    app = staff_app(site, Address("127.0.0.1", 8081))

    for n in range(logins.MANY):
        log_in(at(app, f"198.51.{n}.1"), f"name{n}", "wrong password")

    assert reds(site)["logins"].said == "staff.daily.logins"
