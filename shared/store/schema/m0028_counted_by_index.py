"""Which papers did not go everywhere, worked out from the papers; an index of what is due that says
whose each case is, and one of what was struck out of the outreach log.

What is written here stays as it was released; the cards (store/office/unsent_papers.py,
store/office/outreach.py, store/cases/proposals.py) say what a new store gets. A later rule comes
with a step that works it out anew.
"""

from shared.db.engines import Schema
from shared.db.sql import one_of
from shared.store.office import unsent_papers
from shared.store.schema.steps import asking, steps

TABLES = ("unsent_paper",)
_UNSENT = """
CREATE TABLE unsent_paper (
    commune_id INTEGER NOT NULL,
    paper_id TEXT NOT NULL,
    year INTEGER NOT NULL,
    PRIMARY KEY (commune_id, paper_id),
    FOREIGN KEY (commune_id, paper_id) REFERENCES outgoing_paper (commune_id, id)
) STRICT
"""
_IN_TURN = "CREATE INDEX unsent_paper_in_turn ON unsent_paper (commune_id, year, paper_id)"
_DUE = "CREATE INDEX proposal_by_due ON proposal"
# Written by itself: the group of today's code may become another.
_ON_CLOCK = f"WHERE status {one_of(('received', 'needs_info', 'under_appraisal'))}"
_NOW = f"{_DUE} (commune_id, is_spam, due_at, id, assignee_id) {_ON_CLOCK}"
_STRUCK = (
    "CREATE INDEX outreach_struck ON outreach (commune_id, begun_on, id)"
    " WHERE struck_at IS NOT NULL"
)
# The indexes of existing tables that this step makes, and those of their names before it.
INDEXES = {
    "proposal": ((_NOW,), (f"{_DUE} (commune_id, is_spam, due_at, id) {_ON_CLOCK}",)),
    "outreach": ((_STRUCK,), ()),
}


@steps()
def m0028_counted_by_index(db: Schema) -> None:
    """Make the table, fill it for every paper, and make the indexes."""
    db.execute(_UNSENT)
    db.execute(_IN_TURN)
    for (unit,) in db.execute("SELECT DISTINCT commune_id FROM outgoing_paper").fetchall():
        for paper, year in unsent_papers.work_out(asking(db, unit)).items():
            db.execute(
                "INSERT INTO unsent_paper (commune_id, paper_id, year)"
                " VALUES (:commune_id, :paper_id, :year)",
                {"commune_id": unit, "paper_id": paper, "year": year},
            )
    for sql in ("DROP INDEX proposal_by_due", _NOW, _STRUCK):
        db.execute(sql)
