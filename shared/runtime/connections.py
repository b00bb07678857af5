"""The connections to stores that the threads of a program keep between two requests.

A thread that serves one unit keeps one. A thread that serves many keeps a few, those it used last:
ninety-five in each of thirty threads would be memory for nothing.
"""

import threading
from collections import OrderedDict
from pathlib import Path

from shared.db.connection import Store
from shared.runtime.instance import Instance


class Connections:
    """Each thread's own, at most `most` of them."""

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._threads = threading.local()

    def of(self, instance: Instance) -> Store:
        """Return this thread's connection to an instance's store. Raises InstanceMissing,
        StoreUnavailable, UnitUnknown."""
        kept = self._kept()
        db = kept.get(instance.folder)
        if db is None:
            while len(kept) >= self._most:
                kept.popitem(last=False)[1].close()
            db = kept[instance.folder] = instance.open()
        else:
            kept.move_to_end(instance.folder)
        return db

    def forget(self, instance: Instance) -> None:
        """Open a new connection of this thread next time."""
        db = self._kept().pop(instance.folder, None)
        if db is not None:
            db.close()

    def _kept(self) -> OrderedDict[Path, Store]:
        found: OrderedDict[Path, Store] | None = getattr(self._threads, "kept", None)
        if found is None:
            found = self._threads.kept = OrderedDict()
        return found
