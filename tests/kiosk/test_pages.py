"""Every page of the public app: sound, strict, and clear when something is wrong."""

import re

import pytest

from kiosk.apps import public_app
from shared.domain.proposal import Status
from shared.runtime.listening import Address
from tests.conftest import ROAD
from tests.kiosk.conftest import watched

PLAIN = ("/", "/gui", "/gui/1", "/tra-cuu", "/xac-minh", "/tro-giup", "/rt")


@pytest.mark.parametrize("path", PLAIN)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_speaks_both_languages(citizen, path, language):
    citizen.post("/ngon-ngu", data={"to": language, "back": "/"})

    page = citizen.get(path, follow_redirects=True)

    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


@pytest.mark.parametrize("status", ROAD)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_status_and_receipt_pages_are_sound_at_every_status(
    citizen, a_proposal, secret_of, status, language
):
    citizen.set_cookie("lang", language)
    proposal = a_proposal(status=status)
    secret = secret_of(proposal)

    for path in (f"/t/{proposal.code}", f"/r/{secret}", f"/r/{secret}/phieu", f"/r/{secret}/rut"):
        page = citizen.get(path)
        assert page.status_code == 200, path
        assert "{" not in page.text.partition("</style>")[2], f"a blank was left open on {path}"


def test_a_kiosk_gets_the_same_sound_pages(kiosk, a_proposal, secret_of):
    secret = secret_of(a_proposal(status=Status.NOT_RECOGNISED))
    kiosk.get(f"/tra-cuu?ma={secret}")

    for path in (*PLAIN, f"/r/{secret}", f"/r/{secret}/phieu"):
        page = kiosk.get(path, follow_redirects=True)
        assert page.status_code == 200, path
        assert 'class="kiosk"' in page.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/khong-co", 404),
        ("GET", "/gui/0", 404),
        ("GET", "/gui/13", 404),
        ("GET", "/gui/99999999999999999999999", 404),
        ("POST", "/gui/13", 404),
        ("GET", "/kiosk/khong-phai", 404),
        ("GET", "/r/0000000000000000", 404),
        ("GET", "/r/%F0%9F%8C%BE", 404),
        ("GET", "/t/123", 404),
        ("GET", "/t/%00%0A", 404),
        ("GET", "/css/../../setup.cfg.css", 404),
        ("GET", "/css/%2e%2e%2f%2e%2e%2fbase.css", 404),
        ("GET", "/static/css/base.css", 404),
        ("GET", "/js/1/../../web.js", 404),
        ("GET", "/js/1/khong-co.js", 404),
        ("GET", "/.git/config", 404),
        ("DELETE", "/gui", 405),
        ("TRACE", "/", 405),
        ("POST", "/t/482173950688", 405),
    ],
)
def test_a_wrong_address_gets_a_page_that_says_what_to_do(citizen, method, path, status):
    page = citizen.open(path, method=method)

    assert page.status_code == status
    assert page.mimetype == "text/html"
    assert "Về trang đầu" in page.text or "Mã số trên phiếu" in page.text


def test_an_unforeseen_fault_is_a_page_without_its_secrets(public, citizen, monkeypatch):
    def broken() -> str:
        raise RuntimeError("secret inner life")

    public.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(public.view_functions, "citizen.help_page", broken)

    page = citizen.get("/tro-giup")

    assert page.status_code == 500
    assert "Lỗi ở phía xã" in page.text
    assert "secret" not in page.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b", "[::1"])
def test_an_unknown_host_is_refused(citizen, host):
    for path in ("/", "/api/v1/proposals/482173950688"):
        assert citizen.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8080", "localhost", "[::1]:8080", "hienke.example.vn", "kiosk.lan", "10.0.0.7"],
)
def test_the_hosts_of_the_settings_are_served(a_site, host):
    site = a_site("https://hienke.example.vn", office={"hosts": ("kiosk.lan",)})
    app = watched(public_app(site, Address("10.0.0.7", 8080)))

    assert app.test_client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8081"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_a_form_on_a_foreign_page_keeps_nothing(citizen, how_many, a_form, headers):
    answer = citizen.post("/gui", data=a_form(), headers=headers)

    assert answer.status_code == 403
    assert how_many() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
def test_a_form_of_our_own_page_is_kept(citizen, how_many, a_form, headers):
    citizen.post("/gui", data=a_form(), headers=headers)

    assert how_many() == 1


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "",
        "evil", "javascript:alert(1)", "/\n/evil.example", "http:evil.example", "\\\\evil.example",
        "/%0d%0aLocation:evil", "/" + "a" * 5000,
    ],
)  # fmt: skip
def test_nothing_leads_to_another_site(citizen, back):
    answer = citizen.post("/ngon-ngu", data={"to": "en", "back": back})

    assert answer.status_code == 303
    assert answer.location.startswith("/") and not answer.location.startswith(("//", "/\\"))


def test_the_language_is_kept_and_goes_back_where_it_was_chosen(citizen):
    answer = citizen.post(
        "/ngon-ngu", data={"to": "en"}, headers={"Referer": "http://localhost/tra-cuu?ma=1"}
    )

    assert answer.location == "/tra-cuu?ma=1"
    assert '<html lang="en"' in citizen.get("/tro-giup").text


@pytest.mark.parametrize("referrer", ["", "http://evil.example//evil.example/", "about:blank", "?"])
def test_the_language_can_be_chosen_where_a_browser_hides_whence_it_comes(citizen, referrer):
    said = {"Origin": "http://localhost", "Referer": referrer}

    answer = citizen.post("/ngon-ngu", data={"to": "en"}, headers=said)

    assert answer.location == "/"


def test_an_unknown_language_is_not_kept(citizen):
    citizen.post("/ngon-ngu", data={"to": "<script>", "back": "/"})

    assert '<html lang="vi"' in citizen.get("/").text


def test_a_style_sheet_is_kept_for_good_and_a_page_never(citizen):
    from kiosk.assets import style_url

    sheet = citizen.get(style_url("base", "components/button"))

    assert sheet.status_code == 200
    assert "immutable" in sheet.headers["Cache-Control"]
    assert citizen.get("/").headers["Cache-Control"] == "no-store"


def test_a_module_is_kept_for_good_under_an_address_that_changes_with_it(kiosk):
    address = re.search(r'<script type="module" src="([^"]+)"', kiosk.get("/").text)[1]

    now, before = kiosk.get(address), kiosk.get("/js/0123456789ab/kiosk.js")

    assert now.mimetype == "text/javascript"
    assert "immutable" in now.headers["Cache-Control"]
    assert before.data == now.data
    assert before.headers["Cache-Control"] == "no-store"


def test_only_a_kiosk_is_given_script(citizen, kiosk):
    for visitor, is_given in ((citizen, False), (kiosk, True)):
        page = visitor.get("/")

        assert ("<script" in page.text) is is_given
        assert ("script-src 'self';" in page.headers["Content-Security-Policy"]) is is_given


def test_the_page_of_a_fault_does_not_ask_again_what_failed(kiosk, db):
    db.write("ALTER TABLE device RENAME TO gone")

    page = kiosk.get("/tro-giup")

    assert page.status_code == 500
    assert "<h1>" in page.text
