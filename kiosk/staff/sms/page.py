"""What the pages of the SMS desk share: their tabs, and one SMS ready to read."""

from flask import abort

from kiosk.staff import navigation
from kiosk.staff.access import me
from kiosk.staff.navigation import NavigationLink, Shown
from kiosk.web import say, store
from shared.domain import phone
from shared.domain.record import Record
from shared.store.messages import sms_list
from shared.store.messages.sms_list import SmsLine

TABS = (
    NavigationLink("staff.sms.tab.all", "staff.sms"),
    NavigationLink("staff.sms.tab.failures", "staff.sms_failures", sms_list.count_failed),
    NavigationLink("staff.sms.tab.quarantine", "staff.sms_quarantine", sms_list.count_quarantined),
    NavigationLink("staff.sms.tab.gateways", "staff.sms_gateways"),
    NavigationLink("staff.sms.tab.silence", "staff.sms_silence"),
    NavigationLink("staff.call_backs.link", "staff.call_back_list"),
)

# How a gateway's error ends or begins → the sentence about it (`staff.sms.fault.*`).
_BY_CODE = {
    "number": ("21211", "21214", "21217", "21614", "30005", "30006"),
    "opted_out": ("21610",),
    "unreachable": ("30003", "30008", "DeliveryFailed", "DeliveryUnknown", "DeliveryPending"),
    "busy": ("20429", "429", "30001", "30017", "14107", "63018", "500", "502", "503", "504"),
    "account": ("20003", "30002", "401", "403", "21408", "21606", "21612", "30018"),
    "blocked": ("30004", "30007", "63038", "21703", "21705"),
    "ours": ("21602", "21609", "21617"),
}
_BY_START = {
    "text missing": "ours",
    "longer than": "ours",
    "no connection": "no_connection",
    "no answer": "no_answer",
    "Connect": "no_connection",
    "Read": "no_answer",
    "SSL": "no_connection",
    "injector timed out": "no_answer",
    "injector": "stick",
    "smsd": "stick",
    "no longer in smsd": "stick",
    "not in the queue": "stick",
    "SendingError": "network",
    "DeliveryFailed": "unreachable",
    "failed": "network",
    "cancelled": "cancelled",
    "lapsed": "cut_off",
}
_ON_THE_PHONE = {
    "GENERIC_FAILURE": "network",
    "NO_SERVICE": "no_service",
    "RADIO_OFF": "no_service",
}


class SmsView(Record):
    """One SMS as a page shows it; `number` is masked unless it was asked for or is no person's."""

    line: SmsLine
    number: str
    is_masked: bool
    fault: str


def tabs() -> list[Shown]:
    """Return the tabs of the desk that the member may open."""
    return navigation.draw(navigation.open_to(me(), TABS))


def shown(line: SmsLine, *, with_number: bool = False) -> SmsView:
    """Return an SMS ready to read."""
    is_masked = bool(line.phone) and line.is_person and not with_number
    return SmsView(
        line=line,
        number=_number(line, is_masked=is_masked),
        is_masked=is_masked,
        fault=fault_of(line.detail) if line.state in ("failed", "unknown") else "",
    )


def visible_sms(message_id: str) -> SmsLine:
    """Return an SMS this member may see, or 404."""
    found = sms_list.one(store(), message_id, viewer=me().id)
    if found is None:
        abort(404)
    return found


def fault_of(error: str) -> str:
    """Return the key under `staff.sms.fault` for a gateway's error."""
    parts = error.split("/")
    for key, codes in _BY_CODE.items():
        if parts[-1] in codes or parts[0] in codes:
            return key
    for word, key in _ON_THE_PHONE.items():
        if word in error:
            return key
    return next((key for start, key in _BY_START.items() if error.startswith(start)), "other")


def _number(line: SmsLine, *, is_masked: bool) -> str:
    if not line.phone:
        return say("staff.sms.erased_number")
    return phone.masked(line.phone) if is_masked else phone.shown(line.phone)
