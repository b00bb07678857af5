"""See to it that what packages.txt lists for somebody is there: `packages.py tests FOLDER`.

Says nothing where all is. Debian's packages need root or sudo; whoever has neither is told the one
command, and the exit code is 2. Packages of npm go into FOLDER. Needs none of our libraries: it
runs before they are installed.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("packages.txt")
# Where programs lie that not everybody's PATH names.
_FOR_ROOT = "/usr/local/sbin:/usr/sbin:/sbin"
# What Debian asks before a new PostgreSQL gets a cluster that runs from then on. The tests make
# their own; where PostgreSQL was set up before, this file is there, and stays as it is.
_CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")
_NO_CLUSTER = "create_main_cluster = false\n"


@dataclass(frozen=True)
class Package:
    """One line of the list: what the releases of Debian call it (or its name@version at npm), who
    wants it, and the programs, libraries and files that show that it is there."""

    names: tuple[str, ...]
    wanted_by: tuple[str, ...]
    brings: tuple[str, ...]
    is_npm: bool = False


def listed(text: str) -> list[Package]:
    """Return the packages that the text of a list names."""
    lines = [line.split() for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [
        Package(
            tuple(names.removeprefix("npm:").split("|")),
            tuple(whom.split(",")),
            tuple(brings),
            names.startswith("npm:"),
        )
        for names, whom, *brings in lines
    ]


def lies_here(brought: str) -> bool:
    """Say whether this machine has a program, a library (lib….so…) or a file (/…)."""
    if brought.startswith("/"):
        return any(Path("/").glob(brought[1:]))
    if brought.startswith("lib") and ".so" in brought:
        try:
            ctypes.CDLL(brought)
        except OSError:
            return False
        return True
    return bool(shutil.which(brought, path=f"{os.environ.get('PATH', os.defpath)}:{_FOR_ROOT}"))


def main(whom: str, folder: Path) -> None:
    """Install what is missing, or end with a sentence that says how."""
    wanted = [one for one in listed(LIST.read_text("utf-8")) if whom in one.wanted_by]
    missing = [one for one in wanted if not one.is_npm and not all(map(lies_here, one.brings))]
    if missing:
        _install_from_debian(missing)
    _install_from_npm([one.names[0] for one in wanted if one.is_npm], folder)


def _install_from_debian(missing: Sequence[Package]) -> None:
    if not _may_install():
        names = " ".join(_names(missing))
        sys.stderr.write(f"The tests need Debian packages: sudo apt-get install {names}\n")
        sys.exit(2)
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    _run([*root, "apt-get", "update", "-qq"])
    names = _names(missing)
    print(f"Installing {' '.join(names)}", flush=True)
    if "postgresql" in names and not _CLUSTERS.exists():
        _run([*root, "install", "-D", "-m", "644", "/dev/stdin", str(_CLUSTERS)], _NO_CLUSTER)
    _run(
        [*root, "env", "DEBIAN_FRONTEND=noninteractive",
         "apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    )  # fmt: skip


def _may_install() -> bool:
    if not shutil.which("apt-get"):
        return False
    return os.geteuid() == 0 or (
        shutil.which("sudo") is not None and _is_done(["sudo", "-n", "true"])
    )


def _names(packages: Sequence[Package]) -> list[str]:
    """Return what this release calls some packages."""
    return [next(filter(_is_known, one.names), one.names[0]) for one in packages]


def _is_known(name: str) -> bool:
    asked = ["apt-cache", "show", "--no-all-versions", name]
    return shutil.which("apt-cache") is not None and _is_done(asked)


def _is_done(command: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 our own words
    return done.returncode == 0


def _install_from_npm(wanted: Sequence[str], folder: Path) -> None:
    if all(_version_in(folder, name) == version for name, version in map(_parted, wanted)):
        return
    print(f"Installing {' '.join(wanted)}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    _run(
        ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), *wanted]
    )


def _parted(wanted: str) -> tuple[str, str]:
    name, _, version = wanted.rpartition("@")
    return name, version


def _version_in(folder: Path, name: str) -> str:
    try:
        about = (folder / "node_modules" / name / "package.json").read_text("utf-8")
    except FileNotFoundError:
        return ""
    return str(json.loads(about)["version"])


def _run(command: list[str], told: str = "") -> None:
    done = subprocess.run(command, input=told.encode(), check=False)  # noqa: S603 our words
    if done.returncode:
        sys.stderr.write(f"This failed: {' '.join(command)}\n")
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
