"""The result of a telephone call: a proposal and its recordings to fetch, or a line on the
call-back list.

Twilio reports one recording twice (the call goes on, the file is ready), late, again, and in
any order. The first report makes the proposal, under the name of the call.
"""

import logging
import re
from collections.abc import Mapping

from shared.db.connection import Store, writing
from shared.domain import clock, phone
from shared.domain.proposal import NOT_ASKED, NewProposal, Status
from shared.domain.record import Record
from shared.settings import TwilioSettings
from shared.store.cases import proposals, receiving
from shared.store.cases.proposals import Proposal
from shared.store.messages import call_backs, first_answers, history, media_downloads, outgoing
from shared.store.messages.history import History
from sms.inbound import InboundContext

_CALL = re.compile(r"CA[0-9a-fA-F]{32}")
_RECORDING = re.compile(r"RE[0-9a-fA-F]{32}")
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
# Numbers that Twilio uses if the caller's network hides the real one (its own list).
_HIDDEN = frozenset({"+266696687", "+86282452253", "+7378742833", "+2562533", "+8566", "+464"})
_CAN_BE_CALLED = ("mobile", "landline", "foreign")

log = logging.getLogger("hienke.sms")


class Call(Record):
    """A call as a webhook names it. `phone` is E.164, "" if nobody can call back; `recording` is
    the name of a new recording, "" for none."""

    sid: str
    phone: str
    is_over: bool
    recording: str

    @property
    def key(self) -> str:
        """The name under which everything of this call is kept."""
        return f"call|{self.sid}"


def read_call(params: Mapping[str, str]) -> Call | None:
    """Return the call of a webhook, or None if it does not name one as Twilio does."""
    sid, recording = params.get("CallSid", ""), params.get("RecordingSid", "")
    if not _CALL.fullmatch(sid) or (recording and not _RECORDING.fullmatch(recording)):
        return None
    caller = params.get("From", "")
    sender = phone.read_sender(caller)
    is_shown = caller.strip() not in _HIDDEN and sender.kind in _CAN_BE_CALLED
    return Call(
        sid=sid,
        phone=sender.number[:40] if is_shown else "",
        is_over=params.get("CallStatus", "").lower() in _OVER,
        recording=recording if _holds_something(params) else "",
    )


def begin(db: Store, call: Call, *, at: int) -> None:
    """Record the moment of the call: it counts as receipt of what the caller says (R27). If they
    say nothing, they are called back."""
    with writing(db):
        call_backs.add(
            db, key=call.key, phone=call.phone, why="no_recording", at=at,
            open_from=at + call_backs.CALL_LASTS,
        )  # fmt: skip


def hear(db: Store, desk: InboundContext, call: Call, *, at: int) -> Proposal:
    """Record a new recording: the proposal of this call, made by the first one, and the file to
    fetch."""
    with writing(db):
        begun = call_backs.by_key(db, call.key)
        number = call.phone or (begun.phone if begun else "")
        added = receiving.add(
            db,
            NewProposal("voice", NOT_ASKED, title="", solution="", phone=number or None),
            receiving.Arrival(begun.at if begun else at, at),
            key=call.key,
            fingerprint="",
            receipt_key=desk.receipt_key,
            zone=desk.settings.office.zone,
        )
        kept = added.proposal
        if kept.status is not Status.WITHDRAWN:
            url = recording_url(desk.settings.twilio, call.recording)
            media_downloads.add(db, kept.id, key=call.recording, kind="recording", url=url, at=at)
        if added.is_new:
            call_backs.recorded(db, call.key, kept.id)
            _send_receipt(db, desk, call.key, number, kept, at)
        return kept


def spoken_in(db: Store, call: Call) -> Proposal | None:
    """Return the proposal this call became, or None."""
    return proposals.by_key(db, call.key)


def end(db: Store, desk: InboundContext, call: Call, *, at: int) -> None:
    """Record the end of the call. Without a recording, put the caller on the call-back list and
    tell them."""
    with writing(db):
        begin(db, call, at=at)  # again: the store may have been busy at the first time
        begun = call_backs.by_key(db, call.key)
        if begun is None or begun.proposal_id is not None or spoken_in(db, call) is not None:
            return
        call_backs.ended(db, call.key, at=at)
        past = history.of(db, begun.phone, at=at)
        was_told = past.was_told("missed_call", since=at - clock.HOUR)
        if _is_mobile(begun.phone) and not was_told and _may_tell(desk, past, at):
            due_at = first_answers.due(db, begun.phone, desk.settings, at=at)
            outgoing.tell(db, begun.phone, "missed_call", {}, dedupe=call.key, at=at, due_at=due_at)


def recording_url(settings: TwilioSettings, recording: str) -> str:
    """Return a recording's address, made from its name: an address in a webhook is never
    followed."""
    base = settings.api_url.rstrip("/")
    return f"{base}/2010-04-01/Accounts/{settings.account_sid}/Recordings/{recording}.wav"


def _send_receipt(
    db: Store, desk: InboundContext, key: str, number: str, kept: Proposal, at: int
) -> None:
    past = history.of(db, number, at=at)
    if not _is_mobile(number) or not _may_tell(desk, past, at):
        return
    zone = desk.settings.office.zone
    blanks = {
        "ma": kept.code,
        "gio": clock.hour_words(kept.received_at, zone),
        "ngay": clock.day_words(kept.received_at, zone),
    }
    text_keys = ["receipt"]
    if not past.was_told("privacy_first"):
        text_keys.append("privacy_first")
    due_at = first_answers.due(db, number, desk.settings, at=at)
    for text_key in text_keys:
        outgoing.tell(
            db, number, text_key, blanks, dedupe=key, at=at, due_at=due_at, proposal_id=kept.id
        )


def _may_tell(desk: InboundContext, past: History, at: int) -> bool:
    """Say whether a caller is still within the day's limit of answers."""
    if past.answers(at - clock.DAY, at) < desk.settings.limits.replies_per_day:
        return True
    log.error("replies_over_limit caller")
    return False


def _is_mobile(number: str) -> bool:
    return phone.read_sender(number).kind == "mobile"


def _holds_something(params: Mapping[str, str]) -> bool:
    """Say whether a recording has any length; if the webhook does not say, we assume it has."""
    status = params.get("RecordingStatus", "completed").lower()
    return status == "completed" and params.get("RecordingDuration", "") != "0"
