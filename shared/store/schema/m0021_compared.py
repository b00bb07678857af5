"""The tables of ideas that say much the same, and of those that are still to be compared: of a
store that was made before, all that have a title.

What is written here stays as it was released; the cards (store/cases/compared.py) say what a new
store gets.
"""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("alike", "to_compare")
_ALIKE = """
CREATE TABLE alike (
    commune_id INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    distance INTEGER NOT NULL,
    PRIMARY KEY (commune_id, proposal_id, other_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    FOREIGN KEY (commune_id, other_id) REFERENCES proposal (commune_id, id)
) STRICT
"""
_OF_OTHER = "CREATE INDEX alike_of_other ON alike (commune_id, other_id, distance, proposal_id)"
_TO_COMPARE = """
CREATE TABLE to_compare (
    commune_id INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    PRIMARY KEY (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT
"""
_FILL = (
    "INSERT INTO to_compare (commune_id, proposal_id)"
    " SELECT commune_id, id FROM proposal WHERE title <> ''"
)


@steps()
def m0021_compared(db: Database) -> None:
    """Make the tables; let all be compared."""
    for sql in (_ALIKE, _OF_OTHER, _TO_COMPARE, _FILL):
        db.execute(sql)
