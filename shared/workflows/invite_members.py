"""Invites the members of a planned session by SMS, each once, and anew when its day, hour or place
changed. What the outbox does with it stands beside the member.

An invitation that waits (quiet hours, budget) is left unsent once it is not true any more.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.domain import clock
from shared.domain.record import Record
from shared.store.council import invitations, plans, sessions
from shared.store.council.invitations import InvitationSent, MemberAnswer
from shared.store.council.plans import SessionPlan
from shared.store.council.sessions import CouncilSession, SessionUnknown
from shared.store.messages import opt_outs, outgoing
from shared.store.messages.outgoing import MessageOut
from shared.store.people import staff
from shared.store.people.staff import StaffMember

INVITED, CHANGED = "council_invite", "council_changed"
TEXTS = (INVITED, CHANGED)
# States of an SMS that its reader cannot have got.
_UNREAD = frozenset({"queued", "suppressed", "failed"})
# Why a member gets no SMS: no number is known, or the number asked for silence.
Why = Literal["", "no_number", "stopped"]


class TooLate(Exception):
    """The session was opened or is over: nobody is invited to it any more."""


class Invitee(Record):
    """A member and their invitation: `message` is the last SMS, None before the first; `text_key`
    the text that the next press sends them, "" for none, `why` the reason if there is no way;
    `sent` counts the SMS so far."""

    member: StaffMember
    sent: int
    message: MessageOut | None
    is_outdated: bool
    text_key: str
    why: Why
    answers: tuple[MemberAnswer, ...]


class OpenInvitation(Record):
    """An invitation that a number may answer now: to which session of which day (YYYY-MM-DD)."""

    session_id: str
    staff_id: str
    held_on: str


def of_session(db: Store, session_id: str) -> list[Invitee]:
    """Return the members of a session in the order they were called. Raises SessionUnknown."""
    return _invitees(db, sessions.by_id(db, session_id), plans.of_session(db, session_id))


def invite(db: Store, session_id: str, *, actor: str, at: int, zone: ZoneInfo) -> int:
    """Queue an SMS to each member who has a number and was not told what is planned now; return how
    many. Raises SessionUnknown, TooLate."""
    with writing(db):
        session, plan = sessions.by_id(db, session_id), plans.of_session(db, session_id)
        ends = clock.end_of_day(date.fromisoformat(session.held_on), zone) + 1
        if not _is_planned(session, plan) or at >= ends:
            raise TooLate(session_id)
        whom = [one for one in _invitees(db, session, plan) if one.text_key]
        for one in whom:
            _send(db, session, plan, one, ends=ends, actor=actor, at=at)
        if whom:
            note(db, "council_invited", None, actor, at, session=session_id, count=len(whom))
        return len(whom)


def blanks_of(db: Store, session_id: str) -> dict[str, str]:
    """Return the values of an invitation's text as the session is planned now. Raises
    SessionUnknown."""
    return _blanks(sessions.by_id(db, session_id), plans.of_session(db, session_id))


def is_still_wanted(db: Store, notice: MessageOut, *, at: int) -> bool:
    """Say whether an invitation that waited is still true: the session is planned as it says and
    its day is not over, and the number is still that of a member who wants SMS."""
    said = notice.blanks
    if at >= _end_in(said) or opt_outs.has(db, notice.phone):
        return False
    try:
        session = sessions.by_id(db, said["phien"])
    except SessionUnknown:
        return False
    plan = plans.of_session(db, session.id)
    return (
        _is_planned(session, plan)
        and all(said[name] == value for name, value in _blanks(session, plan).items())
        and _has_seat(db, session.id, said["nguoi"], notice.phone)
    )


def open_for(db: Store, number: str, *, at: int) -> OpenInvitation | None:
    """Return the newest invitation that a number (E.164) got and may still answer: until the day
    after the session, or its end."""
    found = [
        one for key in TEXTS for one in outgoing.said_with(db, number, key, since=at - _ASKED_FOR)
    ]
    for said in sorted(found, key=_end_in, reverse=True):
        if at >= _end_in(said) + clock.DAY:
            continue
        session = sessions.by_id(db, said["phien"])
        if session.closed_at is None and _has_seat(db, session.id, said["nguoi"], number):
            return OpenInvitation(session.id, said["nguoi"], session.held_on)
    return None


# No session is planned longer ahead.
_ASKED_FOR = 366 * clock.DAY


def _invitees(db: Store, session: CouncilSession, plan: SessionPlan) -> list[Invitee]:
    members = {one.id: one for one in staff.everyone(db)}
    told, is_planned = _told_of(session, plan), _is_planned(session, plan)
    sent = invitations.of_session(db, session.id)
    answers = invitations.answers_of(db, session.id)
    found = []
    for seat in sessions.seats_of(db, session.id):
        member = members[seat.staff_id]
        own = [one for one in sent if one.staff_id == member.id]
        said = tuple(one for one in answers if one.staff_id == member.id)
        found.append(_invitee(db, member, own, told, said, is_planned=is_planned))
    return found


def _invitee(
    db: Store,
    member: StaffMember,
    own: Sequence[InvitationSent],
    told: tuple[str, str, str],
    answers: tuple[MemberAnswer, ...],
    *,
    is_planned: bool,
) -> Invitee:
    went = [(one, outgoing.last_of(db, one.message_id)) for one in own]
    last, message = went[-1] if went else (None, None)
    is_outdated = last is not None and (last.held_on, last.begins, last.place) != told
    number = member.phone or ""
    why: Why = ""
    if not number or not member.is_active:
        why = "no_number"
    elif opt_outs.has(db, number):
        why = "stopped"
    is_told = (
        message is not None
        and not is_outdated
        and message.state != "suppressed"
        and message.phone in ("", number)
    )
    key = ""
    if is_planned and not why and not is_told:
        has_read = any(one.phone == number and one.state not in _UNREAD for _, one in went)
        key = CHANGED if has_read else INVITED
    return Invitee(member, len(own), message, is_outdated, key, why, answers)


def _send(
    db: Store, session: CouncilSession, plan: SessionPlan, whom: Invitee, *, ends: int, actor: str,
    at: int,
) -> None:  # fmt: skip
    blanks = _blanks(session, plan) | {
        "phien": session.id, "nguoi": whom.member.id, "het": str(ends),
    }  # fmt: skip
    message_id = outgoing.invite(
        db, str(whom.member.phone), whom.text_key, blanks,
        dedupe=f"{session.id}|{whom.member.id}|{whom.sent}", at=at,
    )  # fmt: skip
    sent = InvitationSent(
        session.id, whom.member.id, *_told_of(session, plan), message_id, actor, at
    )  # fmt: skip
    invitations.keep(db, sent)


def _told_of(session: CouncilSession, plan: SessionPlan) -> tuple[str, str, str]:
    """Return what an invitation says: day, hour, place."""
    return session.held_on, plan.begins, session.place


def _blanks(session: CouncilSession, plan: SessionPlan) -> dict[str, str]:
    day, begins, place = _told_of(session, plan)
    return {"gio": begins, "ngay": clock.written_day(day), "cho": place}


def _is_planned(session: CouncilSession, plan: SessionPlan) -> bool:
    return session.closed_at is None and plan.begun_at is None


def _has_seat(db: Store, session_id: str, staff_id: str, number: str) -> bool:
    seated = {seat.staff_id for seat in sessions.seats_of(db, session_id)}
    return staff_id in seated and staff.by_id(db, staff_id).phone == number


def _end_in(said: Mapping[str, str]) -> int:
    """Return when the day of the session that an SMS speaks of is over (ms UTC); 0 if its values
    were deleted."""
    return int(said.get("het", "0"))
