"""Other publicity beside the poster: a leaflet, and the text of a broadcast."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk import qr
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import Reader
from kiosk.web import fault_page, say, settings, site
from shared.domain.addresses import opens_here_alone
from shared.domain.roles import CULTURE, ORGANISATION, READERS

# The words a minute of a slow announcer.
WORDS_A_MINUTE = 160


@bp.get("/to-roi", allow=READERS | CULTURE | ORGANISATION)
def leaflet() -> ResponseReturnValue:
    """Show two leaflets on one sheet, to print and cut; `moi` is the code on them."""
    given = Reader(request.args)
    mobiliser = given.mobiliser()
    if given.problems:
        return fault_page(422)
    address = invitation(mobiliser)
    return render_template(
        "print/leaflet.html",
        mobiliser=mobiliser,
        qr=invitation_qr(address),
        only_here=opens_here_alone(site().public_url),
    )


@bp.get("/bai-loa", allow=READERS | CULTURE | ORGANISATION)
def broadcast() -> ResponseReturnValue:
    """Show the loudspeaker's text, with the office's own names and numbers."""
    ways = "ways_sms" if settings().office.sms_number else "ways"
    lines = [say(f"broadcast.{name}") for name in ("call", "two_things", ways, "close")]
    words = sum(len(line.split()) for line in lines)
    return render_template(
        "print/broadcast.html", lines=lines, words=words, seconds=round(words * 60 / WORDS_A_MINUTE)
    )


def invitation(code: str) -> str:
    """Return the address that adds a code to an idea, "" for none."""
    return f"{site().public_url.rstrip('/')}/gui" + (f"?moi={code}" if code else "")


def invitation_qr(address: str) -> Markup | None:
    """Return the QR of an invitation's address, None if that opens nowhere else."""
    return None if opens_here_alone(address) else qr.svg(address, say("poster.qr_alt"))
