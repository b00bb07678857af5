"""What happened, in order, append-only: each event's hash covers the one before it.

An event carries ids, statuses and salted hashes, never a citizen's words, name or number. The
salt lies in the row it is about, so an erasure removes the meaning and leaves the chain whole.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from uuid_utils import uuid7

from shared.db.card import Table, Whose, ident, instant, number, structure
from shared.db.checksums import canonical, spelled
from shared.db.connection import Store
from shared.db.engines import Statement
from shared.db.rows import columns_of
from shared.db.sql import among
from shared.domain.record import Record

GENESIS_HASH = "0" * 64
# The place and the hash behind which the next event stands.
LAST = "SELECT place, hash FROM event WHERE commune_id = :commune_id ORDER BY place DESC LIMIT 1"
# A look that only an emergency access allowed (store/privacy/break_glass.py).
LOOKED = "viewed_in_opening"
CITIZEN = "citizen"
SYSTEM = "system"


class Event(Record):
    """One link of the chain; `at` is ms UTC, `actor` a staff id, "citizen" or "system"."""

    id: str
    place: int
    proposal_id: str | None
    kind: str
    actor: str
    at: int
    data: Mapping[str, Any]
    previous_hash: str
    hash: str


EVENT = Table(
    "event",
    Event,
    {
        "id": ident(),
        "place": number(),
        "proposal_id": ident(null=True),
        "kind": ident(),
        "actor": ident(),
        "at": instant(),
        "data": structure(Whose.NOBODY),
        "previous_hash": ident(),
        "hash": ident(),
    },
    unique=(("place",),),
    foreign={"proposal_id": "proposal"},
    indexes={
        "event_of_proposal": "proposal_id, place",
        "event_looked": f"at, place WHERE kind = '{LOOKED}'",
    },
    of_commune=True,
    in_register=True,
)


def new_id() -> str:
    """Return a UUIDv7: unique, and sorted by the moment it was made."""
    return str(uuid7())


def id_since(at: int) -> str:
    """Return the smallest id that can be made since an instant (ms UTC)."""
    stamp = f"{max(0, at):012x}"
    return f"{stamp[:8]}-{stamp[8:]}"


def made_at(an_id: str) -> int:
    """Return when an id was made (ms UTC)."""
    return int(an_id[:8] + an_id[9:13], 16)


def new_salt() -> str:
    """Return the salt of one row."""
    return secrets.token_hex(16)


def salted(salt: str, *words: str) -> str:
    """Return the hash by which an event mentions words that it must not carry."""
    return hashlib.sha256(spoken(salt, *words)).hexdigest()


def spoken(salt: str, *words: str) -> bytes:
    """Return the bytes that this hash covers."""
    return canonical({"salt": salt, "words": words})


def note(db: Store, kind: str, proposal_id: str | None, actor: str, at: int, **data: Any) -> str:
    """Append an event and return its id; only inside `writing`."""
    last = db.row(LAST) or (None, None)
    noted = noting(db, last, kind, proposal_id, actor, at, **data)
    db.conn.execute(*noted)
    return str(noted.values["id"])


def noting(
    db: Store, last: Sequence[Any], kind: str, proposal_id: str | None, actor: str, at: int,
    **data: Any,
) -> Statement:  # fmt: skip
    """Return the statement that appends an event behind the `last` one, for `write_all`: what LAST
    found inside the same `writing`, two times None before the first."""
    place, previous = (1, GENESIS_HASH) if last[0] is None else (last[0] + 1, last[1])
    event = {
        "commune_id": db.commune_id,
        "id": new_id(),
        "place": place,
        "proposal_id": proposal_id,
        "kind": kind,
        "actor": actor,
        "at": at,
        "data": spelled(data),
        "previous_hash": previous,
    }
    return db.statement(
        "INSERT INTO event (commune_id, id, place, proposal_id, kind, actor, at, data,"
        " previous_hash, hash) VALUES (:commune_id, :id, :place, :proposal_id, :kind, :actor, :at,"
        " :data, :previous_hash, :hash)",
        **event,
        hash=_hash(event),
    )


def of_proposal(db: Store, proposal_id: str) -> list[Event]:
    """Return a proposal's events, oldest first."""
    return db.all(EVENT, "proposal_id = :proposal_id ORDER BY place", proposal_id=proposal_id)


