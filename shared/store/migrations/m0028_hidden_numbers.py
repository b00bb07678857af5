"""Telephone numbers, and what is made of them without a key, lie hidden in the file."""

from sqlite_utils import Database

from shared.db.checksums import seal_of
from shared.db.connection import Store
from shared.store.migrations.base import steps

_SEALED = {
    "author": ("phone", "guardian"),
    "proposal": ("fingerprint",),
    "addition": ("idempotency_key",),
    "message_in": ("sender", "raw", "gateway_id"),
    "outbox": ("phone",),
    "call_back": ("phone",),
    "model_request": ("phone",),
}
_UNSEALED = {"suppression": "phone", "draft": "answers", "held": "answers"}


@steps()
def m0028_hidden_numbers(db: Database) -> None:
    assert isinstance(db, Store)
    db.execute("ALTER TABLE commune ADD COLUMN key_proof TEXT NOT NULL DEFAULT ''")
    if db.row("SELECT 1 FROM commune") is None:
        return
    db.execute("UPDATE commune SET key_proof = :proof", {"proof": db.hide("hienke")})
    for table, columns in _SEALED.items():
        _hide(db, table, columns)
    for table, column in _UNSEALED.items():
        for row_id, plain in db.rows(f"SELECT rowid, {column} FROM {table}"):  # noqa: S608 ours
            db.execute(
                f"UPDATE {table} SET {column} = :hidden WHERE rowid = :row_id",  # noqa: S608
                {"hidden": db.hide(plain), "row_id": row_id},
            )


def _hide(db: Store, table: str, columns: tuple[str, ...]) -> None:
    found = db.execute(f"SELECT rowid, * FROM {table}")  # noqa: S608 the table is ours
    names = [column[0] for column in found.description]
    sets = ", ".join(f"{column} = :{column}" for column in (*columns, "content_hash"))
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        row_id = row.pop("rowid")
        row |= {column: db.hide(row[column]) for column in columns}
        row["content_hash"] = seal_of(row)
        db.execute(f"UPDATE {table} SET {sets} WHERE rowid = :row_id", {**row, "row_id": row_id})  # noqa: S608
