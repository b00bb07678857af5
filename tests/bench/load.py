"""Ideas sent to a program that runs, fifty a second for a minute, whoever still waits:
`python -m tests.bench.load PORT [--house houses.toml] [--a-second 100]`.

Each sending has an instant at which it is due; its time counts from there, so that waiting in line
counts too. With a file of houses the units take turns, and the ideas come as through a proxy on
this machine, each from another address. They are kept: point it at what may be thrown away.
"""

import argparse
import http.client
import json
import os
import tempfile
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.runtime import house

A_SECOND, SECONDS = 50, 60
SENDERS = 40
_WRITES = 400


@dataclass
class Load:
    """So many ideas a second for so long, to a port, each of the names (`Host`) in turn; None
    stands for the port's own. `took` is in seconds, `failed` says what was answered."""

    port: int
    hosts: Sequence[str | None] = (None,)
    a_second: int = A_SECOND
    seconds: int = SECONDS
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def send(self) -> None:
        """Send them all, and wait for the answers."""
        begins = time.monotonic() + 1
        senders = [
            threading.Thread(target=self._send_share, args=(first, begins))
            for first in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self.took.sort()

    def ms(self, part: int) -> float:
        """Return within how many milliseconds so many of 100 were answered."""
        return self.took[len(self.took) * part // 100 - 1] * 1000

    def _send_share(self, first: int, begins: float) -> None:
        """Send every SENDERSth idea when it is due."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for number in range(first, self.a_second * self.seconds, SENDERS):
            due = begins + number / self.a_second
            time.sleep(max(0.0, due - time.monotonic()))
            said = _send(line, number, self.hosts[number % len(self.hosts)])
            self.took.append(time.monotonic() - due)
            if said:
                self.failed.append(said)


def fdatasync_p99_ms(folder: Path) -> float:
    """Return within how many milliseconds 99 of 100 writes of a page are on the folder's disk."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_WRITES):
            began = time.perf_counter()
            os.write(file.fileno(), b"\0" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return sorted(took)[_WRITES * 99 // 100 - 1] * 1000


def main() -> None:
    """Send them all and print how many failed and how long they took."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description="Send ideas.")
    parser.add_argument("port", type=int)
    parser.add_argument("--house", type=Path, help="houses.toml: the units take turns")
    parser.add_argument("--a-second", type=int, default=A_SECOND)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    told = parser.parse_args()
    if min(told.a_second, told.seconds) < 1:
        parser.error("--a-second and --seconds: 1 or more")
    hosts: Sequence[str | None] = (None,)
    if told.house is not None:
        try:
            hosts = [one.hosts[0] for one in house.read(told.house, {})]
        except house.HouseWrong as fault:
            parser.error(str(fault))
    load = Load(told.port, hosts, told.a_second, told.seconds)
    load.send()
    print(
        f"{len(load.took)} sent, {len(load.failed)} failed; p50 {load.ms(50):.0f} ms,"
        f" p99 {load.ms(99):.0f} ms, max {load.ms(100):.0f} ms"
    )
    if load.failed:
        print("failed:", *load.failed[:5])


def _send(line: http.client.HTTPConnection, number: int, host: str | None) -> str:
    """Send one idea and return what went wrong, "" for nothing."""
    body = {
        "participant_type": "citizen",
        "title": f"Ý thứ {number} cho xã",
        "solution": "Cho bà con nhắn tin xin một khung giờ.",
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
    if host is not None:
        headers["Host"] = host
        headers["X-Forwarded-For"] = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    try:
        line.request("POST", "/api/v1/proposals", json.dumps(body).encode(), headers)
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as fault:
        line.close()
        return repr(fault)
    return "" if answer.status == 201 else str(answer.status)


if __name__ == "__main__":
    main()
