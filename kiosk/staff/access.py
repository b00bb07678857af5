"""Who may open what. Whatever is not in this table is refused, to everyone.

The guard stands in front of every route of the staff app, those of later blueprints too.
"""

from collections.abc import Iterable
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff import navigation, sessions
from kiosk.staff.blueprint import bp
from kiosk.staff.navigation import Link
from kiosk.web import fault_page, settings, store
from shared.domain import clock
from shared.domain.roles import ROLES
from shared.store.jobs import backup_status
from shared.store.jobs.backup_status import Alarms
from shared.store.messages import budgets
from shared.store.messages.budgets import Budget
from shared.store.people.staff import StaffMember

ANYONE = frozenset({"", *ROLES})  # "" is whoever has not logged in
MEMBERS = frozenset(ROLES)
READERS = frozenset({"receptionist", "officer", "chair"})
DESK = frozenset({"officer", "chair"})
ADMIN = frozenset({"admin"})
# Who decides, and who rates the office's own people.
CHAIR = frozenset({"chair"})
# Who meets in the council, and who leads its sessions.
COUNCIL = DESK | {"council"}
# Who sees how the ideas stand, in numbers alone.
OVERSEERS = DESK | {"culture"}
# Who spreads the word and writes down what was done.
OUTREACH = DESK | {"culture"}
# Who calls its members: their tally and what they send in together, nothing else.
ORGANISATION = frozenset({"organisation"})
# Whom it concerns that the month's notices run out.
BUDGET_READERS = DESK | ADMIN
# Whom it concerns that there is no backup, or that the records are damaged.
KEEPERS = DESK | ADMIN
# Whose password alone is not enough (settings.staff.require_totp).
TWO_FACTORS = frozenset({"officer", "chair", "admin"})

