"""What comes all day reads few rows of a server, however many an office has: no statement of it
goes through a table, nor through all rows of its unit.

The rows are PostgreSQL's own count (pg_stat_user_tables, pg_stat_user_indexes), of a store whose
tables are large and whose statistics are made, as an office's are. SQLite's steps are counted in
test_growth.py.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Event

import psycopg
import pytest
from flask.testing import FlaskClient

from kiosk.apps import public_app, staff_app
from kiosk.comparing import Comparer
from shared import founding
from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.runtime.worker_loop import Turn
from shared.settings import from_mapping
from shared.store.messages import inbox
from shared.store.messages.inbox import Arrived
from shared.store.office import campaigns
from sms import inbound
from sms.inbound import InboundContext
from tests import on_server
from tests.postgres import SUPERUSER, Cluster

pytestmark = pytest.mark.slow

MANY = 4_000
# Of one table, for one idea or SMS. An idea is compared with the newest 200 that have a word of
# its title (similar.MOST_COMPARED), and each is found by an index.
MOST_READ = 450
MAN = "+84912345678"
PASSWORD = "đồng lúa chín vàng"
# The tables in which each idea and each SMS has rows.
GROWING = ("proposal", "author", "receipt", "event", "search_row", "message_in", "outbox")
# A row again, older, with ids, codes, hashes, names, senders and a place of its own. Ids of one row
# stay different from each other, and rows that belong together do so in each copy.
_AGAIN = """
INSERT INTO {table} SELECT made.* FROM {table} AS first, generate_series(1, {many}) AS number,
LATERAL (SELECT regexp_replace(to_jsonb(first)::text,
    '[0-9a-f]{{8}}(-[0-9a-f]{{4}}-7[0-9a-f]{{3}}-)', lpad(to_hex(number), 8, '0') || '\\1', 'g')
    AS ids) AS one,
LATERAL (SELECT regexp_replace(ids, '"[0-9]{{12}}"',
    '"9' || lpad(number::text, 11, '0') || '"', 'g') AS codes) AS two,
LATERAL (SELECT regexp_replace(codes, '[0-9a-f]{{64}}',
    encode(sha256(number::text::bytea), 'hex'), 'g') AS hashes) AS three,
LATERAL (SELECT regexp_replace(hashes, '"(gateway_id|phone|sender)": "([^"]+)"',
    '"\\1": "\\2' || number || '"', 'g') AS names) AS four,
LATERAL (SELECT regexp_replace(names, '"place": ([0-9]+)',
    '"place": \\1' || lpad(number::text, 6, '0')) AS places) AS five,
LATERAL jsonb_populate_record(NULL::{table}, places::jsonb) AS made
"""
_READ = """
SELECT relname, seq_tup_read + (SELECT coalesce(sum(idx_tup_read), 0)
    FROM pg_stat_user_indexes AS by WHERE by.relid = held.relid)
