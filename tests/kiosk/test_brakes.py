"""What each brake of the public doors counts, and that nobody slips past one: not by twelve tries
at once, not by another address of the same household, not by a proxy that hides who asks."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk import limits, returning, taking
from kiosk.apps import public_app, staff_app
from kiosk.daily import Daily
from kiosk.daily.debian import Debian
from kiosk.status import own_data
from shared.db import throttle
from shared.db.connection import Store, StoreUnavailable
from shared.domain import clock, codes
from shared.runtime.listening import Address
from shared.store.files import uploads
from shared.store.people import devices
from shared.store.privacy import data_requests
from tests.kiosk.conftest import PUBLIC, watched

MISSES = 4


@pytest.fixture
def code(a_proposal):
    """The code of a kept proposal."""
    return a_proposal().code


@pytest.fixture
def now(monkeypatch):
    """The clock of the program: `now[0] += clock.HOUR` moves it."""
    at = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    return at


@pytest.fixture
def doors(a_site):
    """A public app where four misses an hour and three ideas a minute are enough."""
    few = {"lookup_misses_per_hour_ip": MISSES, "intake_per_minute_ip": 3}
    return watched(public_app(a_site(limits=few | {"lookup_misses_per_minute": 9999}), PUBLIC))


def at(app, address="203.0.113.7", **said):
    """Return a fresh browser at an address."""
    browser = app.test_client()
    browser.environ_base |= {"REMOTE_ADDR": address} | said
    return browser


def miss(browser, times=MISSES):
    """Look up codes that nobody was given; return the statuses."""
    return [browser.get(f"/t/{codes.new_code()}").status_code for _ in range(times)]


def idea(browser, key):
    """Send an idea; return the status."""
    form = {"key": key, "participant_type": "citizen", "title": "Cho hẹn giờ chứng thực",
            "solution": "Cho bà con nhắn tin xin một khung giờ."}  # fmt: skip
    return browser.post("/gui", data=form).status_code


# --- over the limit nothing is told


@pytest.mark.parametrize(
    "shape", ["/t/{}", "/xac-minh?ma={}", "/api/v1/proposals/{}", "/xac-minh/{}/bang-chung.json"]
)
def test_over_the_limit_a_code_that_there_is_is_answered_as_one_that_there_is_not(
    doors, code, shape, now
):
    browser, unknown = at(doors), codes.new_code()
    miss(browser)

    there, nowhere = browser.get(shape.format(code)), browser.get(shape.format(unknown))

    assert there.status_code == nowhere.status_code == 429
    assert there.text.replace(code, "") == nowhere.text.replace(unknown, "")
    assert sorted(there.headers) == sorted(nowhere.headers)
    assert there.headers["Retry-After"] == nowhere.headers["Retry-After"]


def test_over_the_limit_the_store_is_not_even_asked(doors, code, a_site):
    browser, asked = at(doors), []
    miss(browser)
    db = doors.extensions["hienke"].store()

    db.conn.set_trace_callback(asked.append)
    browser.get(f"/t/{code}")
    db.conn.set_trace_callback(None)

    assert not [sql for sql in asked if "proposal" in sql or "device_code" in sql]


def test_over_the_limit_people_are_told_what_to_do_in_their_language(doors, code):
    browser = at(doors)
    miss(browser)

    said = browser.get(f"/t/{code}").text
    browser.set_cookie("lang", "en")

    assert "quét mã QR" in said and "phút" in said
    assert "scan the QR" in browser.get(f"/t/{code}").text


def test_letters_and_codes_that_wait_at_a_kiosk_are_not_told_either(doors, db, kiosk):
    device = devices.everyone(db)[0]
    given = kiosk.post("/kiosk-ma", json={"held": 0, "unsent": 0, "waited": 0, "refused": 0,
                                          "files": 0}).get_json()  # fmt: skip
    assert device.id == given["device"]
    browser, waiting = at(doors), given["codes"][0]["code"]
    assert browser.get(f"/t/{waiting}").status_code == 200
    miss(browser)

    assert browser.get(f"/t/{waiting}").status_code == 429
    assert browser.get(f"/api/v1/proposals/{waiting}").status_code == 429


# --- whom it counts


@pytest.mark.parametrize(
    ("guesser", "neighbour", "is_shut"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_a_guesser_shuts_out_their_address_or_their_64_and_no_further(
    doors, code, guesser, neighbour, is_shut
):
    miss(at(doors, guesser))

    assert at(doors, neighbour).get(f"/t/{code}").status_code == (429 if is_shut else 200)


def test_sixty_addresses_of_one_64_get_no_more_guesses_than_one(doors):
    answers = [miss(at(doors, f"2001:db8::{n:x}"), 1)[0] for n in range(1, 61)]

    assert answers.count(404) == MISSES and answers.count(429) == 60 - MISSES


def test_a_browser_that_was_here_before_has_a_count_of_its_own(doors, code, now):
    known = at(doors)
    known.get("/tra-cuu")
    now[0] += returning.RIPENS
    miss(at(doors))
    assert at(doors).get(f"/t/{code}").status_code == 429

    assert known.get(f"/t/{code}").status_code == 200
    assert miss(known, MISSES + 1) == [404] * MISSES + [429]
    assert known.get(f"/t/{code}").status_code == 429

    now[0] += clock.HOUR
    assert known.get(f"/t/{code}").status_code == 200


def test_a_hundred_browsers_behind_one_address_do_not_shut_each_other_out(doors, code, now):
    known = []
    for _ in range(100):
        known.append(at(doors))
        known[-1].get("/tra-cuu")
        now[0] += 3 * clock.MINUTE
    now[0] += returning.RIPENS

    for browser in known:
        assert miss(browser, MISSES - 1) == [404] * (MISSES - 1)
    assert {browser.get(f"/t/{code}").status_code for browser in known} == {200}


def test_a_cookie_younger_than_ten_minutes_counts_for_nothing(doors, code, now):
    fresh = at(doors)
    fresh.get("/tra-cuu")
    now[0] += returning.RIPENS - 1000
    miss(at(doors))

    refused = fresh.get(f"/t/{code}")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60", "then it counts, and need not wait for the hour"

    now[0] += clock.MINUTE
    assert fresh.get(f"/t/{code}").status_code == 200


@pytest.mark.parametrize("change", ["forged", "cut", "of another site", "from the future", "old"])
def test_a_cookie_that_is_not_ours_or_over_counts_for_nothing(doors, code, now, change):
    browser = at(doors)
    if change == "from the future":
        now[0] += clock.DAY
    browser.get("/tra-cuu")
    given = browser.get_cookie("device").value
    now[0] += {"from the future": -clock.DAY, "old": returning.LASTS + 1000}.get(
        change, returning.RIPENS
    )
    bent = {"forged": "x" + given[1:], "cut": given[:-1], "of another site": "a.b.c"}
    browser.set_cookie("device", bent.get(change, given))
    miss(at(doors))

    assert browser.get(f"/t/{code}").status_code == 429


def test_whoever_collects_cookies_gets_thirty_an_hour_at_one_address(doors, now):
    given = [at(doors, f"2001:db8::{n:x}").get("/tra-cuu").headers for n in range(1, 101)]

    assert sum("Set-Cookie" in one for one in given) == returning.AN_HOUR
    assert "Set-Cookie" in at(doors, "2001:db8:0:1::1").get("/tra-cuu").headers


def test_the_cookie_is_given_where_codes_are_typed_and_nowhere_else(doors, code, a_proposal,
                                                                     secret_of, kiosk):  # fmt: skip
    secret = secret_of(a_proposal())
    asking = ("/tra-cuu", "/xac-minh", f"/t/{codes.new_code()}")
    others = ("/", "/gui", "/rt", "/tro-giup", f"/t/{code}", f"/r/{secret}",
              f"/api/v1/proposals/{codes.new_code()}")  # fmt: skip

    for path in asking:
        cookie = at(doors).get(path).headers["Set-Cookie"]
        assert cookie.startswith("device=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert f"Max-Age={returning.LASTS // 1000}" in cookie
    assert [at(doors).get(path).headers.get("Set-Cookie") for path in others] == [None] * 7
    assert "Set-Cookie" not in kiosk.get("/tra-cuu").headers, "a kiosk is everybody's"


def test_a_browser_keeps_the_cookie_that_it_has(doors, now):
    browser = at(doors)
    browser.get("/tra-cuu")

    assert "Set-Cookie" not in browser.get("/xac-minh").headers


def test_one_visitor_of_a_kiosk_does_not_shut_out_the_next(kiosk, code):
    assert miss(kiosk, 25) == [404] * 25

    kiosk.get("/xong")

    assert kiosk.get(f"/t/{code}").status_code == 200


def test_a_kiosk_whose_cookie_was_taken_away_does_not_serve_to_guess_without_end(
    kiosk, code, monkeypatch
):
    waited = []
    monkeypatch.setattr(limits.time, "sleep", waited.append)

    got = miss(kiosk, 310)

    assert got == [404] * 300 + [429] * 10
    assert len(waited) == 241 and max(waited) <= 5
    assert kiosk.get(f"/t/{code}").status_code == 429


# --- twelve at once


def together(app, times, do):
    """Let so many threads begin at the same moment; return what they got."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(do, range(times)))


