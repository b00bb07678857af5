"""Cases that wait for one member of the desk: due ones, answers of senders, trials that end.

A case is a member's if it is assigned to them; one that is assigned to nobody is everybody's.
"""

import json

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.db.sql import one_of
from shared.domain import clock
from shared.domain.proposal import UNDER_WAY, Status
from shared.domain.record import Record
from shared.store.cases import unread_answers
from shared.store.cases.queue import ON_CLOCK
from shared.store.cases.visibility import REDACTION, VISIBLE

# An answer older than this is found on its case only: by then the case is late, or over.
ANSWERS_FOR = 90 * clock.DAY

_MINE = "(proposal.assignee_id = :viewer OR proposal.assignee_id IS NULL)"
# In the text: a server knows how few they are, and plans once for all who ask.
_ON_TRIAL = one_of({Status.ON_TRIAL})
_SELECT = "SELECT proposal.id, proposal.code, coalesce(redaction.title, proposal.title)"
_OPEN = f"proposal.commune_id = :commune_id AND proposal.is_spam = 0 AND {VISIBLE}"


class WaitingCase(Record):
    """A case as its reader may see it. `at` is when its answer is due, when its sender spoke (ms
    UTC), or 0; `day` is the last one of a trial, YYYY-MM-DD, or ""."""

    id: str
    code: str
    title: str
    at: int = 0
    day: str = ""


def due(
    db: Store, viewer: str, *, today: int, soon: int, of_all: bool, limit: int
) -> list[WaitingCase]:
    """Return the viewer's cases whose answer is due until `soon`, the most urgent first; with
    `of_all` also everybody's that were due before `today` (ms UTC, a day's first instant)."""
    late = " OR proposal.due_at < :today" if of_all else ""
    found = db.rows(
        f"{_SELECT}, proposal.due_at FROM proposal{REDACTION} WHERE {_OPEN} AND {ON_CLOCK}"
        f" AND proposal.due_at <= :soon AND ({_MINE}{late})"
        f" ORDER BY proposal.due_at, proposal.id LIMIT {limit}",
        viewer=viewer,
        today=today,
        soon=soon,
    )
    return [WaitingCase(*row) for row in found]


def answered(db: Store, viewer: str, *, now: int, limit: int) -> list[WaitingCase]:
    """Return the viewer's cases whose sender said something that nobody of the office took notice
    of since, the longest ago first."""
    found = db.rows(
        f"{_SELECT}, said.at FROM unread_answer AS said"
        # CROSS: SQLite then asks for the cases of what was said, and not for what was said to each.
        f" CROSS JOIN proposal{REDACTION} WHERE {_OPEN} AND {_MINE}"
        " AND said.commune_id = :commune_id AND said.at >= :since"
        f" AND proposal.id = said.proposal_id AND proposal.status {one_of(UNDER_WAY)}"
        f" ORDER BY said.at, said.proposal_id LIMIT {limit}",
        viewer=viewer,
        since=now - ANSWERS_FOR,
    )
    return [WaitingCase(*row) for row in found]


def note_seen(db: Store, proposal_id: str, *, actor: str, at: int) -> None:
    """Record that a member of staff read what a sender said last."""
    with writing(db):
        note(db, "answer_seen", proposal_id, actor, at)
        unread_answers.noticed(db, proposal_id, actor=actor)


def trials_that_end(db: Store, viewer: str, *, until: str, limit: int) -> list[WaitingCase]:
    """Return the viewer's cases that are tried until `until` (YYYY-MM-DD) or ended before, the
    first to end first."""
    found = db.rows(
        f"{_SELECT}, trial.to_day, (SELECT move.details FROM move"  # noqa: S608 ours
        " WHERE move.commune_id = :commune_id AND move.proposal_id = proposal.id"
        f" AND move.to_status {_ON_TRIAL} ORDER BY move.id DESC LIMIT 1)"
        f" FROM proposal{REDACTION} LEFT JOIN trial ON trial.commune_id = proposal.commune_id"
        f" AND trial.proposal_id = proposal.id WHERE {_OPEN} AND {_MINE}"
        # Of an expression: SQLite then finds the few on trial, and does not walk along all keys.
        f" AND proposal.status {_ON_TRIAL} ORDER BY proposal.id || ''",
        viewer=viewer,
    )
    tried = [WaitingCase(row[0], row[1], row[2], day=row[3] or _said_end(row[4])) for row in found]
    ending = [one for one in tried if one.day and one.day <= until]
    return sorted(ending, key=lambda one: one.day)[:limit]


def _said_end(details: str | None) -> str:
    """Return the last day that was said when a trial began, "" if none was."""
    return json.loads(details or "{}").get("trial_to") or ""
