"""What the office's own people sent and its results; which of their names are one person.

Only people who agreed to be kept are here; a person whose details were erased is gone from the next
look on. Junk and confidential cases count for nobody.
"""

import json
from collections.abc import Iterable, Mapping

from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.sql import among, one_of
from shared.domain.measures import IN_USE
from shared.domain.proposal import RATED_TYPES, Status
from shared.domain.record import Record
from shared.domain.year_record import Contribution
from shared.store.cases import merges
from shared.store.cases.visibility import COUNTED, REDACTION
from shared.store.people.same_person import SAME_PERSON

_RATED = one_of(RATED_TYPES)
# A further author counts by their own class (A5).
_RATED_AUTHOR = (
    f"coalesce(author.participant_type, proposal.participant_type) {_RATED} AND {COUNTED}"
)

_YEAR = "coalesce(author.evaluation_year, proposal.evaluation_year)"


# How many ideas without a name are counted, and no further.
MOST_UNNAMED = 99


class SamePersonAnswer(Record):
    """Somebody's statement that two authors are one person, or two; `at` is ms UTC."""

    id: str
    author_id: str
    other_id: str
    is_same: bool
    by: str
    at: int


class _Kept(Record):
    """The idea that is considered, whoever sent it."""

    code: str
    status: Status
    decision: Mapping[str, str]
    units: tuple[tuple[str, str], ...]


# CROSS: SQLite begins with the ideas or authors that are meant, and walks along no others.
_PARTS = (
    "SELECT author.id, author.name, author.unit, author.position,"  # noqa: S608 ours
    " coalesce(author.participant_type, proposal.participant_type), proposal.id,"
    " proposal.code, coalesce(redaction.title, proposal.title),"
    f" {_YEAR}, proposal.received_at FROM {{}}{REDACTION}"
    " WHERE author.commune_id = :commune_id AND proposal.commune_id = :commune_id"
    " AND proposal.id = author.proposal_id"
    " AND author.consent_store = 1 AND author.erased_at IS NULL AND author.name IS NOT NULL"
    f" AND {_RATED_AUTHOR} AND {{}} ORDER BY proposal.received_at, author.place, author.id"
)
# A further author has a class and a year of their own; a sender has those of the idea. So both are
# found by their year, among the rated alone.
_THEIR_IDEAS = f"proposal.participant_type {_RATED} AND proposal.evaluation_year = :year"
_OF_YEAR = (
    _PARTS.format(
        "proposal CROSS JOIN author", f"{_THEIR_IDEAS} AND author.evaluation_year IS NULL"
    ),
    _PARTS.format("author CROSS JOIN proposal", "author.evaluation_year = :year"),
)


def contributions(db: Store, year: int, *, viewer: str) -> list[Contribution]:
    """Return the parts of all who are rated, may be named and count to a year, and, of whatever
    year, of those whom somebody said to be one person with others; titles as `viewer` (a staff id)
    may read them."""
    these, ids = among(one for pair in said(db) for one in (pair.author_id, pair.other_id))
    of_said = _PARTS.format("author CROSS JOIN proposal", f"author.id {these}")
    rows = {row[0]: row for row in db.rows(of_said, viewer=viewer, **ids)}
    for sql in _OF_YEAR:
        rows |= {row[0]: row for row in db.rows(sql, viewer=viewer, year=year)}
    ideas = {str(row[5]) for row in rows.values()}
    into = merges.kept_of_many(db, ideas)
    kept = _considered(db, {into.get(one, one) for one in ideas})
    return [
        Contribution(
            author_id, name, unit or "", position or "", participant, code, title, year, received,
            its.code, its.status, its.decision.get("decision_number", ""),
            its.decision.get("decision_date", ""), its.units,
        )
        for (
            author_id, name, unit, position, participant, proposal_id, code, title, year, received,
        ) in rows.values()
        for its in (kept[str(into.get(proposal_id, proposal_id))],)
    ]  # fmt: skip


