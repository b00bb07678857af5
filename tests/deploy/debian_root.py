"""A fresh Debian in a folder, for what must be tried where nothing of ours has ever been.

Needs root, debootstrap, and the packages of Debian: from where this machine takes its own.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

RELEASES = {"bookworm": "12", "trixie": "13"}
# Not /tmp: that may be memory, and a Debian takes gigabytes.
WHERE = Path("/var/tmp")
# How apt reaches the network here: its proxies, its patience, what it believes of dates.
_REACHED_BY = re.compile(r"Acquire::(https?|ftp|Check-|Retries|ForceIPv).*;")


class NoDebian(Exception):
    """It could not be made; the message is what debootstrap said last."""


@contextmanager
def fresh_debian(release: str, packages: Sequence[str]) -> Iterator[Path]:
    """Yield a folder with a Debian of a release (bookworm, trixie) and some packages, its package
    lists not fetched yet; it is gone afterwards. Raises NoDebian.

    DEBIAN_BASE may name a folder that debootstrap made, of which a copy is used.
    """
    with tempfile.TemporaryDirectory(prefix="hienke-debian-", dir=WHERE) as folder:
        root, base = Path(folder) / "root", os.environ.get("DEBIAN_BASE")
        if base:
            _run("cp", "-a", base, str(root))
        else:
            _run("debootstrap", "--variant=minbase", f"--include={','.join(packages)}", release,
                 str(root), *_mirror("Debian"))  # fmt: skip
        _connect(root, release)
        yield root


def _connect(root: Path, release: str) -> None:
    """Let its apt know security updates too, and all of it what reaches the network."""
    apt = root / "etc" / "apt"
    made_from = (apt / "sources.list").read_text().split()[1].rstrip("/")
    (security,) = _mirror("Debian-Security") or [f"{made_from}-security"]
    (apt / "sources.list").write_text(
        f"deb {made_from} {release} main\n"
        f"deb {made_from} {release}-updates main\n"
        f"deb {security} {release}-security main\n"
    )
    reached = [line for line in _told("apt-config", "dump") if _REACHED_BY.fullmatch(line)]
    (apt / "apt.conf.d" / "90network").write_text("\n".join([*reached, ""]))
    shutil.copyfile("/etc/resolv.conf", root / "etc" / "resolv.conf")
    hosts = root / "etc" / "hosts"
    if not hosts.exists():
        hosts.write_text("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n")


def _mirror(label: str) -> list[str]:
    """Return the address, as a list of one, from which this machine takes the packages of Debian
    that bear a label, or an empty list where it takes none: debootstrap then knows one."""
    asked = ("apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)")
    found = [line.split(" ") for line in _told(*asked)]
    return [uri.rstrip("/") for origin, one, uri in found if (origin, one) == ("Debian", label)][:1]


def _told(*words: str) -> list[str]:
    """Return the lines that a program says, none where it is not there."""
    if not shutil.which(words[0]):
        return []
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines()


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoDebian((done.stdout + done.stderr).strip()[-500:])
