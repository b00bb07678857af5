"""Somebody at a kiosk calls a person: every staff page shows it, rings.js rings, one person
goes."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.today.kinds import calling
from kiosk.visitor import came_from
from kiosk.web import fault_page, store
from shared.domain import clock
from shared.domain.roles import READERS
from shared.store.people import devices, help_calls


@bp.get("/chuong", allow=READERS)
def ring_list() -> ResponseReturnValue:
    """Show which kiosks call; without script this page refreshes itself."""
    return render_template("staff/rings.html")


@bp.get("/chuong/dang-goi", allow=READERS)
def rings_now() -> ResponseReturnValue:
    """Return the part of a page that shows who calls now, empty if nobody does."""
    return render_template("staff/rings_now.html", rings=calling())


@bp.post("/chuong/<device_id>", allow=READERS)
def answer_ring(device_id: str) -> ResponseReturnValue:
    """Record that somebody goes to the kiosk; its screen says so too."""
    help_calls.answer(store(), device_id, by=me().id, at=clock.now())
    return redirect(came_from(), 303)


@bp.post("/chuong/<device_id>/ghi", allow=READERS)
def write_down(device_id: str) -> ResponseReturnValue:
    """Go to a kiosk and write down what the person there says: a form that is bound to it."""
    kiosk = devices.by_id(store(), device_id)
    if kiosk is None or kiosk.revoked_at is not None:
        return fault_page(404)
    help_calls.begin_writing(store(), kiosk.id, by=me().id, at=clock.now())
    return redirect(url_for("staff.entry", may=kiosk.id), 303)


@bp.app_context_processor
def _who_rings() -> dict[str, object]:
    return {"who_rings": calling}
