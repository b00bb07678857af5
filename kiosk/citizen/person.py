"""A kiosk's visitor who wants a person to write the idea down: the screen on which they wait."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from kiosk.callers import KIOSK
from kiosk.citizen import aids, bp
from kiosk.citizen.device import wait
from kiosk.visitor import this_kiosk

# How often the page looks again without a script.
LOOK_SECONDS = 5


@bp.get("/can-bo", allow=KIOSK)
def who_writes_it_down() -> ResponseReturnValue:
    """Say how the call stands: rung, who comes, or that nobody is called any more."""
    if this_kiosk() is None:
        return redirect("/tro-giup", 303)
    if aids.call().state:
        wait(0)
    return render_template("citizen/person.html", look_seconds=LOOK_SECONDS)
