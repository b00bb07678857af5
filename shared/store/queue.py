"""The staff's list of cases: filtered, searched, newest or oldest first, a page at a time.

Pages go by the last row seen (keyset), so page 400 costs what page 1 costs.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

from shared.proposal import NEXT, Status
from shared.store import search
from shared.store.connection import Store
from shared.store.proposals import COLUMNS, Proposal, read

PAGE = 25
# A search looks at the newest hits only; further back, a second word narrows it down.
SEARCH_DEPTH = 2000
# Where nothing was decided anew for whoever asked for it.
UNDECIDED = (
    "proposal.status IN ('received', 'needs_info', 'under_appraisal', 'at_council', 'on_trial')"
)
ASKED_AGAIN = (
    "EXISTS (SELECT 1 FROM move WHERE move.commune_id = :commune_id"
    """ AND move.proposal_id = proposal.id AND move.details LIKE '%"asked_again": "yes"%')"""
)
# The last row seen, as a page's `after` names it: its instant (ms UTC) and its id.
_MARK = re.compile(r"(-?[0-9]{1,14})~([0-9a-f-]{36})")


@dataclass(frozen=True)
class Wanted:
    """What the list shows. `viewer` sees confidential cases only where they are the assignee;
    `again` are those whose senders asked for another look."""

    viewer: str
    status: Status | None = None
    channel: str | None = None
    category: str | None = None
    mine: bool = False
    spam: bool = False
    again: bool = False
    words: str = ""
    order: Literal["newest", "oldest"] = "newest"
    after: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of cases; `after` asks for the next one, None at the end."""

    cases: list[Proposal]
    after: str | None


def page(db: Store, wanted: Wanted) -> Page:
    """Return one page of the cases wanted."""
    conditions = [
        "proposal.commune_id = :commune_id",
        "proposal.is_spam = :spam",
        "(proposal.is_confidential = 0 OR proposal.assignee_id = :viewer)",
    ]
    params: dict[str, Any] = {"spam": int(wanted.spam), "viewer": wanted.viewer}
    for column in ("status", "channel"):
        value = getattr(wanted, column)
        if value is not None:
            conditions.append(f"proposal.{column} = :{column}")
            params[column] = value
    if wanted.category == "none":
        conditions.append("proposal.category IS NULL")
    elif wanted.category is not None:
        conditions.append("proposal.category = :category")
        params["category"] = wanted.category
    if wanted.again:
        conditions += [UNDECIDED, ASKED_AGAIN]
    if wanted.mine:
        conditions.append("proposal.assignee_id = :viewer")
    if wanted.words:
        query = search.query_of(wanted.words)
        if not query:
            return Page([], None)
        conditions.append(
            "proposal.id IN (SELECT proposal_id FROM search_row"
            " WHERE commune_id = :commune_id AND fts_row IN (SELECT rowid FROM proposal_fts"
            " WHERE proposal_fts MATCH :query ORDER BY rowid DESC LIMIT :depth))"
        )
        params |= {"query": query, "depth": SEARCH_DEPTH}
    direction, sign = ("DESC", "<") if wanted.order == "newest" else ("ASC", ">")
    mark = _read_mark(wanted.after)
    if mark:
        conditions.append(f"(proposal.received_at, proposal.id) {sign} (:after_at, :after_id)")
        params |= {"after_at": mark[0], "after_id": mark[1]}
    rows = db.rows(
        f"SELECT {COLUMNS} FROM proposal WHERE {' AND '.join(conditions)}"  # noqa: S608
        f" ORDER BY proposal.received_at {direction}, proposal.id {direction} LIMIT {PAGE + 1}",
        **params,
    )
    cases = [read(row) for row in rows[:PAGE]]
    more = len(rows) > PAGE
    return Page(cases, f"{cases[-1].received_at}~{cases[-1].id}" if more else None)


@dataclass(frozen=True)
class Posted:
    """A line of the notice board: a public code, its status and since when (ms UTC)."""

    code: str
    status: Status
    since: int


def board(db: Store, *, since: int) -> list[Posted]:
    """Return what may hang on a wall, by code: cases that are under way, and those that came to
    their end since an instant (ms UTC). Neither spam nor confidential or withdrawn ones."""
    ended = ", ".join(f"'{status}'" for status in Status if not NEXT[status])
    return [
        Posted(code, Status(status), at)
        for code, status, at in db.rows(
            "SELECT code, status, status_since FROM proposal"  # noqa: S608 statuses are ours
            " WHERE commune_id = :commune_id AND is_spam = 0 AND is_confidential = 0"
            " AND status <> 'withdrawn'"
            f" AND (status NOT IN ({ended}, 'not_recognised', 'closed') OR status_since >= :since)"
            " ORDER BY code",
            since=since,
        )
    ]


def counts(db: Store) -> dict[Status, int]:
    """Return how many cases stand where (every status, zero included); spam is not counted."""
    found: dict[str, int] = dict(
        db.rows("SELECT status, count FROM status_count WHERE commune_id = :commune_id")
    )
    return {status: int(found.get(status, 0)) for status in Status}


def _read_mark(after: str | None) -> tuple[int, str] | None:
    mark = _MARK.fullmatch(after or "")
    return (int(mark[1]), mark[2]) if mark else None
