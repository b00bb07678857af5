"""Is everything still as it was written? Reads the whole store and changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from shared.db import checksums, daily_roots, event_log
from shared.db.connection import DatabaseError, Store
from shared.db.event_log import salted
from shared.domain import ledger
from shared.domain.record import Record
from shared.files.media import is_whole
from shared.store.cases import award_turns, contact_due, idea_counts
from shared.store.council import sittings
from shared.store.files import references
from shared.store.models import lasting_due
from shared.store.office import campaigns, unsent_papers
from shared.store.schema.tables import CARDS

# What is read back, in this order: SQLite's own pages, each sealed table, their connections, files.
ROWS = (
    "pages", "key", *(card.name for card in CARDS if card.sealed),
    "reserve", "event", "sheets", "status_count", "idea_count", "award_due",
    "lasting_due", "unsent_paper", "contact_due", "council_sitting", "foreign keys",
)  # fmt: skip
PARTS = (*ROWS, "files")


class VerifyReport(Record):
    """What was counted, and every damage as "<table> <id>"."""

    proposals: int
    events: int
    files: int
    damage: tuple[str, ...]


def verify(
    db: Store,
    media: Path,
    on_done: Callable[[str], None] = lambda part: None,
    *,
    parts: Sequence[str] = PARTS,
) -> VerifyReport:
    """Return a report on integrity, the key, seals, the event chain, its words, the counters and
    the files.

    `on_done` is called with each of `parts` when it is done.
    """
    damage: list[str] = []
    # A text whose bytes are no longer UTF-8 is read all the same: its seal says which row it is.
    with db.engine.reading_broken_text(db.conn):
        for part in parts:
            try:
                damage += _check(db, part, media)
            except (DatabaseError, ValueError) as fault:
                # So broken that reading it fails: that is damage, not a crash of the check.
                damage.append(f"{part} ({fault})")
            on_done(part)
    return VerifyReport(
        _count(db, "proposal"),
        _count(db, "event"),
        _count(db, "attachment") + _count(db, "office_file"),
        tuple(dict.fromkeys(damage)),
    )


def lost(row: str) -> str:
    """Return the damage of a row whose file is missing or changed."""
    return f"{row} (its file is gone or changed)"


def counts(db: Store) -> dict[str, int]:
    """Return how many rows of the unit each table has."""
    return {table: _count(db, table) for table in db.engine.tables(db.conn)}


def _count(db: Store, table: str) -> int:
    try:
        found = db.row(f"SELECT count(*) FROM {table} WHERE commune_id = :commune_id")  # noqa: S608
    except DatabaseError:
        return 0
    return int(found[0]) if found else 0


def _check(db: Store, part: str, media: Path) -> Iterator[str]:
    if part == "files":
        return _files(db, media)
    whole = {
        "pages": _pages,
        "key": _key,
        "reserve": _reserve,
        "event": _chain,
        "sheets": _sheets,
        "status_count": _counters,
        "idea_count": idea_counts.wrong,
        "award_due": award_turns.wrong,
        "lasting_due": lasting_due.wrong,
        "unsent_paper": unsent_papers.wrong,
        "contact_due": contact_due.wrong,
        "council_sitting": sittings.wrong,
        "foreign keys": _foreign_keys,
    }
    return whole[part](db) if part in whole else _seals(db, part)


def _pages(db: Store) -> Iterator[str]:
    for line in db.engine.integrity(db.conn):
        yield f"database ({line})"


def _key(db: Store) -> Iterator[str]:
    if db.has_key and not campaigns.is_key_right(db):
        yield "key (the file secrets holds another than the one that hid the telephone numbers)"


def _seals(db: Store, table: str) -> Iterator[str]:
    for row in db.records(
        f"SELECT * FROM {table} WHERE commune_id = :commune_id"  # noqa: S608 the table is ours
    ):
        if row["content_hash"] != checksums.seal_of(row):
            yield f"{table} {row['id' if 'id' in row else 'code']}"


def _reserve(db: Store) -> Iterator[str]:
    """A receipt without a proposal must be a code that a kiosk holds or gave while the line was
    cut, or one on a blank paper form; and every code of a kiosk must be a receipt."""
    for (code,) in db.rows(
        "SELECT code FROM receipt WHERE commune_id = :commune_id AND copy = 1"
        " AND proposal_id IS NULL AND code NOT IN"
        " (SELECT code FROM reserved_code WHERE commune_id = :commune_id)"
        " AND code NOT IN (SELECT code FROM paper_form WHERE commune_id = :commune_id)"
    ):
        yield f"receipt {code} (of no proposal, no kiosk and no form)"
    for (code,) in db.rows(
        "SELECT code FROM reserved_code WHERE commune_id = :commune_id AND code NOT IN"
        " (SELECT code FROM receipt WHERE commune_id = :commune_id)"
    ):
        yield f"reserved_code {code} (its receipt is gone)"


def _chain(db: Store) -> Iterator[str]:
    """Check the links; that each event's words are still those it mentioned; and that an event
    mentions every row of words, which shows if the end of the chain was cut off. Changed words
    belong to the later event, which names what it `replaces`. An erasure names everything it
    emptied (`replaced`) and the empty words that stand there now (`contents`)."""
    previous, place = event_log.GENESIS_HASH, 0
    words = _words(db)
    spoken: set[str] = set()
    unfound: dict[str, str] = {}
    for event in event_log.every(db):
        place += 1
        if (
            event.place != place
            or event.previous_hash != previous
            or not event_log.is_whole(db, event)
        ):
            yield f"event {event.id}"
        previous, place = event.hash, event.place
        for content in (event.data.get("replaces"), *event.data.get("replaced", ())):
            unfound.pop(str(content), None)
        for content in (event.data.get("content"), *event.data.get("contents", ())):
            if content is not None and content not in words:
                unfound[str(content)] = event.id
            spoken.add(str(content))
    for event_id in unfound.values():
        yield f"event {event_id} (its words are gone or changed)"
    for content, row in words.items():
        if content not in spoken:
            yield f"{row} (no event speaks of it)"


def _sheets(db: Store) -> Iterator[str]:
    """Check that each sheet of the notice board still fits the chain and follows the one before,
    and that no closed sheet is missing."""
    before, last = ledger.GENESIS_HEAD, 0
    closed = {event.data["sheet"]: event for event in event_log.of_kind(db, daily_roots.CLOSED)}
    for kept in daily_roots.every(db):
        sheet = kept.sheet
        hashes = event_log.hashes(db, sheet.first, sheet.last)
        if (
            not kept.is_whole
            or (sheet.before, sheet.first) != (before, last + 1)
            or len(hashes) != sheet.last - last
            or (hashes[-1], ledger.root_of(hashes)) != (sheet.chain, sheet.root)
        ):
            yield f"daily_head {sheet.day} (its head no longer lies in the chain)"
        before, last = kept.head, sheet.last
        said = closed.pop(kept.id, None)
        if said is None or said.data["head"] != kept.head:
            yield f"daily_head {sheet.day} (no event speaks of this head)"
    for event in closed.values():
        yield f"event {event.id} (the daily head it speaks of is gone)"


def _foreign_keys(db: Store) -> Iterator[str]:
    for row in db.engine.references(db.conn, db.commune_id):
        yield f"foreign key {row}"


def _files(db: Store, media: Path) -> Iterator[str]:
    for row, sha256 in references.files(db):
        if not is_whole(media, sha256):
            yield lost(row)


def _words(db: Store) -> dict[str, str]:
    """Return the salted hash of every text that an event must mention, and the text's row."""
    return {
        salted(*row[1:]): f"{card.name} {row[0]}"
        for card in CARDS
        if card.spoken
        for row in db.rows(
            f"SELECT id, salt, {', '.join(card.spoken)} FROM {card.name}"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id"
        )
    }


def _counters(db: Store) -> Iterator[str]:
    counted: dict[str, int] = dict(
        db.rows(
            "SELECT status, count(*) FROM proposal"
            " WHERE commune_id = :commune_id AND is_spam = 0 GROUP BY status"
        )
    )
    for status, count in db.rows(
        "SELECT status, count FROM status_count WHERE commune_id = :commune_id"
    ):
        if counted.pop(status, 0) != count:
            yield f"status_count {status}"
    for status in counted:
        yield f"status_count {status}"
