"""Every request of our gateway is one that Twilio's own description of its API allows: a Prism
mock, which checks each against that description, takes them."""

import socket
import subprocess
import urllib.error
import urllib.request
from functools import partialmethod
from pathlib import Path

import pytest
from twilio.base.version import Version

from shared.domain import clock
from shared.settings import from_mapping
from sms.gateways import Sent
from sms.gateways.twilio import Twilio
from tests.npm import installed
from tests.ports import free_port
from tests.serving import wait_until
from tests.sms.conftest import MAN

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / "tests" / "data" / "twilio_api_v2010.json"
ACCOUNT = "AC" + "0" * 32
OURS = "https://sms.xa.example.vn"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prism():
    """The address of a Prism that plays Twilio."""
    program = installed("@stoplight/prism-cli").parents[1] / ".bin" / "prism"
    port = free_port()
    command = [str(program), "mock", "-h", "127.0.0.1", "-p", str(port), str(DESCRIPTION)]
    process = subprocess.Popen(
        command, cwd=program.parents[2], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: listens(port) or process.poll() is not None)
        assert process.poll() is None, "Prism ended"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def gateway(url, sender):
    section = {"account_sid": ACCOUNT, "auth_token": "12345", "from": sender, "api_url": url}
    return Twilio(from_mapping({"twilio": section}).twilio, OURS)


@pytest.mark.parametrize("sender", ["CAICACH", "+15005550006", "MG" + "0" * 32])
def test_a_message_goes_as_twilio_describes_it(prism, sender):
    sent = gateway(prism, sender).send(MAN, "UBND xa Tan An da nhan sang kien", "018f-row")

    assert isinstance(sent, Sent)
    assert sent.gateway_id


def test_messages_are_looked_up_as_twilio_describes_it(prism, monkeypatch):
    # The mock has one message a page and always a next one: a thousand pages say no more than four.
    monkeypatch.setattr(Version, "stream", partialmethod(Version.stream, page_limit=4))
    ours, week_ago = gateway(prism, "+15005550006"), clock.now() - 7 * clock.DAY

    # What the mock does not allow is a LookUpFailed.
    ours.look_up(MAN, "UBND xa Tan An da nhan sang kien", week_ago, "018f-row")
    ours.received(week_ago, at=clock.now())


def test_the_mock_refuses_what_twilio_does_not_describe(prism):
    request = urllib.request.Request(
        f"{prism}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        data=b"Body=no+number",
        headers={"Authorization": "Basic eDp5"},
    )

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)

    assert refused.value.code == 422
