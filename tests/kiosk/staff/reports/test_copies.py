"""A large copy is written beside the pages, fetched by whoever asked, and never left half."""

import csv
import io
import signal
import subprocess
import sys
import threading
import zipfile

import openpyxl
import pytest

from kiosk.long_work import LongWork
from kiosk.staff.reports import copies
from shared.archive import box
from shared.db.connection import StoreUnavailable
from shared.documents import export
from shared.domain import clock
from shared.store.jobs import export_jobs

NEVER = threading.Event()
KNOWN = {
    "name": "Nguyễn Thị Đượm",
    "consents": {"store": True, "sms": False, "name_me": False, "notice": "2026-1"},
}


@pytest.fixture(autouse=True)
def every_copy_is_large(monkeypatch):
    monkeypatch.setattr(copies, "ROWS_AT_ONCE", 0)


@pytest.fixture
def worker(a_site):
    return LongWork(a_site())


@pytest.fixture
def asked(officer, a_proposal):
    """The address of a copy that an officer asked for."""
    a_proposal(**KNOWN)
    return officer.post("/bao-cao/so-theo-doi", data={"shape": "xlsx", "key": "k1"}).location


def the_job(db):
    [[job_id]] = db.rows("SELECT id FROM long_job")
    return export_jobs.by_id(db, job_id)


def lying(instance):
    folder = instance.copies
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_large_copy_is_shown_under_way_and_then_taken(officer, db, asked, worker, instance):
    waiting = officer.get(asked)
    before = officer.get(f"{asked}/tep").status_code

    worker.work_one(db, NEVER)
    ready, taken = officer.get(asked).text, officer.get(f"{asked}/tep")

    assert 'http-equiv="refresh"' in waiting.text and "<progress" in waiting.text
    assert before == 404
    assert 'http-equiv="refresh"' not in ready and "Đã chép xong" in ready
    book = openpyxl.load_workbook(io.BytesIO(taken.data))
    assert book["tac-gia"]["C3"].value == "(không xuất)"
    assert "so-theo-doi-" in taken.headers["Content-Disposition"]
    assert "no-store" in taken.headers["Cache-Control"]
    assert lying(instance) == [the_job(db).id]
    assert (instance.copies / the_job(db).id).stat().st_mode & 0o077 == 0
    assert "Bản sao đã yêu cầu" in officer.get("/bao-cao").text


def test_csv_files_come_as_one_archive_with_names_where_asked_for(officer, db, worker, a_proposal):
    a_proposal(**KNOWN)
    given = {"shape": "csv", "personal": "yes"}
    address = officer.post("/bao-cao/so-theo-doi", data=given).location

    worker.work_one(db, NEVER)

    with zipfile.ZipFile(io.BytesIO(officer.get(f"{address}/tep").data)) as files:
        rows = csv.DictReader(io.StringIO(files.read("tac-gia.csv").decode("utf-8-sig")))
        assert [row["Họ và tên"] for row in rows] == ["Nguyễn Thị Đượm"]


def test_only_whoever_asked_sees_and_takes_it(officer, db, asked, worker, logged_in):
    worker.work_one(db, NEVER)

    for login, role, status in (("ba", "officer", 404), ("chu", "chair", 404), ("q", "admin", 403)):
        other = logged_in(login, role=role)
        assert other.get(asked).status_code == status
        assert other.get(f"{asked}/tep").status_code == status
    assert officer.get(f"{asked}/tep").status_code == 200


def test_asked_for_twice_by_a_double_tap_it_is_written_once(officer, db, asked):
    again = officer.post("/bao-cao/so-theo-doi", data={"shape": "xlsx", "key": "k1"}).location

    assert again == asked
    assert the_job(db)


def test_a_day_later_it_is_gone(officer, db, asked, worker, instance):
    worker.work_one(db, NEVER)

    worker.tidy(db, at=clock.now() + clock.DAY + clock.MINUTE)

    assert lying(instance) == []
    assert officer.get(asked).status_code == 404


def test_a_program_that_falls_leaves_nothing_half_and_begins_anew(
    officer, db, asked, worker, instance, monkeypatch
):
    class Killed(BaseException):
        pass

    def half_way(db, target, copy, on_row):
        (target.parent / ".hienke-half").mkdir()
        (target.parent / ".hienke-half" / "made").write_text("Nguyễn Thị Đượm")
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(export, "write", half_way)
        with pytest.raises(Killed):
            worker.work_one(db, NEVER)
    assert the_job(db).state == "working"

    worker.begin(db, at=clock.now())
    left = lying(instance)
    worker.work_one(db, NEVER)

    assert left == []
    assert officer.get(f"{asked}/tep").status_code == 200
    assert lying(instance) == [the_job(db).id]


