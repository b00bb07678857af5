"""How often an SMS that comes asks the store: a bound, so that nobody adds a question unseen."""

import pytest
from twilio.request_validator import RequestValidator

from shared.settings import Settings, from_mapping
from tests.asked import asked, transactions
from tests.engines import POSTGRES
from tests.journal import pages_written
from tests.sms.conftest import MAN

URL, TOKEN = "https://sms.xa.example.vn", "12345"
# BEGIN, three questions (kept before? its past; the idea's), an INSERT for each table, COMMIT. A
# server is asked the first two at once, and takes all rows at once.
MOST = {"sqlite": 19, POSTGRES: 5}
# A page for each table and each of its indexes that keeps the row.
MOST_PAGES = 45


@pytest.fixture
def settings() -> Settings:
    """An office that sends and receives through Twilio."""
    return from_mapping(
        {
            "office": {"sms_number": "0901234567", "public_url": URL},
            "twilio": {"account_sid": "AC" + "0" * 32, "auth_token": TOKEN, "from": "CAICACH"},
        }
    )


@pytest.fixture
def bring(client):
    """A function: the gateway brings the SMS of a number from a sender."""

    def bring(number: int, sender: str) -> None:
        words = f"SK cho bà con nhắn tin hẹn giờ chứng thực {number}"
        form = {
            "MessageSid": f"SM{number:032}",
            "From": sender,
            "To": "+15005550006",
            "Body": words,
        }
        mark = RequestValidator(TOKEN).compute_signature(f"{URL}/twilio/sms", form)
        sent = client.post("/twilio/sms", data=form, headers={"X-Twilio-Signature": mark})
        assert sent.status_code == 200

    return bring


def test_an_sms_is_kept_handled_and_answered_in_one_transaction(bring, site, db, runs_on):
    bring(1, "+84987654321")  # the day's first makes room among the counts
    with asked(site.store()) as said:
        bring(2, MAN)

    assert db.rows("SELECT state FROM message_in") == [("done",), ("done",)]
    assert db.row("SELECT count(*) FROM outbox") == (4,)
    assert transactions(said) == 1
    assert len(said) <= MOST[runs_on], said


@pytest.mark.of_sqlite
def test_an_sms_writes_few_pages(bring, site):
    bring(1, "+84987654321")

    with pages_written(site.store()) as pages:
        bring(2, MAN)

    assert pages[0] <= MOST_PAGES
