"""Blank forms that were printed, each under the code its idea will have."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0012_paper_forms(db: Database) -> None:
    db.execute(
        """CREATE TABLE paper_form (
            commune_id INTEGER NOT NULL REFERENCES commune,
            code TEXT NOT NULL,
            mobiliser TEXT NOT NULL,
            printed_by TEXT NOT NULL,
            printed_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, code)
        ) STRICT"""
    )
