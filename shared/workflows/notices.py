"""Who is told of a step by SMS: each event once for each person.

A proposal's own authors are told, its sender first, and those of the ideas merged into it, in the
order of arrival. Each message is about the code on the reader's own receipt: that is the code they
can ask about and add to.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.domain import clock, status_message
from shared.domain.proposal import Standing, Status
from shared.domain.record import Record, replace
from shared.store.cases import authors, proposals, proven_numbers, public_status
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal
from shared.store.messages import opt_outs, outgoing, typed_receipts
from shared.store.messages.outgoing import MessageOut
from shared.store.models import model_requests
from shared.workflows import invite_members

SENDER_CHANGED = "notify_sender_changed"
# Asked of an idea's sender, and of who a unit named to be reached (ask_lasting.py).
ASKED_LASTING = "ask_lasting"

log = logging.getLogger("hienke")


class Recipient(Record):
    """A person who agreed to be told by SMS: `phone` is E.164; `code` and `received_at` (ms UTC)
    are those of their own proposal."""

    proposal_id: str
    code: str
    received_at: int
    phone: str


def recipients(db: Store, proposal_id: str) -> list[Recipient]:
    """Return who is told of a proposal's step, its own sender first; each number once."""
    return of_authors(db, authors.of_idea(db, proposal_id))


def of_authors(db: Store, whom: Sequence[Author]) -> list[Recipient]:
    """Return who of an idea's authors (authors.of_idea) is told of its step; each number once."""
    found: dict[str, Recipient] = {}
    for author in whom:
        if author.phone is None or not author.is_told or author.phone in found:
            continue
        if not opt_outs.has(db, author.phone):
            its = proposals.by_id(db, author.proposal_id)
            found[author.phone] = Recipient(its.id, its.code, its.received_at, author.phone)
    return list(found.values())


def of_move(db: Store, moved: Proposal, *, event: str, at: int, zone: ZoneInfo) -> int:
    """Queue the SMS about the step that a proposal just made; only inside `writing`. Return how
    many were queued."""
    key = status_message.notice_key(moved.status)
    if key is None:
        return 0
    standing = public_status.by_code(db, moved.code)
    whom = recipients(db, moved.id)
    if moved.status is Status.MERGED:  # senders merged earlier were told of their own merge
        whom = [one for one in whom if one.proposal_id == moved.id]
    return sum(
        outgoing.notify(
            db, one.phone, key, blanks_for(one, standing, zone),
            event=f"{moved.id}|{event}", at=at, proposal_id=one.proposal_id,
        )
        for one in whom
    )  # fmt: skip


def of_answer(db: Store, proposal: Proposal, *, event: str, at: int, zone: ZoneInfo) -> int:
    """Queue the SMS that says the office answered; only the proposal's own sender can read the
    answer behind their QR. Only inside `writing`. Return how many were queued."""
    standing = public_status.by_code(db, proposal.code)
    return sum(
        outgoing.notify(
            db, one.phone, "notify_answer", blanks_for(one, standing, zone),
            event=f"{proposal.id}|{event}", at=at, proposal_id=one.proposal_id,
        )
        for one in recipients(db, proposal.id)
        if one.proposal_id == proposal.id
    )  # fmt: skip


def of_entry(db: Store, entered: Proposal, *, at: int, zone: ZoneInfo) -> int:
    """Queue the SMS with the code of an idea that staff entered for its sender; only inside
    `writing`. Return how many were queued."""
    blanks = {"ma": entered.code, "ngay": clock.day_words(entered.received_at, zone)}
    return sum(
        outgoing.notify(
            db, one.phone, "receipt_staff", blanks,
            event="receipt_staff", at=at, proposal_id=one.proposal_id,
        )
        for one in recipients(db, entered.id)
    )  # fmt: skip


