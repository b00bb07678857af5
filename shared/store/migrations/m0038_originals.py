"""Files of several pages, what is said of a copy, and originals whose copy is not like them."""

from sqlite_utils import Database

from shared.store.migrations.base import seal_anew, steps


@steps()
def m0038_originals(db: Database) -> None:
    db.execute("ALTER TABLE attachment ADD COLUMN page INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE attachment ADD COLUMN note TEXT NOT NULL DEFAULT ''")
    seal_anew(db, "attachment")
    db.execute("""CREATE TABLE original_file (
        commune_id INTEGER NOT NULL,
        id TEXT NOT NULL,
        proposal_id TEXT NOT NULL,
        attachment_id TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        why TEXT NOT NULL,
        kept_at INTEGER NOT NULL,
        gone_at INTEGER,
        content_hash TEXT NOT NULL,
        PRIMARY KEY (commune_id, id),
        FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
        FOREIGN KEY (commune_id, attachment_id) REFERENCES attachment (commune_id, id)
    ) STRICT""")
    db.execute(
        "CREATE INDEX original_file_of_proposal ON original_file (commune_id, proposal_id, id)"
    )
    db.execute("CREATE INDEX original_file_by_file ON original_file (commune_id, sha256)")
