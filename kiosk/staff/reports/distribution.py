"""Which paper was sent to whom, when, how and with what proof (R37); and who has not got it yet.

Recipients are the campaign's list, which the office writes, and others that are named.
"""

from datetime import date
from functools import partial

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import office_files
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import Form, reading, sending_key
from kiosk.staff.pending import reason_to_end
from kiosk.staff.reports.distribution_form import read_confirmation, read_paper, read_sendings
from kiosk.taking import FORM_BYTES, MIB, FileRefused
from kiosk.web import local_now, say, store
from shared.db.connection import writing
from shared.db.event_log import new_id
from shared.db.pages import page_after
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.record import Record
from shared.domain.roles import DESK
from shared.store.files import office_files as kept_files
from shared.store.office import campaigns, dispatches
from shared.store.office.dispatches import WAYS, Dispatch, SentAlready, SentPaper
from shared.store.people import staff


class Sent(Record):
    """A paper as the list shows it: number of sendings, of confirmations, who is still missing."""

    paper: SentPaper
    sent: list[Dispatch]
    missing: list[str]

    @property
    def confirmed(self) -> int:
        """How many sendings are known to have arrived."""
        return sum(bool(one.confirmed_on) for one in self.sent)


@bp.get("/noi-nhan", allow=DESK)
def distribution() -> ResponseReturnValue:
    """Show a campaign's papers and who has not got them."""
    return _list_page()


@bp.post("/noi-nhan/gui-tep", allow=DESK)
def put_down_paper() -> ResponseReturnValue:
    """File a paper and lead to its page."""
    try:
        office_files.open_form()
    except FileRefused as refusal:
        problem = Problem("file", refusal.key, refusal.blanks)
        return _list_page([problem], refusal.status, Form())
    with reading(lambda wrong: _list_page(wrong, given=request.form)) as given:
        new = read_paper(given, _years())
    try:
        files = office_files.examined()
    except FileRefused as refusal:
        problem = Problem("file", refusal.key, refusal.blanks)
        return _list_page([problem], refusal.status, request.form)
    key, at = sending_key(request.form), clock.now()
    with writing(store()):
        kept = dispatches.add_paper(store(), new, key=key, actor=me().id, at=at)
        office_files.keep("paper", kept, files, actor=me().id, at=at)
    return redirect(url_for("staff.outgoing_paper", paper_id=kept), 303)


@bp.get("/noi-nhan/<paper_id>", allow=DESK)
def outgoing_paper(paper_id: str) -> ResponseReturnValue:
    """Show one paper: its file, to whom it was sent, to whom not."""
    return _paper_page(_paper(paper_id))


@bp.post("/noi-nhan/<paper_id>", allow=DESK)
def note_sending(paper_id: str) -> ResponseReturnValue:
    """Keep that a paper was sent, to all ticked recipients at once."""
    here = _paper(paper_id)
    with reading(lambda wrong: _paper_page(here, wrong, given=request.form)) as given:
        new = read_sendings(given, _recipients(here.year), today=_today())
    key, at = sending_key(request.form), clock.now()
    try:
        with writing(store()):
            for one in new:
                dispatches.send(
                    store(), here.id, one, key=f"{key}|{one.recipient}", actor=me().id, at=at
                )
    except SentAlready as known:
        problem = Problem("other", "staff.sending.sent_already", {"noi": str(known)})
        return _paper_page(here, [problem], 409, request.form)
    return redirect(url_for("staff.outgoing_paper", paper_id=here.id), 303)


@bp.post("/noi-nhan/<paper_id>/bo", allow=DESK)
def strike_paper(paper_id: str) -> ResponseReturnValue:
    """Strike out a paper that was filed by mistake and sent to nobody."""
    here = _paper(paper_id)
    back = url_for("staff.outgoing_paper", paper_id=here.id)
    reason = reason_to_end("paper", name=here.title, back=back)
    if not dispatches.strike_paper(store(), here.id, reason, actor=me().id, at=clock.now()):
        return _paper_page(here, [Problem("", "staff.sending.has_gone_out")], 409)
    return redirect(url_for("staff.distribution", nam=here.year), 303)


