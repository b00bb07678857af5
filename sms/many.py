"""This program for many units: the webhooks of whichever unit a request's name belongs to, each
unit's own gateway, and the chores of all units in turn."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from shared.runtime import serving
from shared.runtime.house import House, Houses
from shared.runtime.house.all_units import AllUnits
from shared.runtime.house.of_sites import OfSites
from shared.runtime.house.open import OpenHouses
from shared.runtime.house.rounds import Rounds
from shared.runtime.house.table import HostTable
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.runtime.worker_loop import Chore
from sms import chores
from sms.app import sms_app

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric


class ManyGateways:
    """The webhooks of many units; citizens of all come in at the port of `public`."""

    def __init__(
        self, houses: Houses, listen: Address, public: Address, holder: int | None = None
    ) -> None:
        self.units = OpenHouses(houses, "sms", public, holder)
        self._pollers = OfSites(lambda house, site: chores.poller_of(site.settings))

        def build(house: House, site: Site, like: Flask | None) -> Flask:
            app = sms_app(site, listen, like)
            app.extensions["gammu"] = self._pollers.of(house, site)
            return app

        self.webhooks = HostTable(self.units, build, AllUnits(self.units, _told))

    def workers(self) -> list[Callable[..., Any]]:
        """Return what runs beside the app."""
        return Rounds(self.units, self._chores, ("store", "outside")).workers()

    def _chores(self, house: House, site: Site) -> list[Chore]:
        return chores.of(site, self._pollers.of(house, site))


def serve(houses: Houses, listen: Address, public: Address, holder: int | None = None) -> None:
    """Serve all units whose right the process `holder` holds, if one must, until SIGTERM or Ctrl-C.
    Raises AddressWrong."""
    many = ManyGateways(houses, listen, public, holder)
    serving.run([(many.webhooks, listen)], beside=many.workers)


def _told(house: House, site: Site) -> "Iterable[Metric]":
    """Yield how this program answers for a unit; the staff app reports the rest."""
    yield from site.requests.metrics()