ALLOWED: dict[str, frozenset[str]] = {
    "web.healthz": ANYONE,
    "web.style_sheet": ANYONE,
    "web.favicon": ANYONE,
    "web.module": ANYONE,
    "staff.metrics_text": ANYONE,
    "staff.login": ANYONE,
    "staff.log_in": ANYONE,
    "staff.log_out": MEMBERS,
    "staff.account": MEMBERS,
    "staff.end_sessions": MEMBERS,
    "staff.password": MEMBERS,
    "staff.set_password": MEMBERS,
    "staff.totp": TWO_FACTORS,
    "staff.enrol_totp": TWO_FACTORS,
    "staff.recovery_codes": TWO_FACTORS,
    "staff.draw_recovery_codes": TWO_FACTORS,
    "staff.home": MEMBERS,
    "staff.overview_page": OVERSEERS,
    "staff.case": READERS,
    "staff.reprint": READERS,
    "staff.print_receipt": READERS,
    "staff.expect": DESK,
    "staff.tell_apart": DESK,
    "staff.redact": DESK,
    "staff.add_note": DESK,
    "staff.set_year": CHAIR,
    "staff.bulk": DESK,
    "staff.correct_points": DESK,
    "staff.twin": DESK,
    "staff.take_twin": DESK,
    "staff.referral": READERS,
    "staff.notice_board": READERS | {"culture"},
    "staff.daily_check": READERS | ADMIN,
    "staff.daily_sheet": READERS | ADMIN,
    "staff.closed_days": READERS | {"culture"} | ADMIN,
    "staff.closed_day": READERS | {"culture"} | ADMIN,
    "staff.show_author": DESK,
    "staff.move": DESK,
    "staff.answer": DESK,
    "staff.preview_sms": DESK,
    "staff.preview_sms_alone": DESK,
    "staff.classify": DESK,
    "staff.assign": DESK,
    "staff.flag": DESK,
    "staff.file": READERS,
    "staff.transcribe": DESK,
    "staff.original": READERS,
    "staff.let_go_original": DESK,
    "staff.fetch_again": DESK,
    "staff.add_files": READERS,
    "staff.call_back_list": READERS,
    "staff.note_missed_call": READERS,
    "staff.show_number": READERS,
    "staff.called_back": READERS,
    "staff.ring_list": READERS,
    "staff.rings_now": READERS,
    "staff.answer_ring": READERS,
    "staff.sms": READERS,
    "staff.sms_message": READERS,
    "staff.show_sms_number": READERS,
    "staff.sms_failures": READERS,
    "staff.ask_to_resend": DESK,
    "staff.resend_sms": DESK,
    "staff.set_sms_aside": DESK,
    "staff.sms_quarantine": READERS,
    "staff.release_sms": DESK,
    "staff.sms_gateways": READERS | ADMIN,
    "staff.see_alarm": DESK,
    "staff.sms_silence": READERS,
    "staff.add_silence": DESK,
    "staff.show_silent_number": DESK,
    "staff.lift_silence": DESK,
    "staff.campaigns": DESK,
    "staff.begin_campaign": DESK,
    "staff.campaign": DESK,
    "staff.change_campaign": DESK,
    "staff.office_profile": DESK,
    "staff.add_profile": DESK,
    "staff.add_basis": DESK,
    "staff.end_basis": DESK,
    "staff.add_organisation": DESK,
    "staff.end_organisation": DESK,
    "staff.entry": READERS,
    "staff.enter": READERS,
    "staff.entered": READERS,
    "staff.year_record_page": CHAIR,
    "staff.take_year_record": CHAIR,
    "staff.say_of_people": CHAIR,
    "staff.take_back_of_people": CHAIR,
    "staff.reports": DESK,
    "staff.take_register": DESK,
    "staff.put_away": DESK,
    "staff.copy_page": DESK,
    "staff.take_copy": DESK,
    "staff.report": DESK,
    "staff.take_paper": DESK,
    "staff.take_book": DESK,
    "staff.templates": DESK,
    "staff.template": DESK,
    "staff.original_template": DESK,
    "staff.used_template": DESK,
    "staff.send_template": DESK,
    "staff.template_version": DESK,
    "staff.version_file": DESK,
    "staff.try_template": DESK,
    "staff.use_template": DESK,
    "staff.take_letter": DESK,
    "staff.case_authors": DESK,
    "staff.appraisal": DESK,
    "staff.appraise": DESK,
    "staff.add_step": DESK,
    "staff.settle_step": DESK,
    "staff.roadmaps": DESK,
    "staff.procedure_list": DESK,
    "staff.keep_procedure": DESK,
    "staff.bring_in_procedures": DESK,
    "staff.note_scouted": DESK,
    "staff.add_author": DESK,
    "staff.erase_author": DESK,
    "staff.take_author_off": DESK,
    "staff.set_shares": DESK,
    "staff.take_referral": DESK,
    "staff.paper": READERS,
    "staff.month_end": READERS,
    "staff.reconcile": READERS,
    "staff.month_end_sheet": READERS,
    "staff.blank_forms": READERS,
    "staff.file_photos": READERS,
    "staff.poster": READERS | {"culture", "organisation"},
    "staff.distribution": DESK,
    "staff.put_down_paper": DESK,
    "staff.outgoing_paper": DESK,
    "staff.note_sending": DESK,
    "staff.strike_paper": DESK,
    "staff.sending_log": DESK,
    "staff.paper_file": DESK,
    "staff.confirm_sending": DESK,
    "staff.strike_sending": DESK,
    "staff.add_proof": DESK,
    "staff.proof_file": DESK,
    "staff.leaflet": READERS | {"culture", "organisation"},
    "staff.broadcast": READERS | {"culture", "organisation"},
    "staff.outreach_log": OUTREACH,
    "staff.add_outreach": OUTREACH,
    "staff.outreach_entry": OUTREACH,
    "staff.change_outreach": OUTREACH,
    "staff.strike_outreach": OUTREACH,
    "staff.add_evidence": OUTREACH,
    "staff.evidence": OUTREACH,
    "staff.remove_evidence": OUTREACH,
    "staff.organisation_home": ORGANISATION,
    "staff.begin_collective": ORGANISATION,
    "staff.collective": ORGANISATION,
    "staff.add_to_collective": ORGANISATION,
    "staff.close_collective": ORGANISATION,
    "staff.collective_list": ORGANISATION,
    "staff.collective_receipts": ORGANISATION,
    "staff.seat_clerk": DESK | ADMIN,
    "staff.model_page": DESK,
    "staff.publish_model": DESK,
    "staff.withdraw_model": DESK,
    "staff.add_adoption": DESK,
    "staff.change_adoption": DESK,
    "staff.add_measure": DESK,
    "staff.strike_measure": DESK,
    "staff.note_trial": DESK,
    "staff.note_recognition": DESK,
    "staff.note_lasting": DESK,
    "staff.spreading": DESK,
    "staff.settle_request": DESK,
    "staff.council_sessions": COUNCIL,
    "staff.open_council_session": DESK,
    "staff.council_session": COUNCIL,
    "staff.list_ideas": DESK,
    "staff.seat_member": DESK,
    "staff.recuse_member": COUNCIL,
    "staff.reopen_sheet": COUNCIL,
    "staff.conclude_idea": DESK,
    "staff.close_council_session": DESK,
    "staff.take_minutes": COUNCIL,
    "staff.take_sheets": COUNCIL,
    "staff.count_votes": DESK,
    "staff.cast_vote": frozenset({"council", "chair"}),
    "staff.keep_minutes": DESK,
    "staff.council_file": COUNCIL,
    "staff.paper_sheet": COUNCIL,
    "staff.enter_sheet": COUNCIL,
    "staff.show_to_council": DESK,
    "staff.keep_from_council": DESK,
    "staff.score_sheet": frozenset({"council", "chair"}),
    "staff.keep_score": frozenset({"council", "chair"}),
    "staff.sign_off_queue": CHAIR,
    "staff.sign_idea": CHAIR,
    "staff.return_idea": CHAIR,
    "staff.praise_due": DESK,
    "staff.propose_honours": DESK,
    "staff.open_honours": DESK,
    "staff.open_names": READERS,
    "staff.honour": READERS,
    "staff.show_honour_number": READERS,
    "staff.rewrite_honour": DESK,
    "staff.settle_name": READERS,
    "staff.check_honour": DESK,
    "staff.drop_honour": DESK,
    "staff.approve_letters": CHAIR,
    "staff.decide_awards": CHAIR,
    "staff.issue_letters": DESK,
    "staff.return_honour": CHAIR,
    "staff.withdraw_honour": CHAIR,
    "staff.backup_page": KEEPERS,
    "staff.honour_register": READERS | {"culture"},
    "staff.print_honours": DESK,
    "staff.choose_delivery": DESK,
    "staff.hand_over": READERS,
    "staff.conference_list": READERS,
    "staff.open_conference": DESK,
    "staff.conference": READERS,
    "staff.change_conference": DESK,
    "staff.call_up": DESK,
    "staff.change_call": READERS,
    "staff.hand_over_all": READERS,
    "staff.print_call_sheet": READERS,
    "staff.take_call_sheet": DESK,
    "staff.award_rules": DESK,
    "staff.change_award_rules": DESK,
    "staff.trial_certificate": DESK,
    "staff.data_request_list": READERS,
    "staff.add_data_request": READERS,
    "staff.data_request": READERS,
    "staff.data_letter": READERS,
    "staff.data_copy": DESK,
    "staff.tell_asker": DESK,
    "staff.prove_asker": DESK,
    "staff.extend_request": DESK,
    "staff.correct_details": DESK,
    "staff.take_consent_back": DESK,
    "staff.erase_sender": DESK,
    "staff.end_request": DESK,
    "staff.retention": DESK,
    "staff.allow_retention": DESK,
    "staff.printer": READERS,
    "staff.print_test": READERS,
    "staff.print_case": READERS,
    "staff.print_again": READERS,
    "staff.give_up_printing": READERS,
    "staff.openings": CHAIR | ADMIN,
    "staff.begin_opening": CHAIR,
    "staff.end_opening": CHAIR | ADMIN,
    "staff.people": ADMIN,
    "staff.add_person": ADMIN,
    "staff.change_person": ADMIN,
    "staff.devices": ADMIN,
    "staff.add_device": ADMIN,
    "staff.renew_device_link": ADMIN,
    "staff.revoke_device": ADMIN,
    "staff.gateway_phone": ADMIN,
}
# Open to a member who still has to set a password or a second factor.
_WHILE_SETTING_UP = frozenset({"staff.log_out", "staff.password", "staff.set_password"})
# The fields in which a person writes at length.
_WRITTEN = (
    "text", "answer", "missing", "reason", "to_office", "where",
    "title", "current_state", "solution", "expected_effect", "name", "phone", "hamlet",
    "guardian", "unit", "position", "why", "note", "year_reason",
    "problem", "effect", "evidence", "result", "conditions", "benefits",
    "points", "remark", "place", "guests", "said", "merit", "basis", "answered_by",
    "done_by", "proof", "other",
)  # fmt: skip
# Whose forms hold what no page gives back.
_SECRET = frozenset(
    {
        "staff.set_password", "staff.enrol_totp", "staff.draw_recovery_codes",
        "staff.begin_opening",
    }
)  # fmt: skip
_TOTP_PAGES = frozenset({"staff.totp", "staff.enrol_totp"})


