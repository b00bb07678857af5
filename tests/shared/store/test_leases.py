"""A lease has one holder, on both engines; whoever slept and wakes writes nothing any more."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from shared.db.connection import Store, open_store, writing
from shared.db.encryption import Cipher
from shared.db.engines.choosing import engine_at
from shared.store import schema
from shared.store.jobs import heartbeat, leases
from shared.store.jobs.leases import LeaseLost
from shared.store.office import campaigns
from tests.conftest import UNIT

Open = Callable[[], Store]


@pytest.fixture(params=["sqlite", "postgres"])
def another(request: pytest.FixtureRequest, tmp_path) -> Iterator[Open]:
    """Open one more connection to a fresh store of one unit."""
    is_file = request.param == "sqlite"
    place = tmp_path / "hienke.db" if is_file else request.getfixturevalue("database")
    engine = engine_at(place)
    db = Store(engine, UNIT, Cipher(bytes(32)))
    schema.migrate(db)
    with writing(db):
        campaigns.create(db, "UBND xã Tân An", is_demo=False, at=1)
    db.close()
    yield lambda: open_store(engine, UNIT, Cipher(bytes(32)))
    if not is_file:
        engine.close()


def test_of_twelve_who_want_it_at_once_one_has_it(another):
    start, taken = threading.Barrier(12), []

    def want(name):
        with closing(another()) as db:
            start.wait()
            taken.append(leases.take(db, "nightly", name))

    threads = [
        threading.Thread(target=want, args=(f"pc-{n}",)) for n in range(12)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [lease] = [one for one in taken if one is not None]
    assert leases.seen(another(), "nightly") == lease
    assert leases.take(another(), "backup", "pc-99") is not None  # another thing, another lease


def test_a_holder_that_sleeps_and_wakes_writes_nothing(another):
    db, other = another(), another()
    asleep = leases.take(db, "nightly", "old")
    assert asleep is not None
    leases.renew(db, asleep)
    seen = leases.seen(other, "nightly")

    awake = leases.take(other, "nightly", "new", instead=seen)

    assert awake is not None and awake.fence == asleep.fence + 1
    with pytest.raises(LeaseLost), writing(db):
        heartbeat.beat(db, "what the old one was about to write", at=1)
        leases.check(db, asleep)
    assert heartbeat.last(db, "what the old one was about to write") is None
    with pytest.raises(LeaseLost):
        leases.renew(db, asleep)
    leases.give_back(db, asleep)  # it gives back nothing that is another's
    with writing(other):
        leases.check(other, awake)


def test_who_shows_a_sign_of_life_is_not_taken_over(another):
    db, other = another(), another()
    held = leases.take(db, "nightly", "old")
    seen = leases.seen(other, "nightly")
    leases.renew(db, held)

    assert leases.take(other, "nightly", "new", instead=seen) is None


def test_what_was_given_back_is_taken_at_once_with_a_higher_fence(another):
    db = another()
    first = leases.take(db, "nightly", "one")
    leases.give_back(db, first)

    assert leases.seen(db, "nightly") is None
    second = leases.take(db, "nightly", "two")
    assert (second.holder, second.fence) == ("two", first.fence + 1)
    # The one before, who comes back under the same name, is fenced all the same.
    with pytest.raises(LeaseLost):
        leases.renew(db, first)
