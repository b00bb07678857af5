"""The chair's folder: what the council concluded, with all that speaks for and against it, beside
the decision that signs it (R34). Many ideas are signed under one number and day in one press; the
signature waits, and one tap takes it back (kiosk/staff/pending.py)."""

from collections.abc import Sequence
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.claimed_time import Claim, claim_of
from kiosk.staff.cases.move_form import read_details
from kiosk.staff.council.evidence import ShownEvidence, shown_evidence
from kiosk.staff.download import send_paper, this_desk
from kiosk.staff.forms import Form, Reader, reading
from kiosk.staff.pending import ShownAct, shown_acts, waits_problem
from kiosk.web import local_now, settings, store
from shared.db import event_log
from shared.documents import campaign_papers
from shared.documents.campaign_papers import named_all
from shared.documents.write import Registered
from shared.domain import clock, codes
from shared.domain.intake import Problem
from shared.domain.proposal import MoveRefused, Status, needed_for
from shared.domain.record import Record
from shared.domain.roles import CHAIR
from shared.store.awards.decision_numbers import NumberTaken
from shared.store.cases import pending_acts, proposals
from shared.store.cases.pending_acts import ListedAct, PendingAct
from shared.store.council import judging
from shared.store.council.judging import Judged, Whole
from shared.workflows import pending, sign_off
from shared.workflows.ask_to_sign import ask_to_sign, waiting_signature
from shared.workflows.pending import ActWaits
from shared.workflows.sign_off import Signed, WaitingConclusion


class FolderRow(Record):
    """A conclusion as the folder shows it: `authors` as papers name them; `told` authors get an
    SMS after the signature, `silent` ones left no number or no consent."""

    waiting: WaitingConclusion
    judged: Judged
    known: ShownEvidence
    authors: str
    told: int
    silent: int
    claim: Claim | None


class Folder(Record):
    """What one session hands to the chair."""

    session: Whole
    rows: list[FolderRow]


class WaitingSignature(Record):
    """A decision that is signed and not yet carried out: its `act` stands for all of its ideas,
    which are (code, title); `has_paper`: it can be read as the paper."""

    act: ShownAct
    ideas: list[tuple[str, str]]
    has_paper: bool


@bp.get("/ky-duyet", allow=CHAIR)
def sign_off_queue() -> ResponseReturnValue:
    """Show what waits for the chair."""
    return _page()


@bp.post("/ky-duyet", allow=CHAIR)
def sign_ideas() -> ResponseReturnValue:
    """Sign the chosen conclusions by one decision. It waits; then the ideas move and their senders
    are told."""
    at, zone = clock.now(), settings().office.zone
    with reading(_page) as given:
        chosen, step = _read_chosen(given)
        needed = [name for name in needed_for(step) if name != "reason"]
        today = clock.to_local(at, zone).date()
        details = read_details(given, step, today=today, needed=needed)
        reasons = {item: given.reason(f"reason-{item}") for item in _with_reason(chosen, step)}
    try:
        ask_to_sign(store(), chosen, details, reasons, actor=me().id, at=at)
    except NumberTaken as fault:
        blanks = {"ngay": clock.written_day(fault.day), "ma": fault.code}
        return _page([Problem("decision_number", "staff.sign.number_taken", blanks)], 422)
    except ActWaits as fault:
        return _act_waits(fault.act)
    except (Signed, MoveRefused):
        return _page([Problem("", "staff.sign.gone")], 409)
    return redirect(url_for("staff.sign_off_queue"), 303)


@bp.post("/ky-duyet/xem-truoc", allow=CHAIR)
def preview_decision() -> ResponseReturnValue:
    """Show the decision as it would be signed or is signed and waits, or send it as a draft."""
    if request.form.get("act"):
        return _preview_waiting(request.form["act"])
    with reading(_page) as given:
        chosen, _ = _read_chosen(given)
        day = given.day("decision_date", optional=True)
        if any(one.step is not Status.RECOGNISED for one in sign_off.find(store(), chosen)):
            given.wrong("items", "staff.sign.no_paper")
    number = request.form.get("decision_number", "").strip()
    return _preview(_draft(chosen, number, date.fromisoformat(day) if day else None))


def _preview_waiting(act_id: str) -> ResponseReturnValue:
    """Return the decision that an act which waits signs, or the folder if none waits."""
    act = pending_acts.that_waits(store(), act_id)
    if act is None or pending.step_of(act) is not Status.RECOGNISED:
        return _page([Problem("", "staff.acts.gone")], 409)
    reasons = {one.proposal_id: one.reason for one in pending_acts.together(store(), act)}
    day = date.fromisoformat(act.details["decision_date"])
    number = Registered(act.details["decision_number"], day)
    blanks = campaign_papers.decision_blanks(this_desk(), day.year, reasons, number)
    return _preview(blanks, is_signed=True)