def test_twelve_guesses_at_once_are_no_more_than_four(doors, code):
    wanted = [codes.new_code() for _ in range(11)] + [code]
    got = together(doors, 12, lambda n: at(doors).get(f"/t/{wanted[n]}").status_code)

    assert got.count(404) == MISSES
    assert got.count(429) >= 12 - MISSES - 1


def test_twelve_ideas_at_once_are_no_more_than_three(doors, how_many):
    got = together(doors, 12, lambda n: idea(at(doors, f"2001:db8::{n + 1:x}"), f"key-{n}"))

    assert got.count(303) == 3 and got.count(429) == 9
    assert how_many() == 3


def test_twelve_tries_at_once_pull_a_stored_brake_no_further_than_it_goes(instance):
    brake, now = throttle.Brake("guess", 10, clock.HOUR), clock.now()

    def pull(_: int) -> int:
        db: Store = instance.open()
        try:
            return throttle.take(db, ((brake, "a"),), now)
        finally:
            db.close()

    got = together(None, 12, pull)

    assert got.count(0) == 10


# --- a store that cannot be written to


def test_a_full_disk_lets_nobody_guess(doors, code, monkeypatch):
    def full(*_, **__):
        raise StoreUnavailable("disk full")

    monkeypatch.setattr(throttle, "count", full)
    browser = at(doors)

    assert miss(browser, MISSES + 1) == [404] * MISSES + [429]
    assert browser.get(f"/t/{code}").status_code == 429


