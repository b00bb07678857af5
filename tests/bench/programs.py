"""A server under measurement: started, asked on one kept connection, and read in /proc."""

import os
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS = 30
# In the number of a process' clock: all that its threads used, those that ended too.
_CPU_CLOCK = 2


class DidNotStart(Exception):
    """The program ended, or gave no 200 in half a minute."""


@dataclass(frozen=True)
class Answer:
    """One answer; `size` is what went over the wire: status line, headers, body as sent."""

    status: int
    headers: HTTPMessage
    body: bytes
    size: int

    def text(self) -> str:
        """Return the body as it was before it was compressed."""
        is_packed = self.headers.get("Content-Encoding") == "gzip"
        return (zlib.decompress(self.body, wbits=31) if is_packed else self.body).decode()


@dataclass
class Program:
    """One running program; `start_seconds` is how long its first 200 took, at `port`."""

    process: subprocess.Popen[bytes]
    port: int
    start_seconds: float = 0.0
    _lines: dict[int, HTTPConnection] = field(default_factory=dict)

    def cpu_ms(self) -> float:
        """Return the CPU this program and its children have used, user and system."""
        return cpu_ms(self.process.pid)

    def memory_mib(self) -> float:
        """Return the resident memory of this program and its children."""
        return sum(_resident_kib(pid) for pid in _tree(self.process.pid)) / 1024

    def ask(
        self,
        port: int,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET, or POST a form, on one kept connection to `port`, asking for gzip as browsers do."""
        line = self._lines.get(port)
        if line is None:
            line = self._lines[port] = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        given = {"Accept-Encoding": "gzip", **(headers or {})}
        if body is not None:
            given.setdefault("Content-Type", "application/x-www-form-urlencoded")
        line.request("GET" if body is None else "POST", path, body, given)
        answer = line.getresponse()
        content = answer.read()
        head = f"HTTP/1.1 {answer.status} {answer.reason}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in answer.getheaders()
        )
        size = len(head.encode("latin-1")) + len("\r\n") + len(content)
        return Answer(answer.status, answer.headers, content, size)

    def hang_up(self) -> None:
        """Give up the kept connections: a server closes those that say nothing for long."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()

    def stop(self) -> None:
        """End it and wait for its end."""
        self.hang_up()
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)


def start(module: str, *arguments: str, port: int, path: str, **environment: str) -> Program:
    """Start `python -m module …` and return it after its first 200 for `path`. Raises
    DidNotStart."""
    began = time.monotonic()
    program = Program(
        subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            # As make has it: modules are compiled once, and not at each start.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ),
        port,
    )
    while time.monotonic() < began + PATIENCE_SECONDS and program.process.poll() is None:
        line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            line.request("GET", path)
            if line.getresponse().status == 200:
                program.start_seconds = time.monotonic() - began
                return program
        except OSError:
            time.sleep(0.01)
        finally:
            line.close()
    program.process.kill()
    program.process.wait()
    raise DidNotStart(f"{module} gave no 200 for {path}")


def cpu_ms(pid: int) -> float:
    """Return the CPU that a process and its children have used so far, user and system. Children
    that ended count too: without them a reading can be less than the one before. Raises OSError
    when there is no such process."""
    while os.stat(f"/proc/{pid}"):
        with suppress(OSError):  # a child ended just now: read again
            tree = _tree(pid)
            used = sum(_used_ms(one) for one in tree)
            if tree == _tree(pid):
                return used
    raise AssertionError(pid)


def _tree(first: int) -> list[int]:
    found = [first]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _used_ms(pid: int) -> float:
    """Return the CPU of one process, and of its children that ended and were waited for."""
    # Its own clock (clock_getcpuclockid(3)) counts nanoseconds; the file counts hundredths of a
    # second, in which a batch of requests is a dozen. The name in brackets may hold blanks; what
    # follows it does not.
    own = time.clock_gettime_ns((~pid << 3) | _CPU_CLOCK) / 1_000_000
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return own + sum(map(int, fields[13:15])) * TICK_MS


def _resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
