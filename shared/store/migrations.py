"""The schema and how it grew. Only ever append; a released migration is never edited.

Every key, index and foreign key begins with commune_id and every id is a UUIDv7 made by the
program, so the same schema holds many communes on a larger engine. The full-text table is the
one part that is SQLite's own (search.py).
"""

import fcntl
import json
from pathlib import Path

from sqlite_utils import Database, Migrations

from shared import rubric
from shared.council import SEAT_STATES, VERDICTS
from shared.entry import EVIDENCE, WAYS
from shared.proposal import CATEGORIES, CHANNELS, FIELDS, MATURITIES, PARTICIPANT_TYPES, Status
from shared.roles import ROLES
from shared.store.connection import Store
from shared.store.events import new_id
from shared.store.sealed import seal_of

steps = Migrations("hienke")


def migrate(db: Store) -> None:
    """Bring the store to this version, one process at a time (file lock beside it)."""
    lock = db.path.with_suffix(".migrate.lock")
    with Path(lock).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        steps.apply(db)


def is_current(db: Store) -> bool:
    """Say whether no migration is waiting."""
    return not steps.pending(db)


def _one_of(column: str, values: tuple[str, ...], *, null: bool = False) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    check = f"{column} IN ({listed})"
    return f"CHECK ({column} IS NULL OR {check})" if null else f"CHECK ({check})"


