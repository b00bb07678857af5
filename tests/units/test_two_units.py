"""Two units in one store: whatever one of them does, nothing of the other is seen or changed.

The one unit is walked through whole, once for all tests here (walks.py): every staff route as every
role, the citizens' pages, SMS, workers, papers, the night with its backup. What differs between the
two is in TABLES: the key of a row, unless it is told there.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kiosk.apps import public_app, staff_app
from shared.db.connection import DatabaseError, Store, copy_store
from shared.db.engines.postgres.engine import EVERY_UNIT
from shared.domain import clock, codes
from shared.runtime.logs import OneLine
from shared.store.cases import proposals
from shared.store.people import devices
from shared.store.schema.one_unit import copy_unit
from shared.store.schema.tables import CARDS
from shared.workflows import verify
from tests.conftest import UNIT
from tests.engines import ENGINES, POSTGRES, SQLITE
from tests.kiosk.staff.conftest import PASSWORD
from tests.postgres import Cluster
from tests.promises.conftest import ROOT
from tests.units.walks import NOT_THERE, PUBLIC, STAFF, WALKS, begin_work, codes_of
from tests.units.world import OURS, THEIRS, Listener, World, rows, tables, tokens, two_units

pytestmark = pytest.mark.slow

# Of each table a column that tells whose row one sees, the first of its key unless told: what is in
# theirs is looked for in all that we give out. COUNTED: a row says nothing but when or how many,
# and stands in no text.
COUNTED = ""
TABLES = {card.name: card.key[0] if card.key else COUNTED for card in CARDS} | {
    "award_count": COUNTED,
    "due_count": COUNTED,
    "first_answer_count": COUNTED,
    "gateway_fault": "fault",
    "held": "form_key",
    "idea_count": COUNTED,
    "lease": "holder",
    "model": "slug",
    "notice_count": COUNTED,
    "proposal": "code",
    "retention_ok": "actor",
    "session": "token_hash",
    "status_count": COUNTED,
    "throttle": "who",
}
# The statements of search are in words of one engine.
OF_SEARCH = re.compile("proposal_fts|tsvector|TSQUERY|last_insert_rowid")
LIST = ROOT / "docs" / "statements-without-a-unit.md"


@dataclass(frozen=True)
class Walked:
    """The world after the walk: how many rows of ours there were before it in each table, and all
    rows of theirs `before` and `after`."""

    runs_on: str
    world: World
    ours: Store
    theirs: Store
    counts: dict[str, int]
    before: dict[str, list[dict[str, Any]]]
    after: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module", params=ENGINES)
def walked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walked]:
    """Both units in a store of each engine, once ours was walked through."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == POSTGRES:
            cluster: Cluster = request.getfixturevalue("postgres")
            name = cluster.fresh()
            patch.setenv("HIENKE_STORE_URL", cluster.url(name))
        yield from _walked(request.param, tmp_path_factory.mktemp("units"))


def _walked(runs_on: str, folder: Path) -> Iterator[Walked]:
    world = two_units(folder)
    ours, theirs = world.ours.open(), world.theirs.open()
    counts = verify.counts(ours)
    before = {table: rows(theirs, table) for table in tables(theirs)}
    listener = Listener(world.heard)
    listener.setFormatter(OneLine())
    logging.getLogger().addHandler(listener)
    try:
        for walk in WALKS:
            walk(world, ours)
    finally:
        logging.getLogger().removeHandler(listener)
    after = {table: rows(theirs, table) for table in tables(theirs)}
    yield Walked(runs_on, world, ours, theirs, counts, before, after)
    ours.close()
    theirs.close()


def test_every_table_holds_rows_of_both_and_what_tells_them_apart(walked):
    found = set(tables(walked.theirs))
    assert found == set(TABLES), f"no card, or no table: {sorted(found ^ set(TABLES))}"
    theirs = tokens(walked.theirs)
    for table, column in TABLES.items():
        assert walked.counts[table] and walked.before[table], f"tests/life.py: a row of {table}"
        if column != COUNTED:
            assert theirs[table, column] & walked.world.heard.foreign, f"{table}.{column}"


def test_the_walk_asks_for_rows_of_every_table(walked):
    asked = " ".join(walked.world.heard.statements)

    assert [table for table in TABLES if not re.search(rf"\b{table}\b", asked)] == []


def test_no_page_file_message_or_line_of_the_log_says_anything_of_the_other(walked):
    heard = walked.world.heard

    assert heard.leaks == []
    for part in ("staff, chair", "citizens, kiosk", "sms, outbox", "copies", "papers", "files"):
        assert heard.looked_at[part], part
    assert heard.looked_at["logs"]


def test_whoever_asks_for_a_row_of_the_other_is_told_that_it_is_not_there(walked):
    answers = walked.world.heard.theirs

    assert len({endpoint for endpoint, _ in answers}) > 40
    assert {key: where for key, where in answers.items() if key[1] not in NOT_THERE} == {}


def test_whatever_one_does_changes_no_row_of_the_other(walked):
    before, after = walked.before, walked.after

    assert [table for table in before if after[table] != before[table]] == []
    for db, instance in (
        (walked.ours, walked.world.ours),
        (walked.theirs, walked.world.theirs),
    ):
        assert verify.verify(db, instance.media).damage == ()


