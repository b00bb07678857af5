"""Since when the names and numbers of an idea are no longer needed, because it ended without being
recognised: kept as ideas, their authors and merges change, so that who looks for those that are
kept too long (workflows/retention.py) reads these alone, and not every idea and author.

The cards of ideas and authors ask for it with each row that is written; `wrong` works everything
out anew.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from shared.db.card import Table, ident, instant
from shared.db.engines import Statement
from shared.db.rows import Row, Rows
from shared.db.sql import among, one_of
from shared.domain.proposal import DROPPED, Status
from shared.store.cases import merges
from shared.store.cases.visibility import KIND_COLUMNS, OPEN_TO_ALL

_WORKED_OUT = "worked out anew"

# An idea that was dropped, by itself or merged into one that was, and of whose authors somebody is
# still known. Denunciations are kept as long as their own law says; that is done by hand.
CONTACT_DUE: Table[Any] = Table(
    "contact_due",
    None,
    {"proposal_id": ident(), "ended_at": instant()},
    key=("proposal_id",),
    foreign={"proposal_id": "proposal"},
    indexes={"contact_due_in_turn": "ended_at, proposal_id"},
    left_out=_WORKED_OUT,
    not_archived=_WORKED_OUT,
)
# What of an author says who it is; the same in SQL.
_WHO = ("name", "phone", "guardian")
KNOWN = f"({' OR '.join(f'author.{name} IS NOT NULL' for name in _WHO)})"
_OF_IDEA = (*KIND_COLUMNS, "status", "status_since")
_ENDED = DROPPED | {Status.MERGED}


def of_idea(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return what keeps it right after a row of an idea was written: for those merged into it
    too. A new idea has not ended."""
    if before is None or not {before["status"], after["status"]} & _ENDED:
        return []
    if all(before[name] == after[name] for name in _OF_IDEA):
        return []
    its = after["id"]
    return keeping(db, [its, *merges.into(db, its)])


def of_author(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return the same for a row of an author."""
    is_same = before is not None and _is_known(before) == _is_known(after)
    return [] if is_same else keeping(db, [after["proposal_id"]])


def keeping(db: Rows, proposal_ids: Collection[str]) -> list[Statement]:
    """Return the statements after which the rows of these ideas are what they must be."""
    these, ids = among(proposal_ids)
    was = set(
        db.rows(
            "SELECT proposal_id, ended_at FROM contact_due"  # noqa: S608 ours
            f" WHERE commune_id = :commune_id AND proposal_id {these}",
            **ids,
        )
    )
    ends = merges.kept_of_many(db, proposal_ids)
    now = set(_found(db.rows, ends, proposal_ids))
    gone = [
        db.statement(
            "DELETE FROM contact_due WHERE commune_id = :commune_id AND proposal_id = :one",
            one=proposal_id,
        )
        for proposal_id, _ in sorted(was - now)
    ]
    come = [
        db.inserting(CONTACT_DUE, {"proposal_id": proposal_id, "ended_at": ended_at})
        for proposal_id, ended_at in sorted(now - was)
    ]
    return [*gone, *come]


def refresh(db: Rows, proposal_ids: Collection[str]) -> None:
    """Keep these ideas' rows anew; only inside `writing`."""
    for sql, values in keeping(db, proposal_ids):
        db.conn.execute(sql, values)


def work_out(ask: Callable[..., Iterable[Row]]) -> Iterator[tuple[str, int]]:
    """Yield the ideas of a whole unit that have a row, each with the instant (ms UTC); `ask` runs a
    query of it, as Rows.rows does."""
    return _found(ask, merges.ends(ask), None)


def wrong(db: Rows) -> Iterator[str]:
    """Yield each row that is not what the ideas and their authors say."""
    kept = {(row["proposal_id"], row["ended_at"]) for row in db.each_raw(CONTACT_DUE)}
    for proposal_id, _ in sorted(set(work_out(db.rows)) ^ kept):
        yield f"contact_due {proposal_id}"


def _found(
    ask: Callable[..., Iterable[Row]], ends: Mapping[str, str], only: Collection[str] | None
) -> Iterator[tuple[str, int]]:
    """Yield what has a row, of some ideas or (None) of all; `ends` names what is considered instead
    of a merged one."""
    these, ids = _among(None if only is None else {*only, *ends.values()})
    dropped: dict[str, int] = dict(
        ask(
            "SELECT id, status_since FROM proposal WHERE commune_id = :commune_id"  # noqa: S608 ours
            f" AND status {one_of(DROPPED)}{these}",
            **ids,
        )
    )
    these, ids = _among(only)
    for (proposal_id,) in ask(
        "SELECT id FROM proposal WHERE commune_id = :commune_id"  # noqa: S608 ours
        f" AND status {one_of(_ENDED)} AND {OPEN_TO_ALL}{these}"
        " AND EXISTS (SELECT 1 FROM author WHERE author.commune_id = :commune_id"
        f" AND author.proposal_id = proposal.id AND {KNOWN})",
        **ids,
    ):
        ended_at = dropped.get(ends.get(proposal_id, proposal_id))
        if ended_at is not None:
            yield proposal_id, ended_at


def _among(only: Collection[str] | None) -> tuple[str, dict[str, Any]]:
    if only is None:
        return "", {}
    these, ids = among(only)
    return f" AND proposal.id {these}", dict(ids)


def _is_known(author: Mapping[str, Any]) -> bool:
    return any(author[name] is not None for name in _WHO)
