"""The authors of a proposal: its sender and others. This is the only table with a citizen's name
and number, and their consent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from shared.db.card import Table, Whose, choice, ident, instant, number, text, tick
from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, new_id, note
from shared.db.rows import Row
from shared.domain import clock
from shared.domain.evaluation_year import Cutoff, EvaluationYear, evaluation_year
from shared.domain.proposal import PARTICIPANT_TYPES, Consents, NewProposal, Status
from shared.store.cases import merges

AUTHOR: Table[Any] = Table(
    "author",
    None,
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
        "notice": text(Whose.NOBODY),
        "consented_at": instant(null=True),
        "erased_at": instant(null=True),
        "participant_type": choice(PARTICIPANT_TYPES, null=True),
        "insider": tick(default=0),
        "evaluation_year": number(null=True),
        "evaluation_rule": text(Whose.NOBODY, null=True),
        "share": number(check="{name} BETWEEN 0 AND 100", null=True),
    },
    unique=(("proposal_id", "place"),),
    foreign={"proposal_id": "proposal"},
    indexes={"author_by_phone": "phone"},
    sealed=True,
    in_register=True,
)


@dataclass(frozen=True)
class Author:
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


@dataclass(frozen=True)
class NewAuthor:
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


# Class and year of the first author stand in the proposal.
COLUMNS = (
    "author.id, author.proposal_id, author.place, author.name, author.phone, author.unit,"
    " author.position, author.guardian, author.under_16, author.consent_store, author.consent_sms,"
    " author.consent_name, author.notice, author.consented_at, author.erased_at,"
    " coalesce(author.participant_type, proposal.participant_type),"
    " CASE WHEN author.participant_type IS NULL THEN proposal.insider ELSE author.insider END,"
    " coalesce(author.evaluation_year, proposal.evaluation_year),"
    " coalesce(author.evaluation_rule, proposal.evaluation_rule), author.share"
)
_FROM = (
    f"SELECT {COLUMNS} FROM author"  # noqa: S608 columns are ours
    " JOIN proposal ON proposal.commune_id = author.commune_id AND proposal.id = author.proposal_id"
)


def anonymous(author: Author) -> Author:
    """Return an author without anything that identifies them."""
    return replace(author, name=None, phone=None, unit=None, position=None, guardian=None)


def add(db: Store, proposal_id: str, new: NewProposal, *, at: int) -> None:
    """Keep the sender of a new proposal; only inside `writing`."""
    who = NewAuthor(
        new.name, new.phone, new.unit, new.position, "", False, new.under_16, new.guardian,
        new.consents,
    )  # fmt: skip
    _insert(db, proposal_id, 1, who, at=at)


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
        "participant_type": new.participant_type, "insider": int(new.insider),
        "evaluation_year": counted.year, "evaluation_rule": counted.rule,
    }  # fmt: skip
    return _insert(db, proposal_id, place, new, at=at, **own)


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
    return read(db, row)


def all_of(db: Store, proposal_id: str) -> list[Author]:
    """Return a proposal's own authors, its sender first."""
    return [
        read(db, row)
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


def by_id(db: Store, author_id: str) -> Author | None:
    """Return one author, or None."""
    row = db.row(
        f"{_FROM} WHERE author.commune_id = :commune_id AND author.id = :author_id",
        author_id=author_id,
    )
    return read(db, row) if row else None


def set_share(db: Store, author_id: str, share: int | None) -> None:
    """Keep an author's part of the work in percent, None for open; only inside `writing`."""
    db.change(AUTHOR, {"id": author_id}, {"share": share})


def remove(db: Store, author_id: str) -> None:
    """Delete the row of a further author that was written by mistake; only inside `writing`."""
    db.write(
        "DELETE FROM author WHERE commune_id = :commune_id AND id = :author_id AND place > 1",
        author_id=author_id,
    )


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
        status, received_at, who = row[0], row[1], read(db, row[2:])
        if status not in statuses:
            continue
        received = clock.to_local(received_at, zone)
        counted = evaluation_year(who.participant_type, who.insider, received, cutoff)
        changes = {"evaluation_year": counted.year, "evaluation_rule": counted.rule}
        db.change(AUTHOR, {"id": who.id}, changes)


def read(db: Store, row: Row) -> Author:
    """Return the author of a row selected with COLUMNS."""
    values = list(row)
    values[4], values[7] = db.decrypt(values[4]), db.decrypt(values[7])
    for at in (8, 9, 10, 11, 16):
        values[at] = bool(values[at])
    return Author(*values)


def _insert(
    db: Store, proposal_id: str, place: int, new: NewAuthor, *, at: int, **own: object
) -> str:
    consents = new.consents
    given = consents.store or consents.sms or consents.name_me
    author_id = new_id()
    row = {
        "id": author_id,
        "proposal_id": proposal_id,
        "place": place,
        "name": new.name or None,
        "phone": new.phone,
        "unit": new.unit or None,
        "position": new.position or None,
        "guardian": new.guardian or None,
        "under_16": int(new.under_16),
        "consent_store": int(consents.store),
        "consent_sms": int(consents.sms),
        "consent_name": int(consents.name_me),
        "notice": consents.notice,
        "consented_at": at if given else None,
        "erased_at": None,
        "participant_type": None,
        "insider": 0,
        "evaluation_year": None,
        "evaluation_rule": None,
        "share": None,
    }
    db.insert(AUTHOR, {**row, **own})
    return author_id


def consent(db: Store, proposal_id: str, *, notice: str, at: int) -> None:
    """Record that the sender now agrees to be kept and told by SMS (the SMS word DY)."""
    with writing(db):
        db.change(
            AUTHOR,
            {"proposal_id": proposal_id, "place": 1},
            {"consent_store": 1, "consent_sms": 1, "notice": notice, "consented_at": at},
        )
        note(db, "consented", proposal_id, CITIZEN, at, store=True, sms=True, notice=notice)


def take_back(
    db: Store, proposal_id: str, *, sms: bool, name_me: bool, actor: str, at: int
) -> bool:
    """Record that a proposal's sender no longer agrees to SMS, or to be named; return whether that
    changed anything. Every reader asks again, so it counts from now on."""
    with writing(db):
        author, changes = of(db, proposal_id), {}
        if sms and author.consent_sms:
            changes["consent_sms"] = 0
        if name_me and author.consent_name:
            changes["consent_name"] = 0
        if changes:
            db.change(AUTHOR, {"id": author.id}, changes)
            note(db, "consent_taken_back", proposal_id, actor, at, sms=sms, name_me=name_me)
        return bool(changes)


def correct(
    db: Store, proposal_id: str, details: Mapping[str, str], *, actor: str, at: int
) -> None:
    """Correct what is kept about a proposal's sender: name, phone (E.164), unit, position and
    guardian, "" for none. An erased author stays erased."""
    with writing(db):
        known = of(db, proposal_id)
        if known.erased_at is not None:
            return
        changes = {
            name: text or None
            for name, text in details.items()
            if (text or None) != getattr(known, name)
        }
        if changes:
            db.change(AUTHOR, {"proposal_id": proposal_id, "place": 1}, changes)
            note(db, "details_corrected", proposal_id, actor, at, fields=sorted(changes))


def has_agreed_to_sms(db: Store, phone: str) -> bool:
    """Say whether any proposal's sender at this number (E.164) agreed to be told by SMS."""
    return (
        db.row(
            "SELECT 1 FROM author WHERE commune_id = :commune_id AND phone = :phone"
            " AND consent_sms = 1 LIMIT 1",
            phone=db.encrypt(phone),
        )
        is not None
    )


def newest_not_agreed(db: Store, phone: str) -> str | None:
    """Return the newest valid proposal that this number (E.164) sent and whose sender has not
    agreed to be told by SMS; None if there is none."""
    row = db.row(
        "SELECT author.proposal_id FROM author JOIN proposal"
        " ON proposal.commune_id = :commune_id AND proposal.id = author.proposal_id"
        " WHERE author.commune_id = :commune_id AND author.phone = :phone AND author.place = 1"
        " AND author.consent_sms = 0 AND author.erased_at IS NULL"
        " AND proposal.status <> :withdrawn ORDER BY author.proposal_id DESC LIMIT 1",
        withdrawn=Status.WITHDRAWN,
        phone=db.encrypt(phone),
    )
    return row[0] if row else None


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
        "name": None,
        "phone": None,
        "unit": None,
        "position": None,
        "guardian": None,
        "consent_store": 0,
        "consent_sms": 0,
        "consent_name": 0,
        "erased_at": at,
    }
    db.change(AUTHOR, {"id": author_id}, changes)


def complete(db: Store, proposal_id: str, new: NewProposal, *, at: int) -> None:
    """Keep the name, number and consents of a sender who sent again with more of them; earlier ones
    are never emptied. An erased author stays erased."""
    with writing(db):
        known = of(db, proposal_id)
        if known.erased_at is not None or not new.consents.store:
            return
        changes = {
            "name": new.name or known.name,
            "phone": new.phone or known.phone,
            "guardian": new.guardian or known.guardian,
            "under_16": int(new.under_16),
            "consent_store": 1,
            "consent_sms": int(new.consents.sms),
            "consent_name": int(new.consents.name_me),
            "notice": new.consents.notice,
            "consented_at": at,
        }
        db.change(AUTHOR, {"proposal_id": proposal_id, "place": 1}, changes)
        note(
            db,
            "consented",
            proposal_id,
            CITIZEN,
            at,
            store=True,
            sms=new.consents.sms,
            name_me=new.consents.name_me,
            notice=new.consents.notice,
        )
