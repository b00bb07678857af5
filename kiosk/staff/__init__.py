"""What the people who work here do: log in, see the queue, move a case, answer.

`access.py` says who may open what; the other modules each hold one screen or task.
"""

from flask import Blueprint

bp = Blueprint("staff", __name__)

from kiosk.staff import (  # noqa: E402 the routes need the blueprint
    access,
    call_backs,
    campaigns,
    case,
    case_day,
    case_files,
    case_moves,
    case_tasks,
    devices,
    entering,
    gateway_phone,
    login,
    model_page,
    office_profile,
    own_account,
    paper_desk,
    papers,
    people,
    printer,
    queue,
    reports,
    rings,
    sms_failures,
    sms_gateways,
    sms_preview,
    sms_quarantine,
    sms_silence,
    sms_traffic,
    spreading,
)

__all__ = [
    "access",
    "bp",
    "call_backs",
    "campaigns",
    "case",
    "case_day",
    "case_files",
    "case_moves",
    "case_tasks",
    "devices",
    "entering",
    "gateway_phone",
    "login",
    "model_page",
    "office_profile",
    "own_account",
    "paper_desk",
    "papers",
    "people",
    "printer",
    "queue",
    "reports",
    "rings",
    "sms_failures",
    "sms_gateways",
    "sms_preview",
    "sms_quarantine",
    "sms_silence",
    "sms_traffic",
    "spreading",
]
