"""Whatever stands behind the question mark of an address, a page comes back and says what it is."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.kiosk.test_hardening import every_address
from tests.walker import every_route

KIOSK = Path(__file__).resolve().parents[3] / "kiosk"
# Each stands behind every name that a page asks for, all names at once.
ODD = (
    "", "\0", "-1", "0", "9" * 40, "1e999", "٣", "½", "x" * 3000, "31/02/2026", "2026-13-01",
    "0001-01-01", "99999-01-01", "9223372036854775808", "none", "%s{}{{7*7}}", "\u202e\u200b",
    "😀" * 60, "a\r\nb", "../../etc/passwd", "' OR 1=1 --", "_%", "http://[", "482173950688",
)  # fmt: skip


def names():
    """Return every name that a page reads from its address."""
    read = re.compile(r'\bargs(?:\.get|\.getlist)?[(\[]\s*"([^"]+)"')
    return sorted({name for at in KIOSK.rglob("*.py") for name in read.findall(at.read_text())})


def assert_answers(client, addresses):
    """Open each address with odd values, the next few each time, and see no fault."""
    asked, seen = names(), {}
    for place, address in enumerate(addresses):
        for odd in (ODD[(3 * place + step) % len(ODD)] for step in range(3)):
            answer = client.get(address, query_string=[(name, odd) for name in asked])
            seen[address, odd] = answer.status_code
    assert {asked for asked, status in seen.items() if status >= 500} == set()
    return len(seen)


def test_the_names_are_found():
    assert {"q", "ma", "trang", "nam", "ngay", "moi", "after", "chon"} <= set(names())


@pytest.mark.parametrize("role", ["receptionist", "chair", "admin"])
def test_a_page_of_the_office_takes_any_question(office, logged_in, a_proposal, role):
    routes = every_route(office, a_proposal().code)
    pages = sorted({at for _, method, at in routes if method == "GET" and "/js/" not in at})

    assert assert_answers(logged_in("an", role=role), pages) > 250


def test_a_page_of_citizens_takes_any_question(public, kiosk, a_proposal, secret_of):
    own = f"/r/{secret_of(a_proposal())}"
    pages = {at for _, method, at in every_address(public) if method == "GET"}
    pages |= {at.replace(f"/r/{'0' * 16}", own) for at in pages}

    public.test_client_class = FlaskClient  # not every answer brings a page to look at
    on_phone, at_kiosk = public.test_client(), public.test_client()
    at_kiosk.set_cookie("kiosk", kiosk.get_cookie("kiosk").value)

    for browser in (on_phone, at_kiosk):
        assert assert_answers(browser, sorted(pages)) > 150
