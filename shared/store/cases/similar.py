"""Which other cases may be the same idea, and which an officer said are not."""

from collections.abc import Collection, Sequence
from typing import Any

from shared.db import search
from shared.db.card import ExportSheet, Table, ident, in_export, instant
from shared.db.connection import Store, remaking, writing
from shared.db.event_log import new_id, note
from shared.db.sql import one_of
from shared.domain.likeness import ComparedIdea, content_words, likeness
from shared.domain.proposal import GONE, Status
from shared.domain.record import Record, replace
from shared.store.cases import compared, proposals, redactions
from shared.store.cases.beside import Beside
from shared.store.cases.proposals import Proposal
from shared.store.cases.visibility import COUNTED

TOLD_APART: Table[Any] = Table(
    "told_apart",
    None,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "other_id": ident(exported=in_export()),
        "actor": ident(exported=in_export()),
        "at": instant(exported=in_export()),
    },
    unique=(("proposal_id", "other_id"),),
    foreign={"proposal_id": "proposal", "other_id": "proposal"},
    indexes={"told_apart_of_other": "other_id"},
    sealed=True,
    sheet=ExportSheet("khac-nhau"),
)


# How many cases with a common word, the latest, can be compared in a few milliseconds.
MOST_COMPARED = 200
MOST_SUGGESTED = 5


class Suggestion(Record):
    """Another case that may be the same idea; `received_at` is ms UTC, `likeness` 0–100."""

    code: str
    title: str
    status: Status
    merged_from: Status | None
    received_at: int
    likeness: int


# What was read of ideas within one transaction, by id: their words are taken apart once.
_Known = dict[str, ComparedIdea]

_IDEA = "proposal.id, code, title, status, merged_from, received_at"
_WORDS = "solution, current_state, hamlet"
# What is shown as perhaps the same.
_MAY_BE = (
    f"proposal.id <> :here AND {COUNTED} AND status NOT {one_of(GONE | {Status.MERGED})}"  # noqa: S608
    " AND proposal.id NOT IN (SELECT other_id FROM told_apart"
    "  WHERE commune_id = :commune_id AND proposal_id = :here)"
    " AND proposal.id NOT IN (SELECT proposal_id FROM told_apart"
    "  WHERE commune_id = :commune_id AND other_id = :here)"
)


def suggestions(
    db: Store, here: Proposal, reader: str, beside: Beside | None = None
) -> list[Suggestion]:
    """Return the cases most like this one as `reader` reads them, the most similar first: none that
    is spam, confidential, merged, withdrawn or sent elsewhere, and none that an officer told
    apart. What was kept when the ideas came is read; what was not compared yet is compared now.
    `beside` is what there is of the case, where that was read."""
    beside = beside or Beside(db, here.id)
    if "to_compare" in beside.tables:
        found = _by_words(db, here, _MAY_BE, {})
    else:
        found = _in_line(db, here)
        if "alike.other_id" in beside.tables:
            found = {**_kept(db, here, "other_id", "proposal_id"), **found}
        if "alike" in beside.tables:
            found = {**_kept(db, here, "proposal_id", "other_id"), **found}
    likest = sorted(found.items(), key=lambda one: (-one[1].likeness, one[1].received_at))
    likest = likest[:MOST_SUGGESTED]
    titles = _titles(db, [proposal_id for proposal_id, _ in likest], reader)
    return [replace(one, title=titles[proposal_id]) for proposal_id, one in likest]


def compare(db: Store, most: int) -> int:
    """Compare the newest ideas that are in line, `most` of them, with those that came before, and
    keep the likest; return how many there were. In one transaction: no word may be erased
    meanwhile. If it is undone, they are in line again."""
    if not compared.in_line(db, 1):
        return 0
    with remaking(db):
        waiting = compared.in_line(db, most)
        known: _Known = {}  # those before are nearly the same for all
        for proposal_id in waiting:
            compared.leave_line(db, proposal_id)
            here = proposals.by_id(db, proposal_id)
            found = _by_words(db, here, "proposal.id <> :here", known)
            degrees = {other_id: one.likeness for other_id, one in found.items()}
            compared.keep(db, proposal_id, degrees)
    return len(waiting)


