"""What is done once for a unit at a time: by the kernel's lock where the store is a file, by a
lease where other machines may work on it too."""

import threading

import pytest

from shared.db.connection import StoreUnavailable
from shared.nightly import Job, run_due
from shared.runtime import alone
from shared.runtime.alone import Busy
from shared.runtime.instance import Instance
from shared.settings import Settings, SettingWrong
from shared.store.jobs import job_runs, leases
from shared.store.jobs.outcome import Done
from tests.serving import wait_until


@pytest.fixture
def shared(monkeypatch):
    """A store that several machines work on, and leases that last a moment."""
    monkeypatch.setattr(alone, "is_shared", lambda instance: True)
    monkeypatch.setattr(alone, "LASTS_SECONDS", 0.2)
    monkeypatch.setattr(alone, "BEAT_SECONDS", 0.02)


def test_a_file_is_locked_by_the_kernel_and_no_row_is_written(instance, db):
    with alone.alone(instance, "nightly") as held:
        with pytest.raises(Busy), alone.alone(instance, "nightly"):
            raise AssertionError
        held.check(db)
        assert leases.seen(db, "nightly") is None
    with alone.alone(instance, "nightly"):
        pass


def test_a_living_holder_keeps_its_lease_and_gives_it_back(instance, db, shared):
    with alone.alone(instance, "nightly") as held:
        with pytest.raises(Busy), alone.alone(instance, "nightly"):
            raise AssertionError
        assert not held.is_lost.is_set()
    assert leases.seen(db, "nightly") is None


@pytest.mark.parametrize("fault", [SettingWrong("no TOML"), StoreUnavailable("away"), ValueError()])
def test_a_beat_that_fails_is_tried_again_and_ends_nobody(instance, db, shared, fault, monkeypatch):
    refused = []

    def refuse(self):
        refused.append(self)
        raise fault

    with alone.alone(instance, "nightly") as held:
        with monkeypatch.context() as away:
            away.setattr(Instance, "open", refuse)
            wait_until(lambda: len(refused) > 12)  # longer than a lease lasts
        assert not held.is_lost.is_set()
        before = leases.seen(db, "nightly")
        wait_until(lambda: leases.seen(db, "nightly") != before)
    assert leases.seen(db, "nightly") is None


def test_a_right_that_cannot_be_given_back_ends_by_itself(instance, shared, monkeypatch):
    def refuse(self):
        raise SettingWrong("no TOML")

    with alone.alone(instance, "nightly"):
        monkeypatch.setattr(Instance, "open", refuse)


@pytest.mark.parametrize("ahead", [-3_600_000, 0, 3_600_000])
def test_a_dead_holder_is_taken_over_whatever_the_clocks_say(
    instance, db, shared, ahead, monkeypatch
):
    now = alone.time.time()
    monkeypatch.setattr(alone.time, "time", lambda: now + ahead / 1000)
    dead = leases.take(db, "nightly", "a machine that lost its power")

    with alone.alone(instance, "nightly") as held:
        assert held.lease.fence == dead.fence + 1
        with pytest.raises(leases.LeaseLost):
            leases.renew(db, dead)


def test_the_one_who_was_taken_over_learns_of_it(instance, db, shared):
    with alone.alone(instance, "backup") as held:
        seen = leases.seen(db, "backup")
        while leases.take(db, "backup", "another machine", instead=seen) is None:
            seen = leases.seen(db, "backup")
        assert held.is_lost.wait(60)
    assert leases.seen(db, "backup").holder == "another machine"


def test_a_night_that_is_taken_over_writes_down_no_end(instance, db, shared):
    began, go_on = threading.Event(), threading.Event()

    def work(night):
        began.set()
        go_on.wait()
        return Done(True, "job.tidy.done", {})

    def take_over():
        began.wait()
        with alone.closing(instance.open()) as other:
            seen = leases.seen(other, "nightly")
            while leases.take(other, "nightly", "another machine", instead=seen) is None:
                seen = leases.seen(other, "nightly")
        go_on.set()

    thread = threading.Thread(target=take_over)
    thread.start()
    jobs = (Job("tidy", "day", work), Job("verify", "day", work))
    ended = run_due(instance, Settings(), db, jobs=jobs)
    thread.join()

    assert ended == []
    [run] = db.all(job_runs.JOB_RUN, "1 = 1")
    assert (run.name, run.ended_at) == ("tidy", None)  # who took over tells of it and does it again
