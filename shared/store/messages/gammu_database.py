"""gammu-smsd's own database, as far as we use it: what the modem received, and the results of
sending.

The tables are another program's (gammu-smsd 1.42, schema 17). Each read and each mark here is one
short statement, because smsd waits while we hold its file. Nothing here knows what an SMS means.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.db.connection import DatabaseError, open_beside
from shared.domain.record import Record

BUSY_SECONDS = 4.0


class SmsdUnavailable(Exception):
    """smsd's database is missing, locked, or no database; nothing was read or marked."""


class Received(Record):
    """One row of the inbox: one SMS, or one part of a longer one.

    `udh` and `text` are in hex: the user data header and the letters as UTF-16BE, each part's own.
    `received` is the operator's time as smsd wrote it, local and without a zone; `stored_at` is
    when smsd wrote the row (ms UTC).
    """

    stored_at: int
    id: int
    phone: str
    sender: str
    udh: str
    coding: str
    text: str
    received: str


class Outgoing(Record):
    """What smsd was given to send. `inserted` distinguishes it from another with the same id in a
    new database; `status` is smsd's word for it, "" while it waits."""

    id: int
    inserted: str
    status: str
    code: int


class Smsd:
    """A connection to smsd's database, for one thread. Every method raises SmsdUnavailable."""

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        try:
            self._conn = open_beside(path, "smsd", busy_seconds)
        except DatabaseError as fault:
            raise SmsdUnavailable(str(fault)) from fault

    def close(self) -> None:
        """Close the file."""
        self._conn.close()

    def unread(self) -> list[Received]:
        """Return what nobody has taken yet, in the order smsd wrote it."""
        return [
            Received(_instant(stored), *row)
            for stored, *row in self._run(
                "SELECT UpdatedInDB, ID, RecipientID, SenderNumber, UDH, Coding, Text,"
                " ReceivingDateTime FROM smsd.inbox WHERE Processed = 'false' ORDER BY ID"
            )
        ]

    def mark(self, rows: Iterable[Received]) -> None:
        """Mark rows as taken; a row that has changed meanwhile is left alone."""
        for row in rows:
            self._run(
                "UPDATE smsd.inbox SET Processed = 'true'"
                " WHERE ID = :id AND ReceivingDateTime = :received AND Text = :text",
                id=row.id,
                received=row.received,
                text=row.text,
            )

    def forget(self, before: int) -> None:
        """Delete what was taken, or sent, before an instant (ms UTC)."""
        at = f"{datetime.fromtimestamp(before / 1000, UTC):%Y-%m-%d %H:%M:%S}"
        self._run("PRAGMA smsd.secure_delete = ON")
        for condition in ("inbox WHERE Processed = 'true' AND", "sentitems WHERE"):
            self._run(f"DELETE FROM smsd.{condition} UpdatedInDB < :at", at=at)  # noqa: S608

    def outgoing(self, smsd_id: int) -> Outgoing | None:
        """Return the state of the message with an id, or None if smsd knows none."""
        found = self._states("ID = :id", id=smsd_id)
        return found[-1] if found else None

    def outgoing_to(self, number: str, text: str, since: str) -> list[Outgoing]:
        """Return what smsd was given to send to a number with this text since a local time
        (2026-03-16 09:12:44)."""
        return self._states(
            "DestinationNumber = :number AND TextDecoded = :text AND InsertIntoDB >= :since",
            number=number,
            text=text,
            since=since,
        )

    def last_sign(self) -> int | None:
        """Return when smsd last reached the modem (ms UTC), or None."""
        ((at,),) = self._run("SELECT max(UpdatedInDB) FROM smsd.phones")
        return _instant(at) if at else None

    def _states(self, condition: str, **params: object) -> list[Outgoing]:
        # smsd writes the sent row first and then deletes the waiting one: for a moment it is both.
        found = self._run(
            "SELECT ID, InsertIntoDB, '', 0 FROM smsd.outbox"  # noqa: S608 conditions are ours
            f" WHERE {condition} UNION ALL"
            " SELECT ID, InsertIntoDB, Status, StatusError FROM smsd.sentitems"
            f" WHERE SequencePosition = 1 AND {condition} ORDER BY 2, 1, 3",
            **params,
        )
        return list({(row[0], row[1]): Outgoing(*row) for row in found}.values())

    def _run(self, sql: str, **params: object) -> list[Any]:
        try:
            found: list[Any] = self._conn.execute(sql, params).fetchall()
        except DatabaseError as fault:
            raise SmsdUnavailable(str(fault)) from fault
        return found


def _instant(written: str) -> int:
    """Return SQLite's `datetime('now')`, which is UTC, as ms UTC; 0 if it is no time."""
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        return 0
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000)
