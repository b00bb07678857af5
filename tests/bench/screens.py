"""Every screen of the staff and of citizens, asked in process of an office made by copies.py, and
what each one cost: VM steps of SQLite, which no busy machine changes, and CPU.

A screen is a GET route, with the name of what its address asks if that is one thing; each is asked
once, at the first address that another screen leads to. One without a blank is asked as every role.
"""

import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pysqlite3
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from kiosk.apps import public_app, staff_app
from shared import founding, settings
from shared.db.connection import Store
from shared.domain import clock, codes, record
from shared.domain.roles import ROLES
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.store.office import campaigns
from tests.bench import copies
from tests.units.world import Told

PASSWORD = "đồng lúa chín vàng"
UNIT = 1
# How many steps one call of the handler stands for.
STEPS = 10
# No screens: what is the same for everybody, what waits for this machine, what ends a session.
_LEFT_OUT = re.compile(r"^/(css|js|healthz|metrics|favicon|totp|nghe|static|kiosk/)")
_LINK = re.compile(r'\b(?:href|src)="([^"#]+)')
# What is searched for: a word that each idea has, one that few have, with accents and without, a
# number, a part of a code.
SEARCHED = ("chứng thực", "chung thuc", "gi", "hiem3", "bua bua", "0912345678", "4821")
_PLAIN = (
    *(f"/?q={quote(words)}" for words in SEARCHED),
    "/?channel=web", "/?channel=paper", "/?category=none", "/?due=late&order=newest",
    "/?again=1&unasked=1", "/?again=1&free=1&order=oldest", "/?q=thu%20tuc&order=due",
    "/?q=chung&status=recognised",
    "/?spam=1", "/?mine=1", "/?due=late", "/?due=soon", "/?free=1", "/?again=1", "/?unasked=1",
    "/?order=due", "/?order=oldest", "/tong-quan?theo=counted",
)  # fmt: skip


@dataclass
class Meter:
    """Counts the VM steps of every statement, by its text, and keeps one example of its values."""

    steps: Counter[str] = field(default_factory=Counter)
    statements: dict[str, Any] = field(default_factory=dict)
    now: str = ""

    def tick(self) -> int:
        """Count STEPS more steps for the statement that runs."""
        self.steps[self.now] += STEPS
        return 0

    def tell(self, sql: str, values: Any) -> None:
        """Note which statement runs from now on."""
        self.now = sql
        self.statements.setdefault(sql, values)


class Metered(Instance):
    """An instance whose connections are counted by a meter."""

    meter: Meter = record.field(default_factory=Meter)

    def open(self) -> Store:
        """Return a connection that is counted."""
        db = super().open()
        assert isinstance(db.conn, pysqlite3.Connection)
        db.conn.set_progress_handler(self.meter.tick, STEPS)
        db.conn = Told(db.conn, self.meter.tell)
        return db


@dataclass(frozen=True)
class Asked:
    """A screen that was asked: its name and address, what came, and the steps of each statement."""

    name: str
    road: str
    status: int
    size: int
    by_statement: Mapping[str, int]
    client: FlaskClient

    @property
    def steps(self) -> int:
        """The steps of all its statements."""
        return sum(self.by_statement.values())


