"""Calls to the stick's number that nobody can answer: gammu-smsd hangs up and names the caller.

The number goes on the call-back list by itself, once an hour, and a mobile is told by SMS that
somebody will call. A caller's number can be forged, so what it costs has the limits of every first
answer.
"""

import logging
from functools import partial

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from shared.db.connection import Store, writing
from shared.db.event_log import SYSTEM, new_id
from shared.domain import clock, phone
from shared.runtime.base_app import site, store
from shared.runtime.guarded import THIS_MACHINE
from shared.settings import Settings
from shared.store.messages import call_backs, first_answers

# Somebody who rings again and again wants one call.
ONCE_WITHIN = clock.HOUR
MOST_LETTERS_OF_A_NUMBER = 40

bp = Blueprint("missed_calls", __name__)

log = logging.getLogger("hienke.sms")


@bp.post("/gammu/goi-nho", allow=THIS_MACHINE)
def missed_call() -> ResponseReturnValue:
    """Keep a call that gammu-smsd ended; 404 if there is no stick."""
    if not site().settings.gammu.database:
        abort(404)
    said = request.form.get("phone", "")[:MOST_LETTERS_OF_A_NUMBER]
    keep(store(), site().settings, said, at=clock.now())
    return Response(status=204)


def keep(db: Store, settings: Settings, said: str, *, at: int) -> bool:
    """Put whoever called on the call-back list, unless they are on it since less than an hour;
    return whether they are new. Hidden numbers, services, foreign numbers and our own are left
    out: nobody could call them back."""
    caller = phone.read_sender(said)
    if caller.kind not in ("mobile", "landline") or caller.number == _own(settings):
        log.info("missed_call_ignored kind=%s", caller.kind)
        return False
    with writing(db):
        if call_backs.is_listed_since(db, caller.number, at - ONCE_WITHIN):
            return False
        due = partial(first_answers.due, db, caller.number, settings, at=at)
        return call_backs.missed(
            db, caller.number, key=f"gammu|{new_id()}", actor=SYSTEM, at=at, due=due
        )


def _own(settings: Settings) -> str:
    return phone.read_sender(settings.office.sms_number).number
