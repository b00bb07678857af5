"""The connections to stores that the threads of a program keep between two requests.

A thread that serves one unit keeps one. A thread that serves many keeps a few files open, those it
used last: ninety-five in each of thirty threads would be memory for nothing. A store on a server
holds no connection between two statements, stays open, and is looked for once for all threads.
"""

import threading
from collections import Counter, OrderedDict

from shared.db.connection import Store
from shared.runtime.instance import Instance


class Connections:
    """Each thread's own, at most `most` files among them."""

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._threads = threading.local()
        self._renewed: Counter[str] = Counter()
        self._light: dict[str, tuple[Store, int]] = {}

    def of(self, instance: Instance) -> Store:
        """Return this thread's connection to an instance's store. Raises InstanceMissing,
        StoreUnavailable, UnitUnknown."""
        folder = str(instance.folder)  # a path is compared letter by letter each time
        kept, renewed = self._kept(), self._renewed[folder]
        if kept.get(folder, (None, renewed))[1] != renewed:
            self.forget(instance)
        if folder in kept:
            kept.move_to_end(folder)
        else:
            files = [one for one, (db, _) in kept.items() if not db.engine.is_light]
            for one in files[: max(0, len(files) + 1 - self._most)]:
                kept.pop(one)[0].close()
            kept[folder] = self._opened(instance, folder, renewed), renewed
        return kept[folder][0]

    def _opened(self, instance: Instance, folder: str, renewed: int) -> Store:
        """Open a store; if it holds nothing and another thread opened it, nothing is asked."""
        opened = self._light.get(folder)
        if opened is not None and opened[1] == renewed:
            return opened[0].twin()
        db = instance.open()
        if db.engine.is_light:
            self._light[folder] = db.twin(), renewed
        return db

    def settle(self, instance: Instance) -> None:
        """Return when all that this thread may have read of an instance's store is on the disk.
        Raises StoreUnavailable."""
        kept = self._kept().get(str(instance.folder))
        if kept is not None:
            kept[0].engine.settle()

    def forget(self, instance: Instance) -> None:
        """Open a new connection of this thread next time."""
        folder = str(instance.folder)
        self._light.pop(folder, None)
        found = self._kept().pop(folder, None)
        if found is not None:
            found[0].close()

    def renew(self, instance: Instance) -> None:
        """Let every thread open a new connection next time: another store may lie in that folder
        then."""
        self._renewed[str(instance.folder)] += 1

    def _kept(self) -> OrderedDict[str, tuple[Store, int]]:
        found: OrderedDict[str, tuple[Store, int]] | None = getattr(self._threads, "kept", None)
        if found is None:
            found = self._threads.kept = OrderedDict()
        return found
