"""One store can hold many communes: each key, index and statement begins with the commune. And
one module alone opens each engine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Migrations

from shared.db import schema as declared
from shared.db import search
from shared.db.card import Whose
from shared.db.connection import IntegrityError, Store, writing
from shared.db.engines.sqlite_steps import Changing
from shared.domain import proposal
from shared.domain.proposal import Status
from shared.domain.roles import ROLES
from shared.store import schema
from shared.store.schema.tables import CARDS
from shared.workflows import case_data
from tests.promises.conftest import ROOT, modules, text_of, walked

# Where SQL may stand: how rows are kept, what the office knows, steps over several subjects.
ROOMS_OF_SQL = ("shared/db", "shared/store", "shared/workflows")
_READS = re.compile(r"\b(?:FROM|JOIN|UPDATE)\s+(\{\}|[a-z_]+)")
_IS_SQL = re.compile(r"^\s*(?:SELECT|UPDATE|DELETE FROM|INSERT INTO)\b")
_ONE_OF = re.compile(r"CHECK \((\w+) = ([^()]*)\)")
# The column's values as the code has them; a column named elsewhere means the same everywhere.
VALUES = {
    "status": tuple(Status),
    "from_status": tuple(Status),
    "to_status": tuple(Status),
    "channel": proposal.CHANNELS,
    "participant_type": proposal.KEPT_TYPES,
    "maturity": proposal.MATURITIES,
    "category": proposal.CATEGORIES,
    "field": proposal.FIELDS,
    "role": ROLES,
}


def tables(db: Store) -> list[str]:
    """Return every table of ours: not SQLite's, not the full-text index's own."""
    return [
        name
        for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "_sqlite_", "proposal_fts"))
    ]


def test_every_card_is_listed_in_the_schema() -> None:
    made = set()
    for path, tree in modules():
        if any(
            isinstance(node, ast.ImportFrom)
            and node.module == "shared.db.card"
            and any(one.name == "Table" for one in node.names)
            for node in tree.body
        ):
            calls = [node for node in walked(tree) if isinstance(node, ast.Call)]
            made |= {
                (str(text_of(call.args[0])), path.name)
                for call in calls
                if ast.unparse(call.func).split("[")[0] == "Table" and call.args
            }
    listed = {card.name for card in CARDS}

    assert [f"{name} ({module})" for name, module in sorted(made) if name not in listed] == [], (
        "name the card in shared/store/schema/tables.py"
    )
    assert {name for name, _ in made} == listed


def test_a_store_that_took_every_step_is_what_the_cards_declare(tmp_path: Path) -> None:
    db = Store(tmp_path / "hienke.db", 1)
    db.conn.executescript((ROOT / "tests" / "data" / "first_schema.sql").read_text("utf-8"))
    for sql in search.definitions("sqlite"):
        db.conn.execute(sql)
    Migrations(schema.steps.name).ensure_migrations_table(Changing(db.conn))
    db.engine.schema(db.conn).note(schema.steps, schema.known()[:1])

    schema.migrate(db)

    have, want = declared.present(db), declared.wanted(CARDS)
    other = sorted(name for name in have | want if have.get(name) != want.get(name))
    assert other == [], (
        f"the card of {', '.join(other)} was added or changed, and no step makes that in the stores"
        " that are there: write one (CONTRIBUTING.md, Add a table)"
    )


def test_every_primary_key_begins_with_the_commune(db: Store) -> None:
    for table in tables(db):
        keys = {place: name for _, name, _, _, _, place in db.rows(f"PRAGMA table_info({table})")}

        assert keys.get(1) == "commune_id", table


def test_every_index_and_unique_key_begins_with_the_commune(db: Store) -> None:
    for table in tables(db):
        for index in db.rows(f"PRAGMA index_list({table})"):
            first = db.rows(f"PRAGMA index_info({index[1]})")[0]

            assert first[2] == "commune_id", f"{table}: {index[1]}"


def test_every_foreign_key_begins_with_the_commune(db: Store) -> None:
    for table in tables(db):
        firsts = [key for key in db.rows(f"PRAGMA foreign_key_list({table})") if key[1] == 0]

        assert all(key[3] == "commune_id" for key in firsts), table
        assert firsts or table == "commune", table


def test_every_table_is_strict(db: Store) -> None:
    strict = {row[1]: row[5] for row in db.rows("PRAGMA table_list")}

    assert all(strict[table] for table in tables(db))


def test_every_statement_names_the_commune_of_each_table_it_reads(db: Store) -> None:
    ours = set(tables(db))
    seen = 0
    for where, sql, around in _statements():
        read = [name for name in _READS.findall(sql) if name == "{}" or name in ours]
        if not read:
            continue
        seen += 1
        # A WHERE that is put together names it in the function that puts it together.
        is_built = "{}" in read or re.search(r"WHERE \{\}", sql)
        if is_built:
            assert "commune_id" in around or "_is_row(" in around, f"{where}: {sql}"
        else:
            assert sql.count("commune_id") >= len(read), f"{where}: {sql}"
    assert seen > 60


# Words of one engine, for which decision 81 says what to write.
_OF_ONE_ENGINE = re.compile(
    r"\bIS (?:NOT )?:|\bgroup_concat\b|\bjson_(?:each|extract)\b|\browid\b|\bGLOB\b|\bINSERT OR\b"
    r"|\bstrftime\b|\bORDER BY \+|\bPRAGMA\b|\bsqlite_master\b|[=(] ?\?|\bILIKE\b|::[a-z]"
)
# SQLite reads a bound LIMIT as it plans, and so makes a plan each time one is bound (decision 87).
_PLANNED_ANEW = re.compile(r"\bLIMIT :")
# What each engine does by itself, other programs' SQLite, and the steps of the schema.
_HAVE_THEIR_OWN = ("engines/", "search.py", "gammu_database.py", "schema/m00")


def test_every_statement_is_in_words_that_both_engines_read() -> None:
    """Read from the text, as not every statement is run by the walk of tests/units."""
    for path, tree in (one for room in ROOMS_OF_SQL for one in modules(room)):
        if any(own in str(path) for own in _HAVE_THEIR_OWN):
            continue
        for node in walked(tree):
            text = text_of(node) or ""
            if re.search(r"\b(?:SELECT|FROM|WHERE|AND|ORDER BY|JOIN|UPDATE|INSERT)\b", text):
                said = _OF_ONE_ENGINE.search(text)
                assert said is None, f"{path.name}:{node.lineno}: {said and said[0]} (decision 81)"


def test_no_statement_is_planned_anew_each_time() -> None:
    for path, tree in (one for room in ROOMS_OF_SQL for one in modules(room)):
        for node in walked(tree):
            said = _PLANNED_ANEW.search(text_of(node) or "")
            assert said is None, f"{path.name}:{node.lineno}: write the number out (decision 87)"


def test_every_insert_names_the_commune(db: Store) -> None:
    ours = set(tables(db))
    for where, sql, _ in _statements():
        into = re.match(r"\s*INSERT INTO ([a-z_]+)", sql)
        if into and into[1] in ours:
            assert "(commune_id," in sql and "(:commune_id," in sql, f"{where}: {sql}"


def test_a_sealed_table_is_written_by_its_card_alone() -> None:
    sealed = {card.name for card in CARDS if card.sealed}
    for where, sql, _ in _statements():
        written = re.match(r"\s*(?:INSERT INTO|UPDATE)\s+([a-z_]+)", sql)
        assert not written or written[1] not in sealed, (
            f"{where}: db.insert and db.change write {written and written[1]}, and seal the row"
        )
    assert len(sealed) > 60


def test_no_sql_is_written_outside_the_store() -> None:
    for path, tree in modules():
        if not any(ROOT / room in path.parents for room in ROOMS_OF_SQL):
            strings = [text for node in walked(tree) if (text := text_of(node))]
            assert not [text for text in strings if _IS_SQL.match(text)], path


# It names the kiosk or the hashed address that sends, and no number.
_NO_NUMBERS = {("upload", "sender")}


def test_every_column_of_telephone_numbers_is_encrypted() -> None:
    """A new one says `encrypted=True` in its card."""
    for card in CARDS:
        for name, column in card.columns.items():
            if re.search(r"phone|sender$|guardian$|^raw$|answers|^contact", name):
                where = (card.name, name)
                assert column.encrypted or where in _NO_NUMBERS, where


# Columns that never hold a word of or about a person: names of rows, of staff, of states, and days.
_NO_WORDS = re.compile(
    r"id|.*_id|.*_hash|salt|key|state|status|.*_status|kind|cause|scope|way|how|evidence|channel"
    r"|source|gateway|actor|.*_by|.*_at|.*_on|.*_day|since|day|verdict|outcome|presence|form|answer"
    r"|code|sha256|files|whole|mime|points|text_key|dedupe|error|take|idempotency_key|number"
)
# The same, where the name alone does not tell.
_NO_WORDS_HERE = {
    "proposal": {
        "participant_type", "effects", "maturity", "category", "more_categories", "field",
        "residence", "mobiliser", "evaluation_rule", "merged_from",
    },
    "asked_back": {"digits"},
    "author": {"notice", "participant_type", "evaluation_rule"},
    "appraisal": {"proposed", "verb", "timing"},
    "council_ballot": {"choice"},
    "event": {"data", "hash"},
    "call_back": {"why"},
    "sms_alarm": {"why"},
    "data_request": {"identity"},
    "attachment": {"reason", "note"},
    "original_file": {"why"},
    "adoption": {"unit"},
    "print_job": {"fault"},
    "message_in": {"sender_kind"},
    "recognition": {"clock_from"},
    "model_request": {"notice"},
}  # fmt: skip


def test_every_text_of_a_case_says_whom_it_tells_of() -> None:
    """A card's `whose` is what erasures go by: what says nobody has a name that shows it."""
    seen = 0
    for card in filter(case_data.leads_to_a_case, CARDS):
        listed = _NO_WORDS_HERE.get(card.name, set())
        for name, column in card.columns.items():
            seen += column.whose is not Whose.NOBODY
            if column.type == "TEXT" and column.whose is Whose.NOBODY and name not in listed:
                assert _NO_WORDS.fullmatch(name), f"{card.name}.{name}"
    assert seen > 60


