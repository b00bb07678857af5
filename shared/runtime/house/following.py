"""The file of houses as it is at each moment: whoever serves its units follows what is added to it
and taken out."""

import logging
from pathlib import Path

from shared.runtime import house
from shared.runtime.house import Houses, HouseWrong

log = logging.getLogger("hienke")


class Following:
    """The houses of a file that may change. A change that is wrong is said once in the log, and the
    houses stay as they were."""

    def __init__(self, houses: Houses) -> None:
        self.houses = houses
        self._seen: tuple[int, int, int] | None = None

    def has_changed(self) -> bool:
        """Say whether other houses stand in the file since the last look."""
        seen = _look(self.houses.path)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            found = house.read(self.houses.path, may_be_empty=True)
        except HouseWrong as fault:
            log.error("houses_unchanged reason=%s", fault)
            return False
        changed, self.houses = found != self.houses, found
        return changed


def _look(path: Path) -> tuple[int, int, int]:
    """Return what differs once a file was written or replaced."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
