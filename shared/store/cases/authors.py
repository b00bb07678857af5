"""The authors of a proposal: its sender and others. This is the only table with a citizen's name
and number, and their consent."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from shared.db.card import Table, Whose, choice, ident, instant, number, text, tick
from shared.db.connection import Store
from shared.db.engines import Statement
from shared.db.event_log import new_id
from shared.db.rows import Rows
from shared.db.sql import among
from shared.domain import clock
from shared.domain.evaluation_year import Cutoff, EvaluationYear, evaluation_year
from shared.domain.proposal import KEPT_TYPES, Consents, NewProposal
from shared.domain.record import Record, names_of, replace
from shared.store.cases import award_turns, contact_due, merges


class Author(Record):
    """An author, as far as they said who they are; the first of a proposal is its sender. `phone`
    is E.164. Class and year are their own (A5: each author is counted separately); `share` is their
    part of the work in percent, None while it is open."""

    id: str
    proposal_id: str
    place: int
    name: str | None
    phone: str | None
    unit: str | None
    position: str | None
    guardian: str | None
    under_16: bool
    consent_store: bool
    consent_sms: bool
    consent_name: bool
    notice: str
    consented_at: int | None
    erased_at: int | None
    participant_type: str
    insider: bool
    evaluation_year: int
    evaluation_rule: str
    share: int | None

    @property
    def is_known(self) -> bool:
        """Say whether anything is kept that identifies this author."""
        return any((self.name, self.phone, self.guardian, self.unit, self.position))

    @property
    def is_told(self) -> bool:
        """Say whether notices go to this author."""
        return self.phone is not None and self.consent_sms


def _kept_beside(
    db: Rows, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[Statement]:
    """Return what keeps right all that is kept about authors beside their rows."""
    return [
        *award_turns.of_author(db, before, after), *contact_due.of_author(db, before, after)
    ]  # fmt: skip


AUTHOR = Table(
    "author",
    Author,
    {
        "id": ident(),
        "proposal_id": ident(),
        "place": number(default=1),
        "name": text(Whose.DETAILS, null=True),
        "phone": text(Whose.DETAILS, null=True, encrypted=True),
        "unit": text(Whose.DETAILS, null=True),
        "position": text(Whose.DETAILS, null=True),
        "guardian": text(Whose.DETAILS, null=True, encrypted=True),
        "under_16": tick(default=0),
        "consent_store": tick(default=0),
        "consent_sms": tick(default=0),
        "consent_name": tick(default=0),
        "notice": ident(),
        "consented_at": instant(null=True),
        "erased_at": instant(null=True),
        "participant_type": choice(KEPT_TYPES, null=True),
        "insider": tick(default=0),
        "evaluation_year": number(null=True),
        "evaluation_rule": ident(null=True),
        "share": number(check="{name} BETWEEN 0 AND 100", null=True),
    },
    unique=(("proposal_id", "place"),),
    foreign={"proposal_id": "proposal"},
    indexes={
        "author_by_phone": "phone WHERE phone IS NOT NULL",
        # Further authors; the year of a sender stands in the proposal.
        "author_of_year": "evaluation_year, proposal_id WHERE evaluation_year IS NOT NULL",
    },
    sealed=True,
    in_register=True,
    on_write=_kept_beside,
)


class NewAuthor(Record):
    """A further author, fit to be kept. `phone` is E.164."""

    name: str
    phone: str | None
    unit: str
    position: str
    participant_type: str
    insider: bool
    under_16: bool
    guardian: str
    consents: Consents


# Class and year of the first author stand in the proposal. So every reader selects these columns
# beside the proposal; the card alone does not know them.
_WITH_THE_PROPOSAL = {
    "insider": (
        "CASE WHEN author.participant_type IS NULL THEN proposal.insider ELSE author.insider END"
    ),
    **{
        name: f"coalesce(author.{name}, proposal.{name})"
        for name in ("participant_type", "evaluation_year", "evaluation_rule")
    },
}
COLUMNS = ", ".join(_WITH_THE_PROPOSAL.get(name, f"author.{name}") for name in names_of(Author))
_FROM = (
    f"SELECT {COLUMNS} FROM author"  # noqa: S608 columns are ours
    " JOIN proposal ON proposal.commune_id = author.commune_id AND proposal.id = author.proposal_id"
)


def anonymous(author: Author) -> Author:
    """Return an author without anything that identifies them."""
    return replace(author, name=None, phone=None, unit=None, position=None, guardian=None)


def adding(db: Store, proposal_id: str, new: NewProposal, *, at: int) -> Statement:
    """Return the statement that keeps the sender of a new proposal, for `write_all`."""
    who = NewAuthor(
        new.name, new.phone, new.unit, new.position, "", False, new.under_16, new.guardian,
        new.consents,
    )  # fmt: skip
    return _inserting(db, proposal_id, 1, who, at=at)


def add_further(
    db: Store, proposal_id: str, new: NewAuthor, counted: EvaluationYear, *, at: int
) -> str:
    """Keep a further author of a proposal, after those it has, and return the id; only inside
    `writing`. `counted` is the year they count to."""
    last = db.row(
        "SELECT max(place) FROM author WHERE commune_id = :commune_id"
        " AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    place = int(last[0]) + 1 if last else 1
    own = {
        "participant_type": new.participant_type, "insider": new.insider,
        "evaluation_year": counted.year, "evaluation_rule": counted.rule,
    }  # fmt: skip
    kept = _inserting(db, proposal_id, place, new, at=at, **own)
    db.write_all(kept)
    _refresh(db, proposal_id)
    return str(kept.values["id"])


def of(db: Store, proposal_id: str) -> Author:
    """Return the sender of a proposal (the first, where there are several)."""
    return at_place(db, proposal_id, 1)


def at_place(db: Store, proposal_id: str, place: int) -> Author:
    """Return the author at a place among those of a proposal. Raises LookupError."""
    row = db.row(
        f"{_FROM} WHERE author.commune_id = :commune_id"
        " AND author.proposal_id = :proposal_id AND author.place = :place",
        proposal_id=proposal_id,
        place=place,
    )
    if row is None:
        raise LookupError(proposal_id)
    return db.value(AUTHOR, row)


def own_of(db: Store, proposal_ids: Iterable[str]) -> dict[tuple[str, int], Author]:
    """Return the authors of some proposals by their proposal and place, without those of ideas
    merged into them."""
    these, ids = among(proposal_ids)
    found = db.rows(
        f"{_FROM} WHERE author.commune_id = :commune_id AND author.proposal_id {these}", **ids
    )
    return {(one.proposal_id, one.place): one for one in (db.value(AUTHOR, row) for row in found)}


def all_of(db: Store, proposal_id: str) -> list[Author]:
    """Return a proposal's own authors, its sender first."""
    return [
        db.value(AUTHOR, row)
        for row in db.rows(
            f"{_FROM} WHERE author.commune_id = :commune_id"
            " AND author.proposal_id = :proposal_id ORDER BY author.place",
            proposal_id=proposal_id,
        )
    ]


