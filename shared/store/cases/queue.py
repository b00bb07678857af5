"""The staff's list of cases: filtered, searched, newest or oldest first, a page at a time.

Pages continue after the last row seen (keyset), so page 400 costs the same as page 1.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from shared.db import search
from shared.db.connection import Store
from shared.db.sql import one_of
from shared.domain.proposal import NOT_ASKED, ON_THE_CLOCK, UNDECIDED, UNDER_WAY, Status
from shared.store.cases import redactions
from shared.store.cases.visibility import COUNTED, REDACTION, VISIBLE

PAGE_SIZE = 25
# How many letters of a case's own words a line holds.
WORDS = 280
# A search looks only at the newest hits; a second word narrows older ones down.
SEARCH_DEPTH = 2000
# Where nothing was decided anew for whoever asked for it.
_UNDECIDED = f"proposal.status {one_of(UNDECIDED)}"
ASKED_AGAIN = (
    "EXISTS (SELECT 1 FROM move WHERE move.commune_id = :commune_id"
    """ AND move.proposal_id = proposal.id AND move.details LIKE '%"asked_again": "yes"%')"""
)
# Statuses in which the office still owes an answer.
ON_CLOCK = f"proposal.status {one_of(ON_THE_CLOCK)}"
# Of those: their day is over before `:today` (a local day's first instant), or comes by `:soon`.
LATE = "proposal.due_at < :today"
SOON = "proposal.due_at BETWEEN :today AND :soon"
# Nobody was asked who sent it; of an erased sender nobody can be.
UNASKED = f"(proposal.participant_type = '{NOT_ASKED}' AND author.erased_at IS NULL)"
# The last row seen, as a page's `after` names it: its instant (ms UTC) and its id.
_MARK = re.compile(r"(-?[0-9]{1,14})~([0-9a-f-]{36})")


Due = Literal["late", "soon"]
Order = Literal["newest", "oldest", "due"]


@dataclass(frozen=True)
class Days:
    """The office's clock for this day: what is due before `today` (ms UTC, the local day's first
    instant) is late, what is due until `soon` is near its day."""

    today: int
    soon: int


@dataclass(frozen=True)
class QueueFilter:
    """What the list shows. `viewer` sees confidential cases only as their assignee; `again` are
    cases whose senders asked for another look, `free` those without an assignee that wait for
    something, `on_the_line` those of the cut-off day itself, `unasked` those whose sender must
    still be asked who they are; `due` are those that are late or near
    their day."""

    viewer: str
    status: Status | None = None
    channel: str | None = None
    category: str | None = None
    mine: bool = False
    spam: bool = False
    again: bool = False
    free: bool = False
    on_the_line: bool = False
    unasked: bool = False
    due: Due | None = None
    words: str = ""
    order: Order = "newest"
    after: str | None = None


class QueueLine(NamedTuple):
    """A case as the list shows it to its reader, with the beginning of its first part that has
    words (`words`), the name of its kiosk ("") and its sender's number (E.164, None if none is
    kept). Instants are ms UTC."""

    id: str
    code: str
    status: str
    channel: str
    title: str
    title_is_own: int
    words: str
    category: str | None
    insider: int
    is_confidential: int
    received_at: int
    due_at: int
    kiosk: str
    unasked: int
    phone: str | None


@dataclass(frozen=True)
class QueuePage:
    """One page of cases; `after` asks for the next one, None at the end."""

    cases: list[QueueLine]
    after: str | None


# Everybody except its assignee reads a redacted case in its redacted words (redactions.py). A line
# is read in one query, because this page is open all day.
_LINE = (
    "SELECT proposal.id, proposal.code, proposal.status, proposal.channel,"  # noqa: S608 ours
    " coalesce(redaction.title, proposal.title), proposal.title_is_own,"
    " CASE WHEN redaction.id IS NULL"
    f"  THEN substr(coalesce(nullif(proposal.current_state, ''), proposal.solution), 1, {WORDS})"
    "  ELSE substr(coalesce(nullif(redaction.current_state, ''), redaction.solution), 1,"
    f"  {WORDS}) END,"
    " proposal.category, proposal.insider, proposal.is_confidential, proposal.received_at,"
    f" proposal.due_at, coalesce(device.name, ''), {UNASKED}, author.phone FROM proposal"
    f"{REDACTION}"
    " LEFT JOIN device ON device.commune_id = proposal.commune_id"
    "  AND device.id = proposal.device_id"
    " LEFT JOIN author ON author.commune_id = proposal.commune_id"
    "  AND author.proposal_id = proposal.id AND author.place = 1"
)


def page(db: Store, wanted: QueueFilter, days: Days | None = None) -> QueuePage:
    """Return one page of the wanted cases; `days` is needed if they are filtered or sorted by what
    is due. Sorted by their day, only cases with a running clock are shown, the most urgent
    first."""
    query = search.query_of(wanted.words) if wanted.words else ""
    if wanted.words and not query:
        return QueuePage([], None)
    conditions, params = _filtered(wanted, days)
    if query:
        conditions.append(f"proposal.id IN ({search.FOUND})")
        hidden = json.dumps(redactions.not_found_by(db, wanted.words, wanted.viewer))
        conditions.append("proposal.id NOT IN (SELECT value FROM json_each(:hidden))")
        params |= {"query": query, "depth": SEARCH_DEPTH, "hidden": hidden}
    direction, sign = ("DESC", "<") if wanted.order == "newest" else ("ASC", ">")
    by = "due_at" if wanted.order == "due" else "received_at"
    mark = _read_mark(wanted.after)
    if mark:
        conditions.append(f"(proposal.{by}, proposal.id) {sign} (:after_at, :after_id)")
        params |= {"after_at": mark[0], "after_id": mark[1]}
    rows = db.rows(
        f"{_LINE} WHERE proposal.commune_id = :commune_id AND {' AND '.join(conditions)}"
        f" ORDER BY proposal.{by} {direction}, proposal.id {direction} LIMIT {PAGE_SIZE + 1}",
        **params,
    )
    cases = [QueueLine._make((*row[:-1], db.decrypt(row[-1]))) for row in rows[:PAGE_SIZE]]
    if len(rows) <= PAGE_SIZE:
        return QueuePage(cases, None)
    return QueuePage(cases, f"{getattr(cases[-1], by)}~{cases[-1].id}")


def _filtered(wanted: QueueFilter, days: Days | None) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions of a filter, except its words, and their parameters."""
    conditions = ["proposal.is_spam = :spam", VISIBLE]
    params: dict[str, Any] = {"spam": int(wanted.spam), "viewer": wanted.viewer}
    for column in ("status", "channel", "category"):
        value = getattr(wanted, column)
        if value is not None and (column, value) != ("category", "none"):
            conditions.append(f"proposal.{column} = :{column}")
            params[column] = value
    if wanted.due and days:
        is_late = wanted.due == "late"
        conditions.append(LATE if is_late else SOON)
        params |= {"today": days.today} if is_late else {"today": days.today, "soon": days.soon}
    asked = {
        "proposal.category IS NULL": wanted.category == "none",
        _UNDECIDED: wanted.again or wanted.free,
        ASKED_AGAIN: wanted.again,
        "proposal.assignee_id IS NULL": wanted.free,
        "proposal.on_the_line = 1": wanted.on_the_line,
        UNASKED: wanted.unasked,
        ON_CLOCK: wanted.due or wanted.order == "due",
        "proposal.assignee_id = :viewer": wanted.mine,
    }
    return [*conditions, *(condition for condition, is_asked in asked.items() if is_asked)], params


@dataclass(frozen=True)
class Posted:
    """A line of the notice board: a public code, its status and since when (ms UTC)."""

    code: str
    status: Status
    since: int


def board(db: Store, *, since: int) -> list[Posted]:
    """Return what may hang on a wall, by code: cases in progress, and those that ended since an
    instant (ms UTC). Neither spam nor confidential or withdrawn ones."""
    return [
        Posted(code, Status(status), at)
        for code, status, at in db.rows(
            "SELECT code, status, status_since FROM proposal"  # noqa: S608 statuses are ours
            f" WHERE commune_id = :commune_id AND {COUNTED}"
            f" AND status <> :withdrawn AND (status {one_of(UNDER_WAY)} OR status_since >= :since)"
            " ORDER BY code",
            withdrawn=Status.WITHDRAWN,
            since=since,
        )
    ]


def _read_mark(after: str | None) -> tuple[int, str] | None:
    mark = _MARK.fullmatch(after or "")
    return (int(mark[1]), mark[2]) if mark else None
