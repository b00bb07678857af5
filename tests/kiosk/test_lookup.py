"""Looking up: twelve digits however they are typed, what a scanner types, and nobody's guesses."""

import html
import unicodedata

import pytest

from kiosk import limits
from kiosk.apps import public_app
from shared.domain import codes
from shared.domain.proposal import Status
from shared.runtime.places import Places
from shared.store.cases import proposals
from tests.kiosk.conftest import PUBLIC, watched


@pytest.fixture
def code(a_proposal):
    """The code of a kept proposal."""
    return a_proposal(name="Trần Thị Mận", phone="0912345678", consents={"store": True}).code


@pytest.mark.parametrize(
    "shape",
    ["{}", "{:.4} {:.4} {:.4}", "{0}-{1}-{2}", "{0}.{1}.{2}", " {0} {1} {2} ", "{0}\u00a0{1}–{2}",
     "{0}\u200b{1}\t{2}\n", "\u202a{0} {1} {2}\u202c", "\u2068{0}\u00ad‑{1}−{2}\u2069\ufeff"],
)  # fmt: skip
def test_a_code_is_found_however_it_is_typed(citizen, code, shape):
    parts = (code,) if shape == "{}" else (code[:4], code[4:8], code[8:])

    found = citizen.get("/tra-cuu", query_string={"ma": shape.format(*parts)})

    assert (found.status_code, found.location) == (303, f"/t/{code}")


@pytest.mark.parametrize("page", ["/tra-cuu", "/xac-minh"])
@pytest.mark.parametrize(
    "copied", ["TT {}", "tt{}", "Mã số: {}", "ma so {}", '"{}"', "http://127.0.0.1:8080/t/{}"]
)
def test_a_code_is_found_in_what_is_copied_from_a_receipt(citizen, code, page, copied):
    found = citizen.get(page, query_string={"ma": copied.format(code)})

    where = {"/tra-cuu": (303, f"/t/{code}"), "/xac-minh": (200, None)}[page]
    assert (found.status_code, found.location) == where


def test_o_and_l_on_worn_paper_are_read_as_digits(citizen, code):
    typed = code.replace("0", "O", 1).replace("1", "l", 1)

    assert citizen.get("/tra-cuu", query_string={"ma": typed}).location == f"/t/{code}"


@pytest.mark.parametrize(
    "shape",
    ["{url}", "{lower}", "{capitals}", "{secret}", "{small}", "  {url}\r\n", "{grouped}",
     "https://elsewhere.example/r/{secret}"],
)  # fmt: skip
def test_what_a_scanner_types_opens_the_receipt(citizen, a_proposal, secret_of, shape):
    secret = secret_of(a_proposal())
    url = codes.receipt_url("http://127.0.0.1:8080", secret)
    typed = shape.format(
        url=url, lower=url.lower(), capitals=url.upper(), secret=secret, small=secret.lower(),
        grouped="-".join(secret[at : at + 4] for at in range(0, 16, 4)),
    )  # fmt: skip

    found = citizen.get("/tra-cuu", query_string={"ma": typed})

    assert (found.status_code, found.location) == (303, f"/r/{secret}")


@pytest.mark.parametrize("page", ["/tra-cuu", "/xac-minh"])
def test_a_scanner_that_typed_through_telex_opens_the_receipt_all_the_same(
    citizen, a_proposal, secret_of, page
):
    proposal = next(one for one in iter(a_proposal, None) if "W" in secret_of(one))
    typed = codes.receipt_url("http://127.0.0.1:8080", secret_of(proposal)).replace("W", "Ư")

    found = citizen.get(page, query_string={"ma": typed})

    if page == "/tra-cuu":
        assert (found.status_code, found.location) == (303, f"/r/{secret_of(proposal)}")
    else:
        assert found.status_code == 200 and codes.grouped(proposal.code) in found.text


def test_what_no_receipt_was_issued_for_opens_nothing_however_it_is_read(citizen):
    typed = "http://127.0.0.1:8080/R/HMTƯFF66ABCDEFGH"

    assert citizen.get("/tra-cuu", query_string={"ma": typed}).status_code == 422