def me() -> StaffMember:
    """Return who is logged in; only where the table asks for somebody."""
    member: StaffMember = g.me
    return member


def needs_totp(member: StaffMember) -> bool:
    """Say whether this member must enrol a second factor before anything else."""
    return (
        settings().staff.require_totp and member.role in TWO_FACTORS and member.totp_secret is None
    )


@bp.before_app_request
def guard() -> ResponseReturnValue | None:
    """Let through only whom the table names."""
    g.me = None
    if request.endpoint is None or request.routing_exception is not None:
        return None  # no such page, which everybody may know
    allowed = ALLOWED.get(request.endpoint, frozenset())
    if allowed >= ANYONE:
        return None
    member = g.me = sessions.who(store())
    if member is None:
        return _log_in_first()
    if member.role not in allowed:
        return fault_page(403)
    return _set_up_first(member, request.endpoint)


def open_to(member: StaffMember, links: Iterable[Link]) -> list[Link]:
    """Return the links this member may open and is to see."""
    return [
        link
        for link in links
        if member.role in ALLOWED.get(link.endpoint, ())
        and (link.roles is None or member.role in link.roles)
    ]


@bp.app_context_processor
def _who_is_here() -> dict[str, Any]:
    member: StaffMember | None = g.get("me")
    is_set_up = member is not None and not member.must_change
    links = open_to(member, navigation.LINKS) if member and is_set_up else []
    return {
        "me": member,
        "desk": DESK,
        "readers": READERS,
        "navigation": navigation.drawn(links, member.role if member else ""),
        "notice_budget": _notice_budget,
        "alarms": _alarms,
    }


