"""Several programs send from one store on a server, each by its own clock; one is killed and one
sleeps: what is queued goes once, and nothing is lost."""

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from shared.db.connection import Store, writing
from shared.db.engines.postgres import server
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.settings import Settings, from_mapping
from shared.store.messages import outgoing, sending
from shared.texts import TextMissing
from shared.texts.sms_text import office_blanks
from sms import outbox as senders
from sms.gateways import Found, LookUpFailed, Retry, Sent, Unknown
from sms.gateways.twilio import Twilio
from sms.outbox import LEASE, LOOK_UP_AFTER, Outbox
from tests.engines import POSTGRES
from tests.serving import wait_until
from tests.sms.conftest import Scripted
from tests.sms.fake_twilio import FakeTwilio, fake_twilio

QUEUED = 240
URL = "https://sms.xa.example.vn"
# How the clocks of four programs differ.
MINUTES_APART = (0, 7, -7, 20)
_processes = multiprocessing.get_context("forkserver")


@pytest.fixture
def runs_on() -> str:
    return POSTGRES


class Watch:
    """The stopwatch of the program under test; `sleep` lets its machine sleep."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(senders, "_stopwatch", made)
    return made


@pytest.fixture
def fake() -> Iterator[FakeTwilio]:
    with fake_twilio() as running:
        running.remembers = True
        yield running


def settings_of(url: str) -> Settings:
    section = {"account_sid": "AC" + "0" * 32, "auth_token": "12345", "from": "CAICACH"}
    return from_mapping(
        {
            "office": {"sms_number": "0901234567", "public_url": URL},
            "twilio": {**section, "api_url": url},
            "sms": {"gateway": "twilio", "quiet_from": "00:00", "quiet_to": "00:00"},
        }
    )


def sender_to(url: str) -> Outbox:
    read = settings_of(url)
    return Outbox(Twilio(read.twilio, URL), read, office_blanks(read, URL), is_shared=True)


def send_on(folder: str, url: str, ahead: int) -> None:
    """Be a program that sends until it is ended, whose clock is so many minutes ahead."""
    told = clock.now
    clock.now = lambda: told() + ahead * clock.MINUTE
    server.WRITER_SILENT_SECONDS = 1.0  # one that is stopped may hold the unit's lock
    sender_to(url).chore(Instance(Path(folder)))(threading.Event())


def queue(db: Store, many: int) -> None:
    """Queue so many answers, each to another number."""
    at = clock.now() - clock.HOUR
    with writing(db):
        for number in range(many):
            db.write_all(
                outgoing.replying(
                    db, f"+8491{number:07}", "help", {}, message_id=f"m{number}", at=at
                )
            )


def states(db: Store) -> Counter[str]:
    return Counter(
        state for (state,) in db.rows("SELECT state FROM outbox WHERE commune_id = :commune_id")
    )


@pytest.mark.slow
def test_of_four_programs_one_killed_and_one_asleep_each_sms_goes_once(
    db: Store, instance: Instance, fake: FakeTwilio, watch: Watch
) -> None:
    queue(db, QUEUED)
    programs = [
        _processes.Process(target=send_on, args=(str(instance.folder), fake.url, ahead))
        for ahead in MINUTES_APART
    ]
    try:
        for one in programs:
            one.start()
        wait_until(lambda: len(fake.sent) > QUEUED // 6)
        signal_to(programs[0], signal.SIGKILL)
        signal_to(programs[1], signal.SIGSTOP)
        wait_until(lambda: states(db)["queued"] == 0)
        signal_to(programs[1], signal.SIGCONT)
        # What the killed one had in hand waits for somebody's stopwatch.
        wait_until(lambda: states(db)["sent"] >= QUEUED - 2)
    finally:
        for one in programs:
            one.kill()
            one.join()

    last = sender_to(fake.url)
    for _ in range(4):
        later = clock.now() + clock.HOUR
        last.explain(db, at=later)
        while last.send_one(db, at=later):
            pass
        watch.sleep(LEASE / 1000)
    assert states(db) == {"sent": QUEUED}
    times = Counter(one["To"] for one in fake.sent)
    assert len(times) == QUEUED and set(times.values()) == {1}


def signal_to(program: ForkServerProcess, what: signal.Signals) -> None:
    assert program.pid is not None
    os.kill(program.pid, what)


class Network(Scripted):
    """One network for all senders; `asked` happens while somebody asks it what it took."""

    asked: Callable[[], object] | None = None
    since = 0

    def look_up(self, to: str, text: str, since: int, ref: str) -> list[Found]:
        self.since = since
        taken, asked, self.asked = list(self.taken), self.asked, None
        if asked:
            asked()
        return taken


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def pair(db: Store, network: Network, watch: Watch) -> tuple[Outbox, Callable[[], None]]:
    """A sender of one queued SMS, and a step: another one, whose clock is an hour ahead, does all
    that it may do in ten minutes."""
    queue(db, 1)
    read = settings_of("http://127.0.0.1:9")
    one, other = (Outbox(network, read, office_blanks(read, URL), is_shared=True) for _ in range(2))

    def work() -> None:
        at = clock.now() + clock.HOUR
        for _ in range(4):
            other.explain(db, at=at)
            while other.send_one(db, at=at):
                pass
            watch.sleep(150)
            at += 150_000

    return one, work


def once(db: Store, network: Network) -> None:
    assert len(network.handed) == 1
    assert states(db) == {"sent": 1}


def meanwhile(patch: pytest.MonkeyPatch, place: object, name: str, act: Callable[[], object]):
    """Let something happen right after the first call of a function."""
    real, waiting = getattr(place, name), [act]

    def call(*given: object, **named: object) -> object:
        said = real(*given, **named)
        if waiting:
            waiting.pop()()
        return said

    patch.setattr(place, name, call)


def test_who_slept_after_claiming_finds_it_taken_over(db, pair, network, monkeypatch):
    """Given words that this version of the program does not have, as the other one's does."""
    one, other_works = pair

    def compose(*_given: object) -> str:
        raise TextMissing

    def sleep() -> None:
        other_works()
        monkeypatch.setattr(senders, "compose", compose)

    meanwhile(monkeypatch, sending, "claim", sleep)

    one.send_one(db, at=clock.now())

    once(db, network)


