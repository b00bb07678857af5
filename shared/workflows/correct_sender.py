"""Puts right who sent an idea, with the evidence: one transaction with its event and its notice.

A class decides the year that an idea counts to (plan II.4). So a change of the year needs the
chair, and after a decision the chair alone changes anything. The moment of receipt never moves.
"""

from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain import clock
from shared.domain.evaluation_year import EvaluationYear, evaluation_year
from shared.domain.proposal import NOT_ASKED, UNDECIDED
from shared.domain.record import Record, asdict
from shared.store.cases import authors, case_words, moves, proposals, sender_changes
from shared.store.cases.authors import AUTHOR, Author
from shared.store.cases.proposals import PROPOSAL, Proposal
from shared.store.cases.sender_changes import SenderChange
from shared.store.council import sheets as council_sheets
from shared.store.office import campaigns
from shared.workflows import notices

# The consents' columns, and how events call them.
_CONSENTS = {"consent_store": "store", "consent_sms": "sms", "consent_name": "name_me"}
# Of the sender these stand in the proposal, the others in their own row. A further author has a
# class of their own, and no place of residence.
_OF_THE_PROPOSAL = ("participant_type", "insider", "residence", "hamlet")


class SenderErased(Exception):
    """The sender's details were erased, and stay so."""


class ChairNeeded(Exception):
    """The idea is decided, so only the chair changes its sender."""


class YearNeedsChair(Exception):
    """The class would count the idea to another year, which only the chair may let it."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


class SenderUnasked(Exception):
    """Nobody was asked who sent the idea: that must be settled before the council or an award."""


class SenderStale(Exception):
    """Somebody else changed the sender since the form was drawn."""


class SenderFacts(Record):
    """All that is kept of who sent an idea. `phone` is E.164; "" stands for nothing kept."""

    participant_type: str
    insider: bool
    unit: str
    position: str
    residence: str
    hamlet: str
    name: str
    phone: str
    under_16: bool
    guardian: str
    consent_store: bool
    consent_sms: bool
    consent_name: bool


class Correction(Record):
    """A change as a member of staff asks for it: why, what shows it, the version of the notice that
    the sender read, and the last change that the form knew ("" for none)."""

    facts: SenderFacts
    evidence: str
    reason: str
    notice: str
    seen: str


def facts_of(here: Proposal, author: Author) -> SenderFacts:
    """Return what is kept now of one of an idea's own authors."""
    residence, hamlet = (here.residence or "", here.hamlet) if author.place == 1 else ("", "")
    return SenderFacts(
        author.participant_type, author.insider, author.unit or "", author.position or "",
        residence, hamlet, author.name or "", author.phone or "", author.under_16,
        author.guardian or "", author.consent_store, author.consent_sms, author.consent_name,
    )  # fmt: skip


def is_theirs_to_change(db: Store, here: Proposal, actor: str) -> bool:
    """Say whether a member of staff may put the sender right: after a decision only the chair."""
    return here.status in UNDECIDED or moves.is_chair(db, actor)


def author_of(db: Store, here: Proposal, author_id: str = "") -> Author:
    """Return one of an idea's own authors, without an id its sender. Raises LookupError."""
    author = authors.by_id(db, author_id) if author_id else authors.of(db, here.id)
    if author is None or author.proposal_id != here.id:
        raise LookupError(author_id)
    return author


