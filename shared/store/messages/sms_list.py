"""The SMS in and out as the staff's desk lists them: one list, newest first, a page at a time.

Pages continue after the last row seen (keyset); ids sort by the moment a message was kept or
queued. Only the assignee sees the SMS of a confidential case. If the sender's details were erased,
neither number nor words are given. SMS about a redacted case are read only by its assignee.
"""

import re
from collections.abc import Sequence
from typing import Literal

from shared.db.connection import Store
from shared.db.event_log import id_since
from shared.db.rows import Row
from shared.domain import clock
from shared.domain.record import Record, replace
from shared.store.cases.visibility import OPEN_TO_ALL, REDACTED, VISIBLE
from shared.store.messages.outgoing import STATES

PAGE_SIZE = 30
IN_STATES = ("new", "done", "quarantined")
# How long the desk must look after a failure; later it stands only in the list.
OPEN_FOR = 30 * clock.DAY
# Few rows are in these states: they are found by their state, all others by the order of the list.
_RARE = frozenset({"new", "quarantined", "queued", "sending", "failed", "unknown", "suppressed"})
_MARK = re.compile(r"[0-9a-f-]{36}")

Direction = Literal["in", "out"]


class SmsFilter(Record):
    """What the list shows. `number` is a sender as it is kept (E.164, a short code, a name);
    `open_since` (ms UTC) leaves only what came since and the desk has not settled."""

    viewer: str
    direction: Direction | None = None
    state: str | None = None
    gateway: str | None = None
    number: str | None = None
    open_since: int | None = None
    after: str | None = None


class SmsLine(Record):
    """One SMS. `phone` and `text` are "" if they were erased (`is_erased`). `text` is also "" if
    the words are made only when it is sent, or if the idea is redacted for the reader
    (`is_veiled`). `detail` is what an incoming SMS was taken for, or what a gateway said of an
    outgoing one; `is_person` is False for short codes and names. `at` is when it came or was
    queued, `changed_at` when its state last changed, ms UTC. `kind` is reply or notice, "" for an
    incoming one."""

    id: str
    direction: Direction
    at: int
    changed_at: int
    phone: str
    is_person: bool
    text: str
    text_key: str
    kind: str
    state: str
    detail: str
    gateway: str
    attempts: int
    code: str | None
    proposal_id: str | None
    is_erased: bool
    settled: str | None
    is_veiled: bool


class SmsPage(Record):
    """One page of SMS; `after` asks for the next one, None at the end."""

    lines: list[SmsLine]
    after: str | None


_IN = (
    "SELECT one.id, 'in' AS direction, one.arrived_at AS at,"
    " coalesce(one.handled_at, one.arrived_at) AS changed_at, one.sender AS phone,"
    " CASE WHEN one.sender_kind IN ('short', 'name') THEN 0 ELSE 1 END AS is_person, one.text,"
    " '' AS text_key, '' AS kind, one.state, one.outcome AS detail, one.gateway, 0 AS attempts"
)
_OUT = (
    "SELECT one.id, 'out' AS direction, one.created_at AS at, one.changed_at, one.phone,"
    " 1 AS is_person, one.text, one.text_key, one.kind, one.state, one.error AS detail,"
    " one.gateway, one.attempts"
)
_OF_CASE = (
    ", proposal.code, one.proposal_id, author.erased_at IS NOT NULL AS is_erased, settled.how,"
    f" {REDACTED}"
    " FROM {table} AS one"
    " LEFT JOIN proposal ON proposal.commune_id = :commune_id AND proposal.id = one.proposal_id"
    " LEFT JOIN author ON author.commune_id = :commune_id"
    " AND author.proposal_id = one.proposal_id AND author.place = 1"
    " LEFT JOIN message_settled AS settled ON settled.commune_id = :commune_id"
    " AND settled.message_id = one.id"
    f" WHERE one.commune_id = :commune_id AND {VISIBLE}"
)
_SELECT: dict[Direction, str] = {
    "in": _IN + _OF_CASE.format(table="message_in"),
    "out": _OUT + _OF_CASE.format(table="outbox"),
}