def _preview(blanks: dict[str, object], *, is_signed: bool = False) -> ResponseReturnValue:
    if request.form.get("take") == "yes":
        content = campaign_papers.decision_draft(this_desk(), blanks)
        back = url_for("staff.sign_off_queue")
        return send_paper(content, "quyet-dinh-cong-nhan-du-thao", back=back)
    typed = [(name, text) for name, text in request.form.items(multi=True) if name != "take"]
    return render_template(
        "staff/decision_preview.html", draft=blanks, typed=typed, is_signed=is_signed
    )


@bp.post("/ky-duyet/tra-lai", allow=CHAIR)
def return_ideas() -> ResponseReturnValue:
    """Send the chosen conclusions back to the council, or the ideas to the officer, with a
    reason."""
    with reading(_page) as given:
        chosen = _read_items(given)
        reason = given.reason("back", at="back")
    if act := waiting_signature(store(), chosen):
        return _act_waits(act)
    try:
        sign_off.send_back(
            store(), chosen, reason, to_officer=request.form.get("to") == "officer",
            actor=me().id, at=clock.now(), zone=settings().office.zone,
        )  # fmt: skip
    except Signed:
        return _page([Problem("", "staff.sign.gone")], 409)
    return redirect(url_for("staff.sign_off_queue"), 303)


def _act_waits(act: PendingAct) -> ResponseReturnValue:
    """Answer a press on a case in which something waits already: which case, and what."""
    code = proposals.by_id(store(), act.proposal_id).code
    waits = waits_problem(act, "items")
    blanks = {**waits.blanks, "ma": codes.grouped(code)}
    return _page([Problem("items", "staff.sign.act_waits", blanks)], 409)


def _read_items(given: Reader) -> list[str]:
    chosen = list(dict.fromkeys(given.form.getlist("item")))
    if not chosen:
        given.wrong("items", "staff.sign.none_chosen")
    given.check()
    return chosen


def _read_chosen(given: Reader) -> tuple[list[str], Status]:
    """Return the chosen items and the one step that all of them make."""
    chosen = _read_items(given)
    steps = sign_off.steps_of(store(), chosen)
    if len(steps) > 1:
        given.wrong("items", "staff.sign.two_kinds")
        given.check()
    return chosen, steps.pop()


def _with_reason(chosen: Sequence[str], step: Status) -> list[str]:
    """Return the items for which the form holds a reason."""
    if "reason" not in needed_for(step):
        return []
    return [item for item in chosen if f"reason-{item}" in request.form]


def _draft(chosen: Sequence[str], number: str, day: date | None) -> dict[str, object]:
    found = sign_off.find(store(), chosen)
    reasons = {
        one.proposal.id: request.form.get(f"reason-{one.item_id}") or one.reason for one in found
    }
    at = day or local_now().date()
    return campaign_papers.decision_blanks(this_desk(), at.year, reasons, Registered(number, day))


def _page(problems: Sequence[Problem] = (), status: int = 200) -> ResponseReturnValue:
    folders = _folders()
    rows = [row for folder in folders for row in folder.rows]
    to_recognise = [row.waiting.item_id for row in rows if row.waiting.step is Status.RECOGNISED]
    page = render_template(
        "staff/sign_off.html",
        folders=folders,
        signed=_signed(),
        recognised=to_recognise,
        steps={row.waiting.step for row in rows},
        draft=_draft(to_recognise, "", None) if to_recognise else None,
        told=sum(row.told for row in rows),
        silent=sum(row.silent for row in rows),
        problems=list(problems),
        given=request.form if problems else Form(),
    )
    return page, status


def _signed() -> list[WaitingSignature]:
    """Return what is signed and waits, one for each decision, the first due first."""
    listed = pending_acts.signatures(store(), me().id)
    decisions: dict[str, list[ListedAct]] = {}
    for one in listed:
        decisions.setdefault(one.act.batch or one.act.id, []).append(one)
    firsts = [acts[0].act for acts in decisions.values()]
    return [
        WaitingSignature(
            shown,
            [(one.code, one.title) for one in acts],
            pending.step_of(acts[0].act) is Status.RECOGNISED,
        )
        for shown, acts in zip(shown_acts(firsts), decisions.values(), strict=True)
    ]


def _folders() -> list[Folder]:
    """Return what waits by session, in the order of the first conclusion of each."""
    db, zone = store(), settings().office.zone
    waiting = sign_off.waiting(db)
    known = shown_evidence(one.proposal for one in waiting)
    claims = event_log.of_kind_about(db, "waited_at_kiosk", [one.proposal.id for one in waiting])
    folders: dict[str, Folder] = {}
    for one in waiting:
        if one.session_id not in folders:
            folders[one.session_id] = Folder(judging.whole(db, one.session_id), [])
        folder, who = folders[one.session_id], known[one.proposal.id].authors
        judged = {each.item.id: each for each in folder.session.judged}[one.item_id]
        told = sum(author.is_told for author in who)
        its = [event for event in claims if event.proposal_id == one.proposal.id]
        claim = claim_of(db, one.proposal, its, zone)
        row = FolderRow(
            one, judged, known[one.proposal.id], named_all(who), told, len(who) - told, claim
        )
        folder.rows.append(row)
    return list(folders.values())
