"""The night's work: when it is due, that it happens once, and what a wrong clock cannot do."""

import fcntl
from datetime import datetime

import pytest

from shared import nightly
from shared.domain import clock
from shared.nightly.jobs import Job, Night
from shared.settings import Settings
from shared.store.jobs import clock_watch, job_runs
from shared.store.jobs.outcome import Done
from tests.conftest import ZONE


def at(words: str) -> int:
    return clock.from_local(datetime.fromisoformat(words).replace(tzinfo=ZONE))


class Work:
    """A piece of work that counts how often it was done, and ends as it is told."""

    def __init__(self, *ends: Done | Exception) -> None:
        self.ends = list(ends)
        self.done: list[Night] = []

    def __call__(self, night: Night) -> Done:
        self.done.append(night)
        end = self.ends.pop(0) if self.ends else Done(True, "job.tidy.ok")
        if isinstance(end, Exception):
            raise end
        return end


@pytest.fixture
def run(instance, db):
    """Run one job as the night at a moment would."""

    def run_at(words: str, work: Work, every: str = "day", **more: bool) -> None:
        job = Job("tidy", every, work, **more)
        nightly.run_due(instance, Settings(), db, now=lambda: at(words), jobs=(job,))

    return run_at


def test_a_daily_job_is_done_once_a_night(run):
    work = Work()

    for moment in ("2026-03-16T02:31", "2026-03-16T02:46", "2026-03-16T23:59", "2026-03-17T02:29"):
        run(moment, work)
    assert len(work.done) == 1

    run("2026-03-17T02:30", work)
    assert len(work.done) == 2


def test_a_pc_that_was_off_at_night_catches_up_once_in_the_morning(run):
    work = Work()
    run("2026-03-13T02:30", work)

    run("2026-03-16T07:35", work)
    run("2026-03-16T16:00", work)

    assert len(work.done) == 2


def test_a_monthly_job_is_done_once_a_month(run):
    work = Work()

    for moment in ("2026-03-16T02:31", "2026-03-31T02:31", "2026-04-01T02:29"):
        run(moment, work, every="month")
    assert len(work.done) == 1

    run("2026-04-01T02:31", work, every="month")
    assert len(work.done) == 2


def test_a_job_that_failed_is_tried_again_an_hour_later(run, db):
    work = Work(Done(False, "job.tidy.busy"), RuntimeError("a citizen's words"))

    run("2026-03-16T02:31", work)
    run("2026-03-16T02:46", work)
    assert len(work.done) == 1
    run("2026-03-16T03:31", work)
    raised = job_runs.last(db, "tidy", at=at("2026-03-16T03:31"))
    run("2026-03-16T04:31", work)
    run("2026-03-16T05:31", work)

    assert len(work.done) == 3
    assert (raised.outcome, raised.text_key) == ("failed", "job.failed")
    assert raised.blanks == {"reason": "RuntimeError"}
    assert job_runs.last(db, "tidy", at=at("2026-03-16T05:31")).outcome == "ok"


def test_a_job_that_failed_does_not_keep_the_next_one_from_running(instance, db):
    first, second = Work(RuntimeError()), Work()
    jobs = (Job("verify", "day", first), Job("tidy", "day", second))

    ended = nightly.run_due(instance, Settings(), db, jobs=jobs)

    assert [done.is_well for _, done in ended] == [False, True]


def test_a_run_that_was_killed_is_told_and_done_again(run, db):
    killed = job_runs.begin(db, "tidy", at=at("2026-03-16T02:30"))
    work = Work()

    run("2026-03-16T03:31", work)

    rows = dict(db.rows("SELECT id, outcome FROM job_run"))
    assert rows.pop(killed) == "broken_off" and list(rows.values()) == ["ok"]
    assert len(work.done) == 1


