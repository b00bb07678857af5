"""Programs that are killed while people send: nothing acknowledged is lost, nothing is doubled;
and two who start at once."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from shared.db.connection import Store, open_store
from shared.workflows.verify import verify
from tests.faults.office import SETTINGS, Office, a_picture, missing
from tests.serving import Serving, wait_until

pytestmark = pytest.mark.slow
# What is killed in turn, twenty times in all: a program, which its supervisor starts anew; or the
# supervisor, as by a clerk who pulls the plug and starts again. What each must have done before.
KILLED = {"kiosk": {"idea", "part"}, "sms": {"sms"}, "serve": {"idea", "sms"}}
KILLS = 20


@pytest.fixture
def office(on_disk: Callable[[], Path]) -> Iterator[Office]:
    serving = Serving(on_disk() / "office")
    assert serving.run("init", "--unit", "26068").returncode == 0
    running = Office(serving.start(**SETTINGS).wait_until_well())
    yield running
    serving.end_for_certain()


def test_twenty_kills_lose_and_double_nothing(office: Office) -> None:
    """Each sender goes on under the same name until it has its answer, as a kiosk's outbox and a
    gateway do."""
    stopping = threading.Event()

    def offer(sender: str) -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            picture = a_picture(number, 60_000) if number % 4 == 0 else None
            while not office.offer(f"{sender}-{number}", file=picture) and not stopping.wait(0.05):
                pass
            stopping.wait(0.02)

    def text() -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            while not office.text(f"text-{number}") and not stopping.wait(0.05):
                pass
            stopping.wait(0.02)

    senders = [threading.Thread(target=offer, args=(name,)) for name in ("a", "b")]
    senders.append(threading.Thread(target=text))
    for sender in senders:
        sender.start()
    try:
        for program, kinds in islice(cycle(KILLED.items()), KILLS):
            before = len(office.acknowledged)
            wait_until(lambda before=before, kinds=kinds: _are_at_work(office, before, kinds))
            _kill(office.serving, program)
    finally:
        stopping.set()
        for sender in senders:
            sender.join()
    office.serving.wait_until_well().end()

    db = open_store(office.serving.folder / "hienke.db")
    assert missing(db, office.serving.folder, office.acknowledged) == []
    assert _doubled(db) == []
    assert verify(db, office.serving.folder / "media").damage == ()
    db.close()


def test_of_two_that_start_at_once_one_serves_and_one_says_why_not(tmp_path: Path) -> None:
    one, other = Serving(tmp_path / "office"), Serving(tmp_path / "office")
    assert one.run("init", "--unit", "26068").returncode == 0

    one.start()
    other.start()

    first, second = one.process, other.process
    assert first is not None and second is not None
    try:
        wait_until(lambda: first.poll() is not None or second.poll() is not None)
        refused, serving = (first, other) if first.poll() is not None else (second, one)
        assert refused.returncode == 2
        serving.wait_until_well()
        assert serving.end() == 0
    finally:
        one.end_for_certain()
        other.end_for_certain()


def _are_at_work(office: Office, before: int, kinds: set[str]) -> bool:
    """Say whether at least three of each kind were acknowledged since `before` so many were."""
    since = Counter(one.kind for one in office.acknowledged[before:])
    return all(since[kind] >= 3 for kind in kinds)


def _kill(serving: Serving, program: str) -> None:
    """Kill one of KILLED."""
    if program == "serve":
        assert serving.process is not None
        serving.process.kill()
        serving.process.wait()
        serving.start(**SETTINGS)
        return
    found: list[int] = []

    def is_there() -> bool:
        pid = serving.child(program)
        found[:] = [pid] if pid else []
        return bool(found)

    wait_until(is_there)
    os.kill(found[0], signal.SIGKILL)


def _doubled(db: Store) -> list[str]:
    """Return what stands in the store twice: an idea's own name, an SMS's words."""
    texts = Counter(text for (text,) in db.rows("SELECT text FROM message_in"))
    words = Counter(db.rows("SELECT current_state, solution, expected_effect FROM proposal"))
    return [str(one) for found in (texts, words) for one, times in found.items() if times > 1]
