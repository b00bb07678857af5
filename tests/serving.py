"""`hienke serve` as the tests run it: a process on three free ports, watched from outside."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tests import commands
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[1]
HIENKE = (sys.executable, "-m", "shared.cli")


class Serving:
    """A `hienke serve` on three free ports."""

    def __init__(self, folder: Path, hienke: Sequence[str] = HIENKE) -> None:
        self.folder = folder
        self.hienke = hienke
        self.public, self.staff, self.sms = free_ports(3)
        self.process: subprocess.Popen[str] | None = None
        self.started_with: dict[str, str] = {}

    def start(self, **env: str) -> "Serving":
        self.started_with = env
        self.process = subprocess.Popen(
            [*self.hienke, "serve", *self.words()],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self.folder.parent,
            env=self.environment(**env),
        )  # fmt: skip
        return self

    def run(self, *words: str, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Run another `hienke` command on the same instance to its end."""
        world = self.environment(**env)
        if self.hienke == HIENKE:
            return commands.hienke(*words, cwd=self.folder.parent, env=world, given=given)
        return subprocess.run(
            [*self.hienke, *words], input=given,
            capture_output=True, text=True, timeout=60, cwd=self.folder.parent, env=world,
        )  # fmt: skip

    def environment(self, **more: str) -> dict[str, str]:
        """Return what its processes know of the world; the checkout only where they run from it."""
        known = {"PATH": os.environ["PATH"], "HIENKE_INSTANCE": str(self.folder), **more}
        return {**known, "PYTHONPATH": str(ROOT)} if self.hienke == HIENKE else known

    def words(self) -> list[str]:
        ports = {"--public": self.public, "--staff": self.staff, "--sms": self.sms}
        return [word for name, port in ports.items() for word in (name, f"127.0.0.1:{port}")]

    def is_well(self, port: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_until_well(self) -> "Serving":
        wait_until(lambda: all(map(self.is_well, (self.public, self.staff, self.sms))))
        return self

    def child(self, name: str) -> int | None:
        """Return the process id of the program of that name, or None while there is none."""
        assert self.process is not None
        return children(self.process.pid).get(name)

    def end(self) -> int:
        """Ask it to stop and return its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)

    def end_for_certain(self) -> None:
        """End it and its programs, whatever the test did to them."""
        if self.process is None:
            return
        programs = children(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        wait_until(lambda: not any(map(lives, programs.values())))


def wait_until(holds: Callable[[], bool], seconds: float = 180) -> None:
    """Wait for something that must come; the limit is only there to end a hung test."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def child_ids(parent: int) -> list[int]:
    """Return the processes that another one started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


def children(parent: int) -> dict[str, int]:
    """Return the programs of a supervisor: the name behind `-m`, and the process id."""
    found = {}
    for pid in child_ids(parent):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        except (OSError, UnicodeDecodeError):
            continue
        if "-m" in words:
            found[words[words.index("-m") + 1]] = pid
    return found


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
