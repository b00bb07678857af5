"""Who is the same person, what organisations send in, how the word was spread, which papers went
to whom, and long work that is done beside the pages."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0024_people(db: Database) -> None:
    for statement in (
        # Of two authors: a person who looked said that they are one, or that they are two.
        """CREATE TABLE same_person (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            author_id TEXT NOT NULL,
            other_id TEXT NOT NULL,
            is_same INTEGER NOT NULL CHECK (is_same IN (0, 1)),
            noted_by TEXT NOT NULL,
            noted_at INTEGER NOT NULL,
            undone_by TEXT,
            undone_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id)
        ) STRICT""",
        "CREATE INDEX same_person_standing ON same_person (commune_id, undone_at)",
        """CREATE TABLE organisation_clerk (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            organisation_id TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, staff_id),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id),
            FOREIGN KEY (commune_id, organisation_id) REFERENCES organisation (commune_id, id)
        ) STRICT""",
        """CREATE TABLE collective (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            organisation_id TEXT NOT NULL,
            title TEXT NOT NULL,
            begun_by TEXT NOT NULL,
            begun_at INTEGER NOT NULL,
            closed_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, organisation_id) REFERENCES organisation (commune_id, id)
        ) STRICT""",
        "CREATE INDEX collective_of_organisation ON collective (commune_id, organisation_id, id)",
        """CREATE TABLE collective_item (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            collective_id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            place INTEGER NOT NULL,
            entered_by TEXT NOT NULL,
            entered_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, collective_id, place),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, collective_id) REFERENCES collective (commune_id, id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        """CREATE TABLE outreach (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN (
                'loudspeaker', 'poster', 'leaflet', 'meeting', 'website', 'zalo', 'other')),
            title TEXT NOT NULL,
            place TEXT NOT NULL,
            begun_on TEXT NOT NULL,
            ended_on TEXT NOT NULL,
            done_by TEXT NOT NULL,
            mobiliser TEXT NOT NULL,
            reached INTEGER CHECK (reached >= 0),
            cost INTEGER CHECK (cost >= 0),
            note TEXT NOT NULL,
            entered_by TEXT NOT NULL,
            entered_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            struck_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key)
        ) STRICT""",
        "CREATE INDEX outreach_by_day ON outreach (commune_id, begun_on, id)",
        """CREATE TABLE outgoing_paper (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            year INTEGER NOT NULL,
            title TEXT NOT NULL,
            number TEXT NOT NULL,
            issued_on TEXT NOT NULL,
            entered_by TEXT NOT NULL,
            entered_at INTEGER NOT NULL,
            struck_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key)
        ) STRICT""",
        "CREATE INDEX outgoing_paper_by_year ON outgoing_paper (commune_id, year, id)",
        """CREATE TABLE dispatch (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            paper_id TEXT NOT NULL,
            recipient TEXT NOT NULL,
            sent_on TEXT NOT NULL,
            way TEXT NOT NULL CHECK (way IN ('edoc', 'email', 'paper', 'zalo', 'other')),
            sent_by TEXT NOT NULL,
            proof TEXT NOT NULL,
            noted_by TEXT NOT NULL,
            noted_at INTEGER NOT NULL,
            confirmed_on TEXT NOT NULL,
            confirmed_how TEXT NOT NULL,
            struck_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, paper_id) REFERENCES outgoing_paper (commune_id, id)
        ) STRICT""",
        "CREATE INDEX dispatch_of_paper ON dispatch (commune_id, paper_id, id)",
        """CREATE TABLE office_file (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            about TEXT NOT NULL CHECK (about IN ('outreach', 'paper', 'dispatch')),
            about_id TEXT NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('image', 'audio', 'video', 'document')),
            mime TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            kept_by TEXT NOT NULL,
            kept_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, about, about_id, sha256)
        ) STRICT""",
        "CREATE INDEX office_file_by_content ON office_file (commune_id, sha256)",
        # Of a day's life, so it bears no seal; what was taken away is an event.
        """CREATE TABLE long_job (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('export', 'archive')),
            asked TEXT NOT NULL,
            asked_by TEXT NOT NULL,
            asked_at INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'working', 'ready', 'failed')),
            attempts INTEGER NOT NULL,
            done INTEGER NOT NULL,
            total INTEGER NOT NULL,
            name TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            ended_at INTEGER,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key)
        ) STRICT""",
        "CREATE INDEX long_job_by_state ON long_job (commune_id, state, asked_at)",
    ):
        db.execute(statement)
