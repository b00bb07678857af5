"""The two apps of this program, put together from their blueprints."""

from flask import Flask

from kiosk import api, citizen, registry, status
from kiosk.compression import FOR_STAFF
from kiosk.daily import Daily
from kiosk.daily.debian import Debian
from kiosk.staff import routes
from kiosk.web import new_app
from shared.runtime.listening import Address
from shared.runtime.site import Site


def public_app(site: Site, bound: Address) -> Flask:
    """Return the app citizens use, at the kiosk and on their own phone."""
    app = new_app("kiosk.public", site, layout="layouts/citizen.html", bound=bound)
    for blueprint in (citizen.bp, status.bp, registry.bp, api.bp):
        app.register_blueprint(blueprint)
    return app


def staff_app(site: Site, bound: Address, daily: Daily | None = None) -> Flask:
    """Return the app of the people who work here; everybody else is refused. `daily` is the
    watch over this PC."""
    app = new_app(
        "kiosk.staff", site, layout="layouts/staff.html", bound=bound, gzip_level=FOR_STAFF
    )
    app.register_blueprint(routes.bp)
    app.extensions["daily"] = daily or Daily(site, Debian())
    return app
