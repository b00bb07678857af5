"""An office with very many ideas, made in little time: the demo lived once by the real functions,
and then its rows again and again, each copy with ids, codes, numbers and days of its own.

Every idea of a copy has what the first had: moves, events, messages, judgements, letters. Copies
lie evenly over YEARS, the oldest is written first. What an office settles within weeks, however old
it is, is settled in them: acts that wait are not copied, sessions of the council are over, what it
concluded is signed, what it had before it or on trial is decided, awards are handed over. What is
kept for a time is gone from copies that are older (nights.py). Whatever an office may leave open
for years is open in every copy. Rows are written past the functions that
keep them, but sealed, chained and encrypted as theirs are.
"""

import hashlib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from shared.db import search
from shared.db.card import Table
from shared.db.checksums import canonical, seal_of
from shared.db.connection import Store, writing
from shared.db.event_log import made_at
from shared.db.schema import parents_first
from shared.domain import clock, codes
from shared.domain.honours import State, is_in_force
from shared.domain.proposal import Status
from shared.domain.record import replace
from shared.store.cases import award_turns, contact_due, idea_counts, similar
from shared.store.cases.award_turns import AWARD_COUNT, AWARD_DUE
from shared.store.cases.contact_due import CONTACT_DUE
from shared.store.cases.idea_counts import DUE_COUNT, IDEA_COUNT
from shared.store.cases.proposals import PROPOSAL
from shared.store.office import campaigns
from shared.store.schema.tables import CARDS
from tests.bench import nights
from tests.conftest import ZONE

YEARS = 5
# How old a copy may be to hold no more than what is kept so many days; the last is for all others.
_AGES = (90, 180, 270, 360, 450)
# What an office has more of as it has more ideas, beside all that belongs to an idea.
_ROOTS = frozenset({
    "collective", "conference", "council_session", "message_in", "outbox", "outgoing_paper",
    "outreach", "proposal",
})  # fmt: skip
# Of these there is one for a device or a status; words are indexed by their own function.
_LEFT_OUT = frozenset({"kiosk_help", "search_row"})
_NAMED = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\b20\d\d-\d\d-\d\d\b|(?<!\d)\d{12}(?!\d))"
)
_NUMBER = re.compile(r"\+84\d{9}")
_FIRST_MOMENT = 10**11
_AT_ONCE = 25
# How many days the demo's story lasts, and a few more.
_LASTS = 200
_SYLLABLES = ("bua", "cuoc", "dam", "giong", "hoa", "khom", "luoi", "muong", "nhoi", "phen")


@dataclass(frozen=True)
class _Pattern:
    """A row that is copied, as it lies: its texts split by what they name, and which columns hold
    an instant, a year, an encrypted number, or what no other row may hold."""

    card: Table[Any]
    row: Mapping[str, Any]
    texts: Mapping[str, list[str]]
    named: frozenset[str]
    moments: tuple[str, ...]
    numbers: Mapping[str, str]
    marked: tuple[str, ...]


@dataclass(frozen=True)
class _Story:
    """What is copied: the rows, the words of the ideas for the search, the codes that any idea has,
    what is named that is another in a copy, and when each idea was entered (ms UTC)."""

    patterns: list[_Pattern]
    words: Mapping[str, str]
    codes: frozenset[str]
    named: frozenset[str]
    entered: Mapping[str, int]


@dataclass(frozen=True)
class _Copy:
    """One copy: its number, how many days it lies back, its codes by the first's, and what the
    first names that is another here, and when each idea of the first was entered (ms UTC)."""

    number: int
    days: int
    codes: Mapping[str, str]
    named: frozenset[str]
    entered: Mapping[str, int]

    @cached_property
    def words(self) -> Mapping[str, str]:
        """What stands here for each thing that a text of the first names."""
        return {word: self._said(word) for word in self.named}

    def _said(self, word: str) -> str:
        if len(word) == 36:
            return self.id(word)
        if len(word) == 10:
            return (date.fromisoformat(word) - timedelta(self.days)).isoformat()
        return self.codes[word]

    def id(self, first: str) -> str:
        """Return the id for one of the first: as much older as the copy is. An idea's was made when
        it was entered; a demo's were all made today."""
        made = self.entered.get(first) or made_at(first)
        stamp = f"{made - self.days * clock.DAY:012x}"
        return f"{stamp[:8]}-{stamp[8:]}{first[13:24]}{int(first[24:], 16) ^ self.number:012x}"


