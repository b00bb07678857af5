"""Handles incoming messages, each in one transaction with its answer, so a crash between the two
neither loses nor doubles anything. What a gateway brings is kept in that same transaction, too
(decision 86); what waited is handled by the worker.

This module also decides who gets no answer: short codes and names, our own number, a machine that
repeats itself, and a sender above the limits. What they sent is kept all the same.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypedDict

from shared.db.connection import DatabaseError, Store, StoreUnavailable, writing
from shared.db.engines import Statement
from shared.domain import clock, everyday, phone
from shared.domain.evaluation_year import moment_of_receipt
from shared.domain.record import Record
from shared.runtime.instance import Instance
from shared.runtime.site import Site
from shared.runtime.worker_loop import Chore, Turn
from shared.settings import Settings
from shared.store.messages import (
    first_answers,
    history,
    inbox,
    loop_alarms,
    media_downloads,
    outgoing,
)
from shared.store.messages.history import Came, History
from shared.workflows import invite_members
from sms import commands, ideas
from sms.dialogue import PART_MISSING, QUESTION
from sms.exchange import Inbound, Reply
from sms.fetching import kept_address

POLL_SECONDS = 0.3
# How often an hour the same text is answered: two machines that thank each other soon stop.
SAME_TEXT_AN_HOUR = 3
TRIES = 3
# The most files that Twilio sends with one message.
MOST_MEDIA = 10
_RECEIPTS = ("receipt", "receipt_no_word", "too_long", "denounced", QUESTION)
_ANSWERED_KINDS = ("mobile", "landline", "foreign")

log = logging.getLogger("hienke.sms")


class InboundContext(Record):
    """What handling needs beside the store."""

    settings: Settings
    receipt_key: bytes

    @classmethod
    def of(cls, site: Site) -> "InboundContext":
        """Return what handling needs of a site."""
        return cls(site.settings, site.secrets.receipt_key)


def chore(instance: Instance, desk: InboundContext) -> Chore:
    """Return the work: handling messages as they come."""
    tries: dict[str, int] = {}

    def look(db: Store, turn: Turn) -> float | None:
        # What could not be handled is tried again although nothing new is written.
        return POLL_SECONDS if handle_waiting(db, desk, tries) else None

    return Chore("inbound", POLL_SECONDS, instance, look, queue=inbox.QUEUE)


def handle_waiting(db: Store, desk: InboundContext, tries: dict[str, int] | None = None) -> int:
    """Handle every message that waits and return how many there were. `tries` counts by id how
    often handling one has failed; after three times it is set aside for a person."""
    tries = {} if tries is None else tries
    waiting = inbox.waiting(db)
    for message in waiting:
        try:
            handle(db, desk, message, at=clock.now())
        except (StoreUnavailable, DatabaseError):
            raise
        except Exception:
            log.exception("handling_failed message=%s", message.id)
            tries[message.id] = tries.get(message.id, 0) + 1
            if tries[message.id] >= TRIES:
                _set_aside(db, message)
    return len(waiting)


def handle(db: Store, desk: InboundContext, message: inbox.MessageIn, *, at: int) -> None:
    """Do what one message asks and queue the answer, all in one transaction."""
    with writing(db):
        if inbox.still_waits(db, message.id):
            past = history.of(db, message.sender, at=at)
            sms = _Sms(db, desk, message, past, at)
            done = _done(sms, _why_silent(sms))
            db.write_all(*done.rows)
            inbox.handled(db, message.id, at=at, **done.kept)
            db.write_all(*done.answers)


def take(db: Store, desk: InboundContext, arrived: inbox.Arrived) -> bool:
    """Keep an SMS once, and do at once what it asks: one transaction, so that when this returns,
    both are on disk. Where that fails, or another SMS waits, it is kept as it came, to be handled
    in its turn. Return whether it is new. Raises StoreUnavailable, and then nothing was kept."""
    try:
        return _take(db, desk, arrived)
    except StoreUnavailable:
        raise
    except Exception:  # whatever it was, the SMS must not be lost
        log.exception("handling_failed gateway=%s", arrived.gateway)
        return inbox.keep(db, arrived)


def _take(db: Store, desk: InboundContext, arrived: inbox.Arrived) -> bool:
    at = arrived.arrived_at
    with writing(db):
        message = inbox.as_it_came(arrived)
        before, past = db.at_once(
            lambda: inbox.before(db, arrived, desk.settings.office.zone),
            lambda: history.of(db, message.sender, at=at),
        )
        if before.is_kept:
            return False
        this = Came(message.id, message.text, "", None, at)
        sms = _Sms(db, desk, message, past.with_this(this), at, before.answered_today)
        if before.waits or _needs_its_row(sms):
            return inbox.keep(db, arrived)
        done = _done(sms)  # and it is answered
        kept = inbox.keeping(db, arrived, message.id, at=at, **done.kept)
        db.write_all(*done.rows, kept, *done.answers)
        return True


class _Sms(Record):
    """An SMS while it is handled, at `at` (ms UTC), and what was read for that. `answered_today`:
    how many new numbers were answered today, 0 if nobody asked."""

    db: Store
    desk: InboundContext
    message: inbox.MessageIn
    past: History
    at: int
    answered_today: int = 0

    @property
    def settings(self) -> Settings:
        """The office's settings."""
        return self.desk.settings


