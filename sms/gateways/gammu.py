"""A GSM stick under gammu-smsd: SMS are put into smsd's queue, and its tables report the rest.

gammu_poller.py reads what came.
"""

import logging
import os
import re
import subprocess
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.domain import clock
from shared.runtime import programs
from shared.settings import GammuSettings
from shared.store.messages.gammu_database import (
    Outgoing,
    Smsd,
    SmsdUnavailable,
)
from sms.gateways import (
    Found,
    LookUpFailed,
    Outcome,
    Retry,
    Sent,
    Taken,
    Unknown,
)

NAME = "gammu"
INJECT = "gammu-smsd-inject"
TIMEOUT_SECONDS = 15
_WRITTEN = re.compile(r"Written message with ID (\d+)")
NOT_SENT = ("SendingError", "Error")

log = logging.getLogger("hienke.sms")


class Gammu:
    """Sends through smsd: puts a text into its queue, and reads the rest from its tables."""

    name = NAME

    def __init__(self, settings: GammuSettings, zone: ZoneInfo) -> None:
        self._settings = settings
        self._zone = zone

    def send(self, to: str, text: str, ref: str) -> Outcome:
        """Put one SMS into smsd's queue. The injector's answer is checked in that queue: the same
        text is never put there twice."""
        started = self._local(clock.now())
        try:
            said = self._inject(to, text)
        except subprocess.TimeoutExpired:
            return Unknown("injector timed out")
        except OSError as fault:
            return Retry(f"injector: {fault.strerror or fault}", is_channel_down=True)
        try:
            with closing(self._smsd()) as smsd:
                written = _WRITTEN.search(said)
                if written:
                    found = smsd.outgoing(int(written[1]))
                else:
                    found = next(iter(smsd.outgoing_to(to, text, started)), None)
        except SmsdUnavailable as fault:
            return Unknown(f"smsd: {fault}")
        if found:
            return Taken(name_of(found))
        return Unknown("not in the queue") if written else Retry(_last_line(said), 0, True)

    def look_up(self, to: str, text: str, since: int, ref: str) -> list[Found]:
        """Return what smsd sent, or has yet to send, to this number with this text since an
        instant (ms UTC). Raises LookUpFailed."""
        try:
            with closing(self._smsd()) as smsd:
                found = smsd.outgoing_to(to, text, self._local(since))
        except SmsdUnavailable as fault:
            raise LookUpFailed(str(fault)) from fault
        return [
            Sent(name_of(one), one.status == "DeliveryOK") if one.status else Taken(name_of(one))
            for one in found
            if one.status not in NOT_SENT
        ]

    def _inject(self, to: str, text: str) -> str:
        """Return the injector's output. It runs in smsd's zone, because smsd sends what is due by
        its own local time. There is no shell, so nothing in a text has a meaning."""
        command = [
            programs.find(INJECT) or INJECT, "-c", self._settings.config, "TEXT", to,
            "-len", "400", "-report", "-text", text,
        ]  # fmt: skip
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_SECONDS,
            env={**os.environ, "TZ": self._zone.key, "LC_ALL": "C.UTF-8"},
            check=False,
        )
        return done.stdout.decode("utf-8", "replace")

    def _smsd(self) -> Smsd:
        return Smsd(Path(self._settings.database))

    def _local(self, at: int) -> str:
        return f"{clock.to_local(at, self._zone):%Y-%m-%d %H:%M:%S}"


def name_of(outgoing: Outgoing) -> str:
    """Return our name for a row of smsd's: its ids start again in another database."""
    return f"{outgoing.id}@{outgoing.inserted}"


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f"injector: {lines[-1]}"[:120] if lines else "injector said nothing"