def _alarms() -> Alarms | None:
    """Return what is wrong with backups and records, for whom that concerns; asked by the pages
    that show it."""
    return backup_status.alarms(store(), clock.now()) if me().role in KEEPERS else None


def _notice_budget() -> Budget | None:
    """Return how the month's notices stand, for whom that concerns; asked by the pages that show
    it."""
    if me().role not in BUDGET_READERS:
        return None
    most, zone = settings().sms.monthly_budget, settings().office.zone
    return budgets.of_month(store(), most, at=clock.now(), zone=zone)


def _log_in_first() -> ResponseReturnValue:
    """Lead to the login; give back what somebody sent whose session ended meanwhile: to be sent
    again as it was, and what they wrote at length to be copied."""
    has_files = request.mimetype == "multipart/form-data"  # and nothing that was written
    if has_files or request.endpoint in _SECRET or not request.form:
        return redirect(url_for("staff.login"), 303)
    written = [text for name in _WRITTEN for text in request.form.getlist(name) if text.strip()]
    page = render_template(
        "staff/session_over.html",
        sent=list(request.form.items(multi=True)),
        written="\n".join(written),
    )
    return page, 403


def _set_up_first(member: StaffMember, endpoint: str) -> ResponseReturnValue | None:
    if endpoint in _WHILE_SETTING_UP:
        return None
    if member.must_change:
        return redirect(url_for("staff.password"), 303)
    if needs_totp(member) and endpoint not in _TOTP_PAGES:
        return redirect(url_for("staff.totp"), 303)
    return None
