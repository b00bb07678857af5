"""A kiosk's visitor who wants a person to write the idea down: the screen on which they wait."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk import receipts
from kiosk.callers import KIOSK
from kiosk.citizen import aids, bp
from kiosk.citizen.device import wait
from kiosk.visitor import this_kiosk
from kiosk.web import store
from shared.store.cases import proposals
from shared.store.people import help_calls

# How often the page looks again without a script.
LOOK_SECONDS = 5


@bp.get("/can-bo", allow=KIOSK)
def who_writes_it_down() -> ResponseReturnValue:
    """Say how the call stands: rung, who comes, who writes, or that nobody is called any more; then
    lead to the receipt of what was written down, once."""
    kiosk = this_kiosk()
    if kiosk is None:
        return redirect("/tro-giup", 303)
    written = aids.call().proposal_id
    if written:
        help_calls.end(store(), kiosk.id)
        code = proposals.by_id(store(), written).code
        return receipts.lead_to(receipts.secret_of(code), "1")
    if aids.call().state:
        wait(0)
    return render_template("citizen/person.html", look_seconds=LOOK_SECONDS)
