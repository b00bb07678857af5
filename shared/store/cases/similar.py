"""Which other cases may be the same idea, and which an officer said are not."""

from dataclasses import dataclass, replace
from typing import Any

from shared.db import search
from shared.db.card import ExportSheet, Table, ident, in_export, instant
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.sql import one_of
from shared.domain.likeness import ComparedIdea, content_words, likeness
from shared.domain.proposal import GONE, Status
from shared.store.cases import proposals, redactions
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


@dataclass(frozen=True)
class Suggestion:
    """Another case that may be the same idea; `received_at` is ms UTC, `likeness` 0–100."""

    code: str
    title: str
    status: Status
    merged_from: Status | None
    received_at: int
    likeness: int


def suggestions(db: Store, here: Proposal, reader: str) -> list[Suggestion]:
    """Return the cases most like this one as `reader` reads them, the most similar first: none that
    is spam, confidential, merged, withdrawn or sent elsewhere, and none that an officer told
    apart."""
    query = search.any_of(content_words(here.title))
    if not query:
        return []
    idea = ComparedIdea(here.title, f"{here.current_state} {here.solution}", here.hamlet)
    alike, searched = search.found(db, query, MOST_COMPARED)
    found = []
    for code, title, status, merged_from, received_at, solution, state, hamlet in db.rows(
        "SELECT code, title, status, merged_from, received_at, solution, current_state, hamlet"  # noqa: S608
        " FROM proposal WHERE commune_id = :commune_id AND id <> :here"
        f" AND {COUNTED}"
        f" AND status NOT {one_of(GONE | {Status.MERGED})}"
        f" AND id IN ({alike})"
        " AND id NOT IN (SELECT other_id FROM told_apart"
        "  WHERE commune_id = :commune_id AND proposal_id = :here)"
        " AND id NOT IN (SELECT proposal_id FROM told_apart"
        "  WHERE commune_id = :commune_id AND other_id = :here)",
        here=here.id,
        **searched,
    ):
        degree = likeness(idea, ComparedIdea(title, f"{state} {solution}", hamlet))
        if degree:
            kept_from = Status(merged_from) if merged_from else None
            found.append(Suggestion(code, title, Status(status), kept_from, received_at, degree))
    likest = sorted(found, key=lambda one: (-one.likeness, one.received_at))[:MOST_SUGGESTED]
    return [replace(one, title=_title_for(db, one.code, reader)) for one in likest]


def _title_for(db: Store, code: str, reader: str) -> str:
    return redactions.as_read_by(db, proposals.by_code(db, code), reader).title


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
