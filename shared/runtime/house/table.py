"""One app for many units: the name in a request's `Host` says whose app answers.

An app is built at its unit's first request. A name of nobody answers 400. The deployment's own
names (localhost) answer how all units are, to this very PC alone.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response
from werkzeug.routing import Map

from shared import texts
from shared.db.connection import RETRY_AFTER_SECONDS
from shared.runtime import caller, whose
from shared.runtime.headers import harden
from shared.runtime.house import OURS, House
from shared.runtime.house.open import NotOpen, OpenHouses
from shared.runtime.site import Site, host_of

Environ = dict[str, Any]

log = logging.getLogger("hienke")


class HostTable:
    """The WSGI app of a deployment: `build` makes a unit's app, like one that is built already, and
    `own` answers for all units."""

    def __init__(
        self,
        units: OpenHouses,
        build: Callable[[House, Site, Flask | None], Flask],
        own: caller.Wsgi,
    ) -> None:
        self._units, self._build, self._own = units, build, own
        self._by_host = units.houses.by_host()
        self._locks = {house.unit: threading.Lock() for house in units.houses}
        self._apps: dict[int, Flask] = {}
        self._first: Flask | None = None

    @property
    def url_map(self) -> Map | None:
        """The pages that every app has; None before one is built."""
        return self._first.url_map if self._first is not None else None

    def unit_of(self, host: str) -> int | None:
        """Return whose a `Host` is, None for nobody's."""
        house = self._by_host.get(host_of(host))
        return house.unit if house else None

    def app(self, house: House) -> Flask:
        """Return a unit's app; it is built at the first call. Raises NotOpen."""
        found = self._apps.get(house.unit)
        if found is not None:
            return found
        site = self._units.site(house)
        with self._locks[house.unit]:
            if house.unit not in self._apps:
                self._apps[house.unit] = self._build(house, site, self._first)
                self._first = self._first or self._apps[house.unit]
            return self._apps[house.unit]

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer as WSGI asks."""
        host = host_of(str(environ.get("HTTP_HOST", "")))
        house = self._by_host.get(host)
        if house is None:
            if host in OURS:
                return self._own(environ, start_response)
            return _refused(environ, start_response, 400)
        with whose.working_for(house.unit):
            try:
                app = self.app(house)
            except NotOpen:
                return _refused(environ, start_response, 503)
            return app(environ, start_response)


def _refused(environ: Environ, start_response: Any, status: int) -> Iterable[bytes]:
    """Answer for a unit that is none, or that cannot be served now."""
    say = texts.load("vi").say
    words = f"{say(f'fault.{status}.title')}.\n"
    answer = Response(words, status, content_type="text/plain; charset=utf-8")
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    harden(answer.headers, policy=None, powers=None, is_secure=False)
    return answer(environ, start_response)
