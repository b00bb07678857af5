"""The two apps of this program, put together from their blueprints."""

from functools import cached_property
from threading import Lock
from typing import Any

from flask import Flask

from kiosk import api, citizen, registry, status
from kiosk.compression import FOR_STAFF
from kiosk.daily import Daily
from kiosk.daily.debian import Debian
from kiosk.web import new_app
from shared.runtime.base_app import twin
from shared.runtime.listening import Address
from shared.runtime.site import Site


def public_app(site: Site, bound: Address, like: Flask | None = None) -> Flask:
    """Return the app citizens use, at the kiosk and on their own phone; a twin of another office's
    if there is one."""
    if like is not None:
        return twin(like, site, bound)
    app = new_app("kiosk.public", site, layout="layouts/citizen.html", bound=bound)
    for blueprint in (citizen.bp, status.bp, registry.bp, api.bp):
        app.register_blueprint(blueprint)
    return app


def staff_app(
    site: Site, bound: Address, daily: Daily | None = None, like: Flask | None = None
) -> Flask:
    """Return the app of the people who work here; everybody else is refused. `daily` is the
    watch over this PC. It is a twin of another office's app if there is one."""
    app = _new_staff_app(site, bound) if like is None else twin(like, site, bound)
    app.extensions["daily"] = daily or Daily(site, Debian())
    return app


class LateStaffApp:
    """The staff app of one office, made at the first request or when `make` is called: its screens
    are a third of what the program loads, and citizens need not wait for them."""

    def __init__(self, site: Site, bound: Address, daily: Daily) -> None:
        self._asked, self._lock = (site, bound, daily), Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a request."""
        return self.make()(environ, start_response)

    @property
    def url_map(self) -> Any:
        """Its addresses."""
        return self.make().url_map

    def make(self) -> Flask:
        """Return the app. Raises Unguarded."""
        with self._lock:
            return self._made

    @cached_property
    def _made(self) -> Flask:
        return staff_app(*self._asked)


def _new_staff_app(site: Site, bound: Address) -> Flask:
    from kiosk.staff import routes  # imported late: it loads every screen

    app = new_app(
        "kiosk.staff", site, layout="layouts/staff.html", bound=bound, gzip_level=FOR_STAFF
    )
    app.register_blueprint(routes.bp)
    return app