@pytest.mark.parametrize(
    "typed",
    ["", " ", "123", "4821 7395 0689", "abc", "🌾", "١٢٣٤٥٦٧٨٩٠١٢", "1" * 13, "1" * 5000,
     "<script>alert(1)</script>", "' OR 1=1 --", "\x00", "\u202e889",
     unicodedata.normalize("NFD", "mã số"),
     "HTTP://127.0.0.1:8080/R/KHONG", "/r/"],
)  # fmt: skip
def test_what_is_no_code_gets_a_friendly_page(citizen, typed):
    for page in (
        citizen.get("/tra-cuu", query_string={"ma": typed}),
        citizen.get("/xac-minh", query_string={"ma": typed}),
    ):
        assert page.status_code == 422
        assert "Xin" in page.text
        assert "<script" not in page.text


@pytest.mark.of_sqlite
def test_a_wrong_check_digit_never_reaches_the_store(a_site, code):
    site = a_site()
    app = watched(public_app(site, PUBLIC))
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    browser = app.test_client()
    browser.get("/")  # what every page asks of the store is asked now
    asked: list[str] = []
    for address in (f"/t/{wrong}", f"/xac-minh?ma={wrong}", f"/tra-cuu?ma={wrong}"):
        with app.test_request_context(address):
            site.store().conn.set_trace_callback(asked.append)
            assert app.full_dispatch_request().status_code in (404, 422)

    assert [sql for sql in asked if "proposal" in sql or "throttle" in sql] == []


def test_wrong_check_digits_lock_nobody_out(citizen, code):
    for n in range(30):
        citizen.get(f"/t/{n:012d}")

    assert citizen.get(f"/t/{code}").status_code == 200


# --- what the code shows


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.NOT_RECOGNISED, Status.WITHDRAWN])
def test_the_public_pages_never_show_a_name_a_number_or_a_word(citizen, a_proposal, status):
    told = {
        "name": "Tên Riêng Tư", "phone": "0987654321", "hamlet": "Ấp Kín",
        "title": "Tựa đề kín đáo", "solution": "Lời giải riêng tư",
        "current_state": "Hiện trạng riêng tư",
        "expected_effect": "Hiệu quả riêng tư", "guardian": "Người giám hộ",
        "participant_type": "official", "unit": "Đơn vị kín", "position": "Chức vụ kín",
    }  # fmt: skip
    code = a_proposal(status=status, consents={"store": True, "name_me": True}, **told).code

    shown = [
        citizen.get(f"/t/{code}"),
        citizen.get(f"/xac-minh?ma={code}"),
        citizen.get(f"/api/v1/proposals/{code}"),
    ]

    for page in shown:
        assert page.status_code == 200
        text = html.unescape(page.text) + page.get_data().decode("unicode_escape", "replace")
        for said in told.values():
            if said != "official":
                assert said not in text
        assert "654321" not in text.replace(" ", "")


def test_the_status_page_says_where_it_stands(citizen, a_proposal):
    code = a_proposal(status=Status.UNDER_APPRAISAL).code

    page = citizen.get(f"/t/{code[:4]}-{code[4:8]}-{code[8:]}", follow_redirects=True).text

    assert f"{code[:4]} {code[4:8]} {code[8:]}" in page
    assert "Đang xem xét" in page
    assert "Xem xong, xã làm thử hoặc trình Hội đồng." in page


def test_a_genuine_receipt_is_told_from_a_made_up_one(citizen, code):
    assert "Phiếu thật." in citizen.get(f"/xac-minh?ma={code}").text
    assert "Chưa thấy mã số này" in citizen.get(f"/xac-minh?ma={codes.new_code()}").text


# --- guessing


@pytest.fixture
def strict(a_site):
    """A site where three misses an hour are enough."""
    return watched(
        public_app(
            a_site(limits={"lookup_misses_per_hour_ip": 3, "lookup_misses_per_minute": 100}), PUBLIC
        )
    )


@pytest.mark.parametrize("shape", ["/t/{}", "/api/v1/proposals/{}", "/xac-minh?ma={}"])
def test_an_address_that_guesses_codes_is_made_to_wait(strict, code, shape):
    browser = strict.test_client()

    guessed = [browser.get(shape.format(codes.new_code())).status_code for _ in range(4)]
    answer = browser.get(shape.format(code))

    assert guessed == [404, 404, 404, 429]
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert code not in answer.text.replace(" ", "") or "value=" in answer.text


