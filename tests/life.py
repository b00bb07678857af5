"""A unit's life, a little of everything: after `live` every sealed table holds a row of it, after
`fill_the_rest` every other table too. A table whose own road is not walked here gets a row by its
card.

Two units may live the same life in one store: `mark` stands in all that one of them says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.db import daily_roots, schema, throttle
from shared.db.card import Table, Whose
from shared.db.connection import Store, writing
from shared.db.event_log import new_id
from shared.domain import clock, codes
from shared.domain.appraisal import AppraisalAnswers, Expected
from shared.domain.council import VoteTally
from shared.domain.entry_on_behalf import Entry
from shared.domain.measures import Figures
from shared.domain.proposal import NewProposal, Status
from shared.domain.record import replace
from shared.files import media
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.awards import checks, conferences, rules
from shared.store.cases import (
    appraisals,
    authors,
    completeness,
    conversation,
    drafts,
    moves,
    notes,
    paper_checks,
    paper_forms,
    paper_titles,
    parked_drafts,
    pending_acts,
    redactions,
    reserved_codes,
    roadmap,
    scouting,
    similar,
)
from shared.store.cases.proposals import Proposal
from shared.store.council import agenda, invitations, judging, minutes, plans, sessions, votes
from shared.store.council import sheets as council_sheets
from shared.store.council.files import COUNCIL_FILE
from shared.store.files import attachments, office_files, originals, paper_templates, uploads
from shared.store.jobs import clock_watch, export_jobs, heartbeat, job_runs, leases, print_jobs
from shared.store.messages import (
    asked_back,
    budgets,
    call_backs,
    first_answers,
    gateway_health,
    inbox,
    loop_alarms,
    media_downloads,
    opt_outs,
    outgoing,
)
from shared.store.models import (
    adoptions,
    follow_up,
    lasting_questions,
    model_requests,
    recognitions,
    registry,
    trials,
)
from shared.store.models.follow_up import FollowUpDue
from shared.store.office import (
    campaigns,
    dispatches,
    outreach,
    procedures,
    profile,
    report_words,
)
from shared.store.people import clerks, devices, help_calls, recovery_codes, staff
from shared.store.people import sessions as people_sessions
from shared.store.people.staff import StaffMember
from shared.store.privacy import break_glass, data_requests, erasures
from shared.store.reports import staff_year
from shared.store.schema.tables import CARDS
from shared.workflows import (
    award_steps,
    correct_sender,
    enter_for_citizen,
    enter_for_members,
    erase,
    invite_members,
    late_notices,
    pending,
    retention,
    sms_steps,
)
from shared.workflows.change_campaign import change_campaign
from tests.conftest import ZONE


@dataclass(frozen=True)
class Life:
    """Whose life it is and when, what builds its ideas, and what it says and who telephones it:
    `mark` is put behind every text, `national` is a telephone number without its 0."""

    db: Store
    instance: Instance
    a_proposal: Callable[..., Proposal]
    at: int
    mark: str = ""
    national: str = "912345678"

    def say(self, text: str) -> str:
        """Return a text as this unit says it."""
        return text + self.mark

    @property
    def number(self) -> str:
        """The telephone number of its citizens."""
        return f"+84{self.national}"

    @property
    def colleague(self) -> str:
        """The telephone number of its staff."""
        return f"+849{self.national[:0:-1]}"


def live(life: Life) -> None:
    """Let every sealed table have a row."""
    db, at = life.db, life.at
    kept = life.a_proposal(
        status=Status.NEEDS_INFO, title=life.say("Hẹn giờ trước khi đi chứng thực"),
        name=life.say("Lan"), phone=f"0{life.national}", consents={"store": True, "sms": True},
    )  # fmt: skip
    officer = staff.add(
        db, "lan", name=life.say("Lan"), role="officer", password_hash="h", must_change=False,
        actor="t", at=at,
    )  # fmt: skip
    people_sessions.begin(db, officer.id, life.say("t"), people_sessions.Where("", ""), at=at)
    break_glass.begin(db, officer.id, life.say("t"), life.say("hồ sơ quá hạn"), at=at)
    recovery_codes.draw(db, officer.id, ["h"], actor="t", at=at)
    _office(life)
    entered = _papers(life, kept, officer)
    _case(life, kept, entered, officer)
    done = _model(life)
    _award(life, done)
    _of_the_offices_own(life, officer.id, [kept.id, entered.id])
    _council(life, kept, officer.id)
    _what_came(life, kept)
    erased = life.a_proposal(name=life.say("Ba"), consents={"store": True})
    how = erase.ErasureRequest(erasures.Scope.ALL, "asked", life.say("theo đơn"), "t", at)
    erase.erase(db, erased.id, how)
    daily_roots.close_day(db, at=at + clock.DAY, zone=ZONE)
    _by_card(life, sealed=True)


def _office(life: Life) -> None:
    """The office itself: its names, its basis, its procedures, an organisation and a kiosk."""
    db, at = life.db, life.at
    profile.add_profile(
        db, "2025-07-01", life.say("UBND xã Tân An"), "", life.say("Tân An"), "Văn phòng",
        actor="t", at=at,
    )  # fmt: skip
    basis = life.say("Luật Tổ chức chính quyền địa phương")
    profile.add_basis(db, basis, "", "", actor="t", at=at)
    profile.add_organisation(db, "hoi-nong-dan", life.say("Hội Nông dân"), actor="t", at=at)
    new = procedures.NewProcedure("1.1", life.say("Khai sinh"), "")
    procedures.bring_in(db, [new], actor="t", at=at)
    kiosk = devices.add(db, life.say("Kiosk 1"), life.say("hash"), actor="t", at=at)
    reserved_codes.issue(db, kiosk.id, reserved_codes.FULL - 2, key=b"k", at=at)


def _papers(life: Life, kept: Proposal, officer: StaffMember) -> Proposal:
    """What lies on paper: a blank form, a receipt that is printed, an idea that came by post."""
    db, at = life.db, life.at
    print_jobs.ask(db, kept.id, asked_by="citizen", at=at)
    paper_forms.issue(db, 1, mobiliser="", actor=officer.id, key=b"k", at=at)
    return enter_for_citizen.add(
        db, NewProposal("paper", "citizen", life.say("Một ý trên giấy"), ""),
        Entry("by_post", at - clock.DAY, "stamp", life.say("số đến 12")), key="p", fingerprint="",
        receipt_key=b"k", zone=ZONE, actor=officer.id, at=at,
    ).proposal  # fmt: skip


def _case(life: Life, kept: Proposal, entered: Proposal, officer: StaffMember) -> None:
    """What an officer and a sender do about a case."""
    db, at, say = life.db, life.at, life.say
    conversation.add_more(db, kept.code, say("thêm một ý"), channel="web", key="a", at=at)
    conversation.answer(db, kept.code, say("xã trả lời"), staff_id=officer.id, key="r", at=at)
    _files(life, kept, officer)
    for words in (say("[…]"), say("x")):
        redactions.keep(
            db, kept.code, dict.fromkeys(redactions.TEXTS, words), actor=officer.id, at=at
        )
    completeness.correct(db, kept.code, ["state"], actor=officer.id, at=at)
    notes.add(db, kept.code, say("hỏi ấp"), key="n", actor=officer.id, at=at)
    paper_titles.keep(db, kept.code, say("Hẹn giờ"), actor=officer.id, at=at)
    similar.tell_apart(db, kept.code, entered.code, actor=officer.id, at=at)
    late_notices.expect(db, kept.code, date(2027, 1, 4), actor=officer.id, at=at, zone=ZONE)
    said = AppraisalAnswers(say("nên làm"))
    appraisals.keep(db, kept.code, said, [Expected("days", 3, 1)], seen="", actor="t", at=at)
    roadmap.add(db, kept.id, say("in bảng"), "2027-01-01", key="k", actor="t", at=at)
    scouting.settle(db, kept.code, "fit", "", actor="t", at=at)
    pending.put(db, kept, "close", reason=say("quá hạn"), actor=officer.id, at=at)
    details = {"to_office": say("Tiếp công dân")}
    lapsing = pending.put(db, kept, "redirect", actor=officer.id, at=at, details=details)
    with writing(db):
        pending_acts.lapsed(db, lapsing, at=at)
    wants = data_requests.NewDataRequest("access", "counter", kept.id, said=say("cho xem"))
    data_requests.add(db, wants, key="d", zone=ZONE, at=at, actor="t")
    facts = correct_sender.facts_of(kept, authors.of(db, kept.id))
    right = correct_sender.Correction(
        replace(facts, position=say("tổ trưởng")), "counter", say("người gửi nói lại"), "v", ""
    )
    correct_sender.correct(db, kept.code, right, zone=ZONE, actor=officer.id, at=at)


def _files(life: Life, kept: Proposal, officer: StaffMember) -> None:
    """A recording, its original, and a file that is on its way."""
    db, at, folder = life.db, life.at, life.instance.media
    recording = media.keep(folder, [life.say("no recording at all").encode()])
    attachments.add(db, kept.id, recording, source="desk", key="f", actor=officer.id, at=at)
    [file] = attachments.of_proposal(db, kept.id)
    original = media.keep(folder, [life.say("as it was sent").encode()])
    with writing(db):
        originals.keep(db, file, original, "differs", at=at)
    upload = life.say("u1")
    uploads.begin(db, upload, kept.id, 9, {}, uploads.Origin("kiosk", "citizen", "s"), at=at)


def _model(life: Life) -> Proposal:
    """A recognised idea, its model, and how it spreads; return the idea."""
    db, at, say = life.db, life.at, life.say
    done = life.a_proposal(status=Status.RECOGNISED)
    words = registry.Words(say("Hẹn giờ"), say("Chờ lâu"), say("nhắn tin trước"), "", False, False)
    entry = registry.publish(db, done.code, words, seen="", actor="t", at=at)
    found = registry.find(db, registry.ModelFilter()).models
    [model] = [one for one in found if one.entry.id == entry.id]
    asked = model_requests.NewModelRequest(say("Ấp 3"), say("Ba"), life.number, "", "n")
    model_requests.ask(db, model, asked, key="k", at=at)
    unit = adoptions.add(db, done.id, say("Ấp 3"), "applying", "2026-08-01", actor="t", at=at)
    counted = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-08-01", say("sổ"), unit)
    adoptions.measure(db, done.id, counted, key="m", actor="t", at=at)
    trials.keep(db, done.id, trials.Trial(say("ấp 3"), "", "", "Ba", ""), actor="t", at=at)
    wanted = FollowUpDue(unit, say("Ấp 3"), "2026-08-01", 30, done.code, "", done.id)
    with writing(db):
        asked_id = lasting_questions.new_question_id()
        lasting_questions.ask(db, wanted, "author", question_id=asked_id, secret_hash="", at=at)
    lasting_questions.answer(db, asked_id, "lasts", "page", at=at)
    follow_up.check(db, unit, 30, "lasts", "", today="2026-09-01", actor="t", at=at)
    names = f"{say('Ba')}: 100%"
    by_decree = recognitions.Recognition("statutory", "", "", "", names, "", "")
    recognitions.keep(db, done.id, by_decree, actor="t", at=at)
    return done


def _award(life: Life, done: Proposal) -> None:
    """An award for it, and the conference where it is given."""
    db, at = life.db, life.at
    award = award_steps.propose(
        db, done.code, 1, "award", key="h", today=date(2026, 8, 1), actor="t", at=at
    )
    held = checks.AwardCheck("pending", life.say("Thanh tra"), "2026-08-01", "", "t", at)
    award_steps.check(db, award.id, held, seen=award.version)
    year_end = conferences.open_one(
        db, life.say("a"), "2026-12-20", life.say("xã"), key="c", actor="t", at=at
    )
    conferences.choose(db, award.id, year_end, actor="t", at=at)
    rules.keep(db, rules.of(db), actor="t", at=at)


def _of_the_offices_own(life: Life, officer: str, ideas: list[str]) -> None:
    """Organisations, outreach, papers and the people's record."""
    db, at, say = life.db, life.at, life.say
    authors_of = [_author_of(db, idea) for idea in ideas]
    staff_year.say(db, *authors_of, is_same=False, actor="t", at=at)
    [its] = [one for one in profile.organisations(db) if one.code == "hoi-nong-dan"]
    clerk = staff.add(
        db, "nong", name=say("Nông"), role="organisation", password_hash="h", must_change=False,
        actor="t", at=at,
    )  # fmt: skip
    clerks.seat(db, clerk.id, its.id, actor="t", at=at)
    begun = enter_for_members.begin(db, its, say("Ấp 3"), key="l", actor=clerk.id, at=at)
    listed = enter_for_members.by_id(db, begun)
    assert listed is not None
    enter_for_members.add(
        db, listed,
        NewProposal("paper", "citizen", say("Ý hội viên"), ""),
        key="m", fingerprint="", receipt_key=b"k", zone=ZONE, actor=clerk.id, at=at,
    )  # fmt: skip
    effort = outreach.add(
        db,
        outreach.NewEffort(
            "meeting", say("Họp ấp"), say("Ấp 3"), "2026-03-02", "", "Hạnh", "", 40, None, ""
        ),
        key="e", actor="t", at=at,
    )  # fmt: skip
    folder = life.instance.media
    photo = media.keep(folder, [say("a photograph").encode()])
    shown = office_files.NewFile(say("a.jpg"), "image", "image/jpeg", photo.sha256, photo.bytes)
    office_files.keep(db, "outreach", effort, shown, actor="t", at=at)
    written = media.keep(folder, [say("a template").encode()])
    template = paper_templates.keep(db, "to-trinh", written, say("a.docx"), actor="t", at=at)
    paper_templates.choose(db, "to-trinh", template.id, actor="t", at=at)
    words = report_words.ReportWords(2026, say("còn ít ý"), say("phát thêm tờ rơi"), "t", at)
    report_words.keep(db, words, seen="0")
    _sent_papers(life)


