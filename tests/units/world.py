"""Two units in one store, each with a life of its own, and whatever can be heard of the one that
is walked through.

Both are as alike as two offices can be: the same keys, the same people, the same steps. Only their
numbers part them, and what each says ends in a word of its own.
"""

import logging
import re
import shutil
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from shared import founding, settings
from shared.db.connection import Store, writing
from shared.domain import clock, codes, unit_number
from shared.domain.evaluation_year import Cutoff
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance, create
from shared.runtime.site import Site
from shared.store.cases import receipts
from shared.store.cases.proposals import Proposal
from shared.store.office import campaigns
from tests.conftest import UNIT, proposal_builder
from tests.life import Life, fill_the_rest, live

OURS, THEIRS = unit_number.DEMO, UNIT
OUR_WORD, THEIR_WORD = "qxtanan", "qxbinhloi"
OUR_NUMBER, THEIR_NUMBER = "962000110", "987000220"
# What names a row wherever it is seen: ids, codes, hashes, keys.
_TOKEN = re.compile(r"[\w-]{8,}")
_GROUPED = re.compile(r"\b(\d{4})[  .](\d{4})[  .](\d{4})\b")
_OF_A_KIND = 3


class Listening(Instance):
    """An instance whose connections tell every statement they run."""

    tell: Callable[[str, Any], None] = print

    def open(self) -> Store:
        """Return a connection that is listened to."""
        db = super().open()
        db.conn = Told(db.conn, self.tell)
        return db


class Told:
    """A connection that tells each statement, with its values, before it runs it."""

    def __init__(self, conn: Any, tell: Callable[[str, Any], None]) -> None:
        self.__dict__.update(conn=conn, tell=tell)

    def execute(self, sql: str, params: Any = ()) -> Any:
        """Tell a statement and run it."""
        self.tell(sql, params)
        return self.conn.execute(sql, params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.conn, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.conn, name, value)


@dataclass
class Heard:
    """Each statement that was asked of the store, with the values of a few times, and what was said
    of the other unit. `written_to_us` is what citizens wrote to us of them; `theirs` are the
    answers to whoever asked for a row of theirs, by route and status."""

    foreign: frozenset[str]
    statements: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    leaks: list[str] = field(default_factory=list)
    written_to_us: set[str] = field(default_factory=set)
    looked_at: Counter[str] = field(default_factory=Counter)
    theirs: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))

    def statement(self, sql: str, params: Any) -> None:
        """Note a statement that is run."""
        known = self.statements[sql]
        if len(known) < _OF_A_KIND and params not in known:
            known.append(params)

    def see(self, part: str, where: str, *contents: str | bytes, but: str = "") -> None:
        """Look through what was given out for anything of the other unit, `but` what was asked."""
        self.looked_at[part] += 1
        for content in contents:
            for text in _texts(content):
                found = set(_TOKEN.findall(text)) & self.foreign
                found |= {"".join(one) for one in _GROUPED.findall(text)} & self.foreign
                if THEIR_WORD in text.lower() and THEIR_WORD not in but:
                    found.add(THEIR_WORD)
                found -= self.written_to_us | set(_TOKEN.findall(but))
                if found:
                    self.leaks.append(f"{part}: {where}: {sorted(found)[:3]}")


@dataclass(frozen=True)
class World:
    """The two units, and what is heard of the first."""

    ours: Instance
    theirs: Instance
    heard: Heard
    swap: dict[str, str]

    def site(self, instance: Instance) -> Site:
        """Return what a program serves of one of them."""
        db = instance.open()
        return Site(
            instance=instance,
            settings=settings.load(instance.folder, {}),
            secrets=instance.secrets(),
            commune=campaigns.this(db),
            public_url="http://127.0.0.1:8080",
            health=HealthCheck(instance, "test"),
        )

    def as_theirs(self, text: str) -> str:
        """Return a text of ours with each row of ours in it put for one of theirs."""
        return _TOKEN.sub(lambda found: self.swap.get(found[0], found[0]), text)


