"""The council's sessions: opened, led and concluded on the officer's screen (R8, R33)."""

from collections.abc import Callable, Sequence
from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.council.council_form import read_tally
from kiosk.staff.council.evidence import shown_evidence
from kiosk.staff.council.inviting import inviting_of
from kiosk.staff.forms import Form, reading
from kiosk.web import fault_page, local_now, store
from shared.domain import clock
from shared.domain.council import CHOICES, VERDICTS
from shared.domain.intake import Problem
from shared.domain.roles import COUNCIL, COUNCIL_MEMBER, DESK, OFFICER, SCORERS
from shared.store.cases.proposals import ProposalUnknown
from shared.store.council import agenda, judging, sessions
from shared.store.council import sheets as council_sheets
from shared.store.council.judging import Judged, NotCarried, NotDecidable, VotesWrong, Whole
from shared.store.council.plans import NotBegun
from shared.store.council.sessions import NotYours, SessionClosed, SessionUnknown, YearFixed
from shared.store.council.sheets import NotAtCouncil, SheetLocked
from shared.store.people import staff
from shared.workflows.invite_members import TooLate

# So many ideas stand on the page with all their parts; of a longer list, one at a time.
MOST_OPENED = 12

_FAULTS: dict[type[Exception], str] = {
    SessionClosed: "staff.council.is_closed",
    NotBegun: "staff.council.not_begun",
    TooLate: "staff.council.invite.too_late",
    YearFixed: "staff.council.year_fixed",
    NotAtCouncil: "staff.council.not_at_council",
    NotDecidable: "staff.council.not_decidable",
    NotYours: "staff.council.not_yours",
    SheetLocked: "staff.council.locked",
    NotCarried: "staff.council.not_carried",
    ProposalUnknown: "staff.council.not_at_council",
}


@bp.get("/hoi-dong/<session_id>", allow=COUNCIL)
def council_session(session_id: str) -> ResponseReturnValue:
    """Show a session: to a member what they still have to judge, to those who lead it
    everything."""
    return page_of(seen_session(session_id))


@bp.post("/hoi-dong/<session_id>/y", allow=DESK)
def list_ideas(session_id: str) -> ResponseReturnValue:
    """Put ideas on the list, after their words were checked."""
    here = seen_session(session_id)
    codes = tuple(request.form.getlist("code"))
    if request.form.get("redacted") != "yes":
        return page_of(here, [Problem("redacted", "staff.council.redacted_empty")], 422)
    return done(
        here,
        lambda: agenda.list_ideas(store(), session_id, codes, actor=me().id, at=clock.now()),
    )


@bp.post("/hoi-dong/<session_id>/y/<item_id>/khong-cham", allow=COUNCIL)
def recuse_member(session_id: str, item_id: str) -> ResponseReturnValue:
    """Record that a member is concerned; members say so for themselves, the desk for anybody."""
    here = seen_session(session_id)
    shown_idea(here, item_id)
    of_whom = request.form.get("staff_id", "") if me().role in DESK else me().id
    why = request.form.get("why", "").strip()[:300]
    return done(
        here,
        lambda: council_sheets.recuse(
            store(), item_id, of_whom or me().id, why, actor=me().id, at=clock.now()
        ),
    )


@bp.post("/hoi-dong/<session_id>/y/<item_id>/mo-lai", allow=COUNCIL)
def reopen_sheet(session_id: str, item_id: str) -> ResponseReturnValue:
    """Return a sheet to its member, as the secretary."""
    here = seen_session(session_id)
    shown_idea(here, item_id)
    with reading(partial(page_of, here)) as given:
        reason = given.reason(at=f"reopen-{item_id}")
    whose = request.form.get("staff_id", "")
    return done(
        here,
        lambda: council_sheets.reopen(
            store(), item_id, whose, reason, actor=me().id, at=clock.now()
        ),
    )


@bp.post("/hoi-dong/<session_id>/y/<item_id>/ket-luan", allow=DESK)
def conclude_idea(session_id: str, item_id: str) -> ResponseReturnValue:
    """Record what the council concluded of an idea."""
    here = seen_session(session_id)
    shown_idea(here, item_id)
    with reading(partial(page_of, here), of=item_id) as given:
        verdict, reason = given.choice("verdict", VERDICTS), given.reason()
    return _decide(
        here,
        lambda: judging.conclude(store(), item_id, verdict, reason, actor=me().id, at=clock.now()),
    )