def fill(db: Store, ideas: int, *, calm: int = 0, is_sealed: bool = True) -> None:
    """Copy the rows of a demo until it has that many ideas; in the `quiet` years only as many as an
    office with `calm` ideas has then. Without `is_sealed` neither rows nor events are sealed, which
    `verify` would tell: enough where one counts what a page reads."""
    _compare(db)
    count = len(dict(search._of(db).texts(db)))
    stories = list(_stories(db))
    known = frozenset(code for one in stories for code in one.codes)
    days = _days(ideas // count - 1, calm // count - 1)
    kept: dict[str, str] = dict(search._of(db).texts(db))
    _open_years(db)
    end = _End(db, is_sealed=is_sealed)
    given = _new_codes()
    with _in_haste(db):
        for begun in range(len(days), 0, -_AT_ONCE):
            with writing(db):
                for number in range(begun, max(0, begun - _AT_ONCE), -1):
                    new, age = dict(zip(known, given, strict=False)), days[number - 1]
                    story = stories[min(bisect_left(_AGES, age), len(stories) - 1)]
                    its = _Copy(number, age, new, story.named, story.entered)
                    _write(db, story.patterns, its, end)
                    for idea, said in story.words.items():
                        kept[its.id(idea)] = f"{said} {_rare(number)}"
        _index(db, kept)
    with writing(db):
        count_anew(db)


def _stories(db: Store) -> Iterator[_Story]:
    """Yield what is copied at each of _AGES."""
    for age in _AGES:
        with nights.taken_back(db):
            _decide(db)
            nights.forget(db, age)
            _compare(db)
            rows = [
                (card, _settled(card, row))
                for card in growing()
                for row in db.each_raw(card)
                if not (card.name == "pending_act" and row["state"] in ("waits", "lapsed"))
            ]
            ids = frozenset(row["id"] for _, row in rows if "id" in row)
            codes_of = frozenset(str(row["code"]) for _, row in rows if "code" in row)
            patterns = [_pattern(db, card, row, ids | codes_of) for card, row in rows]
            named = frozenset(word for one in patterns for word in one.named)
            entered = {row["id"]: row["registered_at"] for card, row in rows if card is PROPOSAL}
            words = dict(search._of(db).texts(db))
            yield _Story(patterns, words, codes_of, named, entered)


def _compare(db: Store) -> None:
    """Compare what waits for it: an office compared its ideas as they came."""
    while similar.compare(db, _AT_ONCE):
        pass


def _index(db: Store, words: Mapping[str, str]) -> None:
    """Keep the words of all ideas, in the order in which these were entered."""
    with writing(db):
        db.write("DELETE FROM proposal_fts")
        db.write("DELETE FROM search_row WHERE commune_id = :commune_id")
    for some in _batched(sorted(words), _AT_ONCE * 100):
        with writing(db):
            for idea in some:
                for statement in search._of(db).putting(db, idea, words[idea]):
                    db.conn.execute(*statement)


def _batched(of: list[str], size: int) -> Iterator[list[str]]:
    for begin in range(0, len(of), size):
        yield of[begin : begin + size]


def _new_codes() -> Iterator[str]:
    """Yield codes, none twice: of some hundred thousand, two would be the same."""
    taken = set[str]()
    while True:
        code = codes.new_code()
        if code not in taken:
            taken.add(code)
            yield code


def quiet() -> tuple[int, int]:
    """Return the two calendar years in which an office can have had few ideas."""
    this_year = clock.to_local(clock.now(), ZONE).year
    return this_year - 3, this_year - 2


def _days(copies: int, calm: int) -> list[int]:
    """Return by how many days each copy lies back: evenly over YEARS, but in the quiet years, if
    `calm` is above zero, as so few copies do."""
    if calm <= 0:
        return _evenly(copies, YEARS * 365)
    # What the demo tells began up to _LASTS days before it, and so does each copy.
    today = clock.to_local(clock.now(), ZONE).date()
    first = (today - date(quiet()[1] + 1, 1, 1)).days - _LASTS
    left_out = range(first, (today - date(quiet()[0], 1, 1)).days + 1)
    few = [one for one in _evenly(calm, YEARS * 365) if one in left_out]
    more = _evenly(copies - len(few), YEARS * 365 - len(left_out))
    return sorted([*few, *(one if one < first else one + len(left_out) for one in more)])


def _evenly(copies: int, days: int) -> list[int]:
    return [1 + number * days // (copies + 1) for number in range(1, copies + 1)]


@contextmanager
def _in_haste(db: Store) -> Iterator[None]:
    """Write as fast as the engine can: nobody was promised anything, and what copies refer to is
    copied too."""
    hasty = {"synchronous": "OFF", "foreign_keys": "OFF", "cache_size": -200_000}
    was = {name: db.conn.execute(f"PRAGMA {name}").fetchall()[0][0] for name in hasty}
    for name, value in hasty.items():
        db.conn.execute(f"PRAGMA {name}={value}")
    yield
    for name, value in was.items():
        db.conn.execute(f"PRAGMA {name}={value}")


def _decide(db: Store) -> None:
    """Decide what the council had before it or on trial."""
    for row in db.raw(PROPOSAL):
        if row["status"] in (Status.AT_COUNCIL, Status.ON_TRIAL):
            db.change(PROPOSAL, {"id": row["id"]}, {"status": Status.NOT_RECOGNISED})


def _settled(card: Table[Any], row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row of the first as it is once the office settled it."""
    if card.name == "council_session":
        return {**row, "closed_at": row["closed_at"] or row["opened_at"] + clock.DAY}
    if card.name == "council_plan":
        return {**row, "begun_at": row["begun_at"] or clock.now()}
    if card.name == "council_item":
        return {**row, "signed_at": row["signed_at"] or row["concluded_at"]}
    if card.name == "honour" and is_in_force(row["kind"], row["state"]):
        return {**row, "state": State.HANDED_OVER.value}
    if card.name == "honour" and row["state"] != State.REFUSED:
        return {**row, "state": State.WITHDRAWN.value}
    if card.name == "honour_name" and row["state"] == "open":
        return {**row, "state": "waived"}
    return row


def count_anew(db: Store) -> None:
    """Put right the figures that are kept beside the rows."""
    db.write("DELETE FROM status_count WHERE commune_id = :commune_id")
    db.write(
        "INSERT INTO status_count (commune_id, status, count) SELECT commune_id, status, count(*)"
        " FROM proposal WHERE commune_id = :commune_id AND is_spam = 0 GROUP BY status"
    )
    turns = list(award_turns.work_out(db.rows))
    db.write("DELETE FROM award_due WHERE commune_id = :commune_id")
    due = [{"commune_id": db.commune_id, **one._asdict()} for one in turns]
    db.engine.fill(db.conn, "award_due", ("commune_id", *AWARD_DUE.columns), due)
    ended = [
        {"commune_id": db.commune_id, "proposal_id": one, "ended_at": at}
        for one, at in contact_due.work_out(db.rows)
    ]
    db.write("DELETE FROM contact_due WHERE commune_id = :commune_id")
    db.engine.fill(db.conn, "contact_due", ("commune_id", *CONTACT_DUE.columns), ended)
    kept = (
        *idea_counts.count_anew(db.each_raw(PROPOSAL)),
        Counter(one.counted_as for one in turns),
    )
    for card, counts in zip((IDEA_COUNT, DUE_COUNT, AWARD_COUNT), kept, strict=True):
        db.write(f"DELETE FROM {card.name} WHERE commune_id = :commune_id")
        columns = ("commune_id", *card.key, "count")
        rows = [(db.commune_id, *key, count) for key, count in counts.items()]
        db.engine.fill(
            db.conn, card.name, columns, [dict(zip(columns, one, strict=True)) for one in rows]
        )


def _rare(number: int) -> str:
    """Return a word that few other ideas have, and one that every thousandth has."""
    return f"hiem{number} " + "".join(_SYLLABLES[int(digit)] for digit in f"{number % 1000:03d}")


def _open_years(db: Store) -> None:
    """Let every year have its campaign that a copy may lie in."""
    latest = max(campaigns.campaigns(db), key=lambda one: one.year)
    known = {one.year for one in campaigns.campaigns(db)}
    for year in range(latest.year - YEARS - 2, latest.year):
        if year not in known:
            campaigns.add_campaign(db, replace(latest, year=year), at=clock.now())


def growing() -> list[Table[Any]]:
    """Return the tables that grow with the ideas: those of _ROOTS, and what refers to them."""
    found = set(_ROOTS)
    for card in parents_first(CARDS):
        if found & set(card.foreign.values()):
            found.add(card.name)
    return [card for card in parents_first(CARDS) if card.name in found - _LEFT_OUT]


def _pattern(
    db: Store, card: Table[Any], row: Mapping[str, Any], known: frozenset[str]
) -> _Pattern:
    numbers = {}
    for name in card.encrypted:
        said = db.decrypt(row[name]) if row[name] else ""
        if _NUMBER.fullmatch(said):
            numbers[name] = said
    # Words that an event mentions by their hash stay as they are.
    as_they_are = {*card.encrypted, *card.spoken}
    texts = {
        name: _NAMED.split(value)
        for name, value in row.items()
        if isinstance(value, str)
        and name not in as_they_are
        and any(one in known or len(one) == 10 for one in _NAMED.findall(value))
    }
    named = frozenset(
        one
        for parts in texts.values()
        for one in parts[1::2]
        if one in known or len(one) == 10
    )  # fmt: skip
    return _Pattern(
        card, row, texts, named,
        tuple(name for name, one in row.items() if isinstance(one, int) and one > _FIRST_MOMENT),
        numbers, tuple(_marked(card, row, texts)),
    )  # fmt: skip


def _marked(card: Table[Any], row: Mapping[str, Any], texts: Iterable[str]) -> Iterator[str]:
    """Yield a column of each key that would be the same in every copy."""
    for key in (card.key, *card.unique, *(one.split(" WHERE ")[0].split(", ")
                                          for one in card.unique_indexes.values())):  # fmt: skip
        if key and not set(key) & set(texts):
            name = key[-1]
            if row[name] is not None:
                yield name


class _End:
    """Where the chain of events ends, and whether rows are sealed."""

    def __init__(self, db: Store, *, is_sealed: bool) -> None:
        self.is_sealed = is_sealed
        [(self.place, self.hash)] = db.rows(
            "SELECT place, hash FROM event WHERE commune_id = :commune_id"
            " ORDER BY place DESC LIMIT 1"
        )

    def bind(self, event: dict[str, Any]) -> None:
        """Put an event behind the last."""
        self.place += 1
        event |= {"place": self.place, "previous_hash": self.hash}
        if not self.is_sealed:
            return
        content = {name: value for name, value in event.items() if name != "hash"}
        event["hash"] = self.hash = hashlib.sha256(canonical(content)).hexdigest()


def _write(db: Store, patterns: Iterable[_Pattern], its: _Copy, end: _End) -> None:
    made: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in patterns:
        row = _copied(db, one, its)
        if one.card.name == "event":
            end.bind(row)
        elif one.card.sealed and end.is_sealed:
            row["content_hash"] = seal_of(row)
        made[one.card.name].append(row)
    for table, rows in made.items():
        db.engine.fill(db.conn, table, list(rows[0]), rows)


def _copied(db: Store, one: _Pattern, its: _Copy) -> dict[str, Any]:
    row, words = dict(one.row), its.words
    for name, parts in one.texts.items():
        row[name] = "".join([words.get(part, part) for part in parts])
    for name in one.moments:
        row[name] -= its.days * clock.DAY
    for name, number in one.numbers.items():
        row[name] = db.encrypt(f"{number[:5]}{(int(number[5:]) + its.number * 7919) % 10**7:07d}")
    for name in one.marked:
        value = row[name]
        row[name] = value + its.number * 1000 if isinstance(value, int) else f"{value}-{its.number}"
    for name in ("evaluation_year", "year"):
        if isinstance(row.get(name), int):
            row[name] -= _years_back(one.row, its)
    return row


def _years_back(row: Mapping[str, Any], its: _Copy) -> int:
    """Return by how many calendar years a row's year is less in a copy."""
    at = next((row[name] for name in ("received_at", "at") if row.get(name)), clock.now())
    then = at - its.days * clock.DAY
    return clock.to_local(at, ZONE).year - clock.to_local(then, ZONE).year
