"""SQLite plans by numbers that follow from the schema: the same in every office, and never those of
a unit of ten rows."""

import pytest

from shared.db.engines.sqlite_statistics import PARTS
from shared.store import schema
from tests.older_store import undo

# One that finds few rows of one owner and sorts them: by the key it would read every row.
FEW = (
    "SELECT id FROM council_sheet WHERE commune_id = 1 AND item_id IN ('a', 'b', 'c', 'd', 'e')"
    " ORDER BY id"
)


def plan(db, sql):
    return [said for *_, said in db.conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]


def numbers(db):
    return sorted(db.conn.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall())


@pytest.fixture
def another(instance):
    """Another line to the store, as another program opens it."""
    return instance.open()


def test_few_rows_are_found_by_their_owner_and_sorted(another):
    assert plan(another, FEW)[0].endswith("(commune_id=? AND item_id=?)")


def test_every_index_of_units_has_its_numbers(db):
    indexes = {
        name
        for table, name in db.conn.execute(
            "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index'"
        )
        if not table.startswith("_")
    }

    assert {name for _, name, _ in numbers(db)} >= indexes
    of = {name: stat for _, name, stat in numbers(db)}
    assert of["council_item_of_proposal"] == "1000000 100000 10 1"
    assert of["proposal_by_status"] == "1000000 100000 12500 10 1"
    assert of["pending_act_waits"] == "100000 10000 10 1"


def test_a_column_whose_words_the_schema_lists_divides_rows_into_few(db):
    [(_, _, stat)] = [one for one in numbers(db) if one[1] == "idea_count_by_counted"]

    of_unit, of_word, of_year = map(int, stat.split()[1:])

    assert of_word == of_unit // PARTS > of_year


def test_a_store_that_takes_steps_is_told_the_same_as_a_new_one(db):
    made = numbers(db)
    step = schema.modules()[-1]
    undo(db, step)
    db.conn.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (schema.known()[-1],))
    db.conn.execute("DROP TABLE sqlite_stat1")

    schema.migrate(db)

    assert numbers(db) == made


def test_at_a_start_nothing_is_written(db):
    [(before,)] = db.conn.execute("SELECT total_changes()")

    schema.migrate(db)

    assert db.conn.execute("SELECT total_changes()").fetchone() == (before,)
