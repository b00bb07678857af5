"""Programs that are killed while people send: nothing acknowledged is lost, nothing is doubled;
and two who start at once."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pytest

from shared.db.connection import open_store
from shared.workflows.verify import verify
from tests.faults.office import SETTINGS, Office, a_picture, doubled, missing, sending
from tests.serving import Serving, wait_until

pytestmark = pytest.mark.slow
# What is killed in turn, twenty times in all (Office.kill), and what must have been done before.
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
    def offer(sender: str, number: int) -> object:
        picture = a_picture(number, 60_000) if number % 4 == 0 else None
        return office.offer(f"{sender}-{number}", file=picture)

    with sending(partial(offer, "a"), partial(offer, "b"), lambda n: office.text(f"text-{n}")):
        for program, kinds in islice(cycle(KILLED.items()), KILLS):
            before = len(office.acknowledged)
            wait_until(lambda before=before, kinds=kinds: office.is_at_work(before, kinds))
            office.kill(program)
    office.serving.wait_until_well().end()

    db = open_store(office.serving.folder / "hienke.db")
    assert missing(db, office.serving.folder, office.acknowledged) == []
    assert doubled(db) == []
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
