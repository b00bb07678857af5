"""The kiosks: each enrolled by a link that is shown once, each revocable at once."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff import bp
from kiosk.staff.access import me
from kiosk.staff.reading import read_device_name
from kiosk.web import site, store
from shared import clock, founding
from shared.intake import Problem
from shared.store import devices as kept
from shared.store.devices import DeviceNameTaken


@bp.get("/thiet-bi")
def devices() -> ResponseReturnValue:
    """List the kiosks."""
    return _page()


@bp.post("/thiet-bi")
def add_device() -> ResponseReturnValue:
    """Add a kiosk and show its link, once."""
    name = read_device_name(request.form)
    if isinstance(name, list):
        return _page(problems=name, status=422)
    try:
        secret = founding.add_device(store(), name, me().id, at=clock.now())
    except DeviceNameTaken:
        return _page(problems=[Problem("name", "staff.devices.name_taken")], status=409)
    return _page(added=name, link=f"{site().public_url.rstrip('/')}/kiosk/{secret}")


@bp.post("/thiet-bi/<device_id>/revoke")
def revoke_device(device_id: str) -> ResponseReturnValue:
    """Make a kiosk an ordinary browser again."""
    if kept.living(store(), device_id) is None:
        if kept.name_of(store(), device_id) is None:
            abort(404)
    else:
        kept.revoke(store(), device_id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.devices"), 303)


def _page(
    *,
    problems: list[Problem] | None = None,
    added: str | None = None,
    link: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "staff/devices.html",
        devices=kept.everyone(store()),
        problems=problems or [],
        added=added,
        link=link,
    )
    return page, status