def of_idea(db: Store, proposal_id: str) -> list[Author]:
    """Return all authors of an idea: the proposal's own, then those of the proposals merged into
    it, in the order in which these were received."""
    every = (proposal_id, *merges.into(db, proposal_id))
    return [author for one in every for author in all_of(db, one)]


def of_ideas(db: Store, proposal_ids: Collection[str]) -> dict[str, list[Author]]:
    """Return all authors of some ideas as `of_idea` does, by the id of the idea, in two
    statements."""
    merged = merges.into_many(db, proposal_ids)
    kept = {one: idea for idea in proposal_ids for one in (idea, *merged[idea])}
    these, ids = among(kept)
    own: dict[str, list[Author]] = {one: [] for one in kept}
    for proposal_id, *row in db.rows(
        f"SELECT author.proposal_id, {_FROM.removeprefix('SELECT ')}"
        f" WHERE author.commune_id = :commune_id AND author.proposal_id {these}"
        " ORDER BY author.place",
        **ids,
    ):
        own[proposal_id].append(db.value(AUTHOR, row))
    return {
        idea: [author for one in (idea, *merged[idea]) for author in own[one]]
        for idea in proposal_ids
    }


def by_id(db: Store, author_id: str) -> Author | None:
    """Return one author, or None."""
    row = db.row(
        f"{_FROM} WHERE author.commune_id = :commune_id AND author.id = :author_id",
        author_id=author_id,
    )
    return db.value(AUTHOR, row) if row else None