def _by_words(db: Store, here: Proposal, which: str, known: _Known) -> dict[str, Suggestion]:
    """Return, by id, the ideas like one, of those with a word of its title."""
    query = search.any_of(content_words(here.title))
    if not query:
        return {}
    sql, searched = search.found(db, query, MOST_COMPARED)
    return _alike(
        db, here,
        "proposal", f"{which} AND proposal.id IN ({sql})", known,
        **searched,
    )  # fmt: skip


def _in_line(db: Store, here: Proposal) -> dict[str, Suggestion]:
    """Return, by id, the ideas like one, of those that came just now and are still in line."""
    return _alike(
        db, here,
        "to_compare CROSS JOIN proposal",
        "to_compare.commune_id = :commune_id AND proposal.id = to_compare.proposal_id"
        f" AND {_MAY_BE} ORDER BY to_compare.proposal_id DESC LIMIT {MOST_COMPARED}",
        {},
    )  # fmt: skip


def _alike(
    db: Store, here: Proposal, source: str, which: str, known: _Known, **params: Any
) -> dict[str, Suggestion]:
    idea = ComparedIdea(here.title, f"{here.current_state} {here.solution}", here.hamlet)
    found = {}
    for *row, solution, state, hamlet in db.rows(
        f"SELECT {_IDEA}, {_WORDS} FROM {source}"  # noqa: S608 ours
        f" WHERE proposal.commune_id = :commune_id AND {which}",
        here=here.id,
        **params,
    ):
        other = known.get(row[0])
        if other is None:
            other = known[row[0]] = ComparedIdea(row[2], f"{state} {solution}", hamlet)
        degree = likeness(idea, other)
        if degree:
            found[row[0]] = _suggestion(row, degree)
    return found


def _kept(db: Store, here: Proposal, its: str, other: str) -> dict[str, Suggestion]:
    """Return, by id, the ideas that were found to be like one, read from one side of the pairs."""
    found = db.rows(
        # CROSS: SQLite then reads the pairs in their order, and stops.
        f"SELECT {_IDEA}, alike.distance FROM alike CROSS JOIN proposal"  # noqa: S608 ours
        f" WHERE alike.commune_id = :commune_id AND alike.{its} = :here"
        f" AND proposal.commune_id = :commune_id AND proposal.id = alike.{other} AND {_MAY_BE}"
        f" ORDER BY alike.distance, alike.{other} LIMIT {MOST_SUGGESTED}",
        here=here.id,
    )
    return {row[0]: _suggestion(row, 100 - row[-1]) for row in found}


def _suggestion(row: Sequence[Any], degree: int) -> Suggestion:
    _, code, title, status, merged_from, received_at, *_ = row
    kept_from = Status(merged_from) if merged_from else None
    return Suggestion(code, title, Status(status), kept_from, received_at, degree)


def _titles(db: Store, ids: Collection[str], reader: str) -> dict[str, str]:
    """Return the titles of cases as `reader` reads them, by id."""
    cases = list(proposals.by_ids(db, ids).values()) if ids else []
    return {one.id: one.title for one in redactions.all_as_read_by(db, cases, reader)}


def tell_apart(db: Store, code: str, other_code: str, *, actor: str, at: int) -> None:
    """Keep that two cases are two ideas; a second time changes nothing. Raises ProposalUnknown."""
    with writing(db):
        here, other = proposals.by_code(db, code), proposals.by_code(db, other_code)
        if here.id == other.id or _are_apart(db, here.id, other.id):
            return
        pair = {"proposal_id": here.id, "other_id": other.id}
        db.insert(TOLD_APART, {"id": new_id(), **pair, "actor": actor, "at": at})
        note(db, "told_apart", here.id, actor, at, other=other.code)


def _are_apart(db: Store, one_id: str, other_id: str) -> bool:
    return (
        db.row(
            "SELECT 1 FROM told_apart WHERE commune_id = :commune_id"
            " AND ((proposal_id = :one AND other_id = :other)"
            "  OR (proposal_id = :other AND other_id = :one))",
            one=one_id,
            other=other_id,
        )
        is not None
    )
