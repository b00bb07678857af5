"""Every answer of the staff app carries what keeps browsers safe, and none stays behind in one."""

import pytest

from tests.hardened import assert_hardened
from tests.kiosk.staff.conftest import PASSWORD
from tests.walker import every_route

FILES_THAT_STAY = ("web.style_sheet", "web.module", "web.favicon")


@pytest.mark.parametrize("role", ["officer", "admin", ""])
def test_every_answer_is_hardened_and_kept_by_nobody(office, logged_in, a_proposal, role):
    client = logged_in("an", role=role) if role else office.test_client()

    for endpoint, method, address in list(every_route(office, a_proposal().code)):
        if endpoint == "staff.log_out":
            continue
        answer = client.open(address, method=method)
        assert_hardened(answer)
        if endpoint not in FILES_THAT_STAY:
            assert "no-store" in answer.headers["Cache-Control"], address
        if answer.mimetype == "text/html":
            assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("method", "address", "more", "status"),
    [
        ("GET", "/khong-co", {}, 404),
        ("TRACE", "/login", {}, 405),
        ("GET", "/", {"headers": {"Host": "evil.example"}}, 400),
        ("POST", "/login", {"headers": {"Origin": "null"}}, 403),
        ("POST", "/login", {"data": {"password": "x" * 1_000_000}}, 413),
    ],
)
def test_a_refusal_is_hardened_too(office, method, address, more, status):
    answer = office.test_client().open(address, method=method, **more)

    assert answer.status_code == status
    assert_hardened(answer)


def test_no_form_is_taken_from_another_sites_page(office, officer, a_proposal):
    stranger = office.test_client()
    for endpoint, method, address in list(every_route(office, a_proposal().code)):
        if method == "GET":
            continue
        for browser in (officer, stranger):
            for said in (
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8080"},
                {"Origin": "null"},
                {"Referer": "http://localhost:8080/"},
                {"Accept": "text/html"},
            ):
                answer = browser.open(address, method=method, headers=said)
                assert answer.status_code == 403, (endpoint, said)


def test_a_page_that_only_reads_changes_nothing(officer, office, db, a_proposal):
    code = a_proposal().code
    tables = [
        name
        for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        if name not in ("session", "event", "heartbeat") and not name.startswith("proposal_fts_")
    ]

    def state():
        return {name: db.rows(f"SELECT * FROM {name}") for name in tables}

    before = state()
    for _, method, address in list(every_route(office, code)):
        if method == "GET":
            officer.get(address)

    assert state() == before


def test_logging_out_leaves_nothing_in_the_browser(officer):
    answer = officer.post("/logout")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert officer.get_cookie("hk_staff") is None


def test_a_login_through_the_offices_proxy_is_held_by_tls(office, a_member):
    a_member("an")
    answer = office.test_client().post(
        "/login", data={"login": "an", "password": PASSWORD}, base_url="https://localhost"
    )

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
