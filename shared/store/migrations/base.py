"""The list that migrations register with, and what several of them do to rows that are there."""

from sqlite_utils import Database, Migrations

from shared.db.checksums import seal_of

steps = Migrations("hienke")


def seal_anew(db: Database, table: str) -> None:
    """Seal every row of a table that has got a column: a seal is over all of them."""
    found = db.execute(f"SELECT * FROM {table}")  # noqa: S608 the table is ours
    names = [column[0] for column in found.description]
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        db.execute(
            f"UPDATE {table} SET content_hash = :seal"  # noqa: S608 the table is ours
            " WHERE commune_id = :commune_id AND id = :id",
            {"seal": seal_of(row), "commune_id": row["commune_id"], "id": row["id"]},
        )