KILLS_ITSELF = """
import os, signal, sys, threading
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo
from kiosk import long_work
from shared.runtime.instance import Instance

instance = Instance(Path(sys.argv[1]))
step = long_work._Told.step

def die_half_way(self):
    step(self)
    if self._done == 40:
        os.kill(os.getpid(), signal.SIGKILL)

long_work._Told.step = die_half_way
office = SimpleNamespace(zone=ZoneInfo("Asia/Ho_Chi_Minh"), name="UBND")
site = SimpleNamespace(instance=instance, settings=SimpleNamespace(office=office))
long_work.LongWork(site).work_one(instance.open(), threading.Event())
"""


@pytest.mark.slow
def test_killed_in_the_middle_of_a_sheet_nothing_of_it_is_left(db, asked, worker, instance):
    ended = subprocess.run(
        [sys.executable, "-c", KILLS_ITSELF, str(instance.folder)], timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert lying(instance) != []

    worker.begin(db, at=clock.now())

    assert lying(instance) == []
    assert the_job(db).state == "waiting"


def test_what_fells_the_program_each_time_is_given_up(officer, db, asked, worker):
    for _ in range(export_jobs.MOST_ATTEMPTS):
        assert export_jobs.claim(db)
        worker.begin(db, at=clock.now())

    assert the_job(db).state == "failed"
    assert "Chưa chép được" in officer.get(asked).text
    assert not worker.work_one(db, NEVER)


def test_a_program_that_ends_stops_at_once_and_the_copy_waits(db, asked, worker, instance):
    stopping = threading.Event()
    stopping.set()

    worker.work_one(db, stopping)

    assert the_job(db).state == "waiting"
    assert lying(instance) == []


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left on device"), ValueError("Bà Mận, 0912345678")], ids=repr
)
def test_whatever_goes_wrong_is_told_without_a_citizens_word(
    officer, db, asked, worker, instance, monkeypatch, caplog, fault
):
    def fail(*_words):
        raise fault

    monkeypatch.setattr(export, "write", fail)
    worker.work_one(db, NEVER)

    assert "Chưa chép được" in officer.get(asked).text
    assert lying(instance) == []
    assert type(fault).__name__ in caplog.text and "Mận" not in caplog.text


def test_a_store_that_cannot_be_used_for_a_while_costs_nobody_the_copy(
    db, asked, worker, monkeypatch
):
    stopping, failed = threading.Event(), []
    real = export.write

    def write(*words):
        if not failed:
            failed.append(True)
            raise StoreUnavailable("locked")
        real(*words)
        stopping.set()

    monkeypatch.setattr(export, "write", write)
    monkeypatch.setattr("shared.runtime.worker_loop.REST_AFTER_FAULT_SECONDS", 0.0)
    monkeypatch.setattr("kiosk.long_work.POLL_SECONDS", 0.01)
    worker.chore()(stopping)

    assert the_job(db).state == "ready"


def test_how_far_it_has_come_is_told_while_it_is_written(db, asked, worker, monkeypatch):
    told = []
    monkeypatch.setattr("kiosk.long_work.TELL_SECONDS", -1.0)
    monkeypatch.setattr(
        export_jobs, "note_progress", lambda _db, _id, done, total: told.append((done, total))
    )

    worker.work_one(db, NEVER)

    size = export.size(db)
    assert told[0] == (1, size) and told[-1] == (size, size)


def test_a_small_copy_comes_at_once(officer, db, a_proposal, monkeypatch):
    monkeypatch.setattr(copies, "ROWS_AT_ONCE", 10_000)
    a_proposal()

    answer = officer.post("/bao-cao/so-theo-doi", data={"shape": "xlsx"})

    assert answer.status_code == 200
    assert db.rows("SELECT 1 FROM long_job") == []


def test_the_archive_of_a_year_is_made_beside_the_pages_and_noted(
    officer, db, worker, a_proposal, tmp_path
):
    a_proposal(**KNOWN)
    assert "Lập hồ sơ lưu trữ" in officer.get("/bao-cao/2026").text

    address = officer.post("/bao-cao/2026/luu-tru", data={"personal": "yes", "key": "k"}).location
    again = officer.post("/bao-cao/2026/luu-tru", data={"personal": "yes", "key": "k"}).location
    worker.work_one(db, NEVER)

    taken = officer.get(f"{address}/tep")
    (tmp_path / "a.zip").write_bytes(taken.data)
    assert again == address
    assert "luu-tru-2026.zip" in taken.headers["Content-Disposition"]
    assert box.check(tmp_path / "a.zip").damage == ()
    assert (
        "Nguyễn Thị Đượm" in zipfile.ZipFile(tmp_path / "a.zip").read("so/csv/tac-gia.csv").decode()
    )
    assert "Hồ sơ lưu trữ năm 2026" in officer.get("/bao-cao").text
    [(said, personal)] = db.rows(
        "SELECT data ->> 'what', data ->> 'personal' FROM event WHERE kind = 'exported' LIMIT 1"
    )
    assert (said, personal) == ("archive 2026", 1)


@pytest.mark.parametrize("year", [1999, 2031, 10**30])
def test_a_year_without_a_campaign_cannot_be_put_away(officer, db, year):
    assert officer.post(f"/bao-cao/{year}/luu-tru").status_code == 404
    assert db.rows("SELECT 1 FROM long_job") == []