def _author_of(db: Store, idea: str) -> str:
    [author] = db.row(  # type: ignore[misc]
        "SELECT id FROM author WHERE commune_id = :commune_id AND proposal_id = :idea", idea=idea
    )
    return str(author)


def _sent_papers(life: Life) -> None:
    """A report that went out, though not yet to everybody, and the month's papers against the
    list."""
    db, at = life.db, life.at
    listed = replace(campaigns.campaign_of(db, 2026), distribution=("Đảng ủy xã", "HĐND xã"))
    change_campaign(db, listed, zone=ZONE, actor="t", at=at)
    paper = dispatches.add_paper(
        db, dispatches.NewPaper(2026, life.say("Báo cáo năm"), "7/BC-UBND", "2026-12-20"), key="p",
        actor="t", at=at,
    )  # fmt: skip
    sent = dispatches.NewDispatch(
        life.say("Đảng ủy xã"), "2026-12-21", "edoc", "Văn thư", life.say("số 12")
    )
    dispatches.send(db, paper, sent, key="s", actor="t", at=at)
    paper_checks.keep(db, "2026-12", [], [], {codes.new_code()}, "", key="r", actor="t", at=at)


def _council(life: Life, kept: Proposal, officer: str) -> None:
    """A session that judges an idea: a sheet, a vote, a file that was shown, its minutes."""
    db, at = life.db, life.at
    judged = life.a_proposal(status=Status.AT_COUNCIL)
    new = sessions.NewSession(
        2026, "2026-07-01", life.say("Hội trường"), officer, officer, (officer,)
    )
    opened = plans.plan(db, new, "14:00", life.say("Xét sáng kiến"), key="s", actor=officer, at=at)
    _invited(life, opened, officer)
    plans.begin(db, opened, actor=officer, at=at)
    agenda.list_ideas(db, opened, (judged.code,), actor=officer, at=at)
    [one] = judging.whole(db, opened).judged
    sheet = council_sheets.own_sheet(db, one.item.id, officer).sheet
    filled = replace(sheet, gates=(True,) * 5, points=(1,) * 5)
    council_sheets.score(db, one.item.id, officer, filled, hand_in=True, at=at, key="s")
    minutes.keep(db, opened, minutes.Minutes("14:00"), actor=officer, at=at)
    [file] = attachments.of_proposal(db, kept.id)
    shown = {
        "id": life.say("s"), "proposal_id": kept.id, "attachment_id": file.id, "actor": officer,
        "at": at, "taken_back_at": None,
    }  # fmt: skip
    with writing(db):
        votes.write_down(db, one.item.id, VoteTally(1, 0, 0), actor=officer, at=at)
        votes.put_in(db, one.item.id, officer, "agree", at=at)
        db.insert(COUNCIL_FILE, shown)


