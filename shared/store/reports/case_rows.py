"""The whole register for writing out: every idea, its senders, its steps, words and files.

Only its assignee gets the words of a confidential case; other copies leave them out (`is_veiled`).
Everybody except its assignee gets the redacted texts of a redacted idea. Rows come one by one, in
the order in which the ideas were received.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.db.rows import columns_of
from shared.db.sql import among
from shared.domain.honours import Kind
from shared.domain.record import Record, replace
from shared.store.cases import authors
from shared.store.cases.authors import Author
from shared.store.cases.proposals import PROPOSAL, Proposal
from shared.store.cases.redactions import TEXTS
from shared.store.cases.visibility import REDACTED, REDACTION, VISIBLE

# Columns that say whether this reader may have an idea's words, and what belongs to them.
VEILED = f"NOT {VISIBLE}"
HIDDEN = f"({VEILED} OR {REDACTED})"
_IN_ORDER = "proposal.received_at, proposal.id"


class RegisterRow(Record):
    """One idea. `outcome` is what was said at its last status, `into` the code of the idea it was
    merged into, `device` the kiosk's name."""

    proposal: Proposal
    is_veiled: bool
    assignee: str
    device: str
    outcome: Mapping[str, str]
    into: str

    @property
    def code(self) -> str:
        """The idea's code."""
        return self.proposal.code


class SenderRow(Record):
    """One author of an idea."""

    code: str
    is_veiled: bool
    place: int
    author: Author


class MoveRow(Record):
    """One move of an idea; `by` is a name, "citizen" or "system"."""

    code: str
    is_veiled: bool
    from_status: str | None
    to_status: str
    by: str
    at: int
    details: Mapping[str, str]


class SaidRow(Record):
    """What a sender added (`how` is the channel) or the office answered (`how` is who)."""

    code: str
    is_veiled: bool
    how: str
    text: str
    at: int


class File(Record):
    """One file of an idea; `seconds` is its length, where it has one."""

    code: str
    is_veiled: bool
    kind: str
    mime: str
    bytes: int
    seconds: float | None
    source: str
    arrived_at: int
    sha256: str
    transcript: str


class Praised(Record):
    """A letter or an award of an idea; `name` is the printed one, `where` the conference's name,
    `handed_on` a day (YYYY-MM-DD) or ""."""

    code: str
    is_veiled: bool
    kind: Kind
    form: str
    is_collective: bool
    name: str
    state: str
    number: str
    day: str
    book_number: int | None
    amount: int
    source: str
    where: str
    handed_on: str


class Logged(Record):
    """One event of the log, with the code of its idea and the name of its actor."""

    place: int
    at: int
    kind: str
    by: str
    code: str
    said: str
    hash: str


def note_export(db: Store, *, actor: str, at: int, what: str, personal: bool) -> None:
    """Record that somebody takes a copy of the register."""
    with writing(db):
        note(db, "exported", None, actor, at, what=what, personal=personal)


def size(db: Store) -> int:
    """Return how many rows a whole export has: the ideas twice, as register and in full."""
    tables = (
        "proposal",
        "proposal",
        "author",
        "move",
        "addition",
        "reply",
        "attachment",
        "honour",
        "event",
    )
    counts = " + ".join(
        f"(SELECT count(*) FROM {table} WHERE commune_id = :commune_id)"  # noqa: S608 ours
        for table in tables
    )
    found = db.row(f"SELECT {counts}")
    return int(found[0]) if found else 0


def entries(db: Store, viewer: str, of: Collection[str] | None = None) -> Iterator[RegisterRow]:
    """Yield every idea; with `of` those of these ids, as the next two do."""
    which, ids = _which(of)
    for row in _run(
        db,
        f"SELECT {VEILED}, staff_member.name, device.name,"  # noqa: S608 columns are ours
        " (SELECT details FROM move WHERE move.commune_id = :commune_id"
        "  AND move.proposal_id = proposal.id ORDER BY move.id DESC LIMIT 1),"
        " (SELECT kept.code FROM merge JOIN proposal AS kept"
        "  ON kept.commune_id = merge.commune_id AND kept.id = merge.into_id"
        "  WHERE merge.commune_id = :commune_id AND merge.proposal_id = proposal.id),"
        " redaction.title, redaction.current_state, redaction.solution, redaction.expected_effect,"
        f" {columns_of(PROPOSAL, 'proposal')} FROM proposal{REDACTION}"
        " LEFT JOIN staff_member ON staff_member.commune_id = proposal.commune_id"
        "  AND staff_member.id = proposal.assignee_id"
        " LEFT JOIN device ON device.commune_id = proposal.commune_id"
        "  AND device.id = proposal.device_id"
        f" WHERE proposal.commune_id = :commune_id{which} ORDER BY {_IN_ORDER}",
        viewer,
        **ids,
    ):
        veiled, assignee, device, details, into, *rest = row
        redacted = dict(zip(TEXTS, rest[:4], strict=True)) if rest[0] is not None else {}
        as_read = replace(db.value(PROPOSAL, rest[4:]), **redacted)
        said = json.loads(details or "{}")
        yield RegisterRow(as_read, bool(veiled), assignee or "", device or "", said, into or "")


def senders(db: Store, viewer: str, of: Collection[str] | None = None) -> Iterator[SenderRow]:
    """Yield every author, those of one idea by place."""
    which, ids = _which(of)
    for row in _run(
        db,
        f"SELECT proposal.code, {HIDDEN}, {authors.COLUMNS}"  # noqa: S608 ours
        " FROM proposal CROSS JOIN author"
        f" WHERE author.commune_id = :commune_id AND {_its('author')}{which}"
        f" ORDER BY {_IN_ORDER}, author.place",
        viewer,
        **ids,
    ):
        code, veiled, *rest = row
        author = db.value(authors.AUTHOR, rest)
        yield SenderRow(code, bool(veiled), author.place, author)