def two_units(folder: Path) -> World:
    """Found both in one store, on the server that HIENKE_STORE_URL names if it does, and let them
    live."""
    at = clock.now()
    demo = Instance(folder / "ours", OURS)
    founding.found(demo, OURS, is_demo=True, at=at)
    other = Instance(folder / "theirs", THEIRS)
    create(other, settings.written(settings.load(demo.folder, {})).replace(str(OURS), str(THEIRS)))
    shutil.copy(demo.folder / "secrets", other.folder / "secrets")
    if demo.database.exists():
        other.database.symlink_to(demo.database)
    founded = Store(other.engine(), THEIRS, other.cipher())
    with writing(founded):
        campaigns.create(founded, "UBND xã Bình Lợi", is_demo=True, at=at)
        for year in {2026, clock.to_local(at, settings.Settings().office.zone).year}:
            campaign = campaigns.Campaign(year, "Kế hoạch", "Hội đồng", Cutoff(), 15)
            campaigns.add_campaign(founded, campaign, at=at)
    founded.close()
    for instance, word, number in (
        (other, THEIR_WORD, THEIR_NUMBER), (demo, OUR_WORD, OUR_NUMBER),
    ):  # fmt: skip
        db = instance.open()
        life = Life(db, instance, _builder(instance, db, word), at, f" {word}", number)
        live(life)
        fill_the_rest(life)
        db.close()
    return _listened_to(demo, other)


def _builder(instance: Instance, db: Store, word: str) -> Callable[..., Proposal]:
    build = proposal_builder(instance, db)
    words = {"title": f"Hẹn giờ chứng thực {word}", "solution": f"Nhắn tin xin giờ {word}"}
    return lambda **given: build(**words | given)


def _listened_to(demo: Instance, other: Instance) -> World:
    db, others = demo.open(), other.open()
    ours, theirs = tokens(db), tokens(others)
    swap = {
        mine: next(iter(theirs[place] - ours[place]))
        for place, found in ours.items()
        if theirs[place] - ours[place]
        for mine in found - theirs[place]
    }
    foreign = frozenset().union(*theirs.values()) - frozenset().union(*ours.values())
    for mine, code in swap.copy().items():
        if codes.is_code(mine):
            swap[secret_of(demo, db, mine)] = secret_of(other, others, code)
    heard = Heard(foreign | set(swap.values()))
    db.close()
    others.close()
    return World(Listening(demo.folder, demo.unit, heard.statement), other, heard, swap)


def secret_of(instance: Instance, db: Store, code: str) -> str:
    """Return what the QR of a receipt says."""
    key, copy = instance.secrets().receipt_key, receipts.living_copy(db, code)
    return codes.secret_of(code, key=key, commune_id=db.commune_id, copy=copy)


def tables(db: Store) -> list[str]:
    """Return every table that we made."""
    return db.engine.tables(db.conn)


def rows(db: Store, table: str) -> list[dict[str, Any]]:
    """Return the rows of a unit in a table, in an order of their own."""
    return sorted(db.records(f"SELECT * FROM {table} WHERE commune_id = :commune_id"), key=repr)


def tokens(db: Store) -> dict[tuple[str, str], set[str]]:
    """Return what names a unit's rows, by table and column."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table in tables(db):
        for row in rows(db, table):
            for column, value in row.items():
                if isinstance(value, str):
                    found[table, column].update(_TOKEN.findall(value))
    return found


def _texts(content: str | bytes) -> Iterator[str]:
    if isinstance(content, str):
        yield content
        return
    yield content.decode("utf-8", "replace")
    if content[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(content)) as pack:
            for name in pack.namelist():
                yield name
                yield from _texts(pack.read(name))


class Listener(logging.Handler):
    """Hears every line of the log."""

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Look through a line."""
        self.heard.see("logs", record.name, self.format(record))


def differing(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """Return what is not in both."""
    return sorted(set(before) ^ set(after))
