"""Requests sent when each is due, whoever still waits: an open loop, from one process.

The time of each counts from the instant at which it was due, so that waiting in line counts too.
What is sent is made before, so that making it holds up nothing.
"""

import http.client
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SENDERS = 64
_PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Sent:
    """One request, due so many seconds after the beginning; `wanted` is the status that answers
    it, `kind` what it counts as."""

    due: float
    kind: str
    port: int
    path: str
    wanted: int = 200
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = ""


@dataclass
class Load:
    """Requests in the order in which they are due. `took` has the seconds that each kind took,
    sorted; `failed` says what was answered instead."""

    requests: Sequence[Sent]
    took: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def send(self) -> None:
        """Send them all, and wait for the answers."""
        self._left, self._lock = iter(self.requests), threading.Lock()
        began = time.monotonic() + 1
        senders = [threading.Thread(target=self._send, args=(began,)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self.seconds = time.monotonic() - began
        for times in self.took.values():
            times.sort()

    def ms(self, part: int, *kinds: str) -> float:
        """Return within how many milliseconds so many of 100 requests of these kinds were answered;
        without a kind, of all."""
        times = sorted(one for kind in kinds or self.took for one in self.took[kind])
        return times[max(0, len(times) * part // 100 - 1)] * 1000

    def _send(self, began: float) -> None:
        lines: dict[int, http.client.HTTPConnection] = {}
        while True:
            with self._lock:
                one = next(self._left, None)
            if one is None:
                return
            time.sleep(max(0.0, began + one.due - time.monotonic()))
            said = _ask(lines, one)
            took = time.monotonic() - began - one.due
            with self._lock:
                self.took.setdefault(one.kind, []).append(took)
                if said:
                    self.failed.append(f"{one.kind}: {said}")


def _ask(lines: dict[int, http.client.HTTPConnection], one: Sent) -> str:
    """Send one request on a kept line, and return what went wrong, "" for nothing."""
    line = lines.get(one.port)
    if line is None:
        line = lines[one.port] = http.client.HTTPConnection(
            "127.0.0.1", one.port, timeout=_PATIENCE_SECONDS
        )
    method = one.method or ("GET" if one.body is None else "POST")
    try:
        # A line that said nothing for long was closed at the other end.
        if line.sock is not None and _is_closed(line):
            line.close()
        line.request(method, one.path, one.body, dict(one.headers))
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as fault:
        line.close()
        return repr(fault)
    return "" if answer.status == one.wanted else str(answer.status)


def _is_closed(line: http.client.HTTPConnection) -> bool:
    line.sock.setblocking(False)
    try:
        return line.sock.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        if line.sock is not None:
            line.sock.settimeout(_PATIENCE_SECONDS)
