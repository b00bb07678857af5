"""What a program with many units says of all of them, under the names of this PC itself: `/healthz`
for whoever watches the deployment, `/metrics` by unit for Prometheus. Never to anybody who came
through a proxy or from elsewhere, but for the one word of `/healthz`.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from shared.domain import unit_number
from shared.runtime import caller, metrics, whose
from shared.runtime.headers import harden
from shared.runtime.house import OURS, House
from shared.runtime.house.open import OpenHouses
from shared.runtime.site import Site

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_NAMES = caller.HostNames(OURS, frozenset())
Tell = Callable[[House, Site], "Iterable[Metric]"]


class AllUnits:
    """The WSGI app of a deployment's own names; `tell` yields what a unit reports, None if this
    app reports nothing."""

    def __init__(self, units: OpenHouses, tell: Tell | None = None) -> None:
        self._units, self._tell = units, tell

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as WSGI asks."""
        answer = self._answer(str(environ.get("PATH_INFO", "")), caller.of(environ, _NAMES).is_here)
        harden(answer.headers, policy=None, powers=None, is_secure=False)
        return answer(environ, start_response)

    def _answer(self, path: str, is_here: bool) -> Response:
        if path == "/healthz":
            return self._health(is_here)
        if path == "/metrics" and is_here and self._tell is not None:
            told = metrics.text(self._metrics(self._tell))
            return Response(told, content_type=metrics.CONTENT_TYPE)
        return Response("404\n", 404, mimetype="text/plain")

    def _health(self, is_here: bool) -> Response:
        """Ready as long as one unit can be served: the others wait for their own stores."""
        faults, all_units = self._units.faults(), len(self._units.houses)
        is_ok = not faults or len(faults) < all_units
        said: dict[str, object] = {"status": "ok" if is_ok else "failing"}
        if is_here:
            said["units"], said["open"] = all_units, sum(1 for _ in self._units.opened())
            said["failing"] = {unit_number.shown(unit): why for unit, why in sorted(faults.items())}
        return Response(json.dumps(said), 200 if is_ok else 503, mimetype="application/json")

    def _metrics(self, tell: Tell) -> "Iterator[Metric]":
        """Yield what the open units report, each with the label `unit`, and which are failing."""
        merged: dict[str, Metric] = {}
        for house, site in self._units.opened():
            with whose.working_for(house.unit):
                for one in tell(house, site):
                    into = merged.setdefault(one.name, one)
                    samples = [
                        sample._replace(labels={"unit": house.number, **sample.labels})
                        for sample in one.samples
                    ]
                    into.samples = samples if into is one else into.samples + samples
        yield from merged.values()
        faults = self._units.faults()
        failing: dict[tuple[str, ...], float] = {
            (house.number,): int(house.unit in faults) for house in self._units.houses
        }
        yield metrics.gauge("unit_failing", "1 while a unit cannot be served.", failing, "unit")
