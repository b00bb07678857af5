"""Long work that somebody asked for at a screen and downloads when it is done: copies and archives.

A row lives a day after its work ended. It holds the request, not the result: that is a file beside
the store (kiosk/long_work.py), which only the asker may download.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, get_args

from shared.db.card import Table, Whose, choice, ident, instant, number, structure, text
from shared.db.connection import Store, writing
from shared.db.engines import WorkQueue
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.record import Record

Kind = Literal["export", "archive"]


# How long a file waits to be fetched.
KEPT_FOR = clock.DAY
# A program that fell while it worked begins anew; what fells it each time is given up.
MOST_ATTEMPTS = 3


class LongJob(Record):
    """One piece of work. `asked` are its arguments, `asked_by` a staff id; `done` of `total` rows
    are written; `name` and `bytes` are the file's once it is ready. Instants are ms UTC."""

    id: str
    kind: Kind
    asked: Mapping[str, Any]
    asked_by: str
    asked_at: int
    state: str
    attempts: int
    done: int
    total: int
    name: str
    bytes: int
    ended_at: int | None

    @property
    def is_open(self) -> bool:
        """True until there is a file, or it is known that there will be none."""
        return self.state in ("waiting", "working")

    @property
    def percent(self) -> int:
        """How far it has come, 0–99 until it is ready."""
        if self.state == "ready":
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


LONG_JOB = Table(
    "long_job",
    LongJob,
    {
        "id": ident(),
        "key": ident(),
        "kind": choice(get_args(Kind)),
        "asked": structure(Whose.NOBODY),
        "asked_by": ident(),
        "asked_at": instant(),
        "state": choice(("waiting", "working", "ready", "failed")),
        "attempts": number(),
        "done": number(),
        "total": number(),
        "name": text(Whose.NOBODY),
        "bytes": number(),
        "ended_at": instant(null=True),
    },
    unique=(("key",),),
    indexes={"long_job_by_state": "state, asked_at"},
    left_out="gone after a day",
)

QUEUE = WorkQueue(LONG_JOB.name, "state = 'waiting'")


def ask(
    db: Store, kind: Kind, asked: Mapping[str, Any], *, key: str, actor: str, at: int
) -> str:  # fmt: skip
    """Ask for work and return its id; the same key again is the same work."""
    with writing(db):
        known = db.row(
            "SELECT id FROM long_job WHERE commune_id = :commune_id AND key = :key", key=key
        )
        if known is not None:
            return str(known[0])
        job_id = new_id()
        db.write(
            "INSERT INTO long_job (commune_id, id, key, kind, asked, asked_by, asked_at, state,"
            " attempts, done, total, name, bytes) VALUES (:commune_id, :id, :key, :kind, :asked,"
            " :actor, :at, 'waiting', 0, 0, 0, '', 0)",
            id=job_id, key=key, kind=kind, asked=json.dumps(asked, sort_keys=True), actor=actor,
            at=at,
        )  # fmt: skip
        return job_id


def by_id(db: Store, job_id: str) -> LongJob | None:
    """Return a job, or None."""
    return db.get(LONG_JOB, "id = :id", id=job_id)


def of(db: Store, actor: str) -> list[LongJob]:
    """Return what somebody asked for, the latest first."""
    return db.all(LONG_JOB, "asked_by = :actor ORDER BY id DESC", actor=actor)


def claim(db: Store) -> LongJob | None:
    """Take up what waits longest, or return None. Nothing is written while nothing waits."""
    if _first_waiting(db) is None:
        return None
    with writing(db):
        job_id = _first_waiting(db)
        if job_id is None:
            return None
        db.write(
            "UPDATE long_job SET state = 'working', attempts = attempts + 1, done = 0"
            " WHERE commune_id = :commune_id AND id = :id",
            id=job_id,
        )
        return by_id(db, job_id)


def _first_waiting(db: Store) -> str | None:
    row = db.row(
        "SELECT id FROM long_job WHERE commune_id = :commune_id AND state = 'waiting'"
        " ORDER BY asked_at, id LIMIT 1"
    )
    return row[0] if row else None


def note_progress(db: Store, job_id: str, done: int, total: int) -> None:
    """Record the progress of a job."""
    with writing(db):
        db.write(
            "UPDATE long_job SET done = :done, total = :total"
            " WHERE commune_id = :commune_id AND id = :id",
            id=job_id,
            done=done,
            total=total,
        )


def settle(db: Store, job_id: str, name: str, size: int, *, at: int) -> None:
    """Record that a job's file is ready, with its name and length (bytes)."""
    with writing(db):
        db.write(
            "UPDATE long_job SET state = 'ready', name = :name, bytes = :size, ended_at = :at"
            " WHERE commune_id = :commune_id AND id = :id",
            id=job_id,
            name=name,
            size=size,
            at=at,
        )


def give_up(db: Store, job_id: str, *, at: int) -> None:
    """Record that a job has no result."""
    with writing(db):
        db.write(
            "UPDATE long_job SET state = 'failed', ended_at = :at"
            " WHERE commune_id = :commune_id AND id = :id",
            id=job_id,
            at=at,
        )


def release(db: Store, *, at: int) -> None:
    """Let the work of a program that stopped wait again, or give it up."""
    with writing(db):
        for job_id, attempts in db.rows(
            "SELECT id, attempts FROM long_job WHERE commune_id = :commune_id AND state = 'working'"
        ):
            if attempts >= MOST_ATTEMPTS:
                give_up(db, job_id, at=at)
                continue
            db.write(
                "UPDATE long_job SET state = 'waiting', done = 0"
                " WHERE commune_id = :commune_id AND id = :id",
                id=job_id,
            )


def over(db: Store, *, at: int) -> list[str]:
    """Return the ids of jobs that ended more than a day ago, or claim to have ended in the
    future."""
    return [
        row[0]
        for row in db.rows(
            "SELECT id FROM long_job WHERE commune_id = :commune_id"
            " AND (ended_at < :oldest OR ended_at > :newest)",
            oldest=at - KEPT_FOR,
            newest=at + KEPT_FOR,
        )
    ]


def forget(db: Store, job_id: str) -> None:
    """Delete a job whose file is gone."""
    with writing(db):
        db.write(
            "DELETE FROM long_job WHERE commune_id = :commune_id AND id = :id", id=job_id
        )  # fmt: skip


def known(db: Store) -> set[str]:
    """Return the ids of all jobs whose file may lie there."""
    return {
        row[0]
        for row in db.rows(
            "SELECT id FROM long_job WHERE commune_id = :commune_id AND state = 'ready'"
        )
    }
