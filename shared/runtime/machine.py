"""What Debian knows about this PC: does the network set its clock, do security updates wait?

Each answer is None if this machine cannot tell (no systemd, no apt). The programs that are asked
get a few seconds; they may be missing.
"""

import subprocess
from pathlib import Path

from shared.domain.record import Record

_ASKED_SECONDS = 30
# systemd-timesyncd makes it once it has heard a time server; chrony is asked through timedatectl.
_SYNCHRONISED = Path("run/systemd/timesync/synchronized")
_LISTS_FETCHED = Path("var/lib/apt/periodic/update-success-stamp")
_LISTS = Path("var/lib/apt/lists")
_RESTART = Path("run/reboot-required")


class Updates(Record):
    """Debian's updates: how many security updates wait, when the lists were last fetched (ms UTC,
    None for never), and whether an installed one needs a restart."""

    waiting: int
    fetched_at: int | None
    needs_restart: bool


def is_clock_set(root: Path = Path("/")) -> bool | None:
    """Say whether the network sets this PC's clock."""
    if (root / _SYNCHRONISED).exists():
        return True
    said = _ask("timedatectl", "show", "--property=NTPSynchronized", "--value")
    return {"yes": True, "no": False}.get(said.strip()) if said is not None else None


def updates(root: Path = Path("/")) -> Updates | None:
    """Return the state of Debian's updates; takes a second or two."""
    said = _ask("apt-get", "--simulate", "--quiet", "-o", "Debug::NoLocking=true", "upgrade")
    if said is None:
        return None
    waiting = [line for line in said.splitlines() if line.startswith("Inst ") and "ecurity" in line]
    return Updates(len(waiting), _changed_at(root), (root / _RESTART).exists())


def _changed_at(root: Path) -> int | None:
    """Return when the package lists were last fetched: by unattended-upgrades, or by hand."""
    found = []
    for path in (root / _LISTS_FETCHED, root / _LISTS):
        try:
            found.append(int(path.stat().st_mtime * 1000))
        except OSError:
            continue
    return max(found, default=None)


def _ask(*command: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 Debian's own programs
            command,
            capture_output=True,
            text=True,
            timeout=_ASKED_SECONDS,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