def _invited(life: Life, session_id: str, member: str) -> None:
    """A member who was invited by SMS, and their answer."""
    db, at = life.db, life.at
    staff.set_contact(db, member, life.say("Chủ tịch"), life.colleague, actor="t", at=at)
    planned_at = clock.from_local(datetime(2026, 6, 1, tzinfo=ZONE))
    invite_members.invite(db, session_id, actor=member, at=planned_at, zone=ZONE)
    said = life.say("co")
    arrived = inbox.Arrived("simulator", "3", life.colleague, "mobile", said, "", None, at)
    inbox.keep(db, arrived)
    [came] = [one for one in inbox.waiting(db) if one.text == said]
    with writing(db):
        invitations.keep_answer(db, session_id, member, came.id, "coming", at=at)
        inbox.handled(db, came.id, outcome=inbox.ANSWERED, at=at)


def _what_came(life: Life, kept: Proposal) -> None:
    """SMS, a call and a notice."""
    db, at = life.db, life.at
    came = inbox.Arrived("simulator", "1", life.number, "mobile", life.say("TT"), "", None, at)
    inbox.keep(db, came)
    question = life.say("làm khai sinh cần giấy gì")
    asked = inbox.Arrived("simulator", "2", life.number, "mobile", question, "", None, at)
    inbox.keep(db, asked)
    with writing(db):
        inbox.handled(
            db, inbox.waiting(db)[-1].id, outcome="question", at=at, quarantined=True,
        )  # fmt: skip
        outgoing.notify(
            db, life.number, "st_received", {"ma": kept.code}, event="e", at=at,
            proposal_id=kept.id,
        )  # fmt: skip
        address = life.say("https://x")
        media_downloads.add(db, kept.id, key="RE1", kind="recording", url=address, at=at)
        call_backs.add(db, key="c", phone=life.number, why="asked", at=at)


