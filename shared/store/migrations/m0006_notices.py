"""Whose senders hear of whose steps, what notices a month cost, and who was silenced."""

import json

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0006_notices(db: Database) -> None:
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
