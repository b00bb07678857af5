"""What a program keeps for each unit that it serves: an app, a check of the day."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from shared.runtime.house import House
from shared.runtime.site import Site

T = TypeVar("T")


class OfSites(Generic[T]):
    """One for each site, made when it is first needed, and anew for a unit that was opened anew."""

    def __init__(self, make: Callable[[House, Site], T]) -> None:
        self._make = make
        self._made: dict[int, tuple[Site, T]] = {}
        self._making = threading.Lock()

    def of(self, house: House, site: Site) -> T:
        """Return a site's. Raises what making it raises."""
        found = self._made.get(house.unit)
        if found is not None and found[0] is site:
            return found[1]
        with self._making:
            found = self._made.get(house.unit)
            if found is None or found[0] is not site:
                found = self._made[house.unit] = site, self._make(house, site)
            return found[1]
