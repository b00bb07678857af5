"""A store on PostgreSQL keeps what one on SQLite keeps, though many write at once, the server goes
and comes, and a COMMIT may leave nobody the wiser."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import psycopg
import pytest
from psycopg import sql

from shared.db import event_log
from shared.db.connection import (
    DatabaseError,
    IntegrityError,
    Store,
    StoreUnavailable,
    StoreUnfit,
    UnitUnknown,
    open_store,
    reading,
    remaking,
    writing,
)
from shared.db.encryption import Cipher
from shared.db.engines.postgres import asking, faults, link, patience, server, words
from shared.db.engines.postgres import engine as postgres_engine
from shared.db.engines.postgres.engine import PostgresEngine
from shared.store import schema
from shared.store.jobs import heartbeat
from shared.store.office import campaigns
from tests.asked import asked
from tests.conftest import UNIT, roomy
from tests.postgres import ACCOUNT, SUPERUSER, Cluster, cluster

OTHER = 7


def found(engine: PostgresEngine, unit: int = UNIT) -> Store:
    """Make the schema and a unit, and return its store."""
    db = Store(engine, unit, Cipher(bytes(32)))
    schema.migrate(db)
    with writing(db):
        campaigns.create(db, f"UBND {unit}", is_demo=False, at=1)
    return db


@pytest.fixture(scope="module")
def made(postgres: Cluster) -> Iterator[str]:
    """The name of a database with two units, which tests take copies of."""
    name = postgres.fresh()
    engine = PostgresEngine(postgres.url(name))
    for unit in (UNIT, OTHER):
        found(engine, unit)
    engine.close()
    yield name
    postgres.drop(name)


@pytest.fixture
def engine(postgres: Cluster, made: str) -> Iterator[PostgresEngine]:
    name = postgres.fresh(made)
    opened = PostgresEngine(postgres.url(name))
    yield opened
    opened.close()
    postgres.drop(name)


@pytest.fixture
def pg(engine: PostgresEngine) -> Store:
    return open_store(engine, UNIT)


def at_once(many: int, act: Callable[[int], None]) -> list[Exception]:
    """Let as many threads act, and return what went wrong."""
    wrong: list[Exception] = []

    def run(number: int) -> None:
        try:
            act(number)
        except Exception as fault:  # told by the caller
            wrong.append(fault)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_many_writers_take_turns_in_a_unit(engine, pg):
    """Given eight that note what happened: without the lock two take the same place."""

    def note(number: int) -> None:
        own = open_store(engine, UNIT)
        for _ in range(10):
            with writing(own):
                event_log.note(own, "tried", None, "test", 1, by=number)

    assert at_once(8, note) == []
    events = list(event_log.every(pg))
    assert [one.place for one in events] == list(range(1, len(events) + 1))
    assert len([one for one in events if one.kind == "tried"]) == 80


def test_a_commit_waits_for_the_disk_unless_what_it_keeps_would_be_made_again(pg):
    def waits() -> object:
        return pg.row("SELECT current_setting('synchronous_commit')")

    seen = []
    for block in (writing, remaking, writing):
        with block(pg):
            seen.append(waits())
    with writing(pg), remaking(pg):
        seen.append(waits())

    assert seen == [("on",), ("off",), ("on",), ("on",)]


def test_units_take_turns_on_one_connection_and_each_sees_its_own_rows(engine, monkeypatch):
    """Given blocks that are kept and undone, and reads without a WHERE between them."""
    monkeypatch.setattr(postgres_engine, "MOST", 1)
    one, other = open_store(engine, UNIT), open_store(engine, OTHER)
    all_seen = "SELECT commune_id FROM commune"

    seen = []
    for db, at in ((one, other), (other, one), (other, one), (one, other)):
        seen.append((db, db.rows(all_seen)))
        with suppress(ZeroDivisionError), writing(at):
            seen.append((at, at.rows(all_seen)))
            raise ZeroDivisionError
        seen.append((db, db.rows(all_seen)))
        with writing(at):
            heartbeat.beat(at, "test", at=1)
        seen.append((db, db.rows(all_seen)))
        with reading(db):
            seen.append((db, db.rows(all_seen)))

    assert all(rows == [(db.commune_id,)] for db, rows in seen) and len(seen) == 20


def test_a_unit_that_writes_does_not_stop_another_and_a_second_writer_gives_up(
    engine, pg, monkeypatch
):
    other, again = open_store(engine, OTHER), open_store(engine, UNIT)
    with writing(pg):
        heartbeat.beat(other, "kiosk", at=1)
        assert other.row("SELECT at FROM heartbeat WHERE commune_id = :commune_id") == (1,)
        monkeypatch.setattr(link.Session, "unit", UNIT)
        again.conn.execute("SELECT 1")
        with pytest.raises(StoreUnavailable, match="others of this unit"):
            heartbeat.beat(again, "kiosk", at=2)
    heartbeat.beat(again, "kiosk", at=3)


def test_a_unit_that_another_program_writes_is_given_up_for_now(engine, pg):
    elsewhere = PostgresEngine(engine.url)
    with writing(open_store(elsewhere, UNIT)), pytest.raises(StoreUnavailable, match="55P03"):
        heartbeat.beat(pg, "kiosk", at=1)
    elsewhere.close()
    heartbeat.beat(pg, "kiosk", at=2)


def test_a_flood_of_writers_of_one_unit_leaves_the_connections_to_the_others(engine):
    """Given more who want to write at one unit than there are connections."""
    theirs, holding, done = open_store(engine, OTHER), open_store(engine, UNIT), []
    stores = [open_store(engine, UNIT) for _ in range(30)]
    begun = threading.Semaphore(0)

    def flood(own: Store) -> None:
        begun.release()
        while own not in done:
            with suppress(StoreUnavailable):
                heartbeat.beat(own, "kiosk", at=1)
                done.append(own)

    threads = [threading.Thread(target=flood, args=(own,)) for own in stores]
    with writing(holding):
        for thread in threads:
            thread.start()
            begun.acquire()
        for at in range(20):
            heartbeat.beat(theirs, "kiosk", at=at)
        assert done == []
    for thread in threads:
        thread.join()
    assert len(done) == 30


def test_a_fault_that_was_passed_over_is_not_taken_for_kept(pg):
    """The server undoes the whole block then, and its COMMIT says so in its tag alone."""
    heartbeat.beat(pg, "kiosk", at=1)

    with pytest.raises(StoreUnavailable, match="undid"), writing(pg):
        heartbeat.beat(pg, "sms", at=2)
        with suppress(IntegrityError):
            pg.write("INSERT INTO heartbeat (commune_id, program) VALUES (:commune_id, 'sms')")

    assert pg.rows("SELECT program FROM heartbeat WHERE commune_id = :commune_id") == [("kiosk",)]


@pytest.mark.parametrize("text", ["a\0b", "\0", "\ufdd0", "\ufdd00\0\ufdd01", "100 % :name"])
def test_a_text_comes_back_as_it_was_given_and_is_found_by_itself(pg, db, text):
    for store in (db, pg):
        with writing(store):
            store.write(
                "INSERT INTO suppression (commune_id, id, phone, reason, since)"
                " VALUES (:commune_id, :id, :id, 'x % :y ''', 1)",
                id=text,
            )

        found = store.row(
            "SELECT id, reason FROM suppression WHERE commune_id = :commune_id AND phone = :text",
            text=text,
        )

        assert found == (text, "x % :y '")
        assert store.row("SELECT 1 FROM commune WHERE name = :text", text="\0nobody") is None


def test_the_outcome_of_a_commit_that_the_line_did_not_survive_is_unknown(pg, as_owner):
    """Given a server that cuts the line within COMMIT; with it gone, the same is kept."""
    as_owner(
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER cuts AFTER INSERT ON heartbeat DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION cut()",
    )
    with pytest.raises(StoreUnavailable):
        heartbeat.beat(pg, "kiosk", at=1)

    as_owner("DROP TRIGGER cuts ON heartbeat")
    heartbeat.beat(pg, "kiosk", at=2)
    assert pg.row("SELECT at FROM heartbeat WHERE commune_id = :commune_id") == (2,)


@pytest.fixture
def as_owner(engine: PostgresEngine) -> Callable[..., None]:
    def run(*statements: str) -> None:
        with psycopg.connect(engine.url, autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement)

    return run


@pytest.fixture(scope="module")
def with_standby() -> Iterator[Cluster]:
    """A server that may wait for a standby, be stopped, and asks for a password."""
    with cluster(roomy(), wal_level="replica", max_wal_senders="2") as running:
        running.run(sql.SQL("ALTER ROLE {} PASSWORD 'mật khẩu'").format(sql.Identifier(ACCOUNT)))
        yield running


def founded_on(running: Cluster) -> PostgresEngine:
    engine = PostgresEngine(running.url(running.fresh()))
    found(engine)
    return engine


def test_a_wait_for_the_standby_that_was_given_up_leaves_the_outcome_unknown(
    with_standby, monkeypatch
):
    """The server calls such a block committed, with a warning: it may be gone with the primary."""
    engine = founded_on(with_standby)
    db = open_store(engine, UNIT)
    monkeypatch.setattr(patience, "COMMIT_SECONDS", 0.1)
    monkeypatch.setattr(patience, "_LOOK_SECONDS", 0.05)
    with_standby.run("ALTER SYSTEM SET synchronous_standby_names = 'away'")
    with_standby.run("SELECT pg_reload_conf()")
    try:
        with pytest.raises(StoreUnavailable, match="nobody can say"):
            for at in range(1, 200):  # the server has heard of the standby after some
                heartbeat.beat(db, "kiosk", at=at)
    finally:
        with_standby.run("ALTER SYSTEM RESET synchronous_standby_names")
        with_standby.run("SELECT pg_reload_conf()")
    heartbeat.beat(db, "kiosk", at=1000)
    engine.close()


def test_a_server_that_was_away_is_found_again_by_itself(with_standby):
    engine = founded_on(with_standby)
    db, started = open_store(engine, UNIT), event_log.newest_at(open_store(engine, UNIT))

    with_standby.stop()
    with pytest.raises(StoreUnavailable):
        db.row("SELECT 1")
    with pytest.raises(StoreUnavailable):
        heartbeat.beat(db, "kiosk", at=1)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        open_store(PostgresEngine(engine.url), UNIT)
    with_standby.start()

    assert after_some_tries(lambda: event_log.newest_at(db)) == started
    heartbeat.beat(db, "kiosk", at=2)
    engine.close()


def after_some_tries(ask: Callable[[], int]) -> int:
    for _ in range(100):
        with suppress(StoreUnavailable):
            return ask()
    return ask()


def test_a_line_that_was_cut_while_it_lay_idle_is_not_noticed_by_anybody(engine, pg, postgres):
    for write in (False, True):
        pg.row("SELECT 1")
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE usename = '{ACCOUNT}' AND pid <> pg_backend_pid()"
        )

        if write:
            heartbeat.beat(pg, "kiosk", at=1)
        assert pg.row("SELECT 1") == (1,)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("40001", StoreUnavailable), ("40P01", StoreUnavailable), ("08006", StoreUnavailable),
     ("57P01", StoreUnavailable), ("57P03", StoreUnavailable), ("53100", StoreUnavailable),
     ("53300", StoreUnavailable), ("25006", StoreUnavailable), ("55P03", StoreUnavailable),
     ("58030", StoreUnavailable), ("23505", IntegrityError), ("42703", DatabaseError),
     ("22003", DatabaseError)],
)  # fmt: skip
def test_each_fault_means_what_it_means(code, kind):
    fault = psycopg.errors.lookup(code)("the words of the server about 0912 345 678")

    meant = faults.meaning(fault)

    assert type(meant) is kind
    assert "0912" not in str(meant) or code[:2] not in {"22", "23"}
    assert isinstance(faults.at_commit(fault), (StoreUnavailable, IntegrityError))


def test_what_was_in_the_way_is_never_told_with_its_value(pg):
    with pytest.raises(IntegrityError) as told, writing(pg):
        for _ in range(2):
            pg.write(
                "INSERT INTO suppression (commune_id, id, phone, reason, since)"
                " VALUES (:commune_id, '0912345678', 'x', 'y', 1)"
            )

    assert "0912" not in str(told.value) and told.value.__cause__ is None


def test_no_statement_sees_or_writes_the_rows_of_another_unit(engine, pg):
    """The second lock: given a statement that forgot its WHERE, and a line of no unit."""
    theirs = open_store(engine, OTHER)
    heartbeat.beat(theirs, "kiosk", at=1)

    assert pg.rows("SELECT * FROM heartbeat") == []
    with writing(pg):
        assert pg.write("DELETE FROM heartbeat") == 0
        assert pg.write("UPDATE commune SET name = 'x'") == 1
    with pytest.raises(DatabaseError, match="42501"), writing(pg):
        pg.write("INSERT INTO heartbeat (commune_id, program, at) VALUES (7, 'sms', 1)")
    with psycopg.connect(engine.url) as nobodys:
        assert nobodys.execute("SELECT * FROM commune").fetchall() == []
    assert theirs.row("SELECT name FROM commune") == ("UBND 7",)


def test_every_table_is_locked_by_unit_and_nothing_is_broken(pg):
    assert list(pg.engine.integrity(pg.conn)) == []
    assert list(pg.engine.references(pg.conn, UNIT)) == []
    assert {"commune", "proposal", "event"} <= set(pg.engine.tables(pg.conn))


def test_the_programs_account_may_not_change_the_schema_of_another_owner(postgres):
    """Given an owner who cannot log in, of whom the account is a member that inherits nothing."""
    name = postgres.fresh()
    for statement in (
        "CREATE ROLE keeper NOLOGIN",
        "CREATE ROLE worker LOGIN NOINHERIT IN ROLE keeper",
        f"ALTER DATABASE {name} OWNER TO keeper",
    ):
        postgres.run(statement)
    engine = PostgresEngine(postgres.url(name, "worker"))
    try:
        db = found(engine)
        schema.migrate(db)

        for statement in ("CREATE TABLE more (commune_id BIGINT)", "DROP TABLE heartbeat",
                          "ALTER TABLE commune DISABLE ROW LEVEL SECURITY"):  # fmt: skip
            with pytest.raises(DatabaseError, match="42501"):
                db.conn.execute(statement)
        assert db.engine.tidy(db.conn, ["proposal"])
    finally:
        engine.close()
        postgres.drop(name)
        postgres.run("DROP ROLE worker")
        postgres.run("DROP ROLE keeper")


def test_an_account_that_is_no_member_is_told_what_helps_and_it_does(postgres):
    postgres.run("CREATE ROLE guest LOGIN NOINHERIT")
    name = postgres.fresh()
    engine = PostgresEngine(postgres.url(name, "guest"))
    try:
        with pytest.raises(StoreUnfit, match=r"guest may not change .* by GRANT hienke TO guest"):
            schema.migrate(Store(engine, UNIT))
        postgres.run("GRANT hienke TO guest")
        db = Store(engine, UNIT)
        schema.migrate(db)
        assert db.rows("SELECT name FROM commune") == []
    finally:
        engine.close()
        postgres.drop(name)
        postgres.run("DROP ROLE guest")


def test_however_many_begin_together_the_schema_is_made_once(postgres):
    name = postgres.fresh()
    engine = PostgresEngine(postgres.url(name))

    assert at_once(4, lambda number: schema.migrate(Store(engine, UNIT))) == []

    assert schema.applied(Store(engine, UNIT)) == schema.known()
    engine.close()
    postgres.drop(name)


def test_a_reading_sees_one_moment_and_writes_nothing(engine, pg):
    other = open_store(engine, UNIT)
    with reading(pg):
        before = pg.rows("SELECT * FROM heartbeat")
        heartbeat.beat(other, "kiosk", at=1)

        assert pg.rows("SELECT * FROM heartbeat") == before
        with pytest.raises(StoreUnavailable, match="25006"):
            pg.write("DELETE FROM heartbeat WHERE commune_id = :commune_id")
    assert len(pg.rows("SELECT * FROM heartbeat")) == 1


def test_who_asks_alone_asks_the_connection_that_knows_the_statement(engine, pg):
    """Given several connections, because several wrote at once before."""
    stores = [open_store(engine, UNIT) for _ in range(4)]
    with ExitStack() as held:
        for own in stores:
            held.enter_context(reading(own))

    used = {pg.row("SELECT pg_backend_pid()") for _ in range(8)}

    assert len(used) == 1


def test_what_a_connection_has_prepared_outlives_what_was_read_and_what_was_undone(pg):
    def ask():
        return pg.row("SELECT at FROM heartbeat WHERE commune_id = :commune_id")

    def prepared():
        return {name for (name,) in pg.rows("SELECT name FROM pg_prepared_statements")}

    for _ in range(3):
        ask()
    with writing(pg):
        ask()
    before = prepared()

    with reading(pg):
        ask()
    with pytest.raises(LookupError), writing(pg):
        ask()
        raise LookupError

    assert "lock_unit" in before
    assert any(name.startswith("ours_") for name in before)
    assert before <= prepared()


def test_a_line_whose_question_failed_shows_nobody_the_rows_of_its_unit(engine, monkeypatch):
    """Given one connection that units share: one's question fails in the message that shows its
    rows, alone and together with others, within a transaction and without."""
    monkeypatch.setattr(postgres_engine, "MOST", 1)
    one, other = open_store(engine, UNIT), open_store(engine, OTHER)
    all_seen, wrong = "SELECT commune_id FROM commune", "SELECT 1 / (commune_id - :of) FROM commune"

    def both(at: Store) -> object:
        return at.at_once(lambda: at.rows(all_seen), lambda: at.rows(wrong, of=at.commune_id))

    for at in (one, other, one, other):
        with pytest.raises(DatabaseError):
            at.rows(wrong, of=at.commune_id)
        assert other.rows(all_seen) == [(OTHER,)]
        with pytest.raises(DatabaseError):
            at.at_once(
                lambda at=at: at.rows(all_seen), lambda at=at: at.rows(wrong, of=at.commune_id)
            )
        assert one.rows(all_seen) == [(UNIT,)]
        with pytest.raises(DatabaseError), writing(at):
            at.at_once(
                lambda at=at: at.rows(all_seen), lambda at=at: at.rows(wrong, of=at.commune_id)
            )
        assert other.rows(all_seen) == [(OTHER,)]


def test_what_reads_ask_first_is_one_message_and_each_gets_its_own_answer(engine, pg):
    """Given reads that ask the same with other values, ask twice, ask nothing, fail, are together
    themselves, and one that is left out because of what another found."""
    open_store(engine, OTHER).rows("SELECT 1")  # another unit was shown before
    found = {}

    def number(value: int) -> int:
        return int(pg.row("SELECT CAST(:value AS BIGINT)", value=value)[0])

    def failing() -> None:
        raise LookupError

    def together() -> object:
        return pg.at_once(lambda: number(4) + number(5), lambda: number(5))

    def first() -> None:
        found["first"] = number(7)

    with asked(pg) as said:
        answers = pg.at_once(
            first, lambda: number(1), lambda: (number(2), number(1)), lambda: "nothing", together,
            lambda: None if "first" in found else number(8), lambda: number(9),
        )  # fmt: skip

    assert answers == (None, 1, (2, 1), "nothing", (9, 5), None, 9)
    assert len(said) == 3  # and what was asked second
    with pytest.raises(LookupError):
        pg.at_once(lambda: number(1), failing)
    with reading(pg):
        assert pg.at_once(lambda: number(1), lambda: number(2)) == (1, 2)


def test_what_is_asked_goes_on_though_all_that_was_prepared_is_gone(pg, as_owner):
    def ask() -> list[tuple[object, ...]]:
        return pg.rows("SELECT * FROM throttle WHERE commune_id = :commune_id")

    for _ in range(3):
        ask()
    pg.conn.execute("DEALLOCATE ALL")
    assert ask() == []
    ask()

    as_owner("ALTER TABLE throttle ADD COLUMN more BIGINT")
    try:
        assert ask() == []
        assert pg.at_once(ask, ask) == ([], [])
        ask()
    finally:
        as_owner("ALTER TABLE throttle DROP COLUMN more")
    with pytest.raises(StoreUnavailable), writing(pg):
        ask()
    assert ask() == []


def test_a_connection_keeps_few_statements_prepared(pg, monkeypatch):
    monkeypatch.setattr(asking, "MOST_PREPARED", 5)

    for number in range(20):
        for _ in range(3):
            assert pg.row(f"SELECT {number}") == (number,)

    names = {name for (name,) in pg.rows("SELECT name FROM pg_prepared_statements")}
    assert len({name for name in names if name.startswith("ours_")}) == 5


def test_a_unit_is_locked_though_all_that_was_prepared_is_gone(pg):
    heartbeat.beat(pg, "kiosk", at=1)
    pg.conn.execute("DEALLOCATE ALL")

    heartbeat.beat(pg, "kiosk", at=2)

    assert pg.row("SELECT at FROM heartbeat WHERE commune_id = :commune_id") == (2,)


def test_a_unit_that_is_not_there_is_told(engine, postgres):
    with pytest.raises(UnitUnknown, match="does not hold unit 26071; it holds 00007, 26068"):
        open_store(engine, 26071)
    name = postgres.fresh()
    empty = PostgresEngine(postgres.url(name))
    with pytest.raises(UnitUnknown, match="holds no commune"):
        open_store(empty, UNIT)
    empty.close()
    postgres.drop(name)


# What is wrong with a database, and the beginning of the sentence that says so.
UNFIT = {
    "ENCODING 'SQL_ASCII' LOCALE 'C'": "has the encoding SQL_ASCII",
    "LOCALE_PROVIDER icu ICU_LOCALE 'vi' LOCALE 'C.UTF-8'": "sorts as ICU",
}


@pytest.mark.parametrize("made_with", UNFIT)
def test_a_database_of_another_kind_is_told_at_the_start(postgres, made_with):
    postgres.run(f"CREATE DATABASE unfit OWNER {ACCOUNT} TEMPLATE template0 {made_with}")
    try:
        with pytest.raises(StoreUnfit, match=UNFIT[made_with]):
            PostgresEngine(postgres.url("unfit")).connect(UNIT)
    finally:
        postgres.drop("unfit")


def test_a_server_that_cannot_be_used_is_told_at_the_start(postgres, engine, monkeypatch):
    def told(url: str) -> str:
        with pytest.raises((StoreUnfit, StoreUnavailable)) as fault:
            PostgresEngine(url).connect(UNIT)
        return f"{type(fault.value).__name__}: {fault.value}"

    away = f"postgresql://{ACCOUNT}@127.0.0.1:9/hienke"
    assert told(away).startswith("StoreUnavailable: postgresql://127.0.0.1:9/hienke cannot be")
    assert 'database "nowhere" does not exist' in told(postgres.url("nowhere"))
    assert "sees the rows of every unit" in told(engine.url.replace(f"{ACCOUNT}@", f"{SUPERUSER}@"))
    with monkeypatch.context() as patch:
        patch.setattr(server, "OLDEST", 990000)
        assert "15 or newer is needed" in told(engine.url)
    postgres.run(f"ALTER ROLE {ACCOUNT} SET default_transaction_read_only = on")
    try:
        assert "is a standby and only reads" in told(engine.url)
    finally:
        postgres.run(f"ALTER ROLE {ACCOUNT} RESET default_transaction_read_only")


def test_the_password_comes_from_the_environment_or_a_file(with_standby, monkeypatch, tmp_path):
    """Given a server that asks for one."""
    rules = with_standby.data / "pg_hba.conf"
    was = rules.read_text()
    rules.write_text(f"local all {ACCOUNT} scram-sha-256\n{was}")
    with_standby.run("SELECT pg_reload_conf()")
    url = with_standby.url("postgres")
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))

    def check() -> str:
        try:
            server.check(url, server.line_of(url))
        except StoreUnfit as fault:
            return str(fault)
        return ""

    try:
        assert "does not let this program in: " in check()
        monkeypatch.setenv("HIENKE_STORE_PASSWORD", "falsch")
        assert "password authentication failed" in check() and "falsch" not in check()
        monkeypatch.setenv("HIENKE_STORE_PASSWORD", "mật khẩu")
        assert check() == ""
        monkeypatch.delenv("HIENKE_STORE_PASSWORD")
        (tmp_path / "pass").write_text("*:*:*:hienke:mật khẩu\n")
        (tmp_path / "pass").chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pass"))
        assert check() == ""
    finally:
        rules.write_text(was)
        with_standby.run("SELECT pg_reload_conf()")


def test_statements_and_definitions_are_turned_into_its_dialect():
    told = words.statement("SELECT ':a', '100 %', x::text, :b_1, '''%' FROM t WHERE y LIKE :c")
    assert told.sql == "SELECT ':a', '100 %', x::text, $1, '''%' FROM t WHERE y LIKE $2"
    assert told.names == ("b_1", "c")
    made = words.definition("CREATE TABLE t (\n a INTEGER NOT NULL, b REAL, c TEXT\n) STRICT\n")
    assert made == "CREATE TABLE t (\n a BIGINT NOT NULL, b DOUBLE PRECISION, c TEXT\n)"


def test_several_writing_statements_are_one_for_it():
    told = words.together(("INSERT INTO a VALUES (:x, :y, :x)", "INSERT INTO b VALUES (:x)"))

    assert told.sql == "WITH w0 AS (INSERT INTO a VALUES ($1, $2, $1)) INSERT INTO b VALUES ($3)"
    assert told.names == (("x", "y"), ("x",))
    assert words.together(("INSERT INTO b VALUES (:x)",)).sql == "INSERT INTO b VALUES ($1)"


def test_values_come_back_as_sqlite_gives_them(pg, db):
    asked = (
        "SELECT count(*), sum(at), avg(at), max(program), sum(at) > 1, :given, 1.5 FROM heartbeat"
        " WHERE commune_id = :commune_id"
    )
    for store in (db, pg):
        for at, name in ((1, "a"), (2**40, "b")):
            heartbeat.beat(store, name, at=at)

    found = [store.row(asked, given=True) for store in (db, pg)]

    assert found[0] == found[1]
    assert [type(one) for one in found[0]] == [type(one) for one in found[1]]


def test_the_driver_is_imported_by_nobody_who_does_not_need_it():
    import subprocess
    import sys

    said = subprocess.run(
        [sys.executable, "-c", "import shared.cli, sys; print('psycopg' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == "False\n"


def test_a_program_that_ends_leaves_no_thread_of_its_pool_to_the_interpreter(engine):
    program = f"""
import atexit, threading
from shared.db.connection import open_store

atexit.register(lambda: print([thread.name for thread in threading.enumerate()]))
open_store({engine.url!r}, {UNIT})
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (ended.stdout, ended.stderr) == ("['MainThread']\n", "")
