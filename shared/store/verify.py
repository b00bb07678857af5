"""Is everything still as it was written? Reads the whole store and changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.store import events, sealed
from shared.store.connection import DatabaseError, Store
from shared.store.events import salted


@dataclass(frozen=True)
class Report:
    """What was counted, and every damage as "<table> <id>"."""

    proposals: int
    events: int
    files: int
    damage: tuple[str, ...]


def verify(db: Store, media: Path) -> Report:
    """Return a report on integrity, seals, the event chain, its words and the counters."""
    damage: list[str] = []
    try:
        damage += _pages(db)
        for table in sealed.SEALED_TABLES:
            damage += _seals(db, table)
        damage += _chain(db)
        damage += _counters(db)
        damage += [f"foreign key {row[0]} {row[1]}" for row in db.rows("PRAGMA foreign_key_check")]
        counted = [
            db.rows(f"SELECT count(*) FROM {table} WHERE commune_id = :commune_id")[0][0]  # noqa: S608
            for table in ("proposal", "event")
        ]
    except (DatabaseError, ValueError) as fault:
        # A page so broken that reading it fails is damage, not a crash of the check.
        damage.append(f"database ({fault})")
        counted = [0, 0]
    files = sum(1 for path in media.rglob("*") if path.is_file()) if media.exists() else 0
    return Report(counted[0], counted[1], files, tuple(dict.fromkeys(damage)))


def _pages(db: Store) -> Iterator[str]:
    for (line,) in db.rows("PRAGMA integrity_check"):
        if line != "ok":
            yield f"database ({line})"


def _seals(db: Store, table: str) -> Iterator[str]:
    found = db.conn.execute(
        f"SELECT * FROM {table} WHERE commune_id = ?",  # noqa: S608 the table is ours
        (db.commune_id,),
    )
    names = [column[0] for column in found.description]
    name = "id" if "id" in names else "code"
    for values in found:
        row = dict(zip(names, values, strict=True))
        if row["content_hash"] != sealed.seal_of(row):
            yield f"{table} {row[name]}"


def _chain(db: Store) -> Iterator[str]:
    """The links, and that each event's words are still the words it spoke of."""
    previous, place = events.FIRST, 0
    words = _words(db)
    for event in events.every(db):
        place += 1
        if (
            event.place != place
            or event.previous_hash != previous
            or not events.is_whole(db, event)
        ):
            yield f"event {event.id}"
        previous, place = event.hash, event.place
        content = event.data.get("content")
        if content is not None and content not in words:
            yield f"event {event.id} (its words are gone or changed)"


def _words(db: Store) -> set[str]:
    """Return the salted hash of every text that an event may speak of."""
    known = {
        salted(*row)
        for row in db.rows(
            "SELECT salt, title, current_state, solution, expected_effect FROM proposal"
            " WHERE commune_id = :commune_id"
        )
    }
    for table, column in (("move", "details"), ("addition", "text"), ("reply", "text")):
        known |= {
            salted(*row)
            for row in db.rows(
                f"SELECT salt, {column} FROM {table} WHERE commune_id = :commune_id"  # noqa: S608
            )
        }
    return known


def _counters(db: Store) -> Iterator[str]:
    counted: dict[str, int] = dict(
        db.rows(
            "SELECT status, count(*) FROM proposal WHERE commune_id = :commune_id GROUP BY status"
        )
    )
    for status, count in db.rows(
        "SELECT status, count FROM status_count WHERE commune_id = :commune_id"
    ):
        if counted.pop(status, 0) != count:
            yield f"status_count {status}"
    for status in counted:
        yield f"status_count {status}"