def of_receipt(db: Store, kept: Proposal, *, at: int, event: str = "") -> bool:
    """Queue the SMS with the code to the number that stands in an idea, once, and once more for
    each `event` that put the number right; only inside `writing`. Return whether one was queued:
    there is none for a sender who did not agree, nor for a number that said stop, that is proven
    to be theirs, or for which a week's receipts wait."""
    sender = authors.of(db, kept.id)
    if sender.phone is None or not sender.is_told or opt_outs.has(db, sender.phone):
        return False
    if not _needs_receipt(db, kept, sender.phone):
        return False
    has_room = typed_receipts.has_room(db, sender.phone)
    is_new = outgoing.notify(
        db, sender.phone, typed_receipts.TEXT, {"ma": kept.code},
        event=f"receipt|{event}", at=at, proposal_id=kept.id,
        state="queued" if has_room else "suppressed",
    )  # fmt: skip
    if is_new and not has_room:
        log.warning("too_many_receipts proposal=%s", kept.id)
    return is_new and has_room


def of_delay(db: Store, proposal: Proposal, day: date, *, at: int) -> int:
    """Queue the SMS that says there is no result yet and by which day one is expected; only inside
    `writing`. Return how many were queued."""
    return sum(
        outgoing.notify(
            db, one.phone, "notify_late", {"ma": one.code, "ngay": f"{day:%d/%m/%Y}"},
            event=f"{proposal.id}|late|{day}|{at}", at=at, proposal_id=one.proposal_id,
        )
        for one in recipients(db, proposal.id)
    )  # fmt: skip


def of_sender_change(
    db: Store, proposal: Proposal, before: Author, *, event: str, at: int, zone: ZoneInfo
) -> bool:
    """Queue the SMS that says that the office changed a sender's name or number, to the number they
    had `before`, if they agreed to SMS; only inside `writing`. Return whether one was queued."""
    if before.phone is None or not before.is_told or opt_outs.has(db, before.phone):
        return False
    blanks = {"ma": proposal.code, "ngay": clock.day_words(at, zone)}
    return outgoing.notify(
        db, before.phone, SENDER_CHANGED, blanks, event=event, at=at, proposal_id=proposal.id
    )


def of_letter(db: Store, author: Author, number: str, day: str, *, event: str, at: int) -> bool:
    """Queue the SMS that tells an author of their letter of commendation (`day` is YYYY-MM-DD), if
    they agreed to SMS; only inside `writing`. Return whether one was queued."""
    if author.phone is None or not author.is_told or opt_outs.has(db, author.phone):
        return False
    idea = proposals.by_id(db, author.proposal_id)
    blanks = {"ma": idea.code, "so": number, "ngay": clock.written_day(day)}
    return outgoing.notify(
        db, author.phone, "notify_commended", blanks, event=event, at=at, proposal_id=idea.id
    )


def is_still_wanted(db: Store, notice: MessageOut, *, at: int) -> bool:
    """Say whether a notice that waited may be sent at an instant (ms UTC): its reader has neither
    withdrawn the idea nor asked for silence meanwhile; an invitation is still true."""
    if notice.text_key in invite_members.TEXTS:
        return invite_members.is_still_wanted(db, notice, at=at)
    if notice.proposal_id is None or opt_outs.has(db, notice.phone):
        return False
    own = authors.all_of(db, notice.proposal_id)
    if notice.text_key == SENDER_CHANGED:  # it goes to the number that is theirs no longer
        return own[0].erased_at is None
    if notice.text_key == ASKED_LASTING and model_requests.is_contact(
        db, notice.proposal_id, notice.phone
    ):
        return True
    if notice.text_key == typed_receipts.TEXT:
        here = proposals.by_id(db, notice.proposal_id)
        if not _needs_receipt(db, here, notice.phone):
            return False
        own = own[:1]
    return any(one.is_told and one.phone == notice.phone for one in own)


def _needs_receipt(db: Store, here: Proposal, number: str) -> bool:
    """Say whether a typed number is told its code: not about what nobody may mention, what is
    withdrawn, or what the number has confirmed."""
    if not here.is_counted or here.status is Status.WITHDRAWN:
        return False
    return not proven_numbers.is_proven(db, here.id, number)


def blanks_for(whom: Recipient, standing: Standing, zone: ZoneInfo) -> Mapping[str, str]:
    """Return the values of a standing for one recipient: with their own code and day of receipt."""
    own = replace(standing, code=whom.code, received_at=whom.received_at)
    return status_message.blanks(own, zone)