@bp.post("/hoi-dong/<session_id>/y/<item_id>/bieu-quyet", allow=DESK)
def count_votes(session_id: str, item_id: str) -> ResponseReturnValue:
    """Record a show of hands."""
    here = seen_session(session_id)
    shown_idea(here, item_id)
    with reading(partial(page_of, here), of=item_id) as given:
        tally = read_tally(given)
    try:
        return _decide(
            here,
            lambda: judging.count_hands(store(), item_id, tally, actor=me().id, at=clock.now()),
        )
    except VotesWrong as fault:
        blanks = {"n": tally.cast, "can": fault.judges}
        problem = Problem(f"agree-{item_id}", "staff.council.votes_wrong", blanks)
        return page_of(here, [problem], 422)


@bp.post("/hoi-dong/<session_id>/y/<item_id>/la-phieu", allow=SCORERS)
def cast_vote(session_id: str, item_id: str) -> ResponseReturnValue:
    """Cast this member's ballot."""
    here = seen_session(session_id)
    shown_idea(here, item_id)
    with reading(partial(page_of, here), of=item_id) as given:
        choice = given.choice("choice", CHOICES)
    return _decide(here, lambda: judging.cast(store(), item_id, me().id, choice, at=clock.now()))


@bp.post("/hoi-dong/<session_id>/dong", allow=DESK)
def close_council_session(session_id: str) -> ResponseReturnValue:
    """End a session; a second time changes nothing."""
    here = seen_session(session_id)
    return done(here, lambda: sessions.close(store(), session_id, actor=me().id, at=clock.now()))


@bp.app_errorhandler(SessionUnknown)
def _no_session(_fault: SessionUnknown) -> ResponseReturnValue:
    return fault_page(404)


def seen_session(session_id: str) -> Whole:
    """Return a session that this member may see: his own, or any to those who lead them."""
    found = judging.whole(store(), session_id)
    if me().role not in DESK and me().id not in {seat.staff_id for seat in found.seats}:
        abort(404)
    return found


def shown_idea(here: Whole, item_id: str) -> Judged:
    """Return an idea of the session that may be shown, or 404: never a confidential one."""
    shown = {one.item.id: one for one in here.shown}
    if item_id not in shown:
        abort(404)
    return shown[item_id]


def done(here: Whole, change: Callable[[], object]) -> ResponseReturnValue:
    """Make a change and go back to the session and its idea; or say why not, with what was
    typed."""
    try:
        change()
    except tuple(_FAULTS) as fault:
        again = judging.whole(store(), here.session.id)
        return page_of(again, [Problem("", _FAULTS[type(fault)])], 409)
    item_id = (request.view_args or {}).get("item_id")
    return redirect(
        url_for(
            "staff.council_session", session_id=here.session.id, y=item_id,
            _anchor=f"y-{item_id}" if item_id else None,
        ),
        303,
    )  # fmt: skip


def _decide(here: Whole, change: Callable[[], None]) -> ResponseReturnValue:
    """Make a change that decides something: not before the session's day."""
    if here.session.held_on > today():
        return page_of(here, [Problem("held_on", "staff.council.not_its_day")], 409)
    return done(here, change)


def page_of(
    here: Whole, problems: Sequence[Problem] = (), status: int = 200
) -> ResponseReturnValue:
    """Return a session's page; what was typed stays in the form that has a problem."""
    db = store()
    leads = me().role in DESK
    names = staff.names(db)
    members, _, secretaries = who_may_sit()
    opened = _opened(here)
    page = render_template(
        "staff/council_session.html",
        whole=here,
        leads=leads,
        opened=opened,
        inviting=inviting_of(here) if leads else None,
        known=shown_evidence(one.proposal for one in opened),
        free=agenda.waiting(db) if leads and here.session.closed_at is None else [],
        names=names,
        colleagues=lambda ids: [(one, names[one]) for one in ids],
        members=members,
        secretaries=[(one.id, one.name) for one in secretaries],
        has_its_day=here.session.held_on <= today(),
        verdicts=VERDICTS,
        choices=CHOICES,
        problems=list(problems),
        given=request.form if problems else Form(),
    )
    return page, status


def _opened(here: Whole) -> tuple[Judged, ...]:
    """Return the ideas whose parts the page shows: all of a short list, one of a long one."""
    if len(here.shown) <= MOST_OPENED:
        return here.shown
    wanted = request.args.get("y") or (request.view_args or {}).get("item_id")
    own = [one for one in here.shown if me().id in one.waited_for]
    found = [one for one in here.shown if one.item.id == wanted]
    return tuple(found or own or here.shown)[:1]


def today() -> str:
    """Return the office's day, YYYY-MM-DD."""
    return local_now().date().isoformat()


def who_may_sit() -> tuple[list[staff.StaffMember], ...]:
    """Return who may be a member, lead a session, write its minutes."""
    active = [one for one in staff.everyone(store()) if one.is_active]
    members = [one for one in active if one.role in SCORERS]
    return members, members, [one for one in active if one.role in OFFICER | COUNCIL_MEMBER]