@dataclass(frozen=True)
class Big:
    """An office with many ideas: its two apps, its store, and what its pages cost."""

    db: Store
    public: Flask
    staff: Flask
    meter: Meter
    receipt: str

    def member(self, role: str) -> FlaskClient:
        """Return the browser of somebody of that role who has logged in."""
        client = self.staff.test_client()
        answer = client.post("/login", data={"login": f"a-{role}", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


def make(folder: Path, ideas: int, *, calm: int = 0, is_sealed: bool = True) -> Big:
    """Found an office with that many ideas in a folder; `calm` and `is_sealed` as copies.fill has
    them."""
    instance = Metered(folder)
    founding.found(instance, UNIT, is_demo=True, at=clock.now())
    db = Instance(folder).open()
    for role in ROLES:
        founding.add_login(
            db, f"a-{role}", role, name=f"Bà {role}", actor="system", at=clock.now(),
            password=PASSWORD,
        )  # fmt: skip
    [(code,)] = db.rows(
        "SELECT code FROM proposal WHERE commune_id = :commune_id AND status = 'recognised'"
        " ORDER BY id LIMIT 1"
    )
    copies.fill(db, ideas, calm=calm, is_sealed=is_sealed)
    site = Site(
        instance=instance, settings=settings.load(folder, {}), secrets=instance.secrets(),
        commune=campaigns.this(db), public_url="http://127.0.0.1:8080",
        health=HealthCheck(instance, "kiosk"),
    )  # fmt: skip
    secret = codes.secret_of(code, key=instance.secrets().receipt_key, commune_id=UNIT)
    return Big(
        db, public_app(site, Address("127.0.0.1", 8080)),
        staff_app(site, Address("127.0.0.1", 8081)), instance.meter, secret,
    )  # fmt: skip


def every(big: Big) -> Iterator[Asked]:
    """Yield every screen once it was asked."""
    known: set[str] = set()
    phone = big.public.test_client()
    yield from _walk(big, big.public, phone, "citizen", [f"/r/{big.receipt}"], known)
    for role in ROLES:
        plain = [*_PLAIN] if role == "officer" else []
        yield from _walk(big, big.staff, big.member(role), role, plain, known)


def _walk(
    big: Big, app: Flask, client: FlaskClient, who: str, more: list[str], known: set[str]
) -> Iterator[Asked]:
    waiting, tried = deque([*_without_blanks(app), *more]), set[str]()
    while waiting:
        road = waiting.popleft()
        name = _name(app, road, who) if not _LEFT_OUT.match(road) else None
        if name is None or name in known | tried:
            continue
        tried.add(name)
        asked, answer = _ask(big, client, name, road)
        if asked.status not in (403, 404):
            known.add(name)
            yield asked
        waiting.extend(_links(road, answer))


def ask(big: Big, client: FlaskClient, road: str) -> Asked:
    """Return one screen, asked by somebody's browser; its address is its name."""
    return _ask(big, client, road, road)[0]


def cpu_ms(asked: Asked, times: int = 3) -> float:
    """Return the CPU that a screen costs at its best, in ms."""
    return min(_timed(lambda: asked.client.get(asked.road)) for _ in range(times))


def _timed(ask: Callable[[], object]) -> float:
    begun = time.process_time()
    ask()
    return (time.process_time() - begun) * 1000


def _ask(big: Big, client: FlaskClient, name: str, road: str) -> tuple[Asked, TestResponse]:
    big.meter.steps.clear()
    answer = client.get(road)
    steps = dict(big.meter.steps)
    return Asked(name, road, answer.status_code, len(answer.data), steps, client), answer


def _without_blanks(app: Flask) -> list[str]:
    rules = app.url_map.iter_rules()
    return sorted(one.rule for one in rules if "GET" in (one.methods or ()) and not one.arguments)


def _name(app: Flask, road: str, who: str) -> str | None:
    """Return the name of the screen at an address, None if there is none."""
    parts = urlsplit(road)
    try:
        rule, _ = app.url_map.bind("localhost").match(parts.path, method="GET", return_rule=True)
    except HTTPException:
        return None
    asked = parse_qs(parts.query, keep_blank_values=True)
    if road in _PLAIN:
        return f"{who} {road}"
    if len(asked.keys() - {"after"}) > 1 or (asked and rule.arguments) or "q" in asked:
        return None
    whose = who if not rule.arguments and not asked else "citizen" if who == "citizen" else "staff"
    return f"{whose} {rule.rule}{'?' + ''.join(asked) if asked else ''}"


def _links(road: str, answer: TestResponse) -> Iterator[str]:
    if answer.mimetype != "text/html":
        return
    found = [answer.location] if answer.location else _LINK.findall(answer.text)
    for link in found:
        one = urlsplit(urljoin(f"http://here{road}", unescape(link)))
        if one.scheme == "http" and one.hostname in ("here", "127.0.0.1", "localhost"):
            yield one.path + (f"?{one.query}" if one.query else "")
