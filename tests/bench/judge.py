"""Whether a measurement may be believed: the machine was quiet, and the figures can be true."""

import time
from pathlib import Path

QUIET_SECONDS = 5.0
# What the system does by itself.
MOST_BUSY_SHARE = 0.05


class Untrue(Exception):
    """A figure that cannot be true; the message says which."""


def busy_share(seconds: float = QUIET_SECONDS) -> float:
    """Watch the processors for a while and return how much of them others used, 0 to 1."""
    idle, total = _jiffies()
    time.sleep(seconds)
    idle_then, total_then = _jiffies()
    return 1 - (idle_then - idle) / max(total_then - total, 1)


def check(work: str, floor: float, sqlite: float, postgres: float, server: float) -> None:
    """Look at the CPU ms a request of one work; `server` is the part of `postgres` that PostgreSQL
    itself used. Raises Untrue."""
    for name, used in (
        ("the floor", floor), ("SQLite", sqlite), ("PostgreSQL", postgres),
        ("PostgreSQL's server", server),
    ):  # fmt: skip
        if used <= 0:
            raise Untrue(f"{work}: {name} used {used:.2f} ms of CPU a request.")
    if sqlite < floor:
        raise Untrue(
            f"{work}: {sqlite:.2f} ms of CPU a request is less than the floor's {floor:.2f}."
        )


def _jiffies() -> tuple[int, int]:
    """Return for how long the processors did nothing, and all of their time."""
    fields = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return fields[3] + fields[4], sum(fields)
