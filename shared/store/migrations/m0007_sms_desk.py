"""What the desk settled of the SMS, and who ended whose silence."""

from sqlite_utils import Database

from shared.db.event_log import new_id
from shared.store.migrations.base import steps


@steps()
def m0007_sms_desk(db: Database) -> None:
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