FROM pg_stat_user_tables AS held
"""


@dataclass
class Office:
    """An office with very many rows on a server, and what comes to it."""

    instance: Instance
    citizen: FlaskClient
    officer: FlaskClient
    desk: InboundContext
    counted: psycopg.Connection[tuple[object, ...]]
    codes: list[str]

    def db(self) -> Store:
        """Return a line to its store."""
        return self.instance.open()

    def read(self, work: Callable[[int], object], times: int = 5) -> Mapping[str, float]:
        """Do a work some times, and return how many rows of each table it read each time."""
        work(0)  # what is remembered is read
        self._end_lines()
        before = dict(self.counted.execute(_READ).fetchall())
        for turn in range(1, times + 1):
            work(turn)
        self._end_lines()
        after = dict(self.counted.execute(_READ).fetchall())
        return {str(name): (int(after[name]) - int(before[name])) / times for name in after}

    def _end_lines(self) -> None:
        """Let the server count all: a session tells what it read at its end."""
        on_server.end_lines(str(self.instance.engine().url))
        gone = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE usename = 'hienke' AND datname = current_database()"
        )
        while self.counted.execute(gone).fetchone() != (0,):
            pass


@pytest.fixture(scope="module")
def office(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office to which one idea came as an SMS, and then the same again and again."""
    name = postgres.fresh()
    instance = on_server.founded_at(postgres.url(name), tmp_path_factory.mktemp("rows") / "of")
    settings = from_mapping(
        {"office": {"sms_number": "0901234567"}, "staff": {"require_totp": False}}
    )
    db = instance.open()
    site = Site(
        instance, settings, instance.secrets(), campaigns.this(db), "http://127.0.0.1:8080",
        HealthCheck(instance, "test"),
    )  # fmt: skip
    citizen = public_app(site, Address("127.0.0.1", 8080)).test_client()
    desk = InboundContext.of(site)
    counted = psycopg.connect(postgres.url(name, SUPERUSER), autocommit=True)
    founding.add_login(
        db, "an", "officer", name="An", actor="system", at=clock.now(), password=PASSWORD
    )
    officer = staff_app(site, Address("127.0.0.1", 8081)).test_client()
    assert officer.post("/login", data={"login": "an", "password": PASSWORD}).status_code == 303
    here = Office(instance, citizen, officer, desk, counted, [])
    _bring(here, "SK cho bà con nhắn tin hẹn giờ chứng thực", "0")
    counted.execute("SET session_replication_role = replica")  # what is copied was whole
    for table in GROWING:
        counted.execute(_AGAIN.format(table=table, many=MANY))
    counted.execute("VACUUM ANALYZE")
    for number in range(6):
        _send(here, f"bài {number}")
    yield here
    db.close()
    on_server.end_lines(postgres.url(name))
    counted.close()
    postgres.drop(name)


def _send(office: Office, what: str) -> None:
    said = {"title": f"Nhắn tin hẹn giờ {what}", "solution": "Cho bà con nhắn tin xin giờ."}
    sent = office.citizen.post("/api/v1/proposals", json=said, headers={"Idempotency-Key": what})
    assert sent.status_code == 201, sent.text
    office.codes.append(sent.json["code"])


def _bring(office: Office, words: str, name: str) -> None:
    at = clock.now()
    db = office.db()
    came = Arrived("twilio", f"SM{name}", MAN, "mobile", words, "{}", at, at)
    assert inbound.take(db, office.desk, came)
    db.close()


def test_an_idea_that_is_sent_and_compared_reads_few_rows(office):
    def work(turn):
        _send(office, f"lần {turn}")
        db = office.db()
        assert not Comparer(office.instance).compare(db, Turn(Event()))
        db.close()

    _few(office.read(work))


def test_a_status_that_is_looked_up_reads_few_rows(office):
    def work(turn):
        for path in (f"/t/{office.codes[turn]}", f"/api/v1/proposals/{office.codes[turn]}"):
            assert office.citizen.get(path).status_code == 200

    _few(office.read(work))


@pytest.mark.parametrize(
    "words", ["SK cho hẹn giờ làm giấy lần {}", "TT 482173950688", "chào xã {}"]
)
def test_an_sms_reads_few_rows(office, words):
    _few(office.read(lambda turn: _bring(office, words.format(turn), f"{len(words)}{turn}")))


def test_what_stands_on_every_page_of_the_staff_reads_few_rows(office):
    _few(office.read(lambda _turn: _opened(office.officer, "/tai-khoan")))


def _opened(client: FlaskClient, road: str) -> None:
    assert client.get(road).status_code == 200


def test_what_waits_for_a_worker_is_found_by_an_index(office):
    def work(turn):
        db = office.db()
        db.engine.waiting([db.commune_id], [inbox.QUEUE])
        db.close()

    _few(office.read(work))


def _few(read: Mapping[str, float]) -> None:
    """Hold that of no table more than a few rows were read."""
    assert {table: rows for table, rows in read.items() if rows > MOST_READ} == {}
