"""Deletes what names a person in letters and awards, and in the rows that belong to them."""

from shared.db.card import Whose
from shared.db.connection import Store
from shared.store.awards import awards
from shared.store.awards.awards import HONOUR
from shared.store.awards.checks import AWARD_CHECK
from shared.store.awards.conferences import DELIVERY
from shared.store.awards.printed_names import HONOUR_NAME


def forget(db: Store, proposal_id: str, place: int, *, at: int) -> None:
    """Delete what was written about one of an idea's authors; only inside `writing`. That a paper
    was given, its number and day stay."""
    for honour in (one for one in awards.of_proposal(db, proposal_id) if one.place == place):
        changes = {"merit": "", "changed_at": at, "version": honour.version + 1}
        db.change(HONOUR, {"id": honour.id}, changes)
        for card in (HONOUR_NAME, AWARD_CHECK, DELIVERY):
            emptied = dict.fromkeys(card.of(Whose.DETAILS), "")
            for row in db.raw(card, honour_id=honour.id):
                db.change_raw(card, {"id": row["id"]}, emptied)
