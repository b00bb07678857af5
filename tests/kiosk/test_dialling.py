"""A telephone number on a page dials or begins an SMS; a kiosk's does neither."""

import pytest

from kiosk.apps import public_app
from tests.kiosk.conftest import PUBLIC, watched

TEL, SIM = 'href="tel:+842513861111"', 'href="sms:+84912345678?&amp;body='


@pytest.fixture
def pages(a_proposal, secret_of):
    """Where a number stands, each with the words that an SMS begins with, "" for none."""
    case = a_proposal(phone="0987654321", consents={"store": True, "sms": True})
    return {
        "/tro-giup": "SK%20",
        "/tra-cuu": "",
        f"/t/{case.code}": "",
        f"/r/{secret_of(case)}": f"TT%20{case.code}",
        "/xac-minh": "",
        "/khong-co": "",
    }


def test_a_telephone_dials_the_numbers_it_reads(citizen, pages):
    for address, begins in pages.items():
        page = citizen.get(address).text
        assert TEL in page, address
        assert not begins or f'{SIM}{begins}"' in page, address


def test_a_receipt_begins_the_sms_that_confirms_the_number(citizen, a_proposal, secret_of):
    agreed = a_proposal(phone="0987654321", consents={"store": True, "sms": True})
    silent = a_proposal(phone="0987654321", consents={"store": True})

    assert f'{SIM}DY%20{agreed.code}"' in citizen.get(f"/r/{secret_of(agreed)}").text
    assert "DY%20" not in citizen.get(f"/r/{secret_of(silent)}").text


def test_a_kiosk_has_no_such_link(kiosk, pages):
    for address in pages:
        assert 'href="tel:' not in kiosk.get(address).text, address
        assert 'href="sms:' not in kiosk.get(address).text, address


@pytest.mark.parametrize(
    ("number", "dialled"),
    [("1022", "1022"), ("0251.3861.111", "+842513861111"), ("hỏi ở quầy", None), ("<b>1022", None)],
)
def test_only_what_can_be_dialled_is_a_link(a_site, number, dialled):
    page = watched(public_app(a_site(office={"phone": number}), PUBLIC)).test_client()

    links = page.get("/tro-giup").text.count('href="tel:')

    assert links == (dialled is not None)
    assert dialled is None or f'href="tel:{dialled}"' in page.get("/tro-giup").text
