"""Whether a measurement may be believed: the machine was quiet, both sides did the same work, and
the figures can be true."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench import blanks, programs
from tests.bench.programs import TICK_MS, Answer

QUIET_SECONDS = 5.0
# What the system does by itself.
MOST_BUSY_SHARE = 0.05
# Measuring less than the least by this share is what clocks and schedulers do.
_NOISE = 0.1


class Untrue(Exception):
    """A figure that cannot be true; the message says which."""


@dataclass(frozen=True)
class Figures:
    """The CPU ms a request of one work: of waitress that answers a line and asks nobody, of the
    floor, of ours on SQLite, of ours on PostgreSQL and of its server beside it."""

    least: float
    floor: float
    sqlite: float
    program: float
    server: float

    @property
    def postgres(self) -> float:
        """What ours on PostgreSQL costs, the server counted."""
        return self.program + self.server


def busy_share(seconds: float = QUIET_SECONDS) -> float:
    """Watch the processors for a while and return how much of them others used, 0 to 1."""
    idle, total = _jiffies()
    time.sleep(seconds)
    idle_then, total_then = _jiffies()
    return 1 - (idle_then - idle) / max(total_then - total, 1)


class Others:
    """Counts what others use of the processors from now on."""

    def __init__(self) -> None:
        self._idle, self._total = _jiffies()
        self._ours = programs.cpu_ms(os.getpid())

    def share(self) -> float:
        """Return how much of the processors others used so far, 0 to 1: neither this program nor
        one that it started."""
        idle, total = _jiffies()
        ours = (programs.cpu_ms(os.getpid()) - self._ours) / TICK_MS
        passed = max(total - self._total, 1)
        return max(0.0, (passed - (idle - self._idle) - ours) / passed)


def check(work: str, used: Figures, *, asks_server: bool) -> None:
    """Look at the figures of one work; `asks_server` says that it cannot be done without
    PostgreSQL. Raises Untrue."""
    for name, ms in (
        ("the floor", used.floor), ("SQLite", used.sqlite), ("PostgreSQL", used.program)
    ):  # fmt: skip
        if ms <= 0 or ms < used.least * (1 - _NOISE):
            raise Untrue(
                f"{work}: {name} used {ms:.2f} ms of CPU a request, and the server of the pages"
                f" alone uses {used.least:.2f} to answer anything."
            )
    if used.server < 0 or (asks_server and used.server == 0):
        raise Untrue(f"{work}: PostgreSQL's server used {used.server:.2f} ms of CPU a request.")


def check_same(work: str, floor: Answer, ours: Answer) -> None:
    """Look whether the floor's answer is what ours is: the same text and the same headers; a
    cookie is given to newcomers alone. Raises Untrue."""
    headers = [set(one.headers.keys()) - {"Set-Cookie"} for one in (floor, ours)]
    if headers[0] != headers[1]:
        raise Untrue(f"{work}: of the headers, one side alone has {headers[0] ^ headers[1]}.")
    for name in headers[1] - {"Date", "Content-Length"}:
        if floor.headers[name] != ours.headers[name]:
            raise Untrue(f"{work}: {name} is {floor.headers[name]} and {ours.headers[name]}.")
    if blanks.alike(floor) != blanks.alike(ours):
        raise Untrue(f"{work}: the floor's page says something else than ours.")


def _jiffies() -> tuple[int, int]:
    """Return for how long the processors did nothing, and all of their time."""
    fields = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return fields[3] + fields[4], sum(fields)
