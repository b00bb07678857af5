"""The units of a deployment as one program serves them: each is opened when it is first needed.

A unit that cannot be opened now (a wrong setting, a store that is away) stops nobody else; it is
tried again after a rest.
"""

import logging
import threading
import time
from collections.abc import Iterator

from shared.db.connection import StoreMissing
from shared.runtime import whose
from shared.runtime.connections import Connections
from shared.runtime.health import HealthCheck
from shared.runtime.house import House, Houses, leads_here
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.runtime.start import REASONS, start

AGAIN_SECONDS = 5.0
# A thread keeps so many connections open: the next request often is for the same unit.
MOST_KEPT = 4

log = logging.getLogger("hienke")


class NotOpen(Exception):
    """The unit cannot be served now; `reason` is one sentence for whoever runs the programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OpenHouses:
    """The units that `program` serves; its public app is at `public`."""

    def __init__(self, houses: Houses, program: str, public: Address) -> None:
        self.houses = houses
        self._program, self._public = program, public
        self._connections = Connections(MOST_KEPT)
        self._locks = {house.unit: threading.Lock() for house in houses}
        self._sites: dict[int, Site] = {}
        self._faults: dict[int, tuple[str, float]] = {}

    def site(self, house: House) -> Site:
        """Return what is served of a unit; it is opened at the first call. Raises NotOpen."""
        found = self._sites.get(house.unit)
        if found is not None:
            return found
        with self._locks[house.unit]:
            if house.unit not in self._sites:
                self._sites[house.unit] = self._open(house)
            return self._sites[house.unit]

    def opened(self) -> Iterator[tuple[House, Site]]:
        """Yield the units that are open."""
        for house in self.houses:
            if site := self._sites.get(house.unit):
                yield house, site

    def faults(self) -> dict[int, str]:
        """Return why units could not be opened at the last try, by their numbers."""
        return {unit: reason for unit, (reason, _) in list(self._faults.items())}

    def note(self, house: House, reason: str) -> None:
        """Note why a unit that is open cannot be served now, "" that it can."""
        if reason:
            self._faults[house.unit] = reason, 0.0
        else:
            self._faults.pop(house.unit, None)

    def _open(self, house: House) -> Site:
        reason, until = self._faults.get(house.unit, ("", 0.0))
        if time.monotonic() < until:
            raise NotOpen(reason)
        with whose.working_for(house.unit):
            try:
                site = self._opened(house)
            except (*REASONS, StoreMissing, OSError) as fault:
                said = str(fault) or type(fault).__name__
                self._faults[house.unit] = said, time.monotonic() + AGAIN_SECONDS
                log.error("house_not_open reason=%s", said)
                raise NotOpen(said) from fault
            self._faults.pop(house.unit, None)
            log.info("house_open")
            return site

    def _opened(self, house: House) -> Site:
        # What the environment says would hold for every unit, so it is not asked.
        started = start(house.instance, environ={})
        here = frozenset(filter(leads_here, house.hosts))
        return Site(
            instance=started.instance,
            settings=started.settings,
            secrets=started.secrets,
            commune=started.commune,
            public_url=started.settings.office.public_url.rstrip("/") or self._address(house),
            health=HealthCheck(started.instance, self._program),
            connections=self._connections,
            own_names=frozenset(house.hosts),
            names_here=here,
        )

    def _address(self, house: House) -> str:
        """Return where citizens of a unit come in, if its settings do not say it."""
        first = house.hosts[0]
        return f"http://{first}:{self._public.port}" if leads_here(first) else f"https://{first}"