# What opens a store, by the one module or folder that may name it.
ENGINES = ROOT / "shared" / "db" / "engines"
_LIBRARIES = {
    "sqlite": {"sqlite3", "pysqlite3", "apsw", "aiosqlite", "sqlcipher3"},
    "postgres": {"psycopg", "psycopg_pool", "psycopg2", "asyncpg", "pg8000"},
}


def test_one_module_alone_opens_each_engine() -> None:
    for path, tree in modules():
        named = set()
        for node in walked(tree):
            if isinstance(node, ast.Import):
                named |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                named |= {str(node.module).partition(".")[0], *(one.name for one in node.names)}
        for engine, libraries in _LIBRARIES.items():
            if ENGINES / f"{engine}.py" != path and ENGINES / engine not in path.parents:
                assert not named & libraries, path


def test_the_lists_of_the_schema_are_those_of_the_code(db: Store) -> None:
    seen = set()
    for table, sql in db.rows("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%CHECK%'"):
        for column, said in _ONE_OF.findall(sql):
            if column in VALUES:
                allowed = tuple(value.strip("'") for value in said.split(f" OR {column} = "))
                assert set(allowed) == set(VALUES[column]), f"{table}.{column}"
                seen.add(column)
    assert seen == set(VALUES)


@pytest.mark.parametrize("column", ["status", "channel", "participant_type", "maturity"])
def test_the_store_itself_refuses_a_value_the_code_does_not_know(
    db: Store, a_proposal, column: str
) -> None:
    code = a_proposal().code

    with pytest.raises(IntegrityError), writing(db):
        db.write(
            f"UPDATE proposal SET {column} = 'else' WHERE commune_id = :commune_id AND code = :c",
            c=code,
        )


def _statements() -> Iterator[tuple[str, str, str]]:
    """Yield where each SQL text of the store stands, the text, and the function around it."""
    for path, tree in (one for room in ROOMS_OF_SQL for one in modules(room)):
        for function in walked(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            parts = {
                id(part)
                for node in ast.walk(function)
                if isinstance(node, ast.JoinedStr)
                for part in node.values
            }
            for node in ast.walk(function):
                text = None if id(node) in parts else text_of(node)
                if text and (_IS_SQL.match(text) or re.search(r"\bSELECT\b.*\bFROM\b", text)):
                    yield f"{path.name}: {function.name}", text, ast.unparse(function)


def test_every_file_that_a_table_speaks_of_is_read_back_and_so_backed_up(db: Store) -> None:
    naming = {
        table
        for table in tables(db)
        if "sha256" in [column[1] for column in db.rows(f"PRAGMA table_info({table})")]
    }
    read_back = (ROOT / "shared" / "store" / "files" / "references.py").read_text("utf-8")

    for table in naming:
        assert f'f"{table} {{' in read_back, table
