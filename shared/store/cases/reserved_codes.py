"""Receipt codes that a kiosk holds in advance, to give valid receipts while the line is cut.

A code is issued once, to one kiosk, and never taken back: its slip may already be in somebody's
pocket. The last report of each kiosk is kept here too.
"""

from typing import Any

from shared.db.card import Table, ident, instant, number
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.record import Record, asdict
from shared.store.cases import receipts

RESERVED_CODE: Table[Any] = Table(
    "reserved_code",
    None,
    {
        "code": ident(),
        "device_id": ident(),
        "issued_at": instant(),
    },
    key=("code",),
    foreign={"device_id": "device"},
    indexes={"reserved_code_of_device": "device_id, issued_at"},
    sealed=True,
    left_out="each is a receipt",
)


# How many codes a kiosk keeps, how many it gets at once (drawing a QR takes a moment), and how many
# in a day: a browser that loses its reserve again and again is refused.
FULL = 200
CODES_AT_ONCE = 50
MOST_A_DAY = 1_000


class Report(Record):
    """A kiosk's report at `at`: codes it holds, ideas and files it has not handed in, since when
    the oldest waits (None if none does), ideas that were refused. ms UTC."""

    device_id: str
    at: int
    held: int
    unsent: int
    waiting_since: int | None
    refused: int
    files: int


KIOSK_REPORT = Table(
    "kiosk_report",
    Report,
    {
        "device_id": ident(),
        "at": instant(),
        "held": number(),
        "unsent": number(),
        "waiting_since": instant(null=True),
        "refused": number(),
        "files": number(),
        "clear_at": instant(null=True),
    },
    key=("device_id",),
    foreign={"device_id": "device"},
    left_out="the machine's own",
)


def issue(db: Store, device_id: str, held: int, *, key: bytes, at: int) -> list[str]:
    """Issue the codes that a kiosk with `held` codes lacks, at most CODES_AT_ONCE; `key` is the
    receipt key, from which each QR is computed."""
    with writing(db):
        wanted = min(FULL - held, CODES_AT_ONCE, MOST_A_DAY - _issued_since(db, device_id, at))
        given = [receipts.mint(db, key=key, at=at) for _ in range(wanted)]
        for code in given:
            adopt(db, code, device_id, at=at)
        return given


def adopt(db: Store, code: str, device_id: str, *, at: int) -> None:
    """Record which kiosk a code belongs to, if that is not known: a kiosk with an empty reserve
    made it itself. Only inside `writing`."""
    if device_of(db, code) is None:
        row = {"code": code, "device_id": device_id, "issued_at": at}
        db.insert(RESERVED_CODE, row)


def device_of(db: Store, code: str) -> str | None:
    """Return the kiosk whose reserve a code came from, or None."""
    row = db.row(
        "SELECT device_id FROM reserved_code WHERE commune_id = :commune_id AND code = :code",
        code=code,
    )
    return str(row[0]) if row else None


def is_waiting(db: Store, code: str) -> bool:
    """Say whether a code was given to a kiosk and nothing has come under it yet."""
    row = db.row(
        "SELECT 1 FROM receipt JOIN reserved_code USING (commune_id, code)"
        " WHERE receipt.commune_id = :commune_id AND code = :code AND copy = 1"
        " AND proposal_id IS NULL",
        code=code,
    )
    return row is not None


def report(db: Store, told: Report) -> None:
    """Replace a kiosk's last report."""
    with writing(db):
        db.write(
            "INSERT INTO kiosk_report (commune_id, device_id, at, held, unsent, waiting_since,"
            " refused, files, clear_at) VALUES (:commune_id, :device_id, :at, :held, :unsent,"
            " :waiting_since, :refused, :files, :clear_at) ON CONFLICT (commune_id, device_id)"
            " DO UPDATE SET at = :at, held = :held, unsent = :unsent,"
            " waiting_since = :waiting_since, refused = :refused, files = :files,"
            " clear_at = coalesce(:clear_at, kiosk_report.clear_at)",
            **asdict(told),
            clear_at=None if told.unsent or told.refused else told.at,
        )


def clear_at(db: Store, device_id: str) -> int | None:
    """Return when a kiosk last reported that it had nothing left to hand in (ms UTC), or None."""
    row = db.row(
        "SELECT clear_at FROM kiosk_report WHERE commune_id = :commune_id"
        " AND device_id = :device_id",
        device_id=device_id,
    )
    return int(row[0]) if row and row[0] is not None else None


def reports(db: Store) -> dict[str, Report]:
    """Return each kiosk's last report, by its id."""
    return {one.device_id: one for one in db.all(KIOSK_REPORT)}


def _issued_since(db: Store, device_id: str, at: int) -> int:
    row = db.row(
        "SELECT count(*) FROM reserved_code WHERE commune_id = :commune_id"
        " AND device_id = :device_id AND issued_at > :since",
        device_id=device_id,
        since=at - 24 * clock.HOUR,
    )
    return int(row[0]) if row else 0
