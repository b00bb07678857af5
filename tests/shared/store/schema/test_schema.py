"""A store is made from the cards, brought along by later steps, and refused when its form is not
known: before a byte is touched."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from shared.db import schema as declared
from shared.db.checksums import seal_of
from shared.db.connection import IntegrityError, Store, writing
from shared.db.engines.sqlite_steps import Changing
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.runtime.start import in_one_sentence, start
from shared.store import schema
from shared.store.cases import conversation
from shared.store.cases.proposals import PROPOSAL
from shared.store.cases.sender_changes import SENDER_CHANGE
from shared.store.people import staff
from shared.store.schema import (
    StoreTooNew,
    StoreUnknown,
    m0003_sender_changes,
    m0005_class_not_asked,
    m0020_what_pages_ask,
    m0021_compared,
    m0025_less_to_write,
    m0026_nothing_grows,
    m0028_counted_by_index,
)
from shared.store.schema.tables import CARDS
from shared.workflows import verify
from tests.life import Life, fill_the_rest, live
from tests.older_store import as_first, as_lists, rename, rewrite, undo, without
from tests.serving import ROOT

# The steps that a store of before the first release has noted, as far as their names matter here.
OF_SENDER_CHANGES = ("m0003_sender_changes", "m0006_whose_change")
OF_PENDING_ACTS = (
    "m0002_pending_acts", "m0014_signatures_wait", "m0020_what_pages_ask",
    "m0028_counted_by_index",
)  # fmt: skip
FROM_BEFORE = ("m0001_spine", "m0002_attachments", "m0040_brakes")
# A version with one step more, whose process may be killed within it.
LATER = """
import os, signal, sys
from pathlib import Path
from types import ModuleType
from shared.runtime.instance import Instance
from shared.store import schema

@schema.steps()
def m9001_later(db):
    db.execute("CREATE TABLE later (commune_id INTEGER NOT NULL REFERENCES commune,"
               " id TEXT NOT NULL, PRIMARY KEY (commune_id, id)) STRICT")
    db.execute("INSERT INTO later SELECT commune_id, id FROM proposal")
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)

