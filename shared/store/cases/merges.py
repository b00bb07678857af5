"""Which proposals were merged into which: their senders are told of the kept one's later steps.

A row exists while the merge does; undoing it deletes the row.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from shared.db.card import ExportSheet, Table, ident, in_export, instant
from shared.db.connection import Store
from shared.db.rows import Row, Rows
from shared.db.sql import among

MERGE: Table[Any] = Table(
    "merge",
    None,
    {
        "proposal_id": ident(exported=in_export()),
        "into_id": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    key=("proposal_id",),
    foreign={"proposal_id": "proposal", "into_id": "proposal"},
    indexes={"merge_into": "into_id"},
    sheet=ExportSheet("gop", order="proposal_id"),
)


def note(db: Store, proposal_id: str, into_id: str, *, at: int) -> None:
    """Record that a proposal was merged into another; only inside `writing`."""
    db.write(
        "INSERT INTO merge (commune_id, proposal_id, into_id, at)"
        " VALUES (:commune_id, :proposal_id, :into_id, :at)"
        " ON CONFLICT (commune_id, proposal_id) DO UPDATE SET into_id = :into_id, at = :at",
        proposal_id=proposal_id,
        into_id=into_id,
        at=at,
    )


def undo(db: Store, proposal_id: str) -> None:
    """Delete a merge that was undone; only inside `writing`."""
    db.write(
        "DELETE FROM merge WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )


def into(db: Rows, proposal_id: str) -> list[str]:
    """Return the ids of all proposals merged into one, directly or through another, in the order in
    which they were received."""
    return into_many(db, [proposal_id])[proposal_id]


def into_many(db: Rows, proposal_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the same for several proposals, by id, in one statement."""
    these, ids = among(proposal_ids)
    found: dict[str, list[str]] = {one: [] for one in proposal_ids}
    for kept, merged in db.rows(
        # CROSS: SQLite then looks up the few that were merged, and does not walk along all.
        "WITH RECURSIVE joined (kept, id) AS ("  # noqa: S608 ours
        " SELECT merge.into_id, merge.proposal_id FROM merge"
        f"  WHERE merge.commune_id = :commune_id AND merge.into_id {these}"
        " UNION SELECT joined.kept, merge.proposal_id FROM joined CROSS JOIN merge"
        "  WHERE merge.commune_id = :commune_id AND merge.into_id = joined.id)"
        " SELECT joined.kept, proposal.id FROM joined CROSS JOIN proposal"
        " WHERE proposal.commune_id = :commune_id AND proposal.id = joined.id"
        " ORDER BY proposal.received_at, proposal.id",
        **ids,
    ):
        found[kept].append(merged)
    return found


def kept_instead(db: Rows, proposal_id: str) -> str | None:
    """Return the id of the proposal that is considered instead of a merged one: the end of the
    chain; None if it is not merged."""
    row = db.row(
        "WITH RECURSIVE chain (id) AS ("
        " SELECT merge.into_id FROM merge"
        "  WHERE merge.commune_id = :commune_id AND merge.proposal_id = :proposal_id"
        " UNION SELECT merge.into_id FROM merge JOIN chain ON merge.proposal_id = chain.id"
        "  WHERE merge.commune_id = :commune_id)"
        " SELECT chain.id FROM chain LEFT JOIN merge"
        " ON merge.commune_id = :commune_id AND merge.proposal_id = chain.id"
        " WHERE merge.into_id IS NULL",
        proposal_id=proposal_id,
    )
    return row[0] if row else None


def kept_of_many(db: Rows, proposal_ids: Iterable[str]) -> dict[str, str]:
    """Return for those of these proposals that are merged the id of the one that is considered
    instead."""
    listed = frozenset(proposal_ids)
    into: dict[str, str] = {}
    asked = listed
    while asked:
        these, ids = among(asked)
        found: dict[str, str] = dict(
            db.rows(
                "SELECT proposal_id, into_id FROM merge WHERE commune_id = :commune_id"  # noqa: S608
                f" AND proposal_id {these}",
                **ids,
            )
        )
        into |= found
        asked = frozenset(found.values()) - into.keys()
    return {merged: _above(into, merged)[-1] for merged in listed & into.keys()}


def ends(ask: Callable[..., Iterable[Row]]) -> dict[str, str]:
    """Return the same for all merged proposals of a unit; `ask` runs a query of it, as Rows.rows
    does."""
    into: dict[str, str] = dict(
        ask("SELECT proposal_id, into_id FROM merge WHERE commune_id = :commune_id")
    )
    return {merged: _above(into, merged)[-1] for merged in into}


def _above(into: dict[str, str], merged: str) -> list[str]:
    """Return what a proposal was merged into, directly or through another, the end last."""
    ends = [into[merged]]
    while ends[-1] in into and into[ends[-1]] not in (merged, *ends):
        ends.append(into[ends[-1]])
    return ends
