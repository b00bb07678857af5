"""A kiosk asks for receipt codes ahead of time, and reports its state.

`POST /kiosk-ma`, JSON, from an enrolled kiosk's own script (static/js/outbox.js).
"""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from kiosk import qr, receipts, scripts
from kiosk.callers import KIOSK
from kiosk.citizen import bp
from kiosk.visitor import pass_of, this_kiosk
from kiosk.web import problem_json, say, site, store
from shared.domain import clock, codes
from shared.store.cases import reserved_codes
from shared.store.people.devices import Device

# What a kiosk reports about itself, and the most that can be true.
_MOST = dict.fromkeys(("held", "unsent", "refused", "files"), 100_000) | {"waited": 400 * clock.DAY}


@bp.post("/kiosk-ma", allow=KIOSK)
def top_up() -> ResponseReturnValue:
    """Keep what a kiosk reports about itself, and fill up its reserve.

    Body: `held` codes, `unsent` ideas, `waited` how long the oldest waits (ms, 0 for none),
    `refused` ideas, `files` on their way. Answer: `now` (ms UTC), `device`, `kiosk` its name,
    `pass`, `version` of the scripts, and `codes`: each with `receipt_url` and `qr`, the SVG that
    its receipt shows. 403 for a browser that is no kiosk (any more).
    """
    kiosk = this_kiosk()
    if kiosk is None:
        return problem_json(403, "Only an enrolled kiosk is given codes")
    at = clock.now()
    told = _read_report(request.get_json(silent=True), kiosk, at)
    if told is None:
        return problem_json(422, "held, unsent, waited, refused and files are whole numbers")
    reserved_codes.report(store(), told)
    given = reserved_codes.issue(
        store(), kiosk.id, told.held, key=site().secrets.receipt_key, at=at
    )
    return jsonify(
        now=at,
        device=kiosk.id,
        kiosk=kiosk.name,
        version=scripts.version(),
        codes=[_as_given(code) for code in given],
        **{"pass": pass_of(kiosk)},
    )


def _as_given(code: str) -> dict[str, str]:
    secret = receipts.secret_of(code)
    drawn = qr.svg(receipts.qr_text_of(secret), say("receipt.qr_alt", ma=codes.grouped(code)))
    return {"code": code, "receipt_url": receipts.url_of(secret), "qr": str(drawn)}


def _read_report(body: Any, kiosk: Device, at: int) -> reserved_codes.Report | None:
    if not isinstance(body, dict):
        return None
    told = {}
    for name, most in _MOST.items():
        said = body.get(name)
        if type(said) is not int or not 0 <= said <= most:
            return None
        told[name] = said
    waited = told.pop("waited")
    since = at - waited if told["unsent"] else None
    return reserved_codes.Report(kiosk.id, at, waiting_since=since, **told)
