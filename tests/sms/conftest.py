"""What tests of the SMS program begin with: a site, its app, and telephones that write to it."""

import dataclasses
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.db.connection import Store, writing
from shared.domain import clock, phone, record
from shared.files import media
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.settings import Settings, from_mapping
from shared.store.cases import proven_numbers
from shared.store.messages import inbox, outgoing, threads
from shared.store.office import campaigns
from shared.texts.sms_text import office_blanks
from sms import inbound
from sms.app import sms_app
from sms.gateways import Found, Outcome, Sent
from sms.gateways.simulator import Simulator
from sms.outbox import Outbox
from tests.transcoded_once import TranscodedOnce

MAN, HOA = "+84912345678", "+84987654321"
BOUND = Address("127.0.0.1", 8082)


@pytest.fixture(scope="module", autouse=True)
def transcoded_once(transcoded: TranscodedOnce) -> Iterator[None]:
    """Let no two tests wait for the same file to be transcoded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(media, "_work", transcoded)
        yield


@pytest.fixture
def settings() -> Settings:
    """The settings of an office whose SIM is 0251 3999 888's neighbour; no quiet hours."""
    return from_mapping(
        {
            "office": {"sms_number": "0901234567", "public_url": "https://sms.xa.example.vn"},
            "sms": {"quiet_from": "00:00", "quiet_to": "00:00"},
            "limits": {"replies_per_hour": 100, "replies_per_day": 100},
        }
    )


@pytest.fixture
def site(instance: Instance, db: Store, settings: Settings) -> Site:
    """What the app serves."""
    return Site(
        instance=instance,
        settings=settings,
        secrets=instance.secrets(),
        commune=campaigns.this(db),
        public_url=settings.office.public_url,
        health=HealthCheck(instance, "sms"),
    )


@pytest.fixture
def app(site: Site) -> Flask:
    """The SMS app."""
    return sms_app(site, BOUND)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor of this machine."""
    return app.test_client()


@pytest.fixture
def desk(site: Site) -> inbound.InboundContext:
    """What handling a message needs."""
    return inbound.InboundContext(site.settings, site.secrets.receipt_key)


@pytest.fixture
def outbox(settings: Settings) -> Outbox:
    """A sender whose network never fails."""
    return Outbox(Simulator(), settings, office_blanks(settings, settings.office.public_url))


class Scripted:
    """A network at the edge that answers as told and remembers what it was handed."""

    name = "simulator"

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.handed: list[tuple[str, str]] = []
        self.taken: list[Found] = []
        self.during: Callable[[str], object] | None = None

    def send(self, to: str, text: str, ref: str) -> Outcome:
        """Give the next of `outcomes`, or take it where there is none; `during` happens before."""
        self.handed.append((to, text))
        if self.during:
            self.during(ref)
        return self.outcomes.pop(0) if self.outcomes else Sent(f"net-{len(self.handed)}")

    def look_up(self, to: str, text: str, since: int, ref: str) -> list[Found]:
        """Return `taken`."""
        return self.taken


@pytest.fixture
def network(outbox: Outbox) -> Scripted:
    """The network of the outbox, as a test tells it to answer."""
    outbox.gateway = scripted = Scripted()
    return scripted


@pytest.fixture
def arrive(db: Store) -> Callable[..., str]:
    """A builder: `arrive(text, sender)` keeps an SMS and returns its id."""
    numbers = count(1)

    def build(text: str, sender: str = MAN, at: int | None = None, raw: str = "") -> str:
        read = phone.read_sender(sender)
        inbox.keep(
            db,
            inbox.Arrived(
                "simulator", f"name-{next(numbers)}", read.number, read.kind, text, raw, None,
                at or clock.now(),
            ),
        )  # fmt: skip
        return inbox.waiting(db)[-1].id

    return build


@pytest.fixture
def text(
    db: Store, desk: inbound.InboundContext, arrive: Callable[..., str]
) -> Callable[..., list[outgoing.MessageOut]]:
    """A builder: `text("SK …", MAN)` sends an SMS, lets it be handled and returns what is
    queued in answer."""

    def build(words: str, sender: str = MAN, **more: object) -> list[outgoing.MessageOut]:
        number = phone.read_sender(sender).number
        before = {one.id for one in threads.between(db, number, 1000)[1]}
        arrive(words, sender, **more)
        inbound.handle_waiting(db, desk)
        return [one for one in threads.between(db, number, 1000)[1] if one.id not in before]

    return build


@pytest.fixture
def withdraw(
    text: Callable[..., list[outgoing.MessageOut]], when_due: Callable[[], int]
) -> Callable[..., list[outgoing.MessageOut]]:
    """A builder: `withdraw(code, MAN)` asks for it, sends the digits back, lets the day pass and
    returns what was queued in answer to them."""

    def build(code: str, sender: str = MAN) -> list[outgoing.MessageOut]:
        (asked,) = text(f"RUT {code}", sender)
        answers = text(f"RUT {asked.blanks['xacnhan']}", sender)
        when_due()
        return answers

    return build


def prove(db: Store, proposal_id: str, number: str) -> None:
    """Let a number have confirmed an idea as its own, without an answer."""
    with writing(db):
        inbox.keep(
            db, inbox.Arrived("simulator", f"DY {proposal_id}", number, "mobile", "DY", "", None, 1)
        )
        message = inbox.waiting(db)[-1]
        inbox.handled(
            db, message.id, outcome=proven_numbers.CONFIRMED, at=1, proposal_id=proposal_id
        )


def arrived(db: Store) -> list[inbox.MessageIn]:
    """Return every SMS that was kept, handled or not, the oldest first."""
    return db.all(inbox.MESSAGE_IN, "ORDER BY id")


def with_settings(desk: inbound.InboundContext, **limits: int) -> inbound.InboundContext:
    """Return the desk with other limits."""
    settings = dataclasses.replace(
        desk.settings, limits=dataclasses.replace(desk.settings.limits, **limits)
    )
    return record.replace(desk, settings=settings)