def set_share(db: Store, author_id: str, share: int | None) -> None:
    """Keep an author's part of the work in percent, None for open; only inside `writing`."""
    db.change(AUTHOR, {"id": author_id}, {"share": share})


def remove(db: Store, author_id: str) -> None:
    """Delete the row of a further author that was written by mistake; only inside `writing`."""
    here = by_id(db, author_id)
    db.write(
        "DELETE FROM author WHERE commune_id = :commune_id AND id = :author_id AND place > 1",
        author_id=author_id,
    )
    if here is not None:
        _refresh(db, here.proposal_id)


def count_anew(
    db: Store, *, begins: int, ends: int, undecided: Iterable[str], cutoff: Cutoff, zone: ZoneInfo
) -> None:
    """Count the further authors of undecided proposals received from `begins` to `ends` (ms UTC)
    again by a cut-off; only inside `writing`."""
    statuses = frozenset(undecided)
    for row in db.rows(
        f"SELECT proposal.status, proposal.received_at, {COLUMNS} FROM author"  # noqa: S608 ours
        " JOIN proposal ON proposal.commune_id = author.commune_id"
        "  AND proposal.id = author.proposal_id"
        " WHERE author.commune_id = :commune_id AND author.place > 1 AND author.insider = 1"
        " AND proposal.received_at BETWEEN :begins AND :ends",
        begins=begins,
        ends=ends,
    ):
        status, received_at, who = row[0], row[1], db.value(AUTHOR, row[2:])
        if status not in statuses:
            continue
        received = clock.to_local(received_at, zone)
        counted = evaluation_year(who.participant_type, who.insider, received, cutoff)
        changes = {"evaluation_year": counted.year, "evaluation_rule": counted.rule}
        db.change(AUTHOR, {"id": who.id}, changes)


def knows(db: Store, phone: str) -> bool:
    """Say whether any proposal has this number (E.164)."""
    return (
        db.row(
            "SELECT 1 FROM author WHERE commune_id = :commune_id AND phone = :phone LIMIT 1",
            phone=db.encrypt(phone),
        )
        is not None
    )


def erase_one(db: Store, author_id: str, *, at: int) -> None:
    """Delete the personal details of one author; only inside `writing`. Their class, year and share
    stay: they do not say who it was."""
    changes = {
        **dict.fromkeys(AUTHOR.of(Whose.DETAILS)),
        **dict.fromkeys(("consent_store", "consent_sms", "consent_name"), False),
        "erased_at": at,
    }
    db.change(AUTHOR, {"id": author_id}, changes)


def _refresh(db: Store, proposal_id: str) -> None:
    """Keep right what is kept beside authors after one came or went past the card."""
    award_turns.refresh(db, [proposal_id])
    contact_due.refresh(db, [proposal_id])


def _inserting(
    db: Store, proposal_id: str, place: int, new: NewAuthor, *, at: int, **own: object
) -> Statement:
    consents = new.consents
    row = {
        "id": new_id(),
        "proposal_id": proposal_id,
        "place": place,
        "name": new.name or None,
        "phone": new.phone,
        "unit": new.unit or None,
        "position": new.position or None,
        "guardian": new.guardian or None,
        "under_16": new.under_16,
        "consent_store": consents.store,
        "consent_sms": consents.sms,
        "consent_name": consents.name_me,
        "notice": consents.notice,
        "consented_at": at if consents.store or consents.sms or consents.name_me else None,
    }
    return db.inserting(AUTHOR, {**row, **own})