def test_who_slept_before_handing_over_leaves_it_to_another(db, pair, network, watch, monkeypatch):
    one, other_works = pair
    meanwhile(monkeypatch, sending, "note_text", lambda: watch.sleep(100))

    one.send_one(db, at=clock.now())
    assert network.handed == []
    other_works()

    once(db, network)


def test_a_clock_that_is_ahead_takes_nothing_from_who_is_at_it(db, pair, network):
    """Given another one that looks while the gateway is spoken to, and finds the claim lapsed."""
    one, other_works = pair
    other = Outbox(network, one.settings, one.office, is_shared=True)
    network.during = lambda ref: other.explain(db, at=clock.now() + clock.HOUR)

    one.send_one(db, at=clock.now())
    once(db, network)
    other_works()

    once(db, network)


def test_an_outcome_that_nobody_knows_is_not_asked_for_too_early(db, pair, network):
    """Given a gateway that lists what it took a moment later, and another clock that is ahead."""
    one, other_works = pair
    network.outcomes = [Unknown("cut")]
    one.send_one(db, at=clock.now())
    other = Outbox(network, one.settings, one.office, is_shared=True)

    other.explain(db, at=clock.now() + clock.HOUR)
    assert states(db) == {"unknown": 1}
    network.taken = [Sent("net-1")]
    other_works()

    once(db, network)
    assert network.since < clock.now() - 50 * clock.MINUTE  # the sender's clock may be ahead, too


@pytest.mark.parametrize("answer", ["none", "fault"])
def test_who_slept_while_it_asked_the_gateway_changes_nothing_that_went_on(
    db, pair, network, watch, monkeypatch, answer
):
    """Given that another one sent it meanwhile, and again has no answer."""
    one, _ = pair
    sending.claim(db, at=clock.now(), lease=clock.now() + LEASE)
    [message] = db.all(outgoing.OUTBOX, "1 = 1")
    sending.note_text(db, message.id, "Da nhan", network.name, at=clock.now())
    sending.note_outcome(db, message.id, "unknown", at=clock.now(), due_at=1)

    def go_on() -> None:
        sending.note_outcome(db, message.id, "queued", at=clock.now(), due_at=1)
        [again] = sending.claim(db, at=clock.now(), lease=clock.now() + LEASE)
        if answer == "fault":
            raise LookUpFailed
        sending.note_outcome(db, again.id, "unknown", at=clock.now(), error="cut", due_at=1)

    network.asked = go_on
    for _ in range(2):
        one.explain(db, at=clock.now())
        watch.sleep(LOOK_UP_AFTER / 1000)

    [now] = db.all(outgoing.OUTBOX, "1 = 1")
    assert (now.state, now.attempts) == ("sending" if answer == "fault" else "unknown", 2)


def test_of_two_who_saw_a_dead_sender_the_second_one_gives_nothing_back(
    db, pair, network, watch, monkeypatch
):
    one, other_works = pair
    sending.claim(db, at=clock.now(), lease=clock.now() + LEASE)
    later = clock.now() + clock.HOUR
    one.explain(db, at=later)
    watch.sleep(LEASE / 1000)
    meanwhile(monkeypatch, sending, "lapsed", other_works)

    one.explain(db, at=later)
    one.send_one(db, at=later)

    once(db, network)


def test_an_answer_that_comes_after_another_took_over_queues_nothing(db, pair, network):
    """Given a gateway that says "not taken" after so long that another one is at it."""
    one, _ = pair
    network.outcomes = [Retry("busy")]

    def take_over(message_id: str) -> None:
        sending.note_outcome(db, message_id, "queued", at=clock.now(), due_at=1)
        sending.claim(db, at=clock.now(), lease=clock.now() + LEASE)

    network.during = take_over
    one.send_one(db, at=clock.now())

    assert states(db) == {"sending": 1}
