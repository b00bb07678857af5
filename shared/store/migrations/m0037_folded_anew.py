"""What is searched is folded anew: Ð and Ɖ are found as đ, and words are whole that letters nobody
sees had cut."""

from sqlite_utils import Database

from shared.db.checksums import seal_of
from shared.domain.vietnamese import fold
from shared.store.migrations.base import steps


@steps()
def m0037_folded_anew(db: Database) -> None:
    # Folding twice is folding once, so what stands there is enough to begin with.
    found = db.execute("SELECT rowid, words FROM proposal_fts").fetchall()
    for row_id, words in found:
        if fold(words) != words:
            db.execute(
                "UPDATE proposal_fts SET words = :words WHERE rowid = :row_id",
                {"words": fold(words), "row_id": row_id},
            )
    for table in ("model", "administrative_procedure"):
        _fold_sealed(db, table)


def _fold_sealed(db: Database, table: str) -> None:
    """Fold the words of a table whose rows are sealed; one whose seal is broken stays as it is, for
    `verify` to name."""
    found = db.execute(f"SELECT rowid, * FROM {table}")  # noqa: S608 the table is ours
    names = [column[0] for column in found.description]
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        row_id, words = row.pop("rowid"), fold(row["words"])
        if words == row["words"] or row["content_hash"] != seal_of(row):
            continue
        db.execute(
            f"UPDATE {table} SET words = :words, content_hash = :seal"  # noqa: S608
            " WHERE rowid = :row_id",
            {"words": words, "seal": seal_of({**row, "words": words}), "row_id": row_id},
        )