@steps()
def m0001_spine(db: Database) -> None:
    """Everything the first version keeps."""
    statuses = tuple(Status)
    truth = "INTEGER NOT NULL DEFAULT 0"
    for statement in (
        """CREATE TABLE commune (
            commune_id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            is_demo INTEGER NOT NULL CHECK (is_demo IN (0, 1)),
            created_at INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE campaign (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            year INTEGER NOT NULL,
            legal_basis TEXT NOT NULL,
            council_name TEXT NOT NULL,
            cutoff_month INTEGER NOT NULL CHECK (cutoff_month BETWEEN 1 AND 12),
            cutoff_day INTEGER NOT NULL CHECK (cutoff_day BETWEEN 1 AND 31),
            cutoff_inclusive INTEGER NOT NULL CHECK (cutoff_inclusive IN (0, 1)),
            service_days INTEGER NOT NULL CHECK (service_days BETWEEN 1 AND 250),
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, year)
        ) STRICT""",
        f"""CREATE TABLE staff_member (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            login TEXT NOT NULL,
            name TEXT NOT NULL,
            role TEXT NOT NULL {_one_of("role", ROLES)},
            password_hash TEXT NOT NULL,
            must_change {truth},
            totp_secret TEXT,
            totp_last_step INTEGER,
            is_active INTEGER NOT NULL DEFAULT 1,
            created_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, login)
        ) STRICT""",
        """CREATE TABLE session (
            commune_id INTEGER NOT NULL,
            token_hash TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, token_hash),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
        "CREATE INDEX session_of_staff ON session (commune_id, staff_id)",
        """CREATE TABLE device (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            secret_hash TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            enrolled_at INTEGER,
            revoked_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, name),
            UNIQUE (commune_id, secret_hash)
        ) STRICT""",
        f"""CREATE TABLE proposal (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            code TEXT NOT NULL CHECK (length(code) = 12),
            status TEXT NOT NULL {_one_of("status", statuses)},
            status_since INTEGER NOT NULL,
            channel TEXT NOT NULL {_one_of("channel", CHANNELS)},
            participant_type TEXT NOT NULL {_one_of("participant_type", PARTICIPANT_TYPES)},
            insider {truth},
            title TEXT NOT NULL,
            title_is_own INTEGER NOT NULL DEFAULT 1,
            current_state TEXT NOT NULL,
            solution TEXT NOT NULL,
            expected_effect TEXT NOT NULL,
            effects TEXT NOT NULL,
            maturity TEXT NOT NULL {_one_of("maturity", MATURITIES)},
            category TEXT {_one_of("category", CATEGORIES, null=True)},
            more_categories TEXT NOT NULL,
            field TEXT {_one_of("field", FIELDS, null=True)},
            residence TEXT,
            hamlet TEXT NOT NULL,
            mobiliser TEXT NOT NULL,
            device_id TEXT,
            received_at INTEGER NOT NULL,
            arrived_at INTEGER NOT NULL,
            registered_at INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            evaluation_year INTEGER NOT NULL,
            evaluation_rule TEXT NOT NULL,
            on_the_line {truth},
            assignee_id TEXT,
            is_spam {truth},
            is_confidential {truth},
            merged_from TEXT,
            idempotency_key TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, code),
            UNIQUE (commune_id, idempotency_key),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id),
            FOREIGN KEY (commune_id, assignee_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
        "CREATE INDEX proposal_by_time ON proposal (commune_id, received_at, id)",
        "CREATE INDEX proposal_by_status ON proposal (commune_id, status, received_at, id)",
        "CREATE INDEX proposal_by_channel ON proposal (commune_id, channel, received_at, id)",
        "CREATE INDEX proposal_by_category ON proposal (commune_id, category, received_at, id)",
        "CREATE INDEX proposal_by_assignee ON proposal (commune_id, assignee_id, received_at, id)",
        """CREATE TABLE author (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            place INTEGER NOT NULL DEFAULT 1,
            name TEXT,
            phone TEXT,
            unit TEXT,
            position TEXT,
            guardian TEXT,
            under_16 INTEGER NOT NULL DEFAULT 0,
            consent_store INTEGER NOT NULL DEFAULT 0,
            consent_sms INTEGER NOT NULL DEFAULT 0,
            consent_name INTEGER NOT NULL DEFAULT 0,
            notice TEXT NOT NULL,
            consented_at INTEGER,
            erased_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id, place),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX author_by_phone ON author (commune_id, phone)",
        f"""CREATE TABLE move (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            from_status TEXT {_one_of("from_status", statuses, null=True)},
            to_status TEXT NOT NULL {_one_of("to_status", statuses)},
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            details TEXT NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX move_of_proposal ON move (commune_id, proposal_id, id)",
        f"""CREATE TABLE addition (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            channel TEXT NOT NULL {_one_of("channel", CHANNELS)},
            text TEXT NOT NULL,
            at INTEGER NOT NULL,
            idempotency_key TEXT NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, idempotency_key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX addition_of_proposal ON addition (commune_id, proposal_id, id)",
        """CREATE TABLE reply (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            text TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            idempotency_key TEXT NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, idempotency_key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
        "CREATE INDEX reply_of_proposal ON reply (commune_id, proposal_id, id)",
        """CREATE TABLE receipt (
            commune_id INTEGER NOT NULL REFERENCES commune,
            code TEXT NOT NULL,
            copy INTEGER NOT NULL,
            secret_hash TEXT NOT NULL,
            issued_at INTEGER NOT NULL,
            killed_at INTEGER,
            proposal_id TEXT,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, code, copy),
            UNIQUE (commune_id, secret_hash),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        """CREATE TABLE event (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            place INTEGER NOT NULL,
            proposal_id TEXT,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            data TEXT NOT NULL,
            previous_hash TEXT NOT NULL,
            hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, place),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX event_of_proposal ON event (commune_id, proposal_id, place)",
        """CREATE TABLE message_in (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            gateway TEXT NOT NULL,
            gateway_id TEXT NOT NULL,
            sender TEXT NOT NULL,
            sender_kind TEXT NOT NULL,
            text TEXT NOT NULL,
            raw TEXT NOT NULL,
            sent_at INTEGER,
            arrived_at INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('new', 'done', 'quarantined')),
            outcome TEXT NOT NULL,
            proposal_id TEXT,
            handled_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, gateway, gateway_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX message_in_by_state ON message_in (commune_id, state, id)",
        "CREATE INDEX message_in_by_sender ON message_in (commune_id, sender, arrived_at)",
        "CREATE INDEX message_in_of_proposal ON message_in (commune_id, proposal_id, id)",
        """CREATE TABLE outbox (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            dedupe TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('reply', 'notice')),
            phone TEXT NOT NULL,
            text_key TEXT NOT NULL,
            blanks TEXT NOT NULL,
            text TEXT NOT NULL,
            proposal_id TEXT,
            message_in_id TEXT,
            state TEXT NOT NULL CHECK (state IN
                ('queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'suppressed')),
            attempts INTEGER NOT NULL DEFAULT 0,
            due_at INTEGER NOT NULL,
            lease_until INTEGER,
            gateway TEXT NOT NULL,
            gateway_id TEXT,
            error TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, dedupe),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX outbox_by_state ON outbox (commune_id, state, due_at)",
        "CREATE INDEX outbox_by_gateway_id ON outbox (commune_id, gateway, gateway_id)",
        "CREATE INDEX outbox_by_phone ON outbox (commune_id, phone, created_at)",
        "CREATE INDEX outbox_of_proposal ON outbox (commune_id, proposal_id, id)",
        """CREATE TABLE suppression (
            commune_id INTEGER NOT NULL REFERENCES commune,
            phone TEXT NOT NULL,
            reason TEXT NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (commune_id, phone)
        ) STRICT""",
        """CREATE TABLE draft (
            commune_id INTEGER NOT NULL REFERENCES commune,
            visit_hash TEXT NOT NULL,
            answers TEXT NOT NULL,
            form_key TEXT NOT NULL,
            touched_at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, visit_hash)
        ) STRICT""",
        "CREATE INDEX draft_by_age ON draft (commune_id, touched_at)",
        """CREATE TABLE throttle (
            commune_id INTEGER NOT NULL REFERENCES commune,
            what TEXT NOT NULL,
            who TEXT NOT NULL,
            since INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (commune_id, what, who)
        ) STRICT""",
        f"""CREATE TABLE status_count (
            commune_id INTEGER NOT NULL REFERENCES commune,
            status TEXT NOT NULL {_one_of("status", statuses)},
            count INTEGER NOT NULL,
            PRIMARY KEY (commune_id, status)
        ) STRICT""",
        """CREATE TABLE heartbeat (
            commune_id INTEGER NOT NULL REFERENCES commune,
            program TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, program)
        ) STRICT""",
        """CREATE TABLE search_row (
            commune_id INTEGER NOT NULL,
            proposal_id TEXT NOT NULL,
            fts_row INTEGER NOT NULL,
            PRIMARY KEY (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX search_row_by_fts ON search_row (commune_id, fts_row)",
        """CREATE VIRTUAL TABLE proposal_fts USING fts5(
            words, tokenize = 'unicode61 remove_diacritics 0'
        )""",
        # Without this, words of an erased row stay readable in the index's old segments.
        "INSERT INTO proposal_fts (proposal_fts, rank) VALUES ('secure-delete', 1)",
    ):
        db.execute(statement)


@steps()
def m0002_attachments(db: Database) -> None:
    """Files that belong to a proposal."""
    db.execute("""CREATE TABLE attachment (
        commune_id INTEGER NOT NULL,
        id TEXT NOT NULL,
        proposal_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('audio', 'video', 'image', 'unreadable')),
        mime TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        seconds REAL,
        source TEXT NOT NULL,
        arrived_at INTEGER NOT NULL,
        transcript TEXT NOT NULL,
        listened_by TEXT,
        listened_at INTEGER,
        idempotency_key TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        PRIMARY KEY (commune_id, id),
        UNIQUE (commune_id, idempotency_key),
        FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
    ) STRICT""")
    db.execute("CREATE INDEX attachment_of_proposal ON attachment (commune_id, proposal_id, id)")


@steps()
def m0003_gateway_faults(db: Database) -> None:
    """What last went wrong with each gateway."""
    db.execute("""CREATE TABLE gateway_fault (
        commune_id INTEGER NOT NULL REFERENCES commune,
        gateway TEXT NOT NULL,
        fault TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (commune_id, gateway)
    ) STRICT""")


@steps()
def m0004_calls(db: Database) -> None:
    """Files to fetch from a gateway, and whom to call back."""
    for statement in (
        """CREATE TABLE fetch (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('recording', 'mms')),
            url TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
            attempts INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            error TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX fetch_by_state ON fetch (commune_id, state, due_at)",
        "CREATE INDEX fetch_of_proposal ON fetch (commune_id, proposal_id, id)",
        """CREATE TABLE call_back (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            phone TEXT NOT NULL,
            why TEXT NOT NULL CHECK (why IN ('asked', 'no_recording', 'missed')),
            at INTEGER NOT NULL,
            open_from INTEGER NOT NULL,
            proposal_id TEXT,
            done_by TEXT,
            done_at INTEGER,
            note TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX call_back_open ON call_back (commune_id, done_at, open_from)",
        "CREATE INDEX call_back_by_phone ON call_back (commune_id, phone, at)",
    ):
        db.execute(statement)
    _list_who_asked_before(db)


@steps()
def m0005_uploads(db: Database) -> None:
    """Files on their way to a proposal, and why one could not be opened."""
    db.execute("""CREATE TABLE upload (
        commune_id INTEGER NOT NULL,
        id TEXT NOT NULL,
        proposal_id TEXT NOT NULL,
        take TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        received INTEGER NOT NULL,
        metadata TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('receiving', 'waiting', 'done')),
        attempts INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        source TEXT NOT NULL,
        actor TEXT NOT NULL,
        sender TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        CHECK (received BETWEEN 0 AND bytes),
        PRIMARY KEY (commune_id, id),
        FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
    ) STRICT""")
    db.execute("CREATE INDEX upload_by_state ON upload (commune_id, state, due_at)")
    db.execute("CREATE INDEX upload_by_age ON upload (commune_id, expires_at)")
    db.execute("CREATE INDEX upload_of_proposal ON upload (commune_id, proposal_id, id)")
    db.execute("ALTER TABLE attachment ADD COLUMN reason TEXT NOT NULL DEFAULT ''")
    _seal_anew(db, "attachment")


def _seal_anew(db: Database, table: str) -> None:
    """Seal every row of a table whose columns have changed."""
    found = db.execute(f"SELECT * FROM {table}")  # noqa: S608 the table is ours
    names = [column[0] for column in found.description]
    for values in found.fetchall():
        row = dict(zip(names, values, strict=True))
        db.execute(
            f"UPDATE {table} SET content_hash = :seal"  # noqa: S608 the table is ours
            " WHERE commune_id = :commune_id AND id = :id",
            {"seal": seal_of(row), "commune_id": row["commune_id"], "id": row["id"]},
        )


def _list_who_asked_before(db: Database) -> None:
    """Put on the list who asked to be called (the SMS word GOI) before there was one."""
    for commune_id, message_id, phone, at in db.execute(
        "SELECT commune_id, id, sender, arrived_at FROM message_in WHERE outcome = 'call_back'"
    ).fetchall():
        row = {
            "commune_id": commune_id,
            "id": message_id,
            "key": f"sms|{message_id}",
            "phone": phone,
            "why": "asked",
            "at": at,
            "open_from": at,
            "proposal_id": None,
            "done_by": None,
            "done_at": None,
            "note": "",
        }
        db.execute(
            "INSERT INTO call_back (commune_id, id, key, phone, why, at, open_from, proposal_id,"
            " done_by, done_at, note, content_hash) VALUES (:commune_id, :id, :key, :phone, :why,"
            " :at, :open_from, :proposal_id, :done_by, :done_at, :note, :content_hash)",
            {**row, "content_hash": seal_of(row)},
        )


@steps()
def m0006_notices(db: Database) -> None:
    """Whose senders hear of whose steps, what notices a month cost, and who was silenced."""
    for statement in (
        """CREATE TABLE merge (
            commune_id INTEGER NOT NULL,
            proposal_id TEXT NOT NULL,
            into_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
            FOREIGN KEY (commune_id, into_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX merge_into ON merge (commune_id, into_id)",
        """CREATE TABLE notice_count (
            commune_id INTEGER NOT NULL REFERENCES commune,
            month TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (commune_id, month)
        ) STRICT""",
        """CREATE TABLE sms_alarm (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            why TEXT NOT NULL CHECK (why IN ('same_text', 'over_limit')),
            message_in_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            count INTEGER NOT NULL,
            seen_by TEXT,
            seen_at INTEGER,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, message_in_id) REFERENCES message_in (commune_id, id)
        ) STRICT""",
        "CREATE INDEX sms_alarm_by_sight ON sms_alarm (commune_id, seen_at, last_at)",
    ):
        db.execute(statement)
    _find_merges_of_before(db)


def _find_merges_of_before(db: Database) -> None:
    """Write down the merges that stand, which until now only the moves told of."""
    for commune_id, proposal_id, at, details in db.execute(
        "SELECT move.commune_id, move.proposal_id, max(move.at), move.details FROM move"
        " JOIN proposal ON proposal.commune_id = move.commune_id AND proposal.id = proposal_id"
        " WHERE proposal.status = 'merged' AND move.to_status = 'merged'"
        " GROUP BY move.commune_id, move.proposal_id"
    ).fetchall():
        db.execute(
            "INSERT INTO merge (commune_id, proposal_id, into_id, at)"
            " SELECT :commune_id, :proposal_id, id, :at FROM proposal"
            " WHERE commune_id = :commune_id AND code = :code",
            {
                "commune_id": commune_id,
                "proposal_id": proposal_id,
                "at": at,
                "code": json.loads(details)["into"],
            },
        )


@steps()
def m0007_sms_desk(db: Database) -> None:
    """What the desk settled of the SMS, and who ended whose silence."""
    for statement in (
        """CREATE TABLE message_settled (
            commune_id INTEGER NOT NULL REFERENCES commune,
            message_id TEXT NOT NULL,
            how TEXT NOT NULL CHECK (how IN ('sent_again', 'set_aside')),
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, message_id)
        ) STRICT""",
        "ALTER TABLE suppression ADD COLUMN id TEXT NOT NULL DEFAULT ''",
        """CREATE TABLE suppression_lift (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            number TEXT NOT NULL,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, id)
        ) STRICT""",
    ):
        db.execute(statement)
    for commune_id, phone in db.execute("SELECT commune_id, phone FROM suppression").fetchall():
        db.execute(
            "UPDATE suppression SET id = :id WHERE commune_id = :commune_id AND phone = :phone",
            {"id": new_id(), "commune_id": commune_id, "phone": phone},
        )
    db.execute("CREATE UNIQUE INDEX suppression_by_id ON suppression (commune_id, id)")


@steps()
def m0008_kiosks(db: Database) -> None:
    """Which browser is a kiosk, when it was last seen, and the ideas held under a slip."""
    for statement in (
        "ALTER TABLE device ADD COLUMN enrolment TEXT",
        # What a browser enrolled by an earlier version holds in its cookie.
        "UPDATE device SET enrolment = id WHERE enrolled_at IS NOT NULL",
        "CREATE UNIQUE INDEX device_by_enrolment ON device (commune_id, enrolment)",
        """CREATE TABLE device_seen (
            commune_id INTEGER NOT NULL,
            device_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, device_id),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
        ) STRICT""",
        """CREATE TABLE held (
            commune_id INTEGER NOT NULL REFERENCES commune,
            number TEXT NOT NULL CHECK (length(number) = 4),
            answers TEXT NOT NULL,
            form_key TEXT NOT NULL,
            held_by TEXT NOT NULL,
            picked_up_by TEXT,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, number)
        ) STRICT""",
        "CREATE INDEX held_by_visit ON held (commune_id, held_by)",
        "CREATE INDEX held_by_age ON held (commune_id, expires_at)",
    ):
        db.execute(statement)
    _seal_anew(db, "device")


@steps()
def m0009_reserve(db: Database) -> None:
    """Receipt codes that kiosks hold ahead of time, and what each kiosk last told of itself."""
    for statement in (
        """CREATE TABLE reserved_code (
            commune_id INTEGER NOT NULL,
            code TEXT NOT NULL,
            device_id TEXT NOT NULL,
            issued_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, code),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
        ) STRICT""",
        "CREATE INDEX reserved_code_of_device ON reserved_code (commune_id, device_id, issued_at)",
        """CREATE TABLE kiosk_report (
            commune_id INTEGER NOT NULL,
            device_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            held INTEGER NOT NULL,
            unsent INTEGER NOT NULL,
            waiting_since INTEGER,
            refused INTEGER NOT NULL,
            files INTEGER NOT NULL,
            PRIMARY KEY (commune_id, device_id),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
        ) STRICT""",
    ):
        db.execute(statement)


@steps()
def m0010_print_jobs(db: Database) -> None:
    """What the receipt printer is to print."""
    for statement in (
        """CREATE TABLE print_job (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('receipt', 'test')),
            proposal_id TEXT,
            state TEXT NOT NULL CHECK (state IN
                ('queued', 'printing', 'printed', 'failed', 'unsure', 'given_up')),
            fault TEXT NOT NULL,
            is_again INTEGER NOT NULL CHECK (is_again IN (0, 1)),
            asked_by TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            sent_at INTEGER,
            changed_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX print_job_by_state ON print_job (commune_id, state, id)",
        "CREATE INDEX print_job_of_proposal ON print_job (commune_id, proposal_id, id)",
    ):
        db.execute(statement)


@steps()
def m0011_campaigns(db: Database) -> None:
    """What an office says of its campaigns and of itself, and who calls for ideas."""
    for column in (
        "number TEXT NOT NULL DEFAULT ''",
        "issued_on TEXT NOT NULL DEFAULT ''",
        "signer TEXT NOT NULL DEFAULT ''",
        "signer_title TEXT NOT NULL DEFAULT ''",
        "parent_plan TEXT NOT NULL DEFAULT ''",
        "distribution TEXT NOT NULL DEFAULT ''",
    ):
        db.execute(f"ALTER TABLE campaign ADD COLUMN {column}")
    first = rubric.to_json(rubric.FIRST).replace("'", "''")
    db.execute(f"ALTER TABLE campaign ADD COLUMN rubric TEXT NOT NULL DEFAULT '{first}'")
    _seal_anew(db, "campaign")
    for statement in (
        """CREATE TABLE office_profile (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            since TEXT NOT NULL,
            name TEXT NOT NULL,
            parent_name TEXT NOT NULL,
            place TEXT NOT NULL,
            drafting_unit TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, since)
        ) STRICT""",
        """CREATE TABLE legal_basis (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            text TEXT NOT NULL,
            since TEXT NOT NULL,
            until TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id)
        ) STRICT""",
        """CREATE TABLE organisation (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            ended_on TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, code)
        ) STRICT""",
    ):
        db.execute(statement)


@steps()
def m0012_paper_forms(db: Database) -> None:
    """Blank forms that were printed, each under the code its idea will have."""
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


@steps()
def m0013_rings(db: Database) -> None:
    """Kiosks at which somebody rang for a person."""
    db.execute(
        """CREATE TABLE ring (
            commune_id INTEGER NOT NULL,
            device_id TEXT NOT NULL,
            rung_at INTEGER NOT NULL,
            answered_by TEXT,
            answered_at INTEGER,
            PRIMARY KEY (commune_id, device_id),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
        ) STRICT"""
    )


@steps()
def m0014_entries(db: Database) -> None:
    """How ideas came that members of staff entered for somebody."""
    db.execute(
        f"""CREATE TABLE entry (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            way TEXT NOT NULL {_one_of("way", tuple(WAYS))},
            evidence TEXT NOT NULL {_one_of("evidence", ("", *EVIDENCE))},
            why TEXT NOT NULL,
            entered_by TEXT NOT NULL,
            entered_at INTEGER NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT"""
    )


@steps()
def m0015_expectations(db: Database) -> None:
    """Until when a result is expected now, and whether the sender was told."""
    db.execute(
        """CREATE TABLE expectation (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            expected_on TEXT NOT NULL,
            set_by TEXT NOT NULL,
            set_at INTEGER NOT NULL,
            told_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT"""
    )


@steps()
def m0016_models(db: Database) -> None:
    """What is published of recognised ideas, who applies them since when, and what it changed."""
    for statement in (
        """CREATE TABLE model (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            slug TEXT NOT NULL,
            title TEXT NOT NULL,
            problem TEXT NOT NULL,
            solution TEXT NOT NULL,
            effect TEXT NOT NULL,
            names_author INTEGER NOT NULL CHECK (names_author IN (0, 1)),
            guardian_agreed INTEGER NOT NULL CHECK (guardian_agreed IN (0, 1)),
            words TEXT NOT NULL,
            published_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            withdrawn_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            UNIQUE (commune_id, slug),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX model_by_age ON model (commune_id, withdrawn_at, published_at, id)",
        """CREATE TABLE model_request (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            model_id TEXT NOT NULL,
            unit TEXT NOT NULL,
            name TEXT NOT NULL,
            phone TEXT NOT NULL,
            reason TEXT NOT NULL,
            notice TEXT NOT NULL,
            at INTEGER NOT NULL,
            done_by TEXT,
            done_at INTEGER,
            outcome TEXT NOT NULL CHECK (outcome IN ('', 'taken_up', 'declined')),
            note TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, model_id) REFERENCES model (commune_id, id)
        ) STRICT""",
        "CREATE INDEX model_request_open ON model_request (commune_id, done_at, at)",
        """CREATE TABLE adoption (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            unit TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('asked', 'agreed', 'applying', 'applied', 'stopped')),
            since TEXT NOT NULL,
            effect TEXT NOT NULL,
            note TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id, unit),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX adoption_by_state ON adoption (commune_id, state, since)",
        """CREATE TABLE measure (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            adoption_id TEXT,
            kind TEXT NOT NULL CHECK (kind IN
                ('steps', 'documents', 'days', 'cost', 'satisfaction', 'other')),
            label TEXT NOT NULL,
            before_value REAL NOT NULL,
            after_value REAL NOT NULL,
            measured_on TEXT NOT NULL,
            evidence TEXT NOT NULL,
            attachment_id TEXT,
            struck_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
            FOREIGN KEY (commune_id, adoption_id) REFERENCES adoption (commune_id, id),
            FOREIGN KEY (commune_id, attachment_id) REFERENCES attachment (commune_id, id)
        ) STRICT""",
        "CREATE INDEX measure_of_proposal ON measure (commune_id, proposal_id, id)",
    ):
        db.execute(statement)


@steps()
def m0017_told_apart(db: Database) -> None:
    """Pairs of cases that an officer said are two ideas."""
    for statement in (
        """CREATE TABLE told_apart (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            other_id TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id, other_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
            FOREIGN KEY (commune_id, other_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX told_apart_of_other ON told_apart (commune_id, other_id)",
    ):
        db.execute(statement)


@steps()
def m0018_redactions(db: Database) -> None:
    """Redacted texts beside the originals, and what staff note about a case."""
    for statement in (
        """CREATE TABLE redaction (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            title TEXT NOT NULL,
            current_state TEXT NOT NULL,
            solution TEXT NOT NULL,
            expected_effect TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        """CREATE TABLE case_note (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('note', 'year')),
            text TEXT NOT NULL,
            key TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX case_note_of_proposal ON case_note (commune_id, proposal_id, at)",
    ):
        db.execute(statement)


@steps()
def m0019_effects(db: Database) -> None:
    """Where an idea was tried, whether its use lasted, and by which rule it was recognised."""
    for statement in (
        """CREATE TABLE trial (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            place TEXT NOT NULL,
            from_day TEXT NOT NULL,
            to_day TEXT NOT NULL,
            run_by TEXT NOT NULL,
            result TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        """CREATE TABLE lasting_check (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            adoption_id TEXT NOT NULL,
            days INTEGER NOT NULL CHECK (days IN (30, 90)),
            outcome TEXT NOT NULL CHECK (outcome IN ('lasts', 'partly', 'stopped')),
            note TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, adoption_id, days),
            FOREIGN KEY (commune_id, adoption_id) REFERENCES adoption (commune_id, id)
        ) STRICT""",
        """CREATE TABLE recognition (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('plan', 'statutory')),
            first_applied_on TEXT NOT NULL,
            conditions TEXT NOT NULL,
            benefits TEXT NOT NULL,
            contributions TEXT NOT NULL,
            clock_from TEXT NOT NULL,
            due_on TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
    ):
        db.execute(statement)


@steps()
def m0020_council(db: Database) -> None:
    """Council sessions: who sat, what was judged, each member's sheet and what was concluded."""
    for statement in (
        """CREATE TABLE council_session (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            year INTEGER NOT NULL,
            held_on TEXT NOT NULL,
            place TEXT NOT NULL,
            chair_id TEXT NOT NULL,
            secretary_id TEXT NOT NULL,
            guests TEXT NOT NULL,
            rubric TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            closed_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, chair_id) REFERENCES staff_member (commune_id, id),
            FOREIGN KEY (commune_id, secretary_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
        f"""CREATE TABLE council_seat (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            session_id TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            state TEXT NOT NULL {_one_of("state", SEAT_STATES)},
            why TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, session_id, staff_id),
            FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
        f"""CREATE TABLE council_item (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            session_id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            verdict TEXT NOT NULL {_one_of("verdict", ("", *VERDICTS))},
            reason TEXT NOT NULL,
            concluded_at INTEGER,
            returned_reason TEXT NOT NULL,
            signed_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, session_id, proposal_id),
            FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX council_item_unsigned ON council_item (commune_id, signed_at, concluded_at)",
        """CREATE TABLE council_sheet (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            item_id TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            sheet TEXT NOT NULL,
            recused TEXT NOT NULL,
            saved_at INTEGER NOT NULL,
            submitted_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, item_id, staff_id),
            FOREIGN KEY (commune_id, item_id) REFERENCES council_item (commune_id, id),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
    ):
        db.execute(statement)


@steps()
def m0021_completeness(db: Database) -> None:
    """Which points of the plan's two parts an officer found in an idea."""
    db.execute(
        """CREATE TABLE completeness (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            points TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT"""
    )
