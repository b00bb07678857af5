"""Imports every screen of the staff app, so that its routes are added to the blueprint."""

from kiosk.staff import access, break_glass, download, page_head, receipt_slip
from kiosk.staff.account import login, own_account, recovery_codes
from kiosk.staff.admin import backup_page, daily_check, devices, gateway_phone, metrics, people
from kiosk.staff.awards import award_rules, conferences, decisions, dossier, praise, register
from kiosk.staff.blueprint import bp
from kiosk.staff.cases import (
    appraisal,
    authors,
    batch,
    day,
    files,
    moves,
    originals,
    page,
    procedure_list,
    queue,
    tasks,
    words,
)
from kiosk.staff.cases import papers as cases_papers
from kiosk.staff.council import council, scoring, sign_off
from kiosk.staff.council import papers as council_papers
from kiosk.staff.counter import (
    call_backs,
    collective,
    entering,
    month_end,
    organisation,
    paper_desk,
    papers,
    printer,
    publicity,
    rings,
)
from kiosk.staff.models import page as models_page
from kiosk.staff.models import spreading, trial
from kiosk.staff.office import campaigns, office_profile, paper_templates
from kiosk.staff.privacy import data_acts, data_desk, retention
from kiosk.staff.reports import (
    closed_days,
    copies,
    distribution,
    outreach,
    overview,
    reports,
    year_record,
)
from kiosk.staff.sms import failures, gateways, preview, quarantine, silence, traffic

SCREENS = (
    access,
    award_rules,
    backup_page,
    batch,
    call_backs,
    campaigns,
    page,
    appraisal,
    authors,
    day,
    files,
    moves,
    originals,
    cases_papers,
    tasks,
    words,
    closed_days,
    collective,
    conferences,
    copies,
    council,
    council_papers,
    daily_check,
    data_acts,
    data_desk,
    devices,
    distribution,
    entering,
    gateway_phone,
    decisions,
    dossier,
    register,
    login,
    metrics,
    models_page,
    trial,
    month_end,
    office_profile,
    break_glass,
    organisation,
    outreach,
    overview,
    page_head,
    own_account,
    paper_desk,
    download,
    paper_templates,
    papers,
    people,
    praise,
    printer,
    procedure_list,
    publicity,
    queue,
    receipt_slip,
    recovery_codes,
    reports,
    retention,
    rings,
    scoring,
    sign_off,
    failures,
    gateways,
    preview,
    quarantine,
    silence,
    traffic,
    spreading,
    year_record,
)

__all__ = ["SCREENS", "bp"]
