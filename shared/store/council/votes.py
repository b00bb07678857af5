"""How a council voted on an idea: counted at a show of hands, or a ballot from each member.

Two tables and what is in them; who may vote and when anybody learns of it is council.py's.
"""

from dataclasses import asdict

from shared.db import checksums
from shared.db.connection import Store
from shared.db.event_log import new_id
from shared.domain.council import VoteTally


def counted(db: Store, item_id: str) -> VoteTally | None:
    """Return the votes that were counted and written down, or None."""
    row = db.row(
        "SELECT agree, against, blank FROM council_vote"
        " WHERE commune_id = :commune_id AND item_id = :item_id",
        item_id=item_id,
    )
    return VoteTally(*row) if row else None


def ballots(db: Store, item_id: str) -> dict[str, str]:
    """Return what each member chose, by staff id."""
    return dict(
        db.rows(
            "SELECT staff_id, choice FROM council_ballot"
            " WHERE commune_id = :commune_id AND item_id = :item_id ORDER BY id",
            item_id=item_id,
        )
    )


def write_down(db: Store, item_id: str, tally: VoteTally, *, actor: str, at: int) -> None:
    """Write down what was counted, in place of what was; only inside `writing`."""
    said = {**asdict(tally), "actor": actor, "at": at}
    if not checksums.change(db, "council_vote", {"item_id": item_id}, said):
        checksums.insert(db, "council_vote", {"id": new_id(), "item_id": item_id, **said})


def put_in(db: Store, item_id: str, staff_id: str, choice: str, *, at: int) -> None:
    """Keep a member's ballot in place of an earlier one; only inside `writing`."""
    key, said = {"item_id": item_id, "staff_id": staff_id}, {"choice": choice, "at": at}
    if not checksums.change(db, "council_ballot", key, said):
        checksums.insert(db, "council_ballot", {"id": new_id(), **key, **said})


def clear(db: Store, item_id: str) -> None:
    """Remove every vote on an idea that is judged again; only inside `writing`."""
    for table in ("council_vote", "council_ballot"):
        db.write(
            f"DELETE FROM {table} WHERE commune_id = :commune_id AND item_id = :item_id",  # noqa: S608
            item_id=item_id,
        )
