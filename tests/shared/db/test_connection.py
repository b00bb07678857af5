"""The store on a bad day: busy, full, read-only, killed. Nothing is half kept, nothing kept is
lost, and when the day is over it works again."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from shared.db.connection import (
    Store,
    StoreDamaged,
    StoreMissing,
    StoreUnavailable,
    UnitUnknown,
    open_store,
    writing,
)
from shared.db.engines.sqlite import OLDEST_SQLITE, assert_one_sound_sqlite
from shared.runtime.instance import Instance
from shared.store import schema
from shared.store.cases import proposals, queue
from shared.store.jobs import heartbeat
from shared.store.office import campaigns
from shared.workflows import verify
from tests.conftest import UNIT

ROOT = Path(__file__).resolve().parents[3]
# Root may write anywhere; without these two powers it meets closed doors like anybody else.
LIKE_ANYBODY = (
    ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--"]
    if os.geteuid() == 0
    else []
)
HOLDER = """
import sys, time
from pathlib import Path
from shared.db.connection import open_store
db = open_store(Path(sys.argv[1]))
db.conn.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""
WRITER = """
import resource, sys
from pathlib import Path
from shared.db.connection import StoreUnavailable, open_store, writing
path, room = Path(sys.argv[1]), int(sys.argv[2])
try:
    db = open_store(path)
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    for number in range(2000):
        with writing(db):
            db.write("INSERT INTO suppression (commune_id, id, phone, reason, since) VALUES"
                     " (:commune_id, :n, :n, :long, 1)", n=str(number), long="x" * 2000)
        print(number, flush=True)
except StoreUnavailable as fault:
    print("unavailable:", fault, flush=True)
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        with writing(db):
            db.write("DELETE FROM suppression WHERE commune_id = :commune_id")
        print("recovered", flush=True)
"""


def run(code: str, *words: object, powers: list[str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*(powers or []), sys.executable, "-c", code, *map(str, words)], text=True, cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def kept_by(db: Store) -> set[str]:
    return {phone for (phone,) in db.rows("SELECT phone FROM suppression")}


def test_the_library_is_one_and_new_enough():
    assert_one_sound_sqlite()
    assert OLDEST_SQLITE == (3, 51, 3)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1),
     ("trusted_schema", 0), ("mmap_size", 0), ("busy_timeout", 4000)],
)  # fmt: skip
def test_every_connection_is_set_up_for_safety(db, pragma, value):
    assert db.row(f"PRAGMA {pragma}")[0] == value


def test_only_its_owner_reads_the_file(instance):
    assert instance.database.stat().st_mode & 0o777 == 0o600


def test_a_store_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(StoreMissing):
        open_store(tmp_path / "nowhere.db")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "x.db").write_bytes(b"not a database " * 1000)

    with pytest.raises(StoreDamaged):
        open_store(tmp_path / "x.db")


def test_a_store_knows_its_unit_by_itself(instance):
    assert open_store(instance.database).commune_id == UNIT


def test_of_two_units_in_one_store_somebody_must_say_which(instance, db):
    with writing(other := Store(db.engine.path, 7, instance.cipher())):
        campaigns.create(other, "UBND xã Bình Lợi", is_demo=False, at=1)

    assert open_store(db.engine.path, 7).commune_id == 7
    assert Instance(instance.folder, unit=7).open().commune_id == 7
    with pytest.raises(UnitUnknown, match="holds the units 00007, 26068: say which"):
        open_store(db.engine.path)


def test_a_unit_that_is_not_in_the_store_is_not_opened(instance):
    with pytest.raises(UnitUnknown, match="does not hold unit 26071; it holds 26068"):
        open_store(instance.database, 26071)


@pytest.mark.parametrize("is_migrated", [False, True])
def test_a_store_without_a_commune_is_not_opened(tmp_path, is_migrated):
    empty = Store(tmp_path / "empty.db", UNIT)
    if is_migrated:
        schema.migrate(empty)

    with pytest.raises(UnitUnknown, match="holds no commune"):
        open_store(tmp_path / "empty.db")