def _needs_its_row(sms: _Sms) -> bool:
    """Say whether what is written about an SMS may refer to it: then its row comes first."""
    may_answer_invitation = any(map(sms.past.was_told, invite_members.TEXTS))
    return may_answer_invitation or _why_silent(sms) != ""


class _TakenFor(TypedDict):
    """What is kept of a handled SMS."""

    outcome: str
    proposal_id: str | None
    quarantined: bool


class _Done(Record):
    """What came of an SMS, and the statements that write it and queue its answers: `rows` are what
    the SMS's own row refers to."""

    kept: _TakenFor
    rows: Sequence[Statement] = ()
    answers: Sequence[Statement] = ()


def _done(sms: _Sms, silent: str = "") -> _Done:
    """Do what an SMS asks; what is kept of it and its answers are left to be written. `silent` is
    why it is not answered, "" if it is."""
    is_answered = _is_answered(sms.message, sms.settings)
    if not is_answered and sms.message.outcome != inbox.RELEASED:
        return _Done({"outcome": "not_a_person", "proposal_id": None, "quarantined": True})
    given = _raw(sms.message.raw)
    media = _media(given)
    try:
        reply = _reply(sms.db, given, _inbound(sms, has_media=bool(media)))
    finally:
        everyday.forget()
    kept: _TakenFor = {
        "outcome": reply.outcome, "proposal_id": reply.proposal_id,
        "quarantined": reply.is_quarantined,
    }  # fmt: skip
    rows = reply.rows
    if media and reply.proposal_id is not None:
        sms.db.write_all(*rows)  # what is fetched refers to them
        rows = ()
        _fetch_later(sms, media, reply.proposal_id)
    if not reply.key or not is_answered:
        return _Done(kept, rows)
    if silent:
        return _Done(kept, rows, _not_answered(sms, silent))
    return _Done(kept, rows, _answers(sms, _told(reply, sms.past, given, media), reply))


def _reply(db: Store, given: Mapping[str, Any], sms: Inbound) -> Reply:
    """Return the answer; a part that came too late belongs to the case of the other parts."""
    completes = given.get("completes")
    beginning = inbox.incoming(db, str(completes)) if completes else None
    if beginning is not None and beginning.proposal_id is not None:
        return ideas.complete(db, sms, beginning.proposal_id)
    return commands.answer(db, sms)


def _inbound(sms: _Sms, *, has_media: bool) -> Inbound:
    message, settings = sms.message, sms.settings
    return Inbound(
        id=message.id,
        sender=message.sender,
        is_mobile=message.sender_kind == "mobile",
        text=message.text,
        has_media=has_media,
        received_at=moment_of_receipt(message.sent_at, message.arrived_at),
        at=sms.at,
        zone=settings.office.zone,
        receipt_key=sms.desk.receipt_key,
        office=settings.office.name,
        past=sms.past,
        is_released=message.outcome == inbox.RELEASED,
        misses_an_hour=settings.limits.lookup_misses_per_hour_ip,
    )


def _raw(raw: str) -> dict[str, Any]:
    """Return what the gateway sent, {} if that was no mapping."""
    try:
        given = json.loads(raw)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _media(given: Mapping[str, Any]) -> list[str]:
    """Return the addresses of a message's attached files, "" for a file without one."""
    if "files" in given:  # an Android phone sent them with the message
        return [kept_address(one["sha256"]) if "sha256" in one else "" for one in given["files"]]
    count = str(given.get("NumMedia") or "0")
    if not count.isascii() or not count.isdigit():
        return []
    places = range(min(int(count[:4]), MOST_MEDIA))
    return [str(given.get(f"MediaUrl{place}") or "") for place in places]


