"""When each program last proved that it can write."""

from typing import Any

from shared.db.card import Table, ident, instant
from shared.db.connection import Store, writing

HEARTBEAT: Table[Any] = Table(
    "heartbeat",
    None,
    {
        "program": ident(),
        "at": instant(),
    },
    key=("program",),
    left_out="the machine's own",
)


def beat(db: Store, program: str, *, at: int) -> None:
    """Record that a program lives. Raises StoreUnavailable."""
    with writing(db):
        db.write(
            "INSERT INTO heartbeat (commune_id, program, at) VALUES (:commune_id, :program, :at)"
            " ON CONFLICT (commune_id, program) DO UPDATE SET at = :at",
            program=program,
            at=at,
        )


def last(db: Store, program: str) -> int | None:
    """Return when a program last proved that it lives (ms UTC), or None."""
    row = db.row(
        "SELECT at FROM heartbeat WHERE commune_id = :commune_id AND program = :program",
        program=program,
    )
    return row[0] if row else None