# --- behind a proxy


def test_behind_a_proxy_that_hides_who_asks_the_brakes_hold(doors, code, how_many):
    via = {"REMOTE_ADDR": "127.0.0.1", "HTTP_VIA": "1.1 proxy"}

    sent = [idea(at(doors, "127.0.0.1", **via), f"key-{n}") for n in range(5)]
    miss(at(doors, "127.0.0.1", **via))

    assert sent == [303, 303, 303, 429, 429]
    assert at(doors, "127.0.0.1", **via).get(f"/t/{code}").status_code == 429
    assert at(doors, "127.0.0.1").get(f"/t/{code}").status_code == 200


def test_each_whom_a_proxy_names_is_counted_alone(doors, code):
    def behind(address):
        return at(doors, "127.0.0.1", HTTP_X_REAL_IP=address)

    miss(behind("203.0.113.7"))

    assert behind("203.0.113.7").get(f"/t/{code}").status_code == 429
    assert behind("203.0.113.8").get(f"/t/{code}").status_code == 200


def test_this_very_pc_sends_as_much_as_it_likes(doors):
    assert {idea(at(doors, "127.0.0.1"), f"key-{n}") for n in range(5)} == {303}


def test_a_proxy_that_hides_who_asks_is_told_of_in_red(a_site, now):
    site = a_site(office={"hosts": ("tanan.example.vn",)})
    app, db = public_app(site, PUBLIC), site.store()
    staff_app(site, Address("127.0.0.1", 8081))

    def reds():
        rows = Daily(site, Debian(clock_is_set=lambda: True, updates=lambda: None)).look(db).rows
        return [row.name for row in rows if row.is_well is False]

    at(app, "127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7").get("/")
    assert "proxy" not in reds()

    at(app, "127.0.0.1").get("/", base_url="http://tanan.example.vn")
    assert "proxy" in reds()

    now[0] += clock.DAY + 1
    assert "proxy" not in reds()


# --- what may lie there at once


def test_twelve_files_announced_at_once_are_no_more_than_an_idea_takes(
    doors, a_proposal, secret_of, monkeypatch, db
):
    monkeypatch.setattr(taking, "MOST_FILES", 3)
    proposal = a_proposal()
    said = {
        "Tus-Resumable": "1.0.0", "Upload-Length": "1000", "Upload-Metadata": "kind aW1hZ2U=",
    }  # fmt: skip

    def announce(_):
        return at(doors, "127.0.0.1").post(f"/r/{secret_of(proposal)}/tus", headers=said)

    got = [one.status_code for one in together(doors, 12, announce)]

    assert got.count(201) == len(uploads.open_of(db, proposal.id)) == 3


def test_twelve_questions_at_once_are_no_more_than_five(doors, a_proposal, secret_of, db):
    proposal = a_proposal()
    path = f"/r/{secret_of(proposal)}/du-lieu"

    together(doors, 12, lambda n: at(doors).post(path, data={"kind": "access", "key": f"k{n}"}))

    assert len(data_requests.of_proposal(db, proposal.id)) == own_data.MOST_OPEN


def test_twelve_slips_tried_at_once_are_no_more_than_five(doors, db):
    devices.add(db, "Kiosk 1", codes.secret_hash("link"), actor="test", at=clock.now())
    first = at(doors)
    first.get("/kiosk/link")
    first.get("/lam-tiep")
    cookies = {name: first.get_cookie(name).value for name in ("kiosk", "visit")}

    def guess(n):
        browser = at(doors)
        for name, value in cookies.items():
            browser.set_cookie(name, value)
        return browser.post("/lam-tiep", data={"so": f"{n:04d}"}).status_code

    got = together(doors, 12, guess)

    assert got.count(404) == 5 and got.count(429) == 7