def test_whoever_mistyped_codes_still_opens_their_own_receipt(strict, a_proposal, secret_of):
    browser, proposal = strict.test_client(), a_proposal()
    secret = secret_of(proposal)
    for _ in range(4):
        browser.get(f"/t/{codes.new_code()}")
    assert browser.get(f"/t/{proposal.code}").status_code == 429

    opened = [
        browser.get(f"/r/{secret}"),
        browser.get(f"/r/{secret}/phieu"),
        browser.get(f"/r/{secret}/gui-tep"),
        browser.options(f"/r/{secret}/tus"),
        browser.get("/xac-minh", query_string={"ma": f"https://x.example/R/{secret}"}),
        browser.get("/tra-cuu", query_string={"ma": secret}, follow_redirects=True),
    ]

    assert {one.status_code for one in opened} <= {200, 204}


def test_only_the_address_that_guessed_has_to_wait(strict, code):
    guesser, neighbour = strict.test_client(), strict.test_client()

    for _ in range(5):
        guesser.get(f"/t/{codes.new_code()}", environ_base={"REMOTE_ADDR": "203.0.113.7"})

    assert neighbour.get(f"/t/{code}").status_code == 200


def test_a_restart_forgives_nobody(a_site, code):
    for _ in range(3):
        app = watched(public_app(a_site(limits={"lookup_misses_per_hour_ip": 3}), PUBLIC))
        app.test_client().get(f"/t/{codes.new_code()}")

    app = watched(public_app(a_site(limits={"lookup_misses_per_hour_ip": 3}), PUBLIC))
    assert app.test_client().get(f"/t/{code}").status_code == 429


def test_a_kiosk_is_never_locked_out(a_site, kiosk, code):
    for _ in range(25):
        kiosk.get(f"/t/{codes.new_code()}")

    assert kiosk.get(f"/t/{code}").status_code == 200


def test_many_guessers_at_once_are_slowed_and_nobody_else(a_site, code, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(limits.time, "sleep", waited.append)
    app = watched(public_app(a_site(limits={"lookup_misses_per_minute": 3}), PUBLIC))
    browser = app.test_client()

    for n in range(5):
        browser.get(f"/t/{codes.new_code()}", environ_base={"REMOTE_ADDR": f"203.0.113.{n}"})

    assert len(waited) == 3 and waited == sorted(waited)
    assert waited[0] == limits.GUESS_DELAY_SECONDS
    assert browser.get(f"/t/{code}").status_code == 200
    assert len(waited) == 3


@pytest.mark.of_sqlite
def test_no_guesser_waits_for_longer_than_five_seconds(a_site, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(limits.time, "sleep", waited.append)
    app = watched(public_app(a_site(limits={"lookup_misses_per_minute": 1}), PUBLIC))
    browser = app.test_client()

    answers = [
        browser.get(f"/t/{codes.new_code()}", environ_base={"REMOTE_ADDR": f"198.51.100.{n}"})
        for n in range(60)
    ]

    assert {one.status_code for one in answers} == {404}, "the total refuses nobody"
    assert len(waited) == 60 and max(waited) == limits.LONGEST_DELAY_SECONDS == 5


@pytest.mark.of_sqlite
def test_while_guessers_wait_the_next_ones_are_answered_and_hold_no_thread(a_site, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(limits.time, "sleep", waited.append)
    monkeypatch.setattr(limits, "_waiting_rooms", Places(1))
    app = watched(public_app(a_site(limits={"lookup_misses_per_minute": 1}), PUBLIC))
    browser = app.test_client()

    with limits._waiting_rooms.one():
        answers = [browser.get(f"/t/{codes.new_code()}").status_code for _ in range(3)]

    assert answers == [404, 404, 404]
    assert waited == []


def test_a_look_up_changes_nothing(citizen, db, code):
    before = proposals.by_code(db, code)

    citizen.get(f"/t/{code}")

    assert proposals.by_code(db, code) == before
