"""The sheets for the notice board: each can be printed again, and says what one compares."""

import pytest

from shared import clock, ledger
from shared.store import heads
from tests.conftest import ZONE
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD


@pytest.fixture
def clerk(office, a_member):
    """A receptionist's browser."""
    a_member("lan", role="receptionist")
    browser = watched(office).test_client()
    browser.post("/login", data={"login": "lan", "password": PASSWORD})
    return browser


def test_the_sheet_carries_what_one_compares(clerk, db, a_proposal):
    a_proposal()
    kept = heads.close_day(db, at=clock.now() + clock.DAY, zone=ZONE)
    assert kept is not None

    listed = clerk.get("/chot-so").text
    page = clerk.get(f"/chot-so/{kept.sheet.number}").text

    assert f"/chot-so/{kept.sheet.number}" in listed
    assert clock.written_day(kept.sheet.day) in page
    for line in ledger.eye_lines(kept.head):
        assert " ".join(line) in page
    assert "<svg" in page


@pytest.mark.parametrize("number", ["0", "77", "99999999999999999999999"])
def test_a_sheet_that_is_not_there_is_not_found(clerk, number):
    assert clerk.get(f"/chot-so/{number}").status_code == 404
    assert "Chưa có tờ nào" in clerk.get("/chot-so").text