def correct(
    db: Store, code: str, asked: Correction, *, zone: ZoneInfo, actor: str, at: int,
    author_id: str = "",
) -> None:  # fmt: skip
    """Put right who sent an idea, or a further author, and tell their old number, if the name or
    the number changed. What is so already changes nothing. Raises ProposalUnknown, LookupError,
    SenderErased, ChairNeeded, YearNeedsChair, SenderStale."""
    with writing(db):
        here = proposals.by_code(db, code)
        author = author_of(db, here, author_id)
        if author.erased_at is not None:
            raise SenderErased(code)
        if not is_theirs_to_change(db, here, actor):
            raise ChairNeeded(code)
        was, wanted = asdict(facts_of(here, author)), asdict(asked.facts)
        after = {name: wanted[name] for name in wanted if wanted[name] != was[name]}
        if not after:
            return
        if last_change(db, author.id) != asked.seen:
            raise SenderStale(code)
        counted = _counted(db, here, author, asked.facts, zone)
        if counted.year != author.evaluation_year and not moves.is_chair(db, actor):
            raise YearNeedsChair(counted.year)
        before = {name: was[name] for name in after}
        change = SenderChange(
            new_id(), here.id, author.id, before, after, asked.evidence, asked.reason, actor, at
        )
        _keep(db, author, change, counted, asked.notice)
        case_words.index(db, here.id)
        if {"name", "phone"} & after.keys():
            council_sheets.recuse_namesakes(db, here.id, actor=actor, at=at)
            notices.of_sender_change(db, here, author, event=change.id, at=at, zone=zone)
        if author.place == 1 and {"phone", "consent_sms"} & after.keys():
            notices.of_receipt(db, here, event=change.id, at=at)


def must_be_asked(author: Author) -> bool:
    """Say whether an author must be asked who they are before the council sees the idea or an award
    is given. Of an erased one nobody can be asked: they stay counted as a citizen."""
    return author.participant_type == NOT_ASKED and author.erased_at is None


def last_change(db: Store, author_id: str) -> str:
    """Return the id of the last change of an author, "" for none."""
    found = sender_changes.of_author(db, author_id)
    return found[-1].id if found else ""


def _counted(
    db: Store, here: Proposal, author: Author, new: SenderFacts, zone: ZoneInfo
) -> EvaluationYear:
    """Return the year that counts for this author. A year that the chair set by hand stays."""
    is_same = (new.participant_type, new.insider) == (author.participant_type, author.insider)
    if is_same or author.evaluation_rule == "by_hand":
        is_on_the_line = here.on_the_line and author.place == 1
        return EvaluationYear(author.evaluation_year, author.evaluation_rule, is_on_the_line)
    received = clock.to_local(here.received_at, zone)
    cutoff = campaigns.campaign_of(db, received.year).cutoff
    return evaluation_year(new.participant_type, new.insider, received, cutoff)


def _keep(
    db: Store, author: Author, change: SenderChange, counted: EvaluationYear, notice: str
) -> None:
    """Write the new values to the author's row, those of a sender's idea to the proposal's, and the
    change beside them; only inside `writing`."""
    after = {
        name: value if isinstance(value, bool) or name == "hamlet" else value or None
        for name, value in dict(change.after or {}).items()
    }
    year = {"evaluation_year": counted.year, "evaluation_rule": counted.rule}
    idea: dict[str, object] = {}
    if author.place == 1:
        idea = {name: after.pop(name) for name in _OF_THE_PROPOSAL if name in after}
        idea |= {**year, "on_the_line": counted.on_the_line}
    own = after if author.place == 1 else {**after, **year}
    if any(after.get(name) for name in _CONSENTS):
        own |= {"notice": notice, "consented_at": change.at}
    if own:
        db.change(AUTHOR, {"id": author.id}, own)
    if idea:
        db.change(PROPOSAL, {"id": author.proposal_id}, idea)
    _note(db, author, change, sender_changes.add(db, change), counted, notice)


def _note(
    db: Store, author: Author, change: SenderChange, reason: str, counted: EvaluationYear,
    notice: str,
) -> None:  # fmt: skip
    after = dict(change.after or {})
    said = {one: after[column] for column, one in _CONSENTS.items() if column in after}
    kind, whose = "sender_corrected", {}
    if author.place > 1:
        kind, whose = "co_author_corrected", {"author": author.id}
    note(
        db, kind, author.proposal_id, change.actor, change.at, change=change.id,
        fields=sorted(after), evidence=change.evidence, content=reason, consents=said,
        notice=notice if any(said.values()) else "", **whose,
    )  # fmt: skip
    if author.place == 1 and counted.year != author.evaluation_year:
        note(
            db, "year_recounted", author.proposal_id, change.actor, change.at, year=counted.year,
            was=author.evaluation_year,
        )  # fmt: skip
