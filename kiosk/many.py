"""This program for many units: the public app and the staff app of whichever unit a request's name
belongs to, and the chores of all units in turn."""

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from flask import Flask

from kiosk import chores, taking, too_large
from kiosk.apps import public_app, staff_app
from kiosk.daily import Daily
from kiosk.daily.debian import Debian
from kiosk.printing import Printing
from shared.domain import clock
from shared.runtime import metrics, serving
from shared.runtime.house import House, Houses
from shared.runtime.house.all_units import AllUnits
from shared.runtime.house.of_sites import OfSites
from shared.runtime.house.open import OpenHouses
from shared.runtime.house.rounds import Rounds
from shared.runtime.house.table import HostTable
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.runtime.worker_loop import Chore

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric


# Of the parts of pages, and of the pages, that are drawn once, each app keeps so many: a tenth of
# what one alone does.
MOST_PIECES, MOST_PAGES = 200, 25


class ManyKiosks:
    """The two apps of many units, listening at two addresses, and their chores."""

    def __init__(
        self, houses: Houses, public: Address, staff: Address, holder: int | None = None
    ) -> None:
        self.units = OpenHouses(houses, "kiosk", public, holder)
        self._debian = Debian()
        self._dailies = OfSites(lambda house, site: Daily(site, self._debian))

        def build_public(house: House, site: Site, like: Flask | None) -> Flask:
            app = public_app(site, public, like)
            app.config.update(MOST_PIECES=MOST_PIECES, MOST_PAGES=MOST_PAGES)
            return app

        def build_staff(house: House, site: Site, like: Flask | None) -> Flask:
            app = staff_app(site, staff, self._dailies.of(house, site), like)
            app.config["MOST_PIECES"] = MOST_PIECES
            return app

        self.public = HostTable(self.units, build_public, AllUnits(self.units))
        self.staff = HostTable(self.units, build_staff, AllUnits(self.units, _told))

    def workers(self) -> list[Callable[..., Any]]:
        """Return what runs beside the apps."""
        rounds = Rounds(self.units, self._chores, ("store", "outside", "heavy", "long"))
        return [*rounds.workers(), self._debian.keep_asking]

    def _chores(self, house: House, site: Site) -> list[Chore]:
        found = chores.of(site, self._dailies.of(house, site))
        if site.settings.printer.is_there:
            found.append(Printing(self.public.app(house)).chore())
        return found


def serve(houses: Houses, public: Address, staff: Address, holder: int | None = None) -> None:
    """Serve all units whose right the process `holder` holds, if one must, until SIGTERM or Ctrl-C.
    Raises AddressWrong."""
    many = ManyKiosks(houses, public, staff, holder)
    serving.run(
        [(many.public, public), (many.staff, staff)],
        beside=many.workers,
        takes_files=taking.is_form,
        too_large=too_large.said,
    )


def _told(house: House, site: Site) -> "Iterable[Metric]":
    """Yield what a unit reports: its answers, and the state of its store."""
    yield from site.requests.metrics()
    with closing(house.instance.open()) as db:
        yield from metrics.of_store(house.instance, site.settings, db, clock.now())
