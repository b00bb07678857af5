"""Which tables hold words of a case or tell of its sender, and which of their rows belong to a
case.

The cards say what each column holds (`whose`); an erasure follows this list. They are imported when
it is asked for: the SMS program, which erases when somebody withdraws, starts without the modules
of most tables.
"""

from functools import cache
from typing import Any

from shared.db.card import Table, Whose
from shared.db.connection import Store

# Columns from which an erasure removes the person, and those it empties if everything is erased.
TEXTS = (Whose.WORDS, Whose.ANSWER, Whose.OFFICE)
EMPTIED = (Whose.WORDS, Whose.ANSWER)


def leads_to_a_case(card: Table[Any]) -> bool:
    """Say whether a table's rows belong to cases: by their own column, or through `via`."""
    if card.name == "proposal" or "proposal_id" in card.columns:
        return True
    return card.via != "" and leads_to_a_case(_above(card))


@cache
def holding() -> tuple[Table[Any], ...]:
    """Return the tables that hold words of a case or tell of its sender."""
    from shared.store.schema.tables import CARDS  # imported late, as said above

    return tuple(card for card in CARDS if leads_to_a_case(card) and card.of(Whose.DETAILS, *TEXTS))


def rows(db: Store, card: Table[Any], proposal_id: str) -> list[dict[str, Any]]:
    """Return a table's rows of one case, as they lie in the file (encrypted columns encrypted)."""
    if card.name == "proposal":
        return db.raw(card, id=proposal_id)
    if "proposal_id" in card.columns:
        return db.raw(card, proposal_id=proposal_id)
    return [
        row
        for above in rows(db, _above(card), proposal_id)
        for row in db.raw(card, **{card.via: above["id"]})
    ]


def _above(card: Table[Any]) -> Table[Any]:
    """Return the table through which a table's rows belong to cases."""
    from shared.store.schema.tables import BY_NAME  # imported late, as said above

    return BY_NAME[card.foreign[card.via]]