def test_two_processes_never_do_the_nights_work_at_once(run, instance):
    work = Work()

    with (instance.folder / "nightly.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run("2026-03-16T02:31", work)
    assert not work.done

    run("2026-03-16T02:31", work)
    assert len(work.done) == 1


def test_runs_of_a_clock_that_ran_ahead_do_not_stop_the_nights_that_follow(run):
    work = Work()
    run("2036-03-16T02:31", work)

    run("2026-03-17T02:31", work)
    run("2026-03-17T02:46", work)
    run("2026-03-18T02:31", work)

    assert len(work.done) == 3


@pytest.mark.parametrize("leap", ["2026-03-20T02:31", "2026-03-10T02:31"])
def test_what_removes_by_age_waits_a_day_after_the_clock_leapt(run, leap):
    work = Work()
    patient = {"needs_steady_clock": True}
    run("2026-03-15T00:00", work, **patient)
    run("2026-03-15T23:00", work, **patient)
    run("2026-03-16T02:31", work, **patient)
    assert len(work.done) == 1

    run(leap, work, **patient)
    leapt = at(leap)
    for hours in (6, 12, 18):
        later = clock.to_local(leapt + hours * clock.HOUR, ZONE).replace(tzinfo=None).isoformat()
        run(later, work, **patient)
    assert len(work.done) == 1

    run(clock.to_local(leapt + clock.DAY, ZONE).replace(tzinfo=None).isoformat(), work, **patient)
    assert len(work.done) == 2


def test_after_a_leap_of_years_the_clock_is_watched_for_a_week(db):
    clock_watch.look(db, at=at("2026-03-15T00:00"))
    leapt = at("2036-03-15T00:00")

    assert clock_watch.look(db, at=leapt) == leapt + 7 * clock.DAY
    assert clock_watch.look(db, at=leapt + clock.HOUR) == leapt + 7 * clock.DAY
    back = at("2026-03-15T02:00")
    assert clock_watch.look(db, at=back) == back + 7 * clock.DAY


def test_an_old_run_is_forgotten_but_never_the_last_of_its_kind(db):
    for day in range(3):
        moment = at("2024-03-16T02:30") + day * clock.DAY
        job_runs.end(db, job_runs.begin(db, "tidy", at=moment), "failed", "", {}, at=moment)

    moment = at("2026-03-16T02:30")
    job_runs.end(db, job_runs.begin(db, "tidy", at=moment), "ok", "", {}, at=moment)

    kept = db.rows("SELECT outcome, started_at FROM job_run ORDER BY started_at")
    assert kept == [("failed", at("2024-03-18T02:30")), ("ok", moment)]
    failed = job_runs.last(db, "tidy", at=moment, outcome="failed")
    assert failed is not None and failed.started_at == at("2024-03-18T02:30")


def test_the_night_reads_back_and_tidies_and_says_so(instance, db, a_proposal):
    a_proposal()

    ended = {job.name: done for job, done in nightly.run_due(instance, Settings(), db)}

    assert ended["verify"].is_well and ended["verify"].blanks["ideas"] == 1
    assert ended["tidy"].is_well
    assert instance.database.with_name("hienke.db-wal").stat().st_size < 100_000


def test_a_flipped_row_is_named_by_the_next_night(instance, db, a_proposal):
    idea = a_proposal()
    db.conn.execute("UPDATE proposal SET solution = solution || '.'")

    ended = {job.name: done for job, done in nightly.run_due(instance, Settings(), db)}

    assert not ended["verify"].is_well
    assert f"proposal {idea.id}" in ended["verify"].blanks["damage"]
    told = job_runs.last(db, "verify", at=clock.now())
    assert told.outcome == "failed" and told.text_key == "job.verify.damaged"


def test_an_emptied_journal_is_nothing_but_a_name(instance, db, a_proposal):
    a_proposal()
    wal = instance.database.with_name("hienke.db-wal")
    assert wal.stat().st_size

    nightly.tidy(Night(instance, Settings(), db, clock.now()))

    assert wal.stat().st_size == 0


def test_every_job_is_listed_once():
    names = [job.name for job in nightly.JOBS]

    assert len(names) == len(set(names))
