"""What there is of a proposal in other tables, in one statement: a page then reads only those that
hold something of it."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

from shared.db.connection import Store

R = TypeVar("R")
# Tables that hold nothing of most proposals: those that a receipt shows, and those that the page of
# a case does. Their rows name a proposal by `proposal_id`, or by the column behind the point.
OF_RECEIPT = ("addition", "reply", "attachment", "upload", "adoption", "honour", "model")
OF_CASE = (
    "entry", "collective_item", "expectation", "paper_title", "case_note", "addition", "reply",
    "data_request", "attachment", "original_file", "council_file", "media_download", "upload",
    "honour", "redaction", "roadmap_step", "council_item", "model", "adoption", "appraisal",
    "completeness", "pending_act", "message_in", "outbox", "to_compare", "alike", "alike.other_id",
    "merge", "merge.into_id",
)  # fmt: skip


def tables_of(db: Store, proposal_id: str, tables: tuple[str, ...] = OF_RECEIPT) -> frozenset[str]:
    """Return which of these tables have a row of a proposal, whatever it says."""
    row = db.row(_asked(tables), proposal_id=proposal_id) or ()
    return frozenset(table for table, has in zip(tables, row, strict=True) if has)


class Beside:
    """Reads what OF_CASE holds of one case: of what holds nothing, nothing is asked."""

    def __init__(self, db: Store, proposal_id: str) -> None:
        self._db, self._id = db, proposal_id
        self.tables = tables_of(db, proposal_id, OF_CASE)

    def one(self, table: str, ask: Callable[[Store, str], R | None]) -> R | None:
        """Return what `ask` finds in a table, None where it has no row of the case."""
        return ask(self._db, self._id) if table in self.tables else None

    def many(self, table: str, ask: Callable[[Store, str], Sequence[R]]) -> Sequence[R]:
        """Return what `ask` finds in a table, nothing where it has no row of the case."""
        return ask(self._db, self._id) if table in self.tables else ()


@cache
def _asked(tables: tuple[str, ...]) -> str:
    return "SELECT " + ", ".join(map(_has, tables))


def _has(name: str) -> str:
    table, _, column = name.partition(".")
    return (
        f"EXISTS (SELECT 1 FROM {table} WHERE {table}.commune_id = :commune_id"  # noqa: S608 ours
        f" AND {table}.{column or 'proposal_id'} = :proposal_id)"
    )
