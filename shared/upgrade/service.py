"""Whether `hienke serve` runs, and how to stop and start it if systemd runs it."""

import os
import subprocess
from pathlib import Path

from shared.domain.record import Record
from shared.runtime import programs
from shared.runtime.instance import AlreadyServed, Instance
from shared.upgrade.acting import as_owner
from shared.upgrade.place import UpgradeRefused

UNIT = "hienke.service"


class Service(Record):
    """The programs of an instance. `is_ours` says that systemd runs them and we may control it."""

    instance: Instance
    is_ours: bool

    def stop(self) -> None:
        """Stop them, or raise UpgradeRefused if something else runs them."""
        if self.is_ours:
            _systemctl("stop")
        if is_served(self.instance):
            raise UpgradeRefused(
                f"`hienke serve` runs on {self.instance.folder}: stop it, and run this again."
            )

    def start(self) -> None:
        """Start them again if they ran."""
        if self.is_ours:
            _systemctl("start")


def of(instance: Instance) -> Service:
    """Return what runs an instance now. Raises UpgradeRefused if it runs and we may not stop it, so
    that nothing is begun in vain."""
    may_ask = os.geteuid() == 0 and Path("/run/systemd/system").exists()
    service = Service(instance, may_ask and _systemctl("is-active", "--quiet") == 0)
    if not service.is_ours:
        service.stop()
    return service


def is_served(instance: Instance) -> bool:
    """Say whether a `hienke serve` runs on an instance."""
    if not instance.was_served:
        return False
    try:
        with as_owner(instance):
            instance.lock().close()
    except AlreadyServed:
        return True
    return False


def _systemctl(*words: str) -> int:
    done = subprocess.run(  # noqa: S603 our own words
        [programs.find("systemctl", programs.DEBIAN) or "/usr/bin/systemctl", *words, UNIT],
        stdin=subprocess.DEVNULL, timeout=180, check=False,
    )  # fmt: skip
    return done.returncode