schema.STEPS = (*schema.STEPS, "m9001_later")
sys.modules["shared.store.schema.m9001_later"] = ModuleType("m9001_later")
db = Instance(Path(sys.argv[1])).open()
schema.migrate(db)
assert schema.is_current(db)
print(schema.applied(db)[-1], db.row("SELECT count(*) FROM later")[0])
"""


@pytest.fixture
def full(db, instance, a_proposal) -> Instance:
    """An office with something in every table."""
    life = Life(db, instance, a_proposal, clock.now())
    live(life)
    fill_the_rest(life)
    return instance


def later(office: Instance, how: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LATER, str(office.folder), how], cwd=Path("/"), timeout=60,
        env={"PYTHONPATH": str(ROOT), **env}, capture_output=True, text=True,
    )  # fmt: skip


def noted(db: Store, *names: str) -> None:
    """Make a store one that has taken these steps."""
    db.engine.schema(db.conn).note(schema.steps, names, instead=True)


def hash_of(db: Store) -> str:
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return hashlib.sha256(db.engine.path.read_bytes()).hexdigest()


def test_a_new_store_is_what_the_cards_declare(db):
    assert schema.is_as_declared(db)
    assert schema.applied(db) == schema.known()


def test_a_store_from_before_the_senders_changes_gets_their_table(full, db):
    db.conn.execute("DROP TABLE sender_change")
    noted(db, *(one for one in schema.known() if one not in OF_SENDER_CHANGES))

    schema.migrate(db)

    assert schema.is_as_declared(db)
    assert set(schema.applied(db)) == set(schema.known())


def test_what_was_put_right_before_is_sealed_again_and_names_the_sender(full, db):
    kept = db.raw(SENDER_CHANGE)
    with writing(db):
        db.conn.execute("DROP TABLE sender_change")
        for sql in (m0003_sender_changes._TABLE, m0003_sender_changes._INDEX):
            db.conn.execute(sql)
        for row in kept:
            old = {name: value for name, value in row.items() if name != "author_id"}
            Changing(db.conn)["sender_change"].insert({**old, "content_hash": seal_of(old)})
    noted(db, *(one for one in schema.known() if one != "m0006_whose_change"))

    schema.migrate(db)

    assert schema.is_as_declared(db)
    assert kept and db.raw(SENDER_CHANGE) == kept
    assert verify.verify(db, full.media).damage == ()


def test_every_table_of_an_office_can_be_filled(full, db):
    assert {card.name for card in CARDS if not verify.counts(db)[card.name]} == set()


def test_a_later_step_is_taken_once_and_nothing_is_lost(full, db):
    counts = verify.counts(db)

    for _ in range(2):
        done = later(full, "well")
        assert done.stdout == f"m9001_later {counts['proposal']}\n", done.stderr

    now = verify.counts(db)
    assert {table: now[table] for table in counts} == counts
    assert verify.verify(db, full.media).damage == ()


@pytest.mark.slow
def test_killed_within_a_step_it_starts_again_and_is_whole(full, db):
    counts = verify.counts(db)

    killed = later(full, "killed")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert "m9001_later" not in schema.applied(db) and verify.counts(db) == counts

    assert later(full, "well").returncode == 0
    assert verify.counts(db)["later"] == counts["proposal"]
    assert verify.verify(db, full.media).damage == ()


def test_a_store_without_pending_acts_is_brought_along(full, db):
    unsent = verify.counts(db)["unsent_paper"]
    undo(db, m0028_counted_by_index)
    undo(db, m0020_what_pages_ask)
    with writing(db):
        db.conn.execute("DROP TABLE pending_act")
    noted(db, *(one for one in schema.known() if one not in OF_PENDING_ACTS))
    counts = verify.counts(db)

    schema.migrate(db)

    assert schema.is_as_declared(db) and schema.is_current(db)
    now = verify.counts(db)
    assert now.pop("pending_act") == 0 <= now.pop("unread_answer")
    assert now == counts | {"unsent_paper": unsent}


def test_a_store_whose_signatures_did_not_wait_keeps_what_waits_and_takes_them(full, db):
    as_lists(db, "pending_act")
    rewrite(db, "pending_act", "'erase', 'sign', 'refuse', 'original', 'author'", "'erase'")
    noted(db, *(one for one in schema.known() if one != "m0014_signatures_wait"))
    kept = db.rows("SELECT * FROM pending_act ORDER BY id")
    with pytest.raises(IntegrityError), writing(db):
        db.conn.execute("UPDATE pending_act SET kind = 'sign'")

    schema.migrate(db)

    assert schema.is_as_declared(db)
    assert kept and db.rows("SELECT * FROM pending_act ORDER BY id") == kept
    assert db.rows("PRAGMA integrity_check") == [("ok",)]
    with pytest.raises(IntegrityError), writing(db):
        db.conn.execute("UPDATE pending_act SET kind = 'king'")


def test_a_store_whose_classes_were_all_asked_keeps_them_and_takes_one_more(full, db):
    step = m0005_class_not_asked
    as_lists(db, *step.CHANGED)
    for table, (now, was) in step.CHANGED.items():
        rewrite(db, table, now, was)
    noted(db, *(one for one in schema.known() if one != "m0005_class_not_asked"))
    kept = db.rows("SELECT * FROM proposal WHERE commune_id = :commune_id ORDER BY id")
    with pytest.raises(IntegrityError), writing(db):
        db.conn.execute("UPDATE proposal SET participant_type = 'not_asked'")

    schema.migrate(db)

    assert schema.is_as_declared(db)
    assert db.rows("SELECT * FROM proposal WHERE commune_id = :commune_id ORDER BY id") == kept
    assert verify.verify(db, full.media).damage == ()
    assert db.rows("PRAGMA integrity_check") == [("ok",)]
    with pytest.raises(IntegrityError), writing(db):
        db.conn.execute("UPDATE proposal SET participant_type = 'king'")
    with writing(db):
        db.conn.execute("UPDATE proposal SET participant_type = 'not_asked'")


def test_what_pages_ask_is_kept_of_a_store_that_did_not_keep_it(full, db, a_proposal):
    said = a_proposal(title="Cho hẹn giờ trước khi đi chứng thực")
    conversation.add_more(
        db, said.code, "Ở ấp 3.", channel="web", key="said", at=clock.now() + clock.MINUTE
    )
    unread = "SELECT at FROM unread_answer WHERE commune_id = :commune_id AND proposal_id = :said"
    kept = db.rows(unread, said=said.id)
    steps = [
        m0020_what_pages_ask, m0021_compared, m0025_less_to_write, m0026_nothing_grows,
        m0028_counted_by_index,
    ]  # fmt: skip
    for step in reversed(steps):
        undo(db, step)
    names = {step.__name__.rpartition(".")[2] for step in steps}
    noted(db, *(one for one in schema.known() if one not in names))

    schema.migrate(db)

    assert schema.is_as_declared(db)
    assert kept and db.rows(unread, said=said.id) == kept
    assert db.rows("SELECT count(*) FROM to_compare WHERE commune_id = :commune_id") == db.rows(
        "SELECT count(*) FROM proposal WHERE commune_id = :commune_id AND title <> ''"
    )


def test_what_an_idea_writes_becomes_less_in_a_store_that_wrote_more(full, db):
    step = m0025_less_to_write
    undo(db, m0026_nothing_grows)
    undo(db, step)
    anew = ("m0025_less_to_write", "m0026_nothing_grows")
    noted(db, *(one for one in schema.known() if one not in anew))
    tables = {table: f"SELECT * FROM {table} ORDER BY 1, 2" for table in step.IN_KEY}
    kept = {table: db.rows(sql) for table, sql in tables.items()}
    assert not schema.is_as_declared(db) and all(kept.values())

    schema.migrate(db)

    assert schema.is_as_declared(db)
    assert {table: db.rows(sql) for table, sql in tables.items()} == kept
    assert verify.verify(db, full.media).damage == ()
    assert db.rows("PRAGMA integrity_check") == [("ok",)]


def test_a_row_in_its_key_that_refers_to_nothing_is_told(full, db):
    db.conn.execute("PRAGMA foreign_keys = OFF")
    db.conn.execute("INSERT INTO to_compare VALUES (?, 'nobody')", [db.commune_id])
    db.conn.execute("INSERT INTO to_compare VALUES (?, 'of another')", [db.commune_id + 1])

    assert list(db.engine.references(db.conn, db.commune_id)) == ["to_compare nobody"]


def test_a_table_that_is_renamed_keeps_its_rows(full, db):
    rename(db, "media_download", "fetch")
    noted(db, *(one for one in schema.known() if one != "m0016_media_downloads"))
    kept = db.rows("SELECT * FROM fetch ORDER BY commune_id, id")

    schema.migrate(db)

    assert schema.is_as_declared(db) and kept
    assert db.rows("SELECT * FROM media_download ORDER BY commune_id, id") == kept


def test_a_store_without_positions_and_numbers_keeps_its_people_sealed(full, db):
    [step] = [one for one in schema.modules() if "m0015" in one.__name__]
    for table in step.TABLES:
        db.conn.execute(f"DROP TABLE {table}")
    without(db, "staff_member", step.CHANGED["staff_member"][0])
    noted(db, *(one for one in schema.known() if one != "m0015_position_and_number"))
    names = staff.names(db)

    schema.migrate(db)

    assert schema.is_as_declared(db) and schema.is_current(db)
    assert staff.names(db) == names and set(staff.positions(db).values()) == {""}
    assert not any(one.phone for one in staff.everyone(db))
    assert verify.verify(db, full.media).damage == ()


def test_a_store_with_lists_of_words_gets_them_compared_in_turn_and_refuses_the_same(full, db):
    as_lists(db)
    noted(db, *(one for one in schema.known() if one != "m0031_compared_in_turn"))
    kept = hash_of_rows(db)
    before = tables_in_memory(db)

    schema.migrate(db)

    assert schema.is_as_declared(db) and hash_of_rows(db) == kept
    of_words = [name for name, column in PROPOSAL.columns.items() if " OR " in column.check]
    assert before - tables_in_memory(db) == len(of_words) > 3
    assert db.rows("PRAGMA integrity_check") == [("ok",)]
    for column in of_words:
        with pytest.raises(IntegrityError), writing(db):
            db.conn.execute(f"UPDATE proposal SET {column} = 'of_no_list'")
    with pytest.raises(IntegrityError), writing(db):
        db.conn.execute("UPDATE outbox SET state = 'of_no_list'")


def hash_of_rows(db: Store) -> dict[str, int]:
    return {
        table: hash(tuple(sorted(db.rows(f"SELECT * FROM {table}"), key=repr)))
        for table in db.engine.tables(db.conn)
    }


def tables_in_memory(db: Store) -> int:
    """Return how many SQLite makes to write one idea."""
    copied = "INSERT INTO proposal SELECT * FROM (SELECT * FROM proposal LIMIT 1)"
    return sum(step[1] == "OpenEphemeral" for step in db.rows(f"EXPLAIN {copied}"))


def as_before(db: Store) -> None:
    """Make a store what it was before the first release."""
    as_first(db)
    noted(db, *FROM_BEFORE)


def test_a_store_of_before_in_the_same_form_is_adopted(full, db):
    before = verify.counts(db)
    as_before(db)

    schema.migrate(db)

    assert set(schema.applied(db)) == set(schema.known()) and schema.is_as_declared(db)
    counted_anew = {
        "idea_count", "due_count", "award_due", "award_count", "lasting_due",
        "unsent_paper", "contact_due", "council_sitting",
    }  # fmt: skip
    later = {table for step in schema.modules()[1:] for table in step.TABLES} - counted_anew
    counts = verify.counts(db)
    # What steps fill by themselves is told below.
    filled = {"unread_answer", "to_compare"}
    assert {table: count for table, count in counts.items() if table not in filled} == {
        table: 0 if table in later else count
        for table, count in before.items()
        if table not in filled
    }


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX proposal_by_time",
        "ALTER TABLE proposal DROP COLUMN mobiliser",
        "ALTER TABLE proposal ADD COLUMN colour TEXT",
        "DROP TABLE asked_back",
        "CREATE TABLE another (id TEXT)",
        "DROP TABLE proposal_fts",
    ],
)
def test_a_store_of_before_in_another_form_is_refused_before_a_byte_is_touched(db, change):
    db.conn.execute("PRAGMA foreign_keys = OFF")
    as_before(db)
    db.conn.execute(change)
    before = hash_of(db)

    with pytest.raises(
        StoreUnknown, match=r"before the first release .* nothing in it was changed"
    ):
        schema.migrate(db)

    assert hash_of(db) == before


def test_a_store_of_a_newer_version_is_refused_before_a_byte_is_touched(db):
    noted(db, *schema.known(), "m9001_later")
    before = hash_of(db)

    with pytest.raises(StoreTooNew, match="m9001_later"):
        schema.migrate(db)

    assert hash_of(db) == before


def test_a_store_whose_making_was_cut_off_is_made_anew(tmp_path):
    db = Store(tmp_path / "hienke.db", 1)
    Migrations(schema.steps.name).ensure_migrations_table(Changing(db.conn))

    schema.migrate(db)

    assert schema.is_as_declared(db)


def test_tables_are_made_after_what_they_refer_to():
    made: set[str] = set()
    for card in declared.parents_first(CARDS):
        assert {*card.foreign.values()} - {card.name} <= made, card.name
        made.add(card.name)


def test_who_opens_a_store_of_before_learns_it_in_one_sentence(instance, db, capsys):
    as_before(db)
    db.conn.execute("DROP INDEX proposal_by_time")

    with pytest.raises(SystemExit) as ended, in_one_sentence():
        start(instance)

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "before the first release" in said and said.count("\n") == 1