def fill_the_rest(life: Life) -> None:
    """Let the tables that bear no seal have a row, too."""
    db, at = life.db, life.at
    officer = staff.by_login(db, "lan")
    [kiosk] = [one for one in devices.everyone(db) if one.name == life.say("Kiosk 1")]
    devices.note_seen(db, kiosk.id, at=at)
    reserved_codes.report(db, reserved_codes.Report(kiosk.id, at, 2, 0, None, 0, 0))
    help_calls.ring(db, kiosk.id, at=at)
    help_calls.begin_writing(db, kiosk.id, by=officer.id, at=at)
    heartbeat.beat(db, life.say("kiosk"), at=at)
    leases.take(db, "nightly", life.say("kiosk"))
    clock_watch.look(db, at=at)
    run = job_runs.begin(db, "verify", at=at)
    blanks = {"ideas": 6, "events": 60, "files": 2}
    job_runs.end(db, run, job_runs.OK, "job.verify.ok", blanks, at=at)
    throttle.count(db, throttle.Brake("login", 5, clock.HOUR), life.say("lan"), at)
    drafts.begin(db, life.say("visit"), at=at)
    draft = drafts.begin(db, life.say("other visit"), at=at)
    parked_drafts.park(
        db, life.say("other visit"), draft, numbers=("1234",), at=at, until=at + clock.HOUR
    )
    kept, twin = life.a_proposal(), life.a_proposal()
    into = {"into": kept.code}
    moves.move(db, twin.code, Status.MERGED, actor=officer.id, at=at, details=into)
    life.a_proposal(status=Status.CLOSED, name=life.say("Tư"), consents={"store": True})
    asked = {"year": 2026, "personal": True, "ending": "zip", "name": "luu-tru"}
    export_jobs.ask(db, "archive", asked, key="j", actor=officer.id, at=at)
    retention.allow(db, retention.RULES[0].name, 5, actor=officer.id, at=at)
    _messages(life, kept, officer)
    _by_card(life, sealed=False)