def _fetch_later(sms: _Sms, media: Sequence[str], proposal_id: str) -> None:
    for place, url in enumerate(media):
        key = f"{sms.message.id}|{place}"
        media_downloads.add(sms.db, proposal_id, key=key, kind="mms", url=url[:2000], at=sms.at)


def _is_answered(message: inbox.MessageIn, settings: Settings) -> bool:
    """Say whether an answer can be sent: not to short codes and names, nor to ourselves."""
    return message.sender_kind in _ANSWERED_KINDS and not _is_ours(message.sender, settings)


def _is_ours(sender: str, settings: Settings) -> bool:
    """Say whether a message came from a number of ours: an answer would come back."""
    return sender in _own_numbers(settings.office.sms_number, settings.twilio.from_)


@cache
def _own_numbers(*given: str) -> frozenset[str]:
    return frozenset(phone.read_sender(number).number for number in given if number)


def _told(reply: Reply, past: History, given: Mapping[str, Any], media: Sequence[str]) -> list[str]:
    """Return the keys of the texts that a reply comes to."""
    keys = [reply.key]
    if reply.key in _RECEIPTS and not past.was_told("privacy_first"):
        keys.append("privacy_first")
    has_lost_media = reply.proposal_id is None and bool(media)
    if has_lost_media and reply.key != "media_unsupported":
        keys.append("media_unsupported")
    if given.get("missing_parts"):
        # One question is enough: the missing part may well answer the other.
        keys[0] = "receipt" if reply.key == QUESTION else reply.key
        keys.append(PART_MISSING)
    return keys


def _answers(sms: _Sms, keys: Sequence[str], reply: Reply) -> list[Statement]:
    plan = first_answers.AnswerPlan(sms.at)
    if reply.key not in first_answers.NEVER_WAITING:
        plan = _due(sms)
    return [
        *plan.counting,
        *(
            outgoing.replying(
                sms.db,
                sms.message.sender,
                key,
                reply.blanks,
                message_id=sms.message.id,
                at=sms.at,
                due_at=plan.due_at,
                proposal_id=reply.proposal_id,
            )
            for key in keys
        ),
    ]


def _due(sms: _Sms) -> first_answers.AnswerPlan:
    """Return when this answer is sent, and what counts it: a new number may have to wait."""
    plan = first_answers.planned(
        sms.db, sms.past, sms.settings, at=sms.at, counted_today=sms.answered_today
    )
    if plan.opens_day:  # and no line for each: invented numbers come by the thousand
        log.error("first_replies_wait message=%s", sms.message.id)
    return plan


def _why_silent(sms: _Sms) -> str:
    """Return why a message is not answered, "" if it is: the same words again and again, or more
    answers to the number than the limits of a day or an hour."""
    at, hour, limits = sms.at, sms.at - clock.HOUR, sms.settings.limits
    if sms.past.times_said(sms.message.text, hour, at) > SAME_TEXT_AN_HOUR:
        return "same_text"
    if sms.past.answers(at - clock.DAY, at) >= limits.replies_per_day:
        return "day"
    return "hour" if sms.past.answers(hour, at) >= limits.replies_per_hour else ""


def _not_answered(sms: _Sms, why: str) -> list[Statement]:
    """Note that a message is not answered; the first one above a limit is told so, once a day."""
    db, message, at = sms.db, sms.message, sms.at
    if why == "same_text":
        log.warning("same_text_again message=%s", message.id)
        loop_alarms.ring(db, message.id, message.sender, "same_text", at=at)
        return []
    log.error("replies_over_limit message=%s", message.id)
    loop_alarms.ring(db, message.id, message.sender, "over_limit", at=at)
    day = at - clock.DAY
    if sms.past.was_told("rate_limited", since=day):
        return []
    zone, opens = sms.settings.office.zone, at + (clock.DAY if why == "day" else clock.HOUR)
    blanks = {
        "n": str(min(99, sms.past.count(day, at))),
        "gio": clock.hour_words(opens, zone),
        "ngay": clock.day_words(opens, zone),
    }
    plan = _due(sms)
    return [
        *plan.counting,
        outgoing.replying(
            db, message.sender, "rate_limited", blanks,
            message_id=message.id, at=at, due_at=plan.due_at,
        ),
    ]  # fmt: skip


def _set_aside(db: Store, message: inbox.MessageIn) -> None:
    with writing(db):
        inbox.handled(db, message.id, outcome="fault", at=clock.now(), quarantined=True)