def first_of(db: Store, proposal_id: str, kind: str) -> Event | None:
    """Return a proposal's oldest event of a kind, or None."""
    return next((one for one in of_proposal(db, proposal_id) if one.kind == kind), None)


def has(db: Store, proposal_id: str, kind: str, *, since: int = 0, **data: Any) -> bool:
    """Say whether a proposal has an event of this kind since an instant (ms UTC) with these
    values in its data."""
    return any(
        data.items() <= json.loads(row[0]).items()
        for row in db.rows(
            "SELECT data FROM event WHERE commune_id = :commune_id"
            " AND proposal_id = :proposal_id AND kind = :kind AND at >= :since",
            proposal_id=proposal_id,
            kind=kind,
            since=since,
        )
    )


def of_kind(db: Store, kind: str) -> list[Event]:
    """Return all events of a kind, oldest first."""
    return db.all(EVENT, "kind = :kind ORDER BY place", kind=kind)


def of_kind_about(db: Store, kind: str, proposal_ids: Collection[str]) -> list[Event]:
    """Return the events of a kind of some proposals, oldest first."""
    these, ids = among(proposal_ids)
    return db.all(EVENT, f"kind = :kind AND proposal_id {these} ORDER BY place", kind=kind, **ids)


def every(db: Store) -> Iterator[Event]:
    """Yield the whole chain, oldest first."""
    for row in db.each(
        f"SELECT {columns_of(EVENT)} FROM event"  # noqa: S608 columns are ours
        " WHERE commune_id = :commune_id ORDER BY place"
    ):
        yield db.value(EVENT, row)


def hashes(db: Store, first: int, last: int) -> list[str]:
    """Return the hashes of the events from one place to another, oldest first."""
    return [
        str(row[0])
        for row in db.rows(
            "SELECT hash FROM event WHERE commune_id = :commune_id"
            " AND place BETWEEN :first AND :last ORDER BY place",
            first=first,
            last=last,
        )
    ]


def head(db: Store) -> str:
    """Return the newest hash, which covers everything before it."""
    row = db.row(
        "SELECT hash FROM event WHERE commune_id = :commune_id ORDER BY place DESC LIMIT 1"
    )
    return str(row[0]) if row else GENESIS_HASH


def newest_at(db: Store) -> int:
    """Return when the newest event happened, ms UTC; 0 before the first."""
    row = db.row("SELECT at FROM event WHERE commune_id = :commune_id ORDER BY place DESC LIMIT 1")
    return int(row[0]) if row else 0


def origin(db: Store) -> str:
    """Return the hash of the first event: each instance has its own, the same in all its copies."""
    row = db.row("SELECT hash FROM event WHERE commune_id = :commune_id AND place = 1")
    return str(row[0]) if row else GENESIS_HASH


def is_whole(db: Store, event: Event) -> bool:
    """Say whether an event's hash fits its content."""
    return _hash(_content(db, event)) == event.hash


def text_of(db: Store, event: Event) -> str:
    """Return the text whose SHA-256 (in UTF-8) is the event's hash."""
    return canonical(_content(db, event)).decode("utf-8", "surrogatepass")


def _content(db: Store, event: Event) -> Mapping[str, Any]:
    return {
        "commune_id": db.commune_id,
        "id": event.id,
        "place": event.place,
        "proposal_id": event.proposal_id,
        "kind": event.kind,
        "actor": event.actor,
        "at": event.at,
        "data": spelled(event.data),
        "previous_hash": event.previous_hash,
    }


def _hash(event: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(event)).hexdigest()
