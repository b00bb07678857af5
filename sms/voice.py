"""A telephone call, step by step: Twilio asks what the caller hears next.

twiml.py has the words, calls.py keeps the results. Only the prompts are served without a signature:
Twilio fetches them like any file.
"""

import logging

from flask import Blueprint, Response, abort, request, send_file, send_from_directory
from flask.typing import ResponseReturnValue

from shared import texts
from shared.db.connection import StoreUnavailable
from shared.domain import clock
from shared.files import own_voice
from shared.runtime.base_app import site, store
from shared.runtime.guarded import ANYBODY
from sms import calls, twiml
from sms.calls import Call
from sms.doors import TWILIO
from sms.inbound import InboundContext
from sms.web import STATIC

bp = Blueprint("voice", __name__)

PROMPT_SECONDS = 3600
_FILES = frozenset(twiml.file_of(prompt) for prompt in twiml.PROMPTS)

log = logging.getLogger("hienke.sms")


@bp.post(twiml.VOICE_PATH, allow=TWILIO)
def voice() -> ResponseReturnValue:
    """Somebody calls, or their call goes on or ends."""
    call = calls.read_call(request.form)
    if call is None:
        abort(400)
    if call.recording:
        calls.hear(store(), _desk(), call, at=clock.now())
    if call.is_over:
        calls.end(store(), _desk(), call, at=clock.now())
        return _say(twiml.silence())
    step = _STEPS.get(request.args.get("step", ""))
    if step is None:
        abort(404)
    return _say(step(call, site().public_url.rstrip("/")))


@bp.post(twiml.RECORDING_PATH, allow=TWILIO)
def recording() -> ResponseReturnValue:
    """A recording is ready, or there is none."""
    call = calls.read_call(request.form)
    if call is None:
        abort(400)
    if call.recording:
        calls.hear(store(), _desk(), call, at=clock.now())
    return Response(status=204)


@bp.get(f"{twiml.PROMPT_PATH}<name>", allow=ANYBODY)
def prompt(name: str) -> ResponseReturnValue:
    """One of the files a caller hears."""
    if name not in _FILES:
        abort(404)
    key = twiml.key_of(name)
    stem, words = own_voice.prompt_name(key), texts.load("vi").say(key)
    own = own_voice.file_of(site().instance.voice / "vi", stem, words, own_voice.PHONE)
    if own is not None:
        return send_file(own, max_age=PROMPT_SECONDS)
    return send_from_directory(STATIC / "prompts", name, max_age=PROMPT_SECONDS)


def _begin(call: Call, base: str) -> str:
    try:
        calls.begin(store(), call, at=clock.now())
    except StoreUnavailable as fault:  # the caller can speak all the same
        log.warning("store_unavailable call=%s reason=%s", call.sid, fault)
        site().forget_store()
    return twiml.first_question(base)


def _second(call: Call, base: str) -> str:
    return twiml.second_question(base)


def _code(call: Call, base: str) -> str:
    kept = calls.spoken_in(store(), call)
    return twiml.read_out(base, kept.code) if kept is not None else _nothing(call, base)


def _nothing(call: Call, base: str) -> str:
    calls.end(store(), _desk(), call, at=clock.now())
    return twiml.goodbye(base, is_hidden=not call.phone)


_STEPS = {"": _begin, "second": _second, "code": _code, "nothing": _nothing}


def _desk() -> InboundContext:
    return InboundContext(site().settings, site().secrets.receipt_key)


def _say(said: str) -> Response:
    return Response(said, mimetype="text/xml")
