"""Records what a gateway later reports about an SMS it took.

Reports come twice, late and in any order. The first final one stays, and no report moves a message
back.
"""

import logging

from shared.db.connection import Store, writing
from shared.store.messages import opt_outs, outgoing, sending
from shared.store.messages.outgoing import MessageOut
from shared.texts.sms_text import parts
from sms.gateways import DeliveryReport
from sms.outbox import retry_later

log = logging.getLogger("hienke.sms")

_OPEN = ("sending", "sent", "unknown")


def apply(db: Store, gateway: str, report: DeliveryReport, *, at: int) -> None:
    """Record a report; a report about nothing we sent changes nothing."""
    with writing(db):
        message = _spoken_of(db, gateway, report)
        if message is None:
            log.info("report_of_nothing gateway=%s state=%s", gateway, report.state)
            return
        if report.suppress:
            opt_outs.add(db, message.phone, report.error, at=at)
        if report.state == "delivered" and message.state in (*_OPEN, "queued"):
            _note(db, message, "delivered", report, at)
        elif report.state == "on_its_way" and message.state in ("sending", "unknown"):
            _note(db, message, "sent", report, at)
        elif report.state == "failed" and _may_fail(message, report):
            _failed(db, message, report, at)


def _spoken_of(db: Store, gateway: str, report: DeliveryReport) -> MessageOut | None:
    message = outgoing.by_gateway_id(db, gateway, report.gateway_id)
    if message is not None or not report.ref:
        return message
    # The report was faster than the gateway's answer, or that answer never came.
    message = outgoing.by_id(db, report.ref)
    is_ours = message is not None and message.gateway == gateway and message.gateway_id is None
    return message if is_ours else None


def _may_fail(message: MessageOut, report: DeliveryReport) -> bool:
    return message.state in _OPEN or (report.is_of_a_part and message.state == "delivered")


def _failed(db: Store, message: MessageOut, report: DeliveryReport, at: int) -> None:
    # Some of several parts may have arrived: sent again they would come twice.
    may_be_doubled = report.is_of_a_part and (
        message.state == "delivered" or parts(message.text) > 1
    )
    if report.may_try_again and not may_be_doubled:
        sending.note_outcome(
            db, message.id, "queued", at=at, gateway_id=report.gateway_id, error=report.error
        )
        retry_later(db, message, report.error, at=at)
        return
    log.error("sms_failed message=%s error=%s", message.id, report.error)
    _note(db, message, "failed", report, at)


def _note(db: Store, message: MessageOut, state: str, report: DeliveryReport, at: int) -> None:
    sending.note_outcome(
        db, message.id, state, at=at, gateway_id=report.gateway_id, error=report.error
    )
