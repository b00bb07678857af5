"""The office's own templates of its papers: each version, and which is in use from when."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0025_paper_templates(db: Database) -> None:
    for statement in (
        """CREATE TABLE paper_template (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            paper TEXT NOT NULL,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            kept_by TEXT NOT NULL,
            kept_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, paper, sha256)
        ) STRICT""",
        """CREATE TABLE template_choice (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            paper TEXT NOT NULL,
            template_id TEXT,
            chosen_by TEXT NOT NULL,
            chosen_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, template_id) REFERENCES paper_template (commune_id, id)
        ) STRICT""",
        "CREATE INDEX template_choice_paper ON template_choice (commune_id, paper, id)",
    ):
        db.execute(statement)
