"""Keeps programs running: starts them as children, restarts one that dies, stops them all. It also
runs errands: programs that end by themselves and are started again and again.

A child ends by itself when the pipe to this process closes, so after killing the supervisor (also
with kill -9) nothing keeps the ports. What the programs do is not known here.
"""

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

from shared.runtime import programs
from shared.runtime.listening import DRAIN_SECONDS
from shared.runtime.start import REFUSED, WRONG
from shared.runtime.systemd import Watched

# Wait between a death and the next start; doubled while a program keeps dying.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
# After this long a program counts as well, and its next death starts with the short wait again.
WELL_SECONDS = 30.0
PATIENCE_SECONDS = DRAIN_SECONDS + 2
# What the log says of a program that has died. Another version reads it while it tries this one.
DIED = "died program="

log = logging.getLogger("hienke")


class Program:
    """One program as a child process. `arguments` follow its module's `name`."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self.name = name
        self._command = programs.ours(name, *arguments, "--supervised")
        self._child: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._pause = FIRST_PAUSE

    def tend(self) -> int | None:
        """Start the program when it is due; return its exit code if it has just died."""
        if self._child is None:
            if time.monotonic() >= self._due_at:
                self._start()
            return None
        code = self._child.poll()
        if code is not None:
            self._mourn(code)
        return code

    def ask_to_stop(self) -> None:
        """Let it finish its answers and end."""
        if self._child is not None:
            self._child.terminate()

    def wait(self, until: float) -> None:
        """Wait for its end; after `until` (monotonic seconds) it is killed."""
        if self._child is not None:
            _wait(self._child, until, self.name)

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self._child = _start(self._command)

    def _mourn(self, code: int) -> None:
        now = time.monotonic()
        if now - self._started_at >= WELL_SECONDS:
            self._pause = FIRST_PAUSE
        log.error(f"{DIED}%s code=%d again_in=%.1f", self.name, code, self._pause)
        self._child, self._due_at = None, now + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


class Errand:
    """A short-lived program, `python -m <words>`: first after `first` seconds, then `every` so
    many seconds after its end. It is killed if it does not end within `longest` seconds. Its exit
    code stops nothing."""

    def __init__(self, words: Sequence[str], *, first: float, every: float, longest: float) -> None:
        self._command = programs.ours(*words)
        self._every, self._longest = every, longest
        self._child: subprocess.Popen[bytes] | None = None
        self._due_at = time.monotonic() + first
        self._started_at = 0.0

    def tend(self) -> None:
        """Start it when it is due, and note its end."""
        now = time.monotonic()
        if self._child is None:
            if now >= self._due_at:
                self._child, self._started_at = _start(self._command), now
        elif self._child.poll() is not None:
            self._child, self._due_at = None, now + self._every
        elif now - self._started_at > self._longest:
            log.error("killed errand=%s reason=too_slow", self._command[-1])
            self._child.kill()

    def ask_to_stop(self) -> None:
        """End it: its work may be interrupted and begun again."""
        if self._child is not None:
            self._child.terminate()

    def wait(self, until: float) -> None:
        """Wait for its end; after `until` (monotonic seconds) it is killed."""
        if self._child is not None:
            _wait(self._child, until, self._command[-1])


def supervise(
    programs: Sequence[Program],
    errands: Sequence[Errand] = (),
    watched: Watched | None = None,
    must_end: Callable[[], bool] = lambda: False,
) -> int:
    """Run the programs and the errands until SIGTERM, SIGINT or SIGHUP, and return the exit code:
    0, or 2 if a program found a wrong setting (it has said which, and restarting would not help),
    or 1 once `must_end`. `watched` reports to systemd."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    code = 0
    while code == 0 and not stopping.is_set():
        if WRONG in [program.tend() for program in programs]:
            code = WRONG
        elif must_end():
            code = REFUSED
        else:
            for errand in errands:
                errand.tend()
            if watched:
                watched.tend()
            stopping.wait(0.1)
    if watched:
        watched.stopping()
    _stop_all([*programs, *errands])
    return code


def _stop_all(programs: Sequence[Program | Errand]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    for program in programs:
        program.ask_to_stop()
    for program in programs:
        program.wait(until)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # Its own process group: Ctrl-C reaches only this process, which then stops the children.
    return subprocess.Popen(  # noqa: S603 our own programs
        command, stdin=subprocess.PIPE, process_group=0
    )


def _wait(child: subprocess.Popen[bytes], until: float, name: str) -> None:
    try:
        child.wait(max(0.1, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        log.error("killed program=%s reason=did_not_stop", name)
        child.kill()
        child.wait()