def unnamed(db: Store, year: int) -> int:
    """Return how many ideas of rated people count to a year and name nobody who may be named: one
    more than MOST_UNNAMED stands for all that are more."""
    row = db.row(
        "SELECT count(*) FROM (SELECT 1 FROM proposal"  # noqa: S608 the condition is ours
        f" WHERE commune_id = :commune_id AND {_THEIR_IDEAS} AND {COUNTED}"
        " AND NOT EXISTS (SELECT 1 FROM author WHERE author.commune_id = :commune_id"
        "  AND author.proposal_id = proposal.id AND author.consent_store = 1"
        "  AND author.erased_at IS NULL AND author.name IS NOT NULL)"
        f" LIMIT {MOST_UNNAMED + 1}) AS found",
        year=year,
    )
    return int(row[0]) if row else 0


def note_view(db: Store, year: int, *, actor: str, at: int) -> None:
    """Record that somebody looked at a year's record."""
    with writing(db):
        note(db, "year_record_viewed", None, actor, at, year=year)


def say(
    db: Store, author_id: str, other_id: str, *, is_same: bool, actor: str, at: int
) -> bool:  # fmt: skip
    """Keep that two authors are one person, or two; return False if one of them does not exist or
    was erased. The same again changes nothing."""
    with writing(db):
        if author_id == other_id or not (_is_there(db, author_id) and _is_there(db, other_id)):
            return False
        pair = {author_id, other_id}
        if any(
            {one.author_id, one.other_id} == pair and one.is_same is is_same for one in said(db)
        ):
            return True
        row = {
            "id": new_id(), "author_id": author_id, "other_id": other_id, "is_same": int(is_same),
            "noted_by": actor, "noted_at": at, "undone_by": None, "undone_at": None,
        }  # fmt: skip
        db.insert(SAME_PERSON, row)
        kind = "people_joined" if is_same else "people_told_apart"
        note(db, kind, None, actor, at, authors=[author_id, other_id], same_person=row["id"])
        return True


def take_back(db: Store, said_id: str, *, actor: str, at: int) -> bool:
    """Undo what was said of two authors; return whether it was valid."""
    with writing(db):
        if said_id not in {one.id for one in said(db)}:
            return False
        changes = {"undone_by": actor, "undone_at": at}
        db.change(SAME_PERSON, {"id": said_id}, changes)
        note(db, "people_undone", None, actor, at, same_person=said_id)
        return True


def said(db: Store) -> list[SamePersonAnswer]:
    """Return the valid statements about authors, the earliest first."""
    return [
        SamePersonAnswer(row[0], row[1], row[2], bool(row[3]), row[4], row[5])
        for row in db.rows(
            "SELECT id, author_id, other_id, is_same, noted_by, noted_at FROM same_person"
            " WHERE commune_id = :commune_id AND undone_at IS NULL ORDER BY id"
        )
    ]


def _is_there(db: Store, author_id: str) -> bool:
    return (
        db.row(
            "SELECT 1 FROM author WHERE commune_id = :commune_id AND id = :id"
            " AND erased_at IS NULL",
            id=author_id,
        )
        is not None
    )


def _considered(db: Store, proposal_ids: Iterable[str]) -> dict[str, _Kept]:
    """Return these ideas by their ids: status, decision, the units that apply each."""
    these, ids = among(proposal_ids)
    decisions: dict[str, Mapping[str, str]] = {
        proposal_id: json.loads(details)
        for proposal_id, details in db.rows(
            "SELECT proposal_id, details FROM move WHERE commune_id = :commune_id"  # noqa: S608 ours
            f" AND proposal_id {these} AND to_status = :status ORDER BY id",
            status=Status.RECOGNISED,
            **ids,
        )
    }
    units: dict[str, list[tuple[str, str]]] = {}
    for proposal_id, unit, since in db.rows(
        "SELECT proposal_id, unit, since FROM adoption"  # noqa: S608 the states are ours
        f" WHERE commune_id = :commune_id AND proposal_id {these} AND state {one_of(IN_USE)}"
        " ORDER BY since, id",
        **ids,
    ):
        units.setdefault(proposal_id, []).append((unit, since))
    return {
        proposal_id: _Kept(
            code, Status(status), decisions.get(proposal_id, {}), tuple(units.get(proposal_id, ()))
        )
        for proposal_id, code, status in db.rows(
            f"SELECT id, code, status FROM proposal WHERE commune_id = :commune_id AND id {these}",  # noqa: S608
            **ids,
        )
    }
