"""From which day on each unit is asked whether it still applies a model, worked out from the units;
and indexes by which one's own cases, in the order of their days, and conclusions that were sent
back are found.

What is written here stays as it was released; the cards (store/models/lasting_due.py,
store/cases/proposals.py, store/council/items.py) say what a new store gets. A later rule comes with
a step that works it out anew.
"""

from shared.db.engines import Schema
from shared.db.sql import one_of
from shared.store.models import lasting_due
from shared.store.schema.steps import asking, steps

TABLES = ("lasting_due",)
_DUE = """
CREATE TABLE lasting_due (
    commune_id INTEGER NOT NULL,
    adoption_id TEXT NOT NULL,
    ask_from TEXT NOT NULL,
    PRIMARY KEY (commune_id, adoption_id),
    FOREIGN KEY (commune_id, adoption_id) REFERENCES adoption (commune_id, id)
) STRICT
"""
_IN_TURN = "CREATE INDEX lasting_due_in_turn ON lasting_due (commune_id, ask_from, adoption_id)"
_BY_ASSIGNEE = "CREATE INDEX proposal_by_assignee ON proposal"
# Written by itself: the group of today's code may become another.
_ON_CLOCK = one_of(("received", "needs_info", "under_appraisal"))
_WHOSE = "WHERE assignee_id IS NOT NULL"
# The indexes of existing tables that this step makes, and those of their names before it.
INDEXES = {
    "proposal": (
        (
            f"{_BY_ASSIGNEE} (commune_id, assignee_id, is_spam, received_at, id) {_WHOSE}",
            "CREATE INDEX proposal_of_assignee_due ON proposal"
            f" (commune_id, assignee_id, is_spam, due_at, id) {_WHOSE}"
            f" AND status {_ON_CLOCK}",
        ),
        (f"{_BY_ASSIGNEE} (commune_id, assignee_id, received_at, id) {_WHOSE}",),
    ),
    "council_item": (
        (
            "CREATE INDEX council_item_returned ON council_item (commune_id, concluded_at, id)"
            " WHERE returned_reason <> ''",
        ),
        (),
    ),
}


@steps()
def m0026_nothing_grows(db: Schema) -> None:
    """Make the table, fill it for every unit, and make the indexes."""
    db.execute(_DUE)
    db.execute(_IN_TURN)
    for (unit,) in db.execute("SELECT DISTINCT commune_id FROM adoption").fetchall():
        for adoption, day in lasting_due.work_out(asking(db, unit)).items():
            db.execute(
                "INSERT INTO lasting_due (commune_id, adoption_id, ask_from)"
                " VALUES (:commune_id, :adoption_id, :ask_from)",
                {"commune_id": unit, "adoption_id": adoption, "ask_from": day},
            )
    db.execute("DROP INDEX proposal_by_assignee")
    for made, _ in INDEXES.values():
        for sql in made:
            db.execute(sql)
