"""Tells systemd how `hienke serve` is doing, if systemd started it; otherwise says nothing.

Ready: every port is listened on. Alive: repeated again and again, so that systemd restarts what
hangs (deploy/systemd/hienke.service: Type=notify, WatchdogSec). The protocol is sd_notify(3).
"""

import os
import socket
import time
from collections.abc import Callable, Mapping


class Watched:
    """The conversation with systemd; `is_ready` says whether every port is listened on."""

    def __init__(
        self, is_ready: Callable[[], bool], environ: Mapping[str, str] = os.environ
    ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        # Twice as often as systemd checks (sd_watchdog_enabled(3)).
        self._every = int(environ.get("WATCHDOG_USEC") or 0) / 1_000_000 / 2
        self._is_ready = is_ready
        self._is_told_ready = False
        self._due_at = 0.0

    def tend(self) -> None:
        """Send what is due now; called often."""
        if not self._address or time.monotonic() < self._due_at:
            return
        if not self._is_told_ready and self._is_ready():
            self._tell("READY=1")
            self._is_told_ready = True
        if self._every:
            self._tell("WATCHDOG=1")
        self._due_at = time.monotonic() + (self._every or 1.0 if self._is_told_ready else 0.2)

    def stopping(self) -> None:
        """Say that the programs are being stopped."""
        if self._address:
            self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        # A name that begins with @ is an abstract socket.
        address = self._address.replace("@", "\0", 1)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as said:
            try:
                said.sendto(state.encode(), address)
            except OSError:  # whoever started us is gone; the programs go on
                self._address = ""
