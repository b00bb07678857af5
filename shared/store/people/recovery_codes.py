"""The codes that replace a member's telephone, each once. Only their hashes come in here."""

from collections.abc import Iterable
from typing import Any

from shared.db.card import Table, ident, instant
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note

RECOVERY_CODE: Table[Any] = Table(
    "recovery_code",
    None,
    {
        "id": ident(),
        "staff_id": ident(),
        "code_hash": ident(),
        "drawn_at": instant(),
    },
    unique=(("staff_id", "code_hash"),),
    foreign={"staff_id": "staff_member"},
    sealed=True,
    left_out="opens the staff app",
)


def draw(db: Store, staff_id: str, hashes: Iterable[str], *, actor: str, at: int) -> None:
    """Keep a member's new codes; the earlier ones stop working."""
    with writing(db):
        kill(db, staff_id)
        for code_hash in hashes:
            db.insert(
                RECOVERY_CODE,
                {"id": new_id(), "staff_id": staff_id, "code_hash": code_hash, "drawn_at": at},
            )
        note(db, "recovery_codes_drawn", None, actor, at, staff=staff_id)


def spend(db: Store, staff_id: str, code_hash: str, *, at: int) -> bool:
    """Use up one of a member's codes; False if they have none with that hash (any more)."""
    with writing(db):
        spent = db.write(
            "DELETE FROM recovery_code WHERE commune_id = :commune_id AND staff_id = :staff_id"
            " AND code_hash = :code_hash",
            staff_id=staff_id,
            code_hash=code_hash,
        )
        if spent:
            left = count(db, staff_id)
            note(db, "recovery_code_used", None, staff_id, at, staff=staff_id, left=left)
        return bool(spent)


def count(db: Store, staff_id: str) -> int:
    """Return how many codes a member has left."""
    found = db.row(
        "SELECT count(*) FROM recovery_code WHERE commune_id = :commune_id"
        " AND staff_id = :staff_id",
        staff_id=staff_id,
    )
    return int(found[0]) if found else 0


def kill(db: Store, staff_id: str) -> None:
    """Stop all of a member's codes from working; only inside `writing`."""
    db.write(
        "DELETE FROM recovery_code WHERE commune_id = :commune_id AND staff_id = :staff_id",
        staff_id=staff_id,
    )