def test_what_was_set_aside_became_an_idea_of_its_own_unit_and_time(walked):
    said = (
        "SELECT proposal_id, arrived_at FROM message_in"
        " WHERE commune_id = :commune_id AND text LIKE '%cần giấy gì%'"
    )
    [idea, came_at] = walked.ours.row(said)

    assert proposals.by_id(walked.ours, idea).received_at == came_at
    assert walked.theirs.row(said)[0] is None


def test_every_statement_names_its_unit(walked):
    named = re.compile(rf":commune_id|commune_id = {OURS}\b")
    without = {sql for sql in walked.world.heard.statements if not named.search(sql)}

    assert {sql for sql in without if not is_listed(sql, walked.runs_on)} == set()


def is_listed(sql: str, engine: str) -> bool:
    """Say whether a statement of an engine is one of LIST, which may name no unit."""
    return any(re.match(one, sql.strip(), re.DOTALL) for one in listed(engine))


@cache
def listed(engine: str) -> tuple[str, ...]:
    """Return how the statements of an engine begin that may name no unit, as expressions: "…" in
    the list stands for anything."""
    line = re.compile(rf"^\| (?:both|{engine}) \| `(.+?)` \|", re.MULTILINE)
    return tuple(
        ".*".join(map(re.escape, one.split("…"))) for one in line.findall(LIST.read_text("utf-8"))
    )


def test_every_statement_is_one_that_the_other_engine_reads_too(walked, on_server, founded):
    """But for those of search, which has a text for each."""
    place = on_server.url if walked.runs_on == SQLITE else founded / "hienke.db"
    other = Store(place, UNIT)
    said = [
        (sql, examples)
        for sql, examples in walked.world.heard.statements.items()
        if not is_listed(sql, walked.runs_on) and not OF_SEARCH.search(sql)
    ]
    refused = {}
    for sql, examples in said:
        for values in examples:
            try:
                other.conn.execute(f"EXPLAIN {sql}", values)
            except DatabaseError as fault:
                refused[sql] = str(fault)
    other.close()

    assert len(said) > 600 and refused == {}


def with_and_without_theirs(walked, folder):
    """Return our store with the rows of the other unit in sight and without."""
    if walked.runs_on == POSTGRES:
        return Store(walked.ours.engine, EVERY_UNIT), Store(walked.ours.engine, OURS)
    copy_store(walked.ours, folder / "both.db")
    copy_unit(walked.ours, folder / "alone.db")
    return Store(folder / "both.db", OURS), Store(folder / "alone.db", OURS)


def test_whatever_is_read_is_the_same_whether_the_other_is_there_or_not(walked, tmp_path):
    both, alone = with_and_without_theirs(walked, tmp_path)
    asked = [
        (sql, values)
        for sql, examples in walked.world.heard.statements.items()
        if sql.startswith(("SELECT ", "WITH "))
        for values in examples
    ]

    differing = [
        (sql, values)
        for sql, values in asked
        if Counter(both.conn.execute(sql, values)) != Counter(alone.conn.execute(sql, values))
    ]

    assert len(asked) > 400 and differing == []


def test_a_copy_of_one_unit_holds_no_byte_of_the_other(walked, tmp_path):
    copy_unit(walked.ours, tmp_path / "alone.db")

    alone = Store(tmp_path / "alone.db", THEIRS)
    assert [table for table in TABLES if rows(alone, table)] == []
    alone.close()
    heard = walked.world.heard
    told = len(heard.leaks)
    heard.see("one unit", "alone.db", (tmp_path / "alone.db").read_bytes())
    assert heard.leaks[told:] == []
    assert verify.verify(Store(tmp_path / "alone.db", OURS, walked.world.ours.cipher()),
                         walked.world.ours.media).damage == ()  # fmt: skip


def test_a_code_of_one_is_not_found_in_the_other(walked):
    for here, there in ((walked.ours, walked.theirs), (walked.theirs, walked.ours)):
        for code in codes_of(here):
            assert proposals.by_code(here, code).code == code
            with pytest.raises(proposals.ProposalUnknown):
                proposals.by_code(there, code)


def test_whoever_is_known_to_one_is_nobody_to_the_other(walked):
    """Given the same keys in both offices: a member logged in there, and a kiosk of theirs."""
    world = walked.world
    [kiosk] = devices.everyone(walked.theirs)
    link = codes.secret_hash("their link")
    devices.renew_link(walked.theirs, kiosk.id, link, actor="test", at=clock.now())
    member = begin_work(staff_app(world.site(world.theirs), STAFF), walked.theirs, "ba", "officer")
    screen = public_app(world.site(world.theirs), PUBLIC).test_client()
    assert member.get("/").status_code == 200
    assert screen.get("/kiosk/their link").status_code == 303
    assert screen.post("/kiosk-ma").status_code == 422

    staff_here = staff_app(world.site(world.ours), STAFF).test_client()
    public_here = public_app(world.site(world.ours), PUBLIC).test_client()
    for there, here in ((member, staff_here), (screen, public_here)):
        for cookie in there._cookies.values():
            here.set_cookie(cookie.key, cookie.value)

    assert staff_here.get("/").location == "/login"
    assert staff_here.post("/login", data={"login": "ba", "password": PASSWORD}).status_code == 422
    assert public_here.post("/kiosk-ma").status_code == 403