def page(db: Store, wanted: SmsFilter) -> SmsPage:
    """Return one page of the wanted SMS."""
    parts = [_part(wanted, direction) for direction in _directions(wanted)]
    if not parts:
        return SmsPage([], None)
    rows = db.rows(
        parts[0] if len(parts) == 1 else _together(parts),
        viewer=wanted.viewer,
        state=wanted.state,
        gateway=wanted.gateway,
        number=db.encrypt(wanted.number),
        since=wanted.open_since,
        first=id_since(wanted.open_since or 0),
        after=wanted.after,
    )
    lines = [_read(db, row) for row in rows[:PAGE_SIZE]]
    return SmsPage(lines, lines[-1].id if len(rows) > PAGE_SIZE else None)


def one(db: Store, message_id: str, *, viewer: str) -> SmsLine | None:
    """Return one SMS as a member of staff may see it, or None."""
    for direction in _SELECT:
        row = db.row(f"{_SELECT[direction]} AND one.id = :id", id=message_id, viewer=viewer)
        if row is not None:
            return _read(db, row)
    return None


def count_failed(db: Store, *, now: int) -> int:
    """Return how many SMS of the last 30 days could not be sent and wait for a decision; those of
    confidential cases, which are only in their assignee's list, are not counted."""
    row = db.row(
        "SELECT count(*) FROM outbox WHERE commune_id = :commune_id AND state = 'failed'"  # noqa: S608
        " AND due_at >= :since AND NOT EXISTS (SELECT 1 FROM message_settled AS settled"
        " WHERE settled.commune_id = :commune_id AND settled.message_id = outbox.id)"
        " AND NOT EXISTS (SELECT 1 FROM proposal WHERE proposal.commune_id = :commune_id"
        f" AND proposal.id = outbox.proposal_id AND NOT {OPEN_TO_ALL})",
        since=now - OPEN_FOR,
    )
    return int(row[0]) if row else 0


def count_quarantined(db: Store, *, now: int) -> int:
    """Return how many SMS of the last 30 days were set aside and wait for a decision."""
    row = db.row(
        "SELECT count(*) FROM message_in WHERE commune_id = :commune_id"
        " AND state = 'quarantined' AND id >= :first"
        " AND NOT EXISTS (SELECT 1 FROM message_settled AS settled"
        " WHERE settled.commune_id = :commune_id AND settled.message_id = message_in.id)",
        first=id_since(now - OPEN_FOR),
    )
    return int(row[0]) if row else 0


def _directions(wanted: SmsFilter) -> list[Direction]:
    """Return which directions a filter can mean: a state belongs to one of them."""
    ways: list[tuple[Direction, tuple[str, ...]]] = [("in", IN_STATES), ("out", STATES)]
    return [
        way
        for way, states in ways
        if wanted.direction in (None, way) and (wanted.state is None or wanted.state in states)
    ]


def _together(parts: Sequence[str]) -> str:
    each = (f"SELECT * FROM ({one}) AS part" for one in parts)  # noqa: S608 every word of it is ours
    return f"{' UNION ALL '.join(each)} ORDER BY id DESC LIMIT {PAGE_SIZE + 1}"


def _part(wanted: SmsFilter, direction: Direction) -> str:
    conditions = [_SELECT[direction]]
    if wanted.state is not None:
        conditions.append("one.state = :state")
    if wanted.gateway is not None:
        conditions.append("one.gateway = :gateway")
    if wanted.number is not None:
        column = "sender" if direction == "in" else "phone"
        conditions.append(f"one.{column} = :number AND author.erased_at IS NULL")
    if wanted.open_since is not None:
        recent = "one.id >= :first" if direction == "in" else "one.due_at >= :since"
        conditions.append(f"{recent} AND settled.how IS NULL")
    if wanted.after is not None and _MARK.fullmatch(wanted.after):
        conditions.append("one.id < :after")
    # As no index is sorted by this, the few of one number or state are found by another index, and
    # not all rows are read.
    column = "one.id || ''" if wanted.number is not None or wanted.state in _RARE else "one.id"
    return f"{' AND '.join(conditions)} ORDER BY {column} DESC LIMIT {PAGE_SIZE + 1}"


def _read(db: Store, row: Row) -> SmsLine:
    values = list(row)
    values[4] = db.decrypt(values[4])
    values[5], values[15], values[17] = bool(values[5]), bool(values[15]), bool(values[17])
    line = SmsLine(*values)
    if line.is_erased:
        return replace(line, phone="", text="")
    return replace(line, text="") if line.is_veiled and line.direction == "in" else line
