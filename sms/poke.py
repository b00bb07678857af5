"""Where gammu-smsd's hook reports that something came, so that nobody waits for the next look.

It carries no message and needs no secret: a call only makes the worker look at once. If a call is
lost, the worker looks a moment later by itself.
"""

from flask import Blueprint, Response, abort, current_app
from flask.typing import ResponseReturnValue

from shared.runtime.guarded import ANYBODY
from sms.gateways.gammu_poller import Poller

bp = Blueprint("poke", __name__)


@bp.post("/gammu", allow=ANYBODY)
def poke() -> ResponseReturnValue:
    """Something came in."""
    poller = current_app.extensions.get("gammu")
    if not isinstance(poller, Poller):
        abort(404)
    poller.poke()
    return Response(status=204)
