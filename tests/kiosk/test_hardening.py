"""Every answer of the public app carries what keeps browsers safe, and takes nothing from a page,
a name or an address that is not its own."""

import re

import pytest
from flask.testing import FlaskClient

from kiosk.apps import public_app
from tests.hardened import assert_hardened
from tests.kiosk.conftest import PUBLIC
from tests.kiosk.test_page_weight import NO_PAGES, PAGES

# What is no sound address as "none"; nothing there is named like that.
BLANKS = {"number": 1, "step": 1, "secret": "0" * 16, "code": "482173950688", "lang": "vi"}


def every_address(app):
    """Yield (endpoint, method, address) of all the app has, blanks filled with what is not
    there."""
    for rule in app.url_map.iter_rules():
        blanks = {name: BLANKS.get(name, "none") for name in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, blanks)
        for method in sorted(rule.methods):
            yield rule.endpoint, method, address


def test_every_answer_is_hardened(public, kiosk):
    public.test_client_class = FlaskClient  # not every answer brings a page to look at
    on_phone, at_kiosk = public.test_client(), public.test_client()
    at_kiosk.set_cookie("kiosk", kiosk.get_cookie("kiosk").value)
    seen = set()
    for endpoint, method, address in every_address(public):
        for browser in (on_phone, at_kiosk):
            assert_hardened(browser.open(address, method=method))
        seen.add(endpoint)

    assert seen >= PAGES.keys() | NO_PAGES


@pytest.mark.parametrize(
    ("method", "address", "more", "status"),
    [
        ("GET", "/khong-co", {}, 404),
        ("TRACE", "/", {}, 405),
        ("PUT", "/gui", {}, 405),
        ("XYZZY", "/t/482173950688", {}, 405),
        ("GET", "/", {"headers": {"Host": "evil.example"}}, 400),
        ("POST", "/gui", {"headers": {"Origin": "https://evil.example"}}, 403),
        ("POST", "/gui", {"data": b"x" * 1_000_000}, 413),
        ("POST", "/api/v1/proposals", {"data": "{"}, 415),
    ],
)
def test_a_refusal_is_hardened_too(citizen, method, address, more, status):
    answer = citizen.open(address, method=method, **more)

    assert answer.status_code == status
    assert_hardened(answer)


def test_tls_is_demanded_where_there_is_some_and_only_there(citizen):
    plain = citizen.get("/")
    tls = citizen.get("/", base_url="https://localhost")

    assert "Strict-Transport-Security" not in plain.headers
    assert tls.headers["Strict-Transport-Security"] == "max-age=31536000"


# --- forms of other sites


def test_no_form_is_taken_from_another_sites_page(public, citizen, kiosk, how_many):
    asked = 0
    for endpoint, method, address in every_address(public):
        if method in ("GET", "HEAD", "OPTIONS"):
            continue
        asked += 1
        for browser in (citizen, kiosk):
            for said in (
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8081"},
                {"Origin": "null"},
                {"Origin": "http://localhost.evil.example"},
                {"Referer": "http://evil.example/"},
                {"Accept": "text/html,*/*;q=0.8"},
            ):
                answer = browser.open(address, method=method, headers=said)
                assert answer.status_code == 403, (endpoint, said)
    assert asked > 10
    assert how_many() == 0


def test_an_old_browser_that_names_its_page_may_send_its_form(citizen, a_form, how_many):
    said = {"Referer": "http://localhost/gui", "Accept": "text/html"}

    assert citizen.post("/gui", data=a_form(), headers=said).status_code == 303
    assert how_many() == 1


# --- names and addresses


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "[", "a@localhost"]
)
def test_a_name_that_is_not_ours_is_refused(citizen, name):
    answer = citizen.get("/tra-cuu?ma=482173950688", headers={"Host": name})

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_what_a_stranger_says_of_a_proxy_changes_no_address(citizen, a_form):
    lies = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example",
        "Forwarded": "host=evil.example;proto=https", "X-Original-URL": "/evil",
        "X-Rewrite-URL": "/evil", "X-Forwarded-Prefix": "/evil",
    }  # fmt: skip

    sent = citizen.post("/gui", data=a_form(), headers=lies)

    receipt = citizen.get(sent.location, headers=lies)
    for answer in (sent, receipt, citizen.get("/", headers=lies)):
        assert "evil" not in str(answer.headers) + answer.text
    assert "http://127.0.0.1:8080/R/" in receipt.text or "/r/" in sent.location


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
        "/\t/evil.example", "/\r\nSet-Cookie: a=b", "\\\\evil.example", "evil.example", "///x.yz",
        "/%0d%0aSet-Cookie:a=b", "data:text/html,x", " //evil.example", "/..//evil.example",
    ],
)  # fmt: skip
def test_no_redirect_leads_to_another_host(citizen, kiosk, path):
    here = {"base_url": "http://localhost"}
    referer = "http://localhost" + "".join(filter(str.isprintable, path))
    for browser in (citizen, kiosk):
        answers = [
            browser.post(
                address, data={"to": "en", "larger": "1", "back": path}, **here, headers=said
            )
            for address in ("/ngon-ngu", "/hien-thi", "/nho-can-bo", "/logout")
            for said in ({"Origin": "http://localhost", "Referer": referer}, {})
        ] + [
            browser.get(address, query_string={name: path}, **here)
            for address in ("/", "/xong", "/tra-cuu", "/xac-minh", "/gui")
            for name in ("next", "back", "url", "ma", "return")
        ]
        answers += [browser.get(f"/{path}", **here), browser.get(f"//{path}", **here)]
        for answer in answers:
            where = answer.headers.get("Location", "/")
            assert re.match(r"(http://localhost)?/(?![/\\])", where), where
            assert "Set-Cookie: a" not in str(answer.headers)


@pytest.mark.parametrize(
    "path",
    [
        "/css/../../../etc/passwd.css", "/css/..%2f..%2fsettings.css", "/css/....//base.css",
        "/js/1/../../../etc/passwd.js", "/js/1/..%2f..%2f__init__.js", "/js/1/%2e%2e/x.js",
        "/static/../hienke.db", "/.git/config", "/.env", "/hienke.db", "/instance/secrets",
        "/media/", "/doc-len/vi/..%2f..%2fx.ogg", "/%00", "/css/base%00.css", "/server-status",
        "/debug", "/console",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file_that_is_not_served(citizen, path):
    answer = citizen.get(path)

    assert answer.status_code in (404, 308)
    assert "root:" not in answer.text and "receipt_key" not in answer.text


def test_the_cookies_of_visitors_are_kept_from_scripts_and_other_sites(a_site, db, kiosk):
    app = public_app(a_site(), PUBLIC)
    seen = []
    for scheme in ("http", "https"):
        browser = app.test_client()
        for answer in (
            browser.get("/gui/1", base_url=f"{scheme}://localhost"),
            browser.post("/ngon-ngu", data={"to": "en"}, base_url=f"{scheme}://localhost"),
        ):
            seen += [(scheme, one) for one in answer.headers.getlist("Set-Cookie")]

    assert len(seen) >= 2
    for scheme, cookie in seen:
        assert "SameSite=Lax" in cookie, cookie
        assert "Domain" not in cookie
        assert ("Secure" in cookie) == (scheme == "https"), cookie
