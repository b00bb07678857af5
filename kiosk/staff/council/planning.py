"""A council's session as it is planned, opened and put right: its day, people, agenda, who came."""

from collections.abc import Sequence
from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.council.council import done, page_of, seen_session, today, who_may_sit
from kiosk.staff.council.council_form import read_plan, read_seats, read_session
from kiosk.staff.forms import Form, Reader, reading, sending_key
from kiosk.web import settings, store
from shared.db.event_log import new_id
from shared.db.pages import page_after
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import COUNCIL, DESK
from shared.store.council import invitations, plans, sessions
from shared.store.council.sessions import NewSession
from shared.store.people import staff
from shared.workflows import invite_members, sms_steps
from shared.workflows.ask_to_sign import waiting_signature


@bp.get("/hoi-dong", allow=COUNCIL)
def council_sessions() -> ResponseReturnValue:
    """List the sessions: all for those who lead them, their own for a member."""
    return _list_page()


@bp.post("/hoi-dong", allow=DESK)
def plan_session() -> ResponseReturnValue:
    """Plan a session with its members, or open it at once where its day has come."""
    is_planned = request.form.get("act") == "plan"
    with reading(_list_page) as given:
        new, begins, agenda = _read(given)
        if not is_planned and new.held_on > today():
            given.wrong("held_on", "staff.council.not_its_day")
    key, at = sending_key(request.form), clock.now()
    planned = plans.plan(store(), new, begins, agenda, key=key, actor=me().id, at=at)
    if not is_planned:
        plans.begin(store(), planned, actor=me().id, at=at)
    return redirect(url_for("staff.council_session", session_id=planned), 303)


@bp.post("/hoi-dong/<session_id>/thanh-vien", allow=DESK)
def note_presence(session_id: str) -> ResponseReturnValue:
    """Record who came, stays away or left, on one list; with `begin` the session opens."""
    here, at = seen_session(session_id), clock.now()
    with reading(partial(page_of, here)) as given:
        states = read_seats(given, here.seats)
        begins = given.form.get("act") == "begin"
        if begins and here.session.held_on > today():
            given.wrong("held_on", "staff.council.not_its_day")

    def change() -> None:
        sessions.seat(store(), session_id, states, actor=me().id, at=at)
        if begins:
            plans.begin(store(), session_id, actor=me().id, at=at)

    return done(here, change)


@bp.post("/hoi-dong/<session_id>/sua", allow=DESK)
def put_session_right(session_id: str) -> ResponseReturnValue:
    """Put a session's day, hour, place and people right; a reason is asked once it was opened, and
    nothing is changed once the chair signed a conclusion."""
    here, at = seen_session(session_id), clock.now()
    with reading(partial(page_of, here)) as given:
        new, begins, agenda = _read(given)
        reason = "" if here.is_planned else given.reason("right_reason")
        if not here.is_planned and new.held_on > today():
            given.wrong("held_on", "staff.council.not_its_day")
        if here.is_signed or waiting_signature(store(), [one.item.id for one in here.judged]):
            given.wrong("held_on", "staff.council.is_signed")
    return done(
        here,
        lambda: plans.put_right(
            store(), session_id, new, begins, agenda, reason, actor=me().id, at=at
        ),
    )


@bp.get("/hoi-dong/<session_id>/giay-moi", allow=COUNCIL)
def invitation(session_id: str) -> ResponseReturnValue:
    """Show the invitations of a session's members, a sheet each, to be printed."""
    here = seen_session(session_id)
    whom = [seat for seat in here.seats if me().role in DESK or seat.staff_id == me().id]
    return render_template(
        "print/council_invitation.html",
        whole=here,
        whom=whom,
        names=staff.names(store()),
        positions=staff.positions(store()),
    )


@bp.post("/hoi-dong/<session_id>/nhan-tin-moi", allow=DESK)
def invite_members_by_sms(session_id: str) -> ResponseReturnValue:
    """Send each member who has a number and was not told yet an SMS; a second press sends none."""
    here = seen_session(session_id)
    return done(
        here,
        lambda: invite_members.invite(
            store(), session_id, actor=me().id, at=clock.now(), zone=settings().office.zone
        ),
    )


@bp.post("/hoi-dong/<session_id>/tra-loi/<message_id>", allow=DESK)
def take_answer_for_idea(session_id: str, message_id: str) -> ResponseReturnValue:
    """Let what a member answered by SMS be handled as a citizen's idea, too; it stays shown."""
    here = seen_session(session_id)
    if message_id not in {one.message_id for one in invitations.answers_of(store(), session_id)}:
        abort(404)
    return done(
        here,
        lambda: sms_steps.take_for_a_citizens(
            store(), message_id, actor=me().id, at=clock.now()
        ),
    )  # fmt: skip


def _read(given: Reader) -> tuple[NewSession, str, str]:
    members, chairs, secretaries = who_may_sit()
    ids = [{one.id for one in some} for some in (members, chairs, secretaries)]
    begins, agenda = read_plan(given)
    return read_session(given, *ids), begins, agenda


def _list_page(problems: Sequence[Problem] = ()) -> str:
    leads = me().role in DESK
    members, chairs, secretaries = who_may_sit()
    read = partial(sessions.page, store(), None if leads else me().id)
    return render_template(
        "staff/council_sessions.html",
        sessions=page_after(read, request.args.get("after", "")),
        planned=plans.planned(store()),
        leads=leads,
        members=members,
        chairs=[(one.id, one.name) for one in chairs],
        secretaries=[(one.id, one.name) for one in secretaries],
        today=today(),
        form_key=new_id(),
        problems=list(problems),
        given=request.form if problems else Form(),
    )