def _messages(life: Life, kept: Proposal, officer: StaffMember) -> None:
    """What is kept of telephone numbers and gateways."""
    db, at = life.db, life.at
    for last in "12":
        opt_outs.add_for(db, f"{life.number[:-1]}{last}", actor=officer.id, at=at)
    lifted = opt_outs.page(db)[0]
    opt_outs.lift(db, lifted.id, life.say("đã ghé"), actor=officer.id, at=at)
    gateway_health.failed(db, "android", life.say("no answer"), at=at)
    message = "SELECT id FROM message_in WHERE commune_id = :commune_id ORDER BY id DESC"
    [came] = db.row(message)  # type: ignore[misc]
    sms_steps.set_aside(db, came, actor=officer.id, at=at)
    with writing(db):
        budgets.count(db, at=at, zone=ZONE)
        loop_alarms.ring(db, came, life.number, "same_text", at=at)
        asked_back.ask(db, kept.id, "withdraw", digits="1234", at=at)
        first_answers.due(db, f"{life.number[:-1]}3", Settings(), at=at)


def _by_card(life: Life, *, sealed: bool) -> None:
    """Let each table that is empty so far have a row."""
    for card in schema.parents_first(CARDS):
        if card.sealed is sealed and not life.db.raw(card):
            row = {name: _some_value(life, card, name) for name in card.columns}
            with writing(life.db):
                life.db.insert(card, row, **({"salt": "s"} if card.spoken else {}))


def _some_value(life: Life, card: Table[Any], name: str) -> object:
    """Return a value that a column may hold: this unit's own, where it says anything."""
    column = card.columns[name]
    if name in card.foreign:
        [parent] = [one for one in CARDS if one.name == card.foreign[name]]
        return life.db.raw(parent)[0]["id"]
    if listed := re.search(r"(?:IN \(|= )'?(\w+)", column.check):
        return int(listed[1]) if column.type == "INTEGER" else listed[1]
    if column.type != "TEXT":
        return life.at if name.endswith("at") else 1
    if column.write is not None:
        return ()
    if column.encrypted:
        return life.number
    if column.whose is not Whose.NOBODY:
        return life.say("một lời")
    return "2026-08-01" if name.endswith(("_on", "day")) else new_id()
