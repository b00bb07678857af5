"""What Twilio received while nobody listened is asked for, and kept once."""

import threading
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from werkzeug.datastructures import MultiDict

from shared.domain import clock
from shared.runtime.worker_loop import Turn
from shared.settings import from_mapping
from shared.store.messages import inbox
from sms import inbound
from sms.gateways import LookUpFailed
from sms.gateways.twilio import Twilio
from sms.gateways.twilio_webhooks import read_message
from sms.reconcile import AGAIN_AFTER, EVERY, Reconciler
from tests.serving import wait_until
from tests.sms.conftest import MAN
from tests.sms.fake_twilio import fake_twilio

SECTION = {"account_sid": "AC" + "0" * 32, "auth_token": "12345", "from": "+15005550006"}


@pytest.fixture
def fake():
    with fake_twilio() as running:
        yield running


@pytest.fixture
def reconciler(fake):
    section = from_mapping({"twilio": {**SECTION, "api_url": fake.url}}).twilio
    return Reconciler(Twilio(section, "https://sms.xa.example.vn"))


def received(number, body, **more):
    """Return an SMS as Twilio's list shows it."""
    return {
        "sid": f"SM{number:032x}",
        "from": MAN,
        "to": "+15005550006",
        "body": body,
        "status": "received",
        "direction": "inbound",
        "num_media": "0",
        "date_sent": format_datetime(datetime.now(UTC)),
        **more,
    }


def kept(db):
    return [one.text for one in inbox.waiting(db)]


def test_what_the_webhook_missed_is_kept_once(db, reconciler, fake):
    fake.listed = [received(2, "SK thêm ghế"), received(1, "SK thêm quạt")]

    assert reconciler.ask(db, at=clock.now()) == 2
    assert reconciler.ask(db, at=clock.now()) == 0
    assert kept(db) == ["SK thêm quạt", "SK thêm ghế"]


def test_what_the_webhook_brought_is_not_doubled(db, reconciler, fake):
    form = {"MessageSid": "SM" + "0" * 31 + "1", "From": MAN, "Body": "SK thêm ghế"}
    inbox.keep(db, read_message(MultiDict(form), at=clock.now()))
    fake.listed = [received(1, "SK thêm ghế")]

    assert reconciler.ask(db, at=clock.now()) == 0
    assert kept(db) == ["SK thêm ghế"]


def test_what_we_sent_ourselves_is_no_message_to_us(db, reconciler, fake):
    fake.took("+15005550006", "Da nhan")

    assert reconciler.ask(db, at=clock.now()) == 0


def test_the_hour_it_was_sent_counts_as_its_receipt(db, desk, reconciler, fake):
    fake.listed = [received(1, "SK thêm ghế cho người già")]
    reconciler.ask(db, at=clock.now() + 3 * clock.HOUR)

    (message,) = inbox.waiting(db)
    assert message.arrived_at - message.sent_at >= 3 * clock.HOUR - clock.MINUTE


def test_a_picture_of_a_missed_message_is_fetched_too(db, desk, reconciler, fake):
    sid = f"SM{1:032x}"
    there = f"/2010-04-01/Accounts/{SECTION['account_sid']}/Messages/{sid}/Media"
    fake.listed = [received(1, "SK thêm ghế cho người già", num_media="1")]
    listed = f'{{"media_list": [{{"sid": "ME1", "uri": "{there}/ME1.json"}}], "page_size": 50}}'
    fake.files = {f"{there}.json": [(200, {}, listed.encode())]}

    reconciler.ask(db, at=clock.now())
    inbound.handle_waiting(db, desk)

    assert db.row("SELECT url FROM media_download") == (f"{fake.url}{there}/ME1",)


def test_a_picture_that_cannot_be_found_does_not_cost_the_words(db, reconciler, fake):
    fake.listed = [received(1, "SK thêm ghế cho người già", num_media="1")]

    assert reconciler.ask(db, at=clock.now()) == 1


def test_it_asks_for_seven_days_at_the_start_and_then_for_what_is_new(db, reconciler, fake):
    at = clock.now()

    reconciler.ask(db, at=at)
    reconciler.ask(db, at=at + EVERY)

    since = [query["DateSent>"][0] for query in fake.queries]
    week_ago = datetime.fromtimestamp((at - 7 * clock.DAY) / 1000, UTC)
    assert since[0].startswith(f"{week_ago:%Y-%m-%d}")
    assert since[1] > since[0]


def test_a_fault_skips_nothing(db, reconciler, fake):
    fake.listed = [received(1, "SK thêm ghế")]
    fake.list_status = 503
    with pytest.raises(LookUpFailed):
        reconciler.ask(db, at=clock.now())
    fake.list_status = 200

    assert reconciler.asked_at == 0
    assert reconciler.ask(db, at=clock.now()) == 1


def test_a_clock_set_back_does_not_make_it_wait_for_years(db, reconciler):
    at = clock.now()
    reconciler.ask(db, at=at + 730 * clock.DAY)

    assert reconciler.is_due(at)
    reconciler.ask(db, at=at)
    assert not reconciler.is_due(at + EVERY - 1)


def test_the_worker_says_when_it_looks_again(db, instance, reconciler, fake):
    chore = reconciler.chore(instance)
    turn = Turn(threading.Event())

    assert chore.look(db, turn) == pytest.approx(EVERY / 1000, abs=60)
    fake.list_status = 503
    reconciler.due_at = 0
    assert chore.look(db, turn) == pytest.approx(AGAIN_AFTER / 1000, abs=60)


def test_the_worker_asks_at_the_start(db, instance, reconciler, fake):
    fake.listed = [received(1, "SK thêm ghế")]
    stopping = threading.Event()
    thread = threading.Thread(target=reconciler.chore(instance), args=(stopping,))
    thread.start()
    try:
        wait_until(lambda: kept(db) == ["SK thêm ghế"])
    finally:
        stopping.set()
        thread.join()
