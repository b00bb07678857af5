"""The night's backup: made, copied, kept for its time, read again, and what the office is told."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared import nightly, texts
from shared.backup import keys, outcome, places
from shared.db import event_log
from shared.domain import clock
from shared.nightly import backing_up
from shared.nightly.jobs import Night
from shared.settings import BackupSettings, Settings
from shared.store.jobs import backup_status, job_runs
from tests.conftest import ZONE

MORNING = datetime(2026, 3, 16, 8, 0, tzinfo=ZONE)
AT = clock.from_local(MORNING)


@pytest.fixture
def key(instance):
    pair = keys.new()
    keys.keep(pair, instance)
    return pair


@pytest.fixture
def night(instance, db):
    """A builder of a night at a moment, with sticks."""

    def build(at: int = AT, *sticks) -> Night:
        settings = replace(Settings(), backup=BackupSettings(folders=tuple(map(str, sticks))))
        return Night(instance, settings, db, at)

    return build


def run(db, at: int, done) -> None:
    """Write a run down as the night does."""
    job_runs.end(
        db, job_runs.begin(db, "backup", at=at), done.outcome, done.text_key, done.blanks, at=at
    )


def test_a_night_leaves_a_backup_and_says_what_it_holds(night, key, a_proposal):
    a_proposal()

    done = backing_up.back_up(night())

    assert done.is_well and done.text_key == "job.backup.ok"
    assert done.blanks["ideas"] == 1
    assert list(night().instance.backups.glob("hienke-*.tar.age"))
    for language in texts.LANGUAGES:
        assert texts.load(language).say(done.text_key, **done.blanks)


def test_without_a_key_the_night_says_what_to_do(night):
    done = backing_up.back_up(night())

    assert not done.is_well and done.text_key == "job.backup.no_key"


def test_a_stick_that_is_not_there_is_named_and_the_night_is_well(night, key, tmp_path):
    done = backing_up.back_up(night(AT, tmp_path / "stick"))

    assert done.is_well and done.text_key == "job.backup.partly"
    assert done.blanks["places"] == str(tmp_path / "stick")


def test_a_demo_needs_no_backup(night, db):
    db.conn.execute("UPDATE commune SET is_demo = 1")

    assert backing_up.back_up(night()).text_key == "job.backup.demo"
    assert not backup_status.state(db, clock.now() + clock.DAY * 90).is_late


def lay_archives(night: Night, folder, days: int) -> None:
    folder.mkdir(exist_ok=True)
    origin = event_log.origin(night.db)[:6]
    for day in range(days):
        at = clock.from_local(MORNING - timedelta(days=day))
        part = places.part_of(folder / places.name_of(origin, at, ZONE))
        part.write_bytes(b"archive")
        places.finish(part)


def test_archives_that_outlived_their_time_go_from_every_folder(night, tmp_path):
    tonight = night(AT, tmp_path / "stick", tmp_path / "not there")
    lay_archives(tonight, tonight.instance.backups, 50)
    lay_archives(tonight, tmp_path / "stick", 50)
    (tmp_path / "stick" / "letter.txt").write_text("keep me")

    done = backing_up.remove_outlived(tonight)

    assert done.is_well and done.blanks == {"kept": 18, "removed": 82}
    assert len(list(tonight.instance.backups.iterdir())) == 18  # nine, each with its checksum
    assert (tmp_path / "stick" / "letter.txt").exists()


def test_while_the_store_is_damaged_no_archive_goes(night, db):
    lay_archives(night(), night().instance.backups, 50)
    read_back = job_runs.begin(db, "verify", at=AT)
    job_runs.end(db, read_back, "failed", "job.verify.damaged", {}, at=AT)

    done = backing_up.remove_outlived(night())

    assert not done.is_well and done.text_key == "job.rotate.waits"
    assert len(places.archives(night().instance.backups, event_log.origin(db)[:6], ZONE)) == 50


def test_after_the_clock_leapt_no_archive_goes_that_night(instance, db, key, night):
    lay_archives(night(), instance.backups, 10)
    before = {path.name for path in instance.backups.iterdir()}
    for moment in (AT, AT + clock.DAY * 3650):
        nightly.run_due(instance, Settings(), db, now=lambda at=moment: at)

    assert before <= {path.name for path in instance.backups.iterdir()}


def test_every_month_a_flipped_bit_in_an_archive_is_found(night, tmp_path):
    tonight = night(AT, tmp_path / "stick")
    lay_archives(tonight, tonight.instance.backups, 2)
    lay_archives(tonight, tmp_path / "stick", 2)
    assert backing_up.read_again(tonight).blanks == {"n": 4}
    [harmed, _] = sorted((tmp_path / "stick").glob("*.age"))
    harmed.write_bytes(b"archivE")

    done = backing_up.read_again(tonight)

    assert not done.is_well and done.blanks == {"n": 1, "names": str(harmed)}


def test_a_backup_is_late_after_26_hours(night, db, key):
    now = clock.now()
    assert not backup_status.state(db, now).is_late  # an office that was founded this hour
    assert backup_status.state(db, now + 27 * clock.HOUR).is_late

    run(db, now, backing_up.back_up(night(now)))

    state = backup_status.state(db, now + 26 * clock.HOUR)
    assert (state.made_at, state.is_late) == (now, False)
    assert backup_status.state(db, now + 26 * clock.HOUR + 1).is_late


def test_a_failed_backup_leaves_the_age_of_the_last_good_one(night, db, key):
    now = clock.now()
    run(db, now, backing_up.back_up(night(now)))
    (night().instance.folder / keys.RECIPIENTS).unlink()

    run(db, now + clock.DAY, backing_up.back_up(night(now + clock.DAY)))

    state = backup_status.state(db, now + 27 * clock.HOUR)
    assert state.made_at == now and state.is_late
    assert state.last.text_key == "job.backup.no_key"


def test_a_stick_that_stays_away_is_late_after_eight_days(night, db, key, tmp_path):
    now = clock.now()
    run(db, now, backing_up.back_up(night(now)))
    for day in range(1, 9):
        later = now + day * clock.DAY
        run(db, later, backing_up.back_up(night(later, tmp_path / "stick")))

    state = backup_status.state(db, now + 8 * clock.DAY + 1)
    assert state.copied_at == now
    assert state.is_copy_late and not state.is_late


def test_a_key_that_nobody_tried_for_five_weeks_is_late(db):
    now = clock.now()
    tried = job_runs.begin(db, backup_status.KEY_CHECK, at=now)
    job_runs.end(db, tried, "ok", "job.key_check.ok", {"name": "x"}, at=now)

    assert not backup_status.state(db, now + 35 * clock.DAY).is_key_late
    assert backup_status.state(db, now + 35 * clock.DAY + 1).is_key_late


def test_size_is_told_in_megabytes():
    assert [outcome.megabytes(n) for n in (1, 3_500_000, 5_000_000_000)] == ["1", "3", "4.768"]
