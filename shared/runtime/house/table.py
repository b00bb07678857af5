"""One app for many units: the name in a request's `Host` says whose app answers.

An app is built at its unit's first request. A name of nobody answers 400. The deployment's own
names (localhost) answer how all units are, to this very PC alone.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response
from werkzeug.routing import Map

from shared import texts
from shared.db.connection import RETRY_AFTER_SECONDS
from shared.runtime import caller, whose
from shared.runtime.headers import harden
from shared.runtime.house import OURS, House
from shared.runtime.house.of_sites import OfSites
from shared.runtime.house.open import NotOpen, OpenHouses
from shared.runtime.site import Site, host_of

Environ = dict[str, Any]
Build = Callable[[House, Site, Flask | None], Flask]


class HostTable:
    """The WSGI app of a deployment: `build` makes a unit's app, like one that is built already, and
    `own` answers for all units."""

    def __init__(self, units: OpenHouses, build: Build, own: caller.Wsgi) -> None:
        self._units, self._build, self._own = units, build, own
        self._apps = OfSites(self._built)
        self._first: Flask | None = None

    @property
    def url_map(self) -> Map | None:
        """The pages that every app has; None before one is built."""
        return self._first.url_map if self._first is not None else None

    def unit_of(self, host: str) -> int | None:
        """Return whose a `Host` is, None for nobody's."""
        house = self._units.house_of(host_of(host))
        return house.unit if house else None

    def app(self, house: House) -> Flask:
        """Return a unit's app; it is built at the first call. Raises NotOpen."""
        return self._apps.of(house, self._units.site(house))

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer as WSGI asks."""
        host = host_of(str(environ.get("HTTP_HOST", "")))
        house = self._units.house_of(host)
        if house is None:
            if host in OURS:
                return self._own(environ, start_response)
            return _refused(environ, start_response, 400)
        with whose.working_for(house.unit):
            try:
                with self._units.inside(house) as site:
                    return self._apps.of(house, site)(environ, start_response)
            except NotOpen:
                return _refused(environ, start_response, 503)

    def _built(self, house: House, site: Site) -> Flask:
        app = self._build(house, site, self._first)
        self._first = self._first or app
        return app


def _refused(environ: Environ, start_response: Any, status: int) -> Iterable[bytes]:
    """Answer for a unit that is none, or that cannot be served now."""
    say = texts.load("vi").say
    words = f"{say(f'fault.{status}.title')}.\n"
    answer = Response(words, status, content_type="text/plain; charset=utf-8")
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    harden(answer.headers, policy=None, powers=None, is_secure=False)
    return answer(environ, start_response)
