"""The form that puts right who sent an idea."""

from kiosk.staff.forms import MOBILE, Reader
from kiosk.web import say
from shared.db.connection import Store
from shared.domain import phone
from shared.domain.intake import SHORT_LETTERS, Problem
from shared.domain.proposal import INSIDER_TYPES, NOT_ASKED, PARTICIPANT_TYPES, RESIDENCES
from shared.domain.record import names_of, replace
from shared.store.cases import sender_changes
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal
from shared.store.cases.sender_changes import EVIDENCE
from shared.texts import NOTICE_VERSION, NOTICE_VERSIONS
from shared.workflows import correct_sender
from shared.workflows.correct_sender import (
    ChairNeeded,
    Correction,
    SenderErased,
    SenderFacts,
    SenderStale,
    YearNeedsChair,
)  # fmt: skip

# The choices that settle at one touch what nobody was asked: a class, for officials with the office
# they work at, because that decides the year.
SETTLED = tuple(
    (who, is_insider)
    for who in PARTICIPANT_TYPES
    for is_insider in ((False, True) if who in INSIDER_TYPES else (False,))
)
TICKS = ("insider", "under_16", "consent_store", "consent_sms", "consent_name")


def typed_of(now: SenderFacts) -> dict[str, str]:
    """Return the form's fields as they stand before anything is typed."""
    shown = {name: getattr(now, name) for name in names_of(SenderFacts)}
    ticks = {name: "yes" if shown[name] else "" for name in TICKS}
    return {**shown, **ticks, "phone": phone.shown(now.phone)}


def read_correction(given: Reader, now: SenderFacts, *, must_be_named: bool = False) -> Correction:
    """Return the correction that was typed. What is kept `now` without a consent, as of a sender by
    SMS, may stay; a new name or number needs one. A further author must have a name or a unit."""
    unit, position, hamlet, name, guardian = (
        given.line(one, SHORT_LETTERS) for one in ("unit", "position", "hamlet", "name", "guardian")
    )
    kind = given.choice("participant_type", classes(now))
    insider, under_16, store, sms, name_me = (given.tick(one) for one in TICKS)
    facts = SenderFacts(
        kind, kind in INSIDER_TYPES and insider, unit, position,
        given.choice("residence", RESIDENCES, optional=True), hamlet, name, _number(given, now),
        under_16, guardian, store, sms, name_me,
    )  # fmt: skip
    check(given, facts, now)
    if must_be_named and not (name or unit):
        given.wrong("name", "staff.authors.who_empty")
    return Correction(
        facts,
        given.choice("evidence", EVIDENCE, empty="staff.sender.evidence_empty"),
        given.reason(),
        given.choice("notice", NOTICE_VERSIONS, optional=True) or NOTICE_VERSION,
        given.said("seen"),
    )


def read_settled(given: Reader, now: SenderFacts) -> Correction:
    """Return the correction that one touch of SETTLED means."""
    choices = {
        f"{who}-insider" if is_insider else who: (who, is_insider) for who, is_insider in SETTLED
    }
    who, is_insider = choices.get(given.choice("who", choices), ("", False))
    return Correction(
        replace(now, participant_type=who, insider=is_insider),
        given.choice("evidence", EVIDENCE, empty="staff.sender.evidence_empty"),
        say("staff.sender.settled"),
        "",
        given.said("seen"),
    )


def settling(db: Store, here: Proposal, author: Author) -> dict[str, object]:
    """Return what the form of one touch needs: the choices where the sender must still be asked,
    the likely evidence, and the id of the last change that was seen."""
    must = author.place == 1 and correct_sender.must_be_asked(author)
    changes = sender_changes.of_author(db, author.id) if must else ()
    return {
        "settled": SETTLED if must else (),
        "likely": likely_evidence(here.channel),
        "evidences": EVIDENCE,
        "settle_seen": changes[-1].id if changes else "",
    }


def likely_evidence(channel: str) -> str:
    """Return what most likely shows who sent an idea that came this way."""
    if channel == "paper":
        return "sheet"
    return "recording" if channel in ("audio", "video", "voice") else "asked"


def classes(now: SenderFacts) -> tuple[str, ...]:
    """Return the classes that may be chosen: not asked only where that is so."""
    return (
        (NOT_ASKED, *PARTICIPANT_TYPES) if now.participant_type == NOT_ASKED else PARTICIPANT_TYPES
    )


def _number(given: Reader, now: SenderFacts) -> str:
    """Return the number; one that is kept already needs not be a mobile one."""
    if given.said("phone") == phone.shown(now.phone):
        return now.phone
    return given.telephone("phone", "staff.authors.phone_wrong", kinds=MOBILE, optional=True)


def refused(fault: Exception) -> Problem:
    """Return why a correction was not kept, as a member of staff reads it."""
    if isinstance(fault, YearNeedsChair):
        return Problem("participant_type", "staff.sender.year_chair", {"nam": fault.year})
    why = {SenderErased: "erased", ChairNeeded: "chair_only", SenderStale: "stale"}[type(fault)]
    return Problem("", f"staff.sender.{why}")


def check(given: Reader, new: SenderFacts, now: SenderFacts) -> None:
    """Record what may not be kept so: a name or a number without consent, a child without a
    guardian, SMS without a number."""
    kept = [(getattr(new, one), getattr(now, one)) for one in ("name", "phone", "guardian")]
    is_new = any(text and text != was for text, was in kept)
    is_taken_back = now.consent_store and any(text for text, _ in kept)
    if not new.consent_store and (is_new or is_taken_back):
        given.wrong("consent_store", "staff.sender.store_empty")
    if new.name and new.under_16 and not new.guardian:
        given.wrong("guardian", "staff.authors.guardian_empty")
    if new.consent_sms and not given.said("phone"):
        given.wrong("phone", "staff.authors.phone_for_sms")
