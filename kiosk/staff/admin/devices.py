"""The kiosks: each is enrolled by a link that is shown once and works once, and can be revoked."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import reading
from kiosk.staff.pending import reason_to_end
from kiosk.web import site, store
from shared import founding
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import ADMIN
from shared.store.cases import reserved_codes
from shared.store.people import devices as kept
from shared.store.people.devices import DeviceNameTaken

# If an idea waits this long at a kiosk, somebody should look.
LATE_AFTER = clock.HOUR


@bp.get("/thiet-bi", allow=ADMIN)
def devices() -> ResponseReturnValue:
    """List the kiosks."""
    return _page()


@bp.post("/thiet-bi", allow=ADMIN)
def add_device() -> ResponseReturnValue:
    """Add a kiosk and show its link, once."""
    with reading(_page) as given:
        name = given.line_of("name", 1, founding.DEVICE_NAME_LETTERS, "staff.devices.name_wrong")
    try:
        secret = founding.add_device(store(), name, me().id, at=clock.now())
    except DeviceNameTaken:
        return _page(problems=[Problem("name", "staff.devices.name_taken")], status=409)
    return _page(added=name, secret=secret)


@bp.post("/thiet-bi/<device_id>/link", allow=ADMIN)
def renew_device_link(device_id: str) -> ResponseReturnValue:
    """Show a new link of a kiosk, once; its old link and its browser stop working."""
    device = kept.by_id(store(), device_id)
    if device is None:
        abort(404)
    secret = founding.renew_device_link(store(), device_id, me().id, at=clock.now())
    return _page(added=device.name, secret=secret)


@bp.post("/thiet-bi/<device_id>/revoke", allow=ADMIN)
def revoke_device(device_id: str) -> ResponseReturnValue:
    """Make a kiosk an ordinary browser again."""
    device = kept.by_id(store(), device_id)
    if device is None:
        abort(404)
    if device.revoked_at is None:
        reason = reason_to_end("device", name=device.name, back=url_for("staff.devices"))
        kept.revoke(store(), device_id, reason, actor=me().id, at=clock.now())
    return redirect(url_for("staff.devices"), 303)


def _page(
    problems: list[Problem] | None = None,
    *,
    added: str | None = None,
    secret: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "staff/devices.html",
        devices=kept.everyone(store()),
        last_seen=kept.last_seen(store()),
        reports=reserved_codes.reports(store()),
        late=clock.now() - LATE_AFTER,
        problems=problems or [],
        added=added,
        link=f"{site().public_url.rstrip('/')}/kiosk/{secret}" if secret else None,
    )
    return page, status
