"""How a council voted on an idea: a counted show of hands, or a ballot from each member.

Two tables and their rows; judging.py decides who may vote and when anybody learns the result.
"""

from collections.abc import Iterable
from typing import Any

from shared.db.card import ExportSheet, Table, choice, ident, in_export, instant, number
from shared.db.connection import Store
from shared.db.event_log import new_id
from shared.db.sql import among
from shared.domain.council import VoteTally
from shared.domain.record import asdict

COUNCIL_VOTE: Table[Any] = Table(
    "council_vote",
    None,
    {
        "id": ident(),
        "item_id": ident(exported=in_export()),
        "agree": number(exported=in_export("number")),
        "against": number(exported=in_export("number")),
        "blank": number(exported=in_export("number")),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("item_id",),),
    foreign={"item_id": "council_item"},
    sealed=True,
    via="item_id",
    sheet=ExportSheet("bieu-quyet"),
)


COUNCIL_BALLOT: Table[Any] = Table(
    "council_ballot",
    None,
    {
        "id": ident(),
        "item_id": ident(exported=in_export()),
        "staff_id": ident(exported=in_export("person")),
        "choice": choice(("agree", "against", "blank")),
        "at": instant(exported=in_export()),
    },
    unique=(("item_id", "staff_id"),),
    foreign={"item_id": "council_item", "staff_id": "staff_member"},
    sealed=True,
    via="item_id",
    sheet=ExportSheet("bo-phieu"),
)


def counted(db: Store, item_id: str) -> VoteTally | None:
    """Return the recorded show of hands, or None."""
    return counted_of_many(db, [item_id]).get(item_id)


def counted_of_many(db: Store, item_ids: Iterable[str]) -> dict[str, VoteTally]:
    """Return the recorded shows of hands, by the id of the idea's item, in one statement."""
    these, ids = among(item_ids)
    return {
        item_id: VoteTally(*votes)
        for item_id, *votes in db.rows(
            "SELECT item_id, agree, against, blank FROM council_vote"  # noqa: S608 ours
            f" WHERE commune_id = :commune_id AND item_id {these}",
            **ids,
        )
    }


def ballots(db: Store, item_id: str) -> dict[str, str]:
    """Return each member's choice, by staff id."""
    return ballots_of_many(db, [item_id]).get(item_id, {})


def ballots_of_many(db: Store, item_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the same by the id of the idea's item, in one statement."""
    these, ids = among(item_ids)
    found: dict[str, dict[str, str]] = {}
    for item_id, staff_id, chosen in db.rows(
        "SELECT item_id, staff_id, choice FROM council_ballot"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id AND item_id {these} ORDER BY id",
        **ids,
    ):
        found.setdefault(item_id, {})[staff_id] = chosen
    return found


def write_down(db: Store, item_id: str, tally: VoteTally, *, actor: str, at: int) -> None:
    """Replace the recorded show of hands; only inside `writing`."""
    said = {**asdict(tally), "actor": actor, "at": at}
    if not db.change(COUNCIL_VOTE, {"item_id": item_id}, said):
        db.insert(COUNCIL_VOTE, {"id": new_id(), "item_id": item_id, **said})


def put_in(db: Store, item_id: str, staff_id: str, choice: str, *, at: int) -> None:
    """Replace a member's ballot; only inside `writing`."""
    key, said = {"item_id": item_id, "staff_id": staff_id}, {"choice": choice, "at": at}
    if not db.change(COUNCIL_BALLOT, key, said):
        db.insert(COUNCIL_BALLOT, {"id": new_id(), **key, **said})


def clear(db: Store, item_id: str) -> None:
    """Delete every vote on an idea that is judged again; only inside `writing`."""
    for table in ("council_vote", "council_ballot"):
        db.write(
            f"DELETE FROM {table} WHERE commune_id = :commune_id AND item_id = :item_id",  # noqa: S608
            item_id=item_id,
        )