@bp.post("/noi-nhan/<paper_id>/lay-lai", allow=DESK)
def bring_paper_back(paper_id: str) -> ResponseReturnValue:
    """Bring back a paper that was struck out."""
    dispatches.bring_paper_back(store(), paper_id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.outgoing_paper", paper_id=_paper(paper_id).id), 303)


@bp.get("/noi-nhan/<paper_id>/so", allow=DESK)
def sending_log(paper_id: str) -> ResponseReturnValue:
    """Show to whom a paper was sent, to print and file."""
    here = _paper(paper_id)
    return render_template("print/sending_log.html", **_shown(here), at=clock.now())


@bp.get("/noi-nhan/<paper_id>/tep/<file_id>", allow=DESK)
def paper_file(paper_id: str, file_id: str) -> Response:
    """Send a paper's file."""
    return office_files.send("paper", _paper(paper_id).id, file_id)


@bp.post("/noi-nhan/<paper_id>/<dispatch_id>/nhan", allow=DESK)
def confirm_sending(paper_id: str, dispatch_id: str) -> ResponseReturnValue:
    """Record that a paper arrived."""
    here, its = _sending(paper_id, dispatch_id)
    with reading(lambda wrong: _paper_page(here, wrong, given=request.form), of=its.id) as given:
        day, how = read_confirmation(given, today=_today())
    dispatches.confirm(store(), its.id, day, how, actor=me().id, at=clock.now())
    return redirect(url_for("staff.outgoing_paper", paper_id=here.id), 303)


@bp.post("/noi-nhan/<paper_id>/<dispatch_id>/bo", allow=DESK)
def strike_sending(paper_id: str, dispatch_id: str) -> ResponseReturnValue:
    """Strike out a sending that never happened."""
    here, its = _sending(paper_id, dispatch_id)
    back = url_for("staff.outgoing_paper", paper_id=here.id)
    reason = reason_to_end("sending", name=its.recipient, back=back)
    dispatches.strike(store(), its.id, reason, actor=me().id, at=clock.now())
    return redirect(back, 303)


@bp.post("/noi-nhan/<paper_id>/<dispatch_id>/lay-lai", allow=DESK)
def bring_sending_back(paper_id: str, dispatch_id: str) -> ResponseReturnValue:
    """Bring back a sending that was struck out, unless the paper was sent there again since."""
    here = _paper(paper_id)
    try:
        dispatches.bring_back(store(), here.id, dispatch_id, actor=me().id, at=clock.now())
    except SentAlready as known:
        problem = Problem("", "staff.sending.sent_already", {"noi": str(known)})
        return _paper_page(here, [problem], 409)
    return redirect(url_for("staff.outgoing_paper", paper_id=here.id), 303)


@bp.post("/noi-nhan/<paper_id>/<dispatch_id>/gui-tep", allow=DESK)
def add_proof(paper_id: str, dispatch_id: str) -> ResponseReturnValue:
    """Keep a photograph or a paper that proves that a paper arrived."""
    here, its = _sending(paper_id, dispatch_id)
    try:
        office_files.open_form()
        office_files.keep(
            "dispatch", its.id, office_files.examined(), actor=me().id, at=clock.now()
        )
    except FileRefused as refusal:
        problem = Problem(f"proof-{its.id}", refusal.key, refusal.blanks)
        return _paper_page(here, [problem], refusal.status)
    return redirect(url_for("staff.outgoing_paper", paper_id=here.id), 303)


@bp.get("/noi-nhan/<paper_id>/<dispatch_id>/tep/<file_id>", allow=DESK)
def proof_file(paper_id: str, dispatch_id: str, file_id: str) -> Response:
    """Send the proof of a sending."""
    return office_files.send("dispatch", _sending(paper_id, dispatch_id)[1].id, file_id)


def _paper(paper_id: str) -> SentPaper:
    return dispatches.paper(store(), paper_id) or abort(404)


def _sending(paper_id: str, dispatch_id: str) -> tuple[SentPaper, Dispatch]:
    """Return a paper and a sending of exactly this paper, or 404."""
    here, its = _paper(paper_id), dispatches.by_id(store(), dispatch_id)
    if its is None or its.paper_id != here.id:
        abort(404)
    return here, its


def _recipients(year: int) -> tuple[str, ...]:
    return campaigns.campaign_of(store(), year).distribution


def _years() -> list[int]:
    return [one.year for one in campaigns.campaigns(store())]


def _list_page(
    problems: list[Problem] | None = None, status: int = 200, given: Form | None = None
) -> ResponseReturnValue:
    years, said = _years(), request.args.get("nam", "")
    year = next((one for one in years if str(one) == said), years[0])
    after, recipients = request.args.get("after", ""), _recipients(year)
    found = page_after(partial(dispatches.page_of_papers, store(), year), after)
    sent = dispatches.of_papers(store(), [one.id for one in found.lines])
    page = render_template(
        "staff/distribution.html",
        year=year,
        years=[(str(one), str(one)) for one in years],
        recipients=recipients,
        page=found,
        papers=[_sent(one, sent.get(one.id, []), recipients) for one in found.lines],
        struck=dispatches.struck_papers(store(), year),
        kinds=[say(f"staff.reports.paper.{name}") for name in ("bao_cao", "so_theo_doi")],
        key=new_id(),
        files_most=FORM_BYTES // MIB,
        problems=problems or [],
        given=Form() if given is None else given,
    )
    return page, status


def _sent(paper: SentPaper, sent: list[Dispatch], recipients: tuple[str, ...]) -> Sent:
    return Sent(paper, sent, dispatches.missing(recipients, sent))


def _shown(here: SentPaper) -> dict[str, object]:
    """Return what both the page and the printed log show of a paper."""
    db = store()
    sent, files = dispatches.of_paper(db, here.id), kept_files.of(db, "paper", here.id)
    proofs = kept_files.of_many(db, "dispatch", [one.id for one in sent])
    shown = _sent(here, sent, _recipients(here.year))
    return {
        "here": here, "shown": shown, "files": files, "proofs": proofs, "names": staff.names(db),
    }  # fmt: skip


def _paper_page(
    here: SentPaper,
    problems: list[Problem] | None = None,
    status: int = 200,
    given: Form | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "staff/outgoing_paper.html",
        **_shown(here),
        struck=dispatches.struck_of(store(), here.id),
        ways=[("", say("staff.do.not_chosen"))]
        + [(one, say(f"staff.sending.ways.{one}")) for one in WAYS],
        today=clock.written_day(_today().isoformat()),
        files_most=FORM_BYTES // MIB,
        key=new_id(),
        problems=problems or [],
        given=Form({"sent_by": me().name}) if given is None else given,
    )
    return page, status


def _today() -> date:
    return local_now().date()
