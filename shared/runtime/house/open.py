"""The units of a deployment as one program serves them: each is opened when it is first needed.

A unit that cannot be opened now (a wrong setting, a store that is away, a right that another
machine holds) stops nobody else; it is tried again after a rest. One that is no longer to be served
here is left: who works on it may end, and nobody begins.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO

from shared import settings
from shared.db.connection import StoreMissing
from shared.runtime import whose
from shared.runtime.connections import Connections
from shared.runtime.health import HealthCheck
from shared.runtime.house import House, Houses, leads_here, rights
from shared.runtime.house.following import Following
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.runtime.start import REASONS, start

AGAIN_SECONDS = 5.0
# How soon a change of the file, or of a right, is seen.
FOLLOW_SECONDS = 2.0
# A thread keeps so many connections open: the next request often is for the same unit.
MOST_KEPT = 4

log = logging.getLogger("hienke")


class NotOpen(Exception):
    """The unit cannot be served now; `reason` is one sentence for whoever runs the programs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(eq=False)
class _Opened:
    """A unit that is open; `in_use` shows it to whoever holds the right to serve it. Whoever works
    on it is `inside`."""

    house: House
    site: Site
    in_use: IO[str] | None
    inside: int = 0
    is_left: bool = False

    def close_if_empty(self) -> None:
        """Show that nobody works on it any more, once it was left."""
        if self.is_left and not self.inside and self.in_use is not None:
            self.in_use.close()


class OpenHouses:
    """The units that `program` serves; its public app is at `public`. `holder` is the process that
    must hold the right to serve a unit; None if this one does."""

    def __init__(
        self, houses: Houses, program: str, public: Address, holder: int | None = None
    ) -> None:
        self._following = Following(houses)
        self._program, self._public, self._holder = program, public, holder
        self._connections = Connections(MOST_KEPT)
        self._opening: dict[int, threading.Lock] = {}
        self._changing = threading.Lock()
        self._open: dict[int, _Opened] = {}
        self._faults: dict[int, tuple[str, float]] = {}
        self._by_host = houses.by_host()

    @property
    def houses(self) -> Houses:
        """The units, as the file names them now."""
        return self._following.houses

    def house_of(self, host: str) -> House | None:
        """Return whose a name is, None for nobody's."""
        return self._by_host.get(host)

    def site(self, house: House) -> Site:
        """Return what is served of a unit; it is opened at the first call. Raises NotOpen."""
        return self._found(house).site

    @contextmanager
    def inside(self, house: House) -> Iterator[Site]:
        """Give what is served of a unit; while the block lasts, nobody else gets the right to
        serve it. Raises NotOpen."""
        found = self._found(house)
        with self._changing:
            if found.is_left:
                raise NotOpen("It was closed just now.")
            found.inside += 1
        try:
            yield found.site
        finally:
            with self._changing:
                found.inside -= 1
                found.close_if_empty()

    def serves(self, house: House, site: Site) -> bool:
        """Say whether this is what is served of a unit now."""
        found = self._open.get(house.unit)
        return found is not None and found.site is site

    def opened(self) -> Iterator[tuple[House, Site]]:
        """Yield the units that are open."""
        for house in self.houses:
            if found := self._open.get(house.unit):
                yield house, found.site

    def faults(self) -> dict[int, str]:
        """Return why units could not be opened at the last try, by their numbers."""
        listed = {house.unit for house in self.houses}
        return {unit: reason for unit, (reason, _) in list(self._faults.items()) if unit in listed}

    def note(self, house: House, reason: str) -> None:
        """Note why a unit that is open cannot be served now, "" that it can."""
        if reason:
            self._faults[house.unit] = reason, 0.0
        else:
            self._faults.pop(house.unit, None)

    def follow(self, stopping: threading.Event) -> None:
        """Follow the file, and leave each unit that is no longer to be served here."""
        while not stopping.wait(FOLLOW_SECONDS):
            self.agree()

    def agree(self) -> None:
        """Leave what the file no longer names, and what others may serve now."""
        if self._following.has_changed():
            self._by_host = self.houses.by_host()
            log.info("houses_changed units=%d", len(self.houses))
        listed = set(self.houses)
        for one in list(self._open.values()):
            if one.house not in listed or self._why_not(one.house):
                self._leave(one)

    def _leave(self, one: _Opened) -> None:
        with self._changing:
            one.is_left = True
            self._open.pop(one.house.unit, None)
            one.close_if_empty()
        self._connections.renew(one.house.instance)
        with whose.working_for(one.house.unit):
            log.info("house_left")

    def _found(self, house: House) -> _Opened:
        found = self._open.get(house.unit)
        if found is not None:
            return found
        with self._opening.setdefault(house.unit, threading.Lock()):
            found = self._open.get(house.unit)
            if found is None:
                found = self._open[house.unit] = self._made(house)
            return found

    def _made(self, house: House) -> _Opened:
        reason, until = self._faults.get(house.unit, ("", 0.0))
        if time.monotonic() < until:
            raise NotOpen(reason)
        with whose.working_for(house.unit):
            try:
                found = self._taken(house)
            except (*REASONS, NotOpen, StoreMissing, OSError) as fault:
                said = str(fault) or type(fault).__name__
                self._faults[house.unit] = said, time.monotonic() + AGAIN_SECONDS
                if said != reason:
                    log.error("house_not_open reason=%s", said)
                raise NotOpen(said) from fault
            self._faults.pop(house.unit, None)
            log.info("house_open")
            return found

    def _taken(self, house: House) -> _Opened:
        """Open a unit if it may be served here, in the sight of whoever holds the right to it."""
        if house not in self.houses.houses:
            raise NotOpen("The file no longer names it.")
        settings.load(house.folder, {})  # what a person must correct is said first
        with ExitStack() as until:
            in_use = None
            if self._holder is not None:
                in_use = until.enter_context(rights.in_use(house.instance))
            if why := self._why_not(house):
                raise NotOpen(why)
            found = _Opened(house, self._opened(house), in_use)
            until.pop_all()
            return found

    def _why_not(self, house: House) -> str:
        return rights.why_not(house.instance, self._holder) if self._holder is not None else ""

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
