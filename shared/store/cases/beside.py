"""What there is of a proposal in other tables, in one statement: a page then reads only those that
hold something of it."""

from shared.db.connection import Store

# Tables whose rows name a proposal by `proposal_id`, and that hold nothing of most proposals.
_TABLES = ("addition", "reply", "attachment", "upload", "adoption", "honour", "model")

_HAS = (
    "EXISTS (SELECT 1 FROM {0} WHERE {0}.commune_id = :commune_id"
    " AND {0}.proposal_id = :proposal_id)"
)
_ASKED = "SELECT " + ", ".join(map(_HAS.format, _TABLES))


def tables_of(db: Store, proposal_id: str) -> frozenset[str]:
    """Return which of these tables have a row of a proposal, whatever it says."""
    row = db.row(_ASKED, proposal_id=proposal_id) or ()
    return frozenset(table for table, has in zip(_TABLES, row, strict=True) if has)