def test_all_of_a_block_is_kept_or_none_of_it(db):
    with pytest.raises(ZeroDivisionError), writing(db):
        heartbeat.beat(db, "one", at=1)
        _ = 1 / 0

    assert db.row("SELECT count(*) FROM heartbeat") == (0,)
    heartbeat.beat(db, "one", at=2)
    assert db.row("SELECT at FROM heartbeat") == (2,)


@pytest.mark.slow
def test_another_program_that_holds_the_store_makes_it_unavailable_and_then_it_works(instance, db):
    holder = run(HOLDER, instance.database)
    assert holder.stdout.readline() == "held\n"

    with pytest.raises(StoreUnavailable, match="locked"):
        heartbeat.beat(db, "kiosk", at=1)
    holder.communicate("\n", timeout=60)

    assert not db.conn.in_transaction
    heartbeat.beat(db, "kiosk", at=2)
    assert db.row("SELECT at FROM heartbeat") == (2,)


def test_reading_goes_on_while_another_program_writes(instance, db, a_proposal):
    kept = a_proposal()
    holder = run(HOLDER, instance.database)
    assert holder.stdout.readline() == "held\n"

    assert proposals.by_code(db, kept.code) == kept
    holder.communicate("\n", timeout=60)


def test_a_full_disk_keeps_what_was_acknowledged_and_recovers(instance, db):
    program = run(WRITER, instance.database, instance.database.stat().st_size + 200_000)

    said = program.communicate(timeout=60)[0].splitlines()

    assert said[-2].startswith("unavailable: ") and said[-1] == "recovered"
    assert len(said) > 10
    assert verify.verify(db, instance.media).damage == ()


def test_a_full_database_refuses_and_loses_nothing(instance, db, a_proposal):
    kept = [a_proposal().code for _ in range(3)]
    [pages] = db.row("PRAGMA page_count")
    db.conn.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreUnavailable, match="full"):
        for _ in range(50):
            kept.append(a_proposal(solution="dài " * 400).code)

    db.conn.execute("PRAGMA max_page_count = 1073741823")
    kept.append(a_proposal().code)
    assert {case.code for case in queue.page(db, queue.QueueFilter("x")).cases} == set(kept)
    assert verify.verify(db, instance.media).damage == ()


def test_a_read_only_store_refuses_in_a_word(instance):
    db = instance.open()
    db.close()
    for path in (instance.database, instance.folder):
        path.chmod(0o500 if path.is_dir() else 0o400)

    program = run(WRITER, instance.database, 0, powers=LIKE_ANYBODY)
    said, fault = program.communicate(timeout=60)

    for path in (instance.folder, instance.database):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert said.startswith("unavailable: ") and said.count("\n") == 1, fault


def test_what_was_acknowledged_survives_a_kill(instance, db):
    program = run(WRITER, instance.database, 0)
    acknowledged = [program.stdout.readline().strip() for _ in range(40)]

    program.send_signal(signal.SIGKILL)
    # Through the same reader: it has read ahead.
    acknowledged += program.stdout.read().split()
    program.communicate(timeout=60)

    kept = kept_by(db)
    assert set(acknowledged) <= kept
    assert len(kept) <= len(acknowledged) + 1
    assert verify.verify(db, instance.media).damage == ()


def test_threads_take_turns_and_none_is_lost(instance, db):
    def beat(name: str) -> None:
        own = instance.open()
        for at in range(20):
            heartbeat.beat(own, f"{name}-{at}", at=at)
        own.close()

    threads = [threading.Thread(target=beat, args=(f"{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert db.row("SELECT count(*) FROM heartbeat") == (160,)


def test_migrations_are_applied_once_by_however_many_begin_together(tmp_path):
    path = tmp_path / "new.db"
    Store(path, UNIT).close()
    faults = []

    def migrate() -> None:
        own = Store(path, UNIT)
        try:
            schema.migrate(own)
        except Exception as fault:  # told below, with the others
            faults.append(fault)
        own.close()

    threads = [threading.Thread(target=migrate) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert schema.is_current(Store(path, UNIT))