def steps(db: Store, viewer: str, of: Collection[str] | None = None) -> Iterator[MoveRow]:
    """Yield every move, those of one idea oldest first."""
    which, ids = _which(of)
    for row in _run(
        db,
        f"SELECT proposal.code, {VEILED}, move.from_status, move.to_status,"  # noqa: S608
        " coalesce(staff_member.name, move.actor), move.at, move.details"
        " FROM proposal CROSS JOIN move"
        " LEFT JOIN staff_member ON staff_member.commune_id = move.commune_id"
        "  AND staff_member.id = move.actor"
        f" WHERE move.commune_id = :commune_id AND {_its('move')}{which}"
        f" ORDER BY {_IN_ORDER}, move.id",
        viewer,
        **ids,
    ):
        code, veiled, before, after, by, at, details = row
        yield MoveRow(code, bool(veiled), before, after, by, at, json.loads(details))


def additions(db: Store, viewer: str) -> Iterator[SaidRow]:
    """Yield what senders added, those of one idea oldest first."""
    for row in _run(
        db,
        f"SELECT proposal.code, {HIDDEN}, addition.channel, addition.text, addition.at"  # noqa: S608
        " FROM proposal CROSS JOIN addition"
        f" WHERE addition.commune_id = :commune_id AND {_its('addition')}"
        f" ORDER BY {_IN_ORDER}, addition.id",
        viewer,
    ):
        yield SaidRow(row[0], bool(row[1]), *row[2:])


def replies(db: Store, viewer: str) -> Iterator[SaidRow]:
    """Yield what the office answered, to one idea oldest first."""
    for row in _run(
        db,
        f"SELECT proposal.code, {VEILED}, coalesce(staff_member.name, reply.staff_id),"  # noqa: S608
        " reply.text, reply.at FROM proposal CROSS JOIN reply"
        " LEFT JOIN staff_member ON staff_member.commune_id = reply.commune_id"
        "  AND staff_member.id = reply.staff_id"
        f" WHERE reply.commune_id = :commune_id AND {_its('reply')} ORDER BY {_IN_ORDER}, reply.id",
        viewer,
    ):
        yield SaidRow(row[0], bool(row[1]), *row[2:])


def files(db: Store, viewer: str) -> Iterator[File]:
    """Yield every file's row, those of one idea oldest first."""
    for row in _run(
        db,
        f"SELECT proposal.code, {HIDDEN}, kind, mime, bytes, seconds, source,"  # noqa: S608
        " attachment.arrived_at, sha256, transcript FROM proposal CROSS JOIN attachment"
        f" WHERE attachment.commune_id = :commune_id AND {_its('attachment')}"
        f" ORDER BY {_IN_ORDER}, attachment.id",
        viewer,
    ):
        yield File(row[0], bool(row[1]), *row[2:])


def praise(db: Store, viewer: str) -> Iterator[Praised]:
    """Yield every letter and award, those of one idea oldest first."""
    for row in _run(
        db,
        f"SELECT proposal.code, {HIDDEN}, honour.kind, honour.form, honour.is_collective,"  # noqa: S608
        " honour_name.name, honour.state, honour.number, honour.day, honour.book_number,"
        " honour.amount, honour.source, coalesce(conference.name, ''),"
        " coalesce(delivery.handed_on, '') FROM proposal CROSS JOIN honour"
        " JOIN honour_name ON honour_name.commune_id = honour.commune_id"
        "  AND honour_name.honour_id = honour.id"
        " LEFT JOIN delivery ON delivery.commune_id = honour.commune_id"
        "  AND delivery.honour_id = honour.id"
        " LEFT JOIN conference ON conference.commune_id = honour.commune_id"
        "  AND conference.id = delivery.conference_id"
        f" WHERE honour.commune_id = :commune_id AND {_its('honour')}"
        f" ORDER BY {_IN_ORDER}, honour.id",
        viewer,
    ):
        code, veiled, kind, form, collective, *rest = row
        yield Praised(code, bool(veiled), kind, form, bool(collective), *rest)


def log(db: Store) -> Iterator[Logged]:
    """Yield the log, oldest first; it holds ids and hashes, never a citizen's words."""
    for row in _run(
        db,
        "SELECT event.place, event.at, event.kind, coalesce(staff_member.name, event.actor),"
        " coalesce(proposal.code, ''), event.data, event.hash FROM event"
        " LEFT JOIN proposal ON proposal.commune_id = event.commune_id"
        "  AND proposal.id = event.proposal_id"
        " LEFT JOIN staff_member ON staff_member.commune_id = event.commune_id"
        "  AND staff_member.id = event.actor"
        " WHERE event.commune_id = :commune_id ORDER BY event.place",
        "",
    ):
        yield Logged(*row)


def _its(table: str) -> str:
    """Say in SQL which rows of a table belong to each idea. With the ideas before it in a CROSS
    JOIN, SQLite walks along them in their order, and sorts no row of the table: a sorted register
    of 300,000 lay in memory."""
    return f"proposal.commune_id = {table}.commune_id AND {table}.proposal_id = proposal.id"


def _which(of: Collection[str] | None) -> tuple[str, dict[str, str]]:
    if of is None:
        return "", {}
    these, ids = among(of)
    return f" AND proposal.id {these}", ids


def _run(db: Store, sql: str, viewer: str, **ids: str) -> Iterator[tuple[Any, ...]]:
    return db.each(sql, viewer=viewer, **ids)
