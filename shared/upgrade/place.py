"""The installed program: a venv whose packages are exchanged for others in one step.

A new version is built beside the running one, from hard links to what stays the same. Nothing here
knows an office's data.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping, Sequence
from email.parser import HeaderParser
from importlib.metadata import version
from pathlib import Path

from shared.domain.record import Record, asdict
from shared.files import zips
from shared.runtime import programs

PIP_SECONDS = 1800
MOST_ABOUT = 1024 * 1024
_NAME = "hienke"
# Linux exchanges both names in one step, so that a kill never finds a name without packages.
_RENAME_EXCHANGE, _AT_FDCWD = 2, -100


class UpgradeRefused(Exception):
    """The upgrade cannot be done, and nothing was changed; the message is one sentence."""


class Marker(Record):
    """What a program must know that starts after a power cut: how far the upgrade went (`stage`:
    "over" or "back"), between which versions, how to recognise the new packages, how many rows the
    store had, and which steps of the schema it had taken."""

    stage: str
    old: str
    new: str
    new_inode: int
    rows: Mapping[str, int]
    # Those who upgrade from a version before this one do not say them.
    steps: Sequence[str] = ()


class Place(Record):
    """A venv and its folder of packages."""

    venv: Path
    packages: Path

    @property
    def work(self) -> Path:
        """Where the new version is built, and where the old one stays until all is well."""
        return self.venv / "upgrade"

    @property
    def other_packages(self) -> Path:
        """The packages that do not run now."""
        return self.work / "venv" / self.packages.relative_to(self.venv)

    @property
    def python(self) -> Path:
        """The Python that runs the packages in their place."""
        return self.venv / "bin" / "python"

    @property
    def other_python(self) -> Path:
        """The Python that runs the packages beside."""
        return self.work / "venv" / "bin" / "python"


def here() -> Place:
    """Return where this program is installed. Raises UpgradeRefused if it was not installed from a
    wheel into a venv."""
    place = Place(Path(sys.prefix), Path(sysconfig.get_path("purelib")))
    if sys.prefix == sys.base_prefix or not (place.packages / "shared" / "cli.py").exists():
        raise UpgradeRefused(
            "This program runs from its source: `git pull` and `make` bring a new version there."
        )
    return place


def version_in(wheel: Path) -> str:
    """Return the version of Hiến Kế that a wheel holds. Raises UpgradeRefused."""
    try:
        with zips.reading(), zipfile.ZipFile(wheel) as packed:
            [name] = [one for one in packed.namelist() if one.endswith(".dist-info/METADATA")]
            if packed.getinfo(name).file_size > MOST_ABOUT:
                raise ValueError("too long")
            about = HeaderParser().parsestr(packed.read(name).decode("utf-8"))
            if packed.testzip() is not None:
                raise ValueError("damaged")
    except (OSError, zips.ZipBroken) as fault:
        raise UpgradeRefused(f"{wheel} is no whole wheel.") from fault
    if about["Name"] != _NAME or not about["Version"]:
        raise UpgradeRefused(f"{wheel} is no wheel of Hiến Kế, but of {about['Name']}.")
    return str(about["Version"])


def installed() -> str:
    """Return the version that runs."""
    return version(_NAME)


def put_together(place: Place, wheel: Path, wheels: Path | None) -> None:
    """Build the packages of a new version beside the running ones, with what it needs; only from
    the folder `wheels`, if given. Raises UpgradeRefused, OSError."""
    clear(place)
    place.work.mkdir()
    _run(place, *programs.alone("venv", "--without-pip", str(place.work / "venv")))
    shutil.rmtree(place.other_packages)
    shutil.copytree(place.packages, place.other_packages, symlinks=True, copy_function=os.link)
    from_where = ["--no-index", "--find-links", str(wheels.absolute())] if wheels else []
    words = ["install", "--quiet", "--no-input", "--disable-pip-version-check", *from_where]
    _run(place, *programs.alone("pip", *words, str(wheel.absolute()), python=place.other_python))


def exchange(place: Place) -> None:
    """Exchange the running packages with those beside, in one step and on disk. Raises OSError, and
    then nothing was changed."""
    libc = ctypes.CDLL(None, use_errno=True)
    paths = (os.fsencode(place.packages), os.fsencode(place.other_packages))
    if libc.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(place.packages))
    for folder in (place.packages.parent, place.other_packages.parent):
        sync(folder)


def inode(packages: Path) -> int:
    """Return what identifies a folder of packages, wherever it is moved."""
    return packages.stat().st_ino


def mark(place: Place, marker: Marker) -> None:
    """Record how far the upgrade went, on disk when this returns."""
    path = _marker_of(place)
    fresh = path.with_suffix(".part")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(marker), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync(path.parent)


def marked(place: Place) -> Marker | None:
    """Return how far an unfinished upgrade went, or None."""
    try:
        return Marker(**json.loads(_marker_of(place).read_text("utf-8")))
    except FileNotFoundError:
        return None


def clear(place: Place) -> None:
    """Remove the marker and then the folder beside the program."""
    _marker_of(place).unlink(missing_ok=True)
    if place.work.exists():
        sync(place.work)
        shutil.rmtree(place.work)


def sync(folder: Path) -> None:
    """Sync the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _marker_of(place: Place) -> Path:
    return place.work / "marker.json"


def _run(place: Place, *words: str) -> None:
    done = subprocess.run(  # noqa: S603 our own words
        words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PIP_SECONDS,
        check=False, cwd=place.work,
    )  # fmt: skip
    if done.returncode != 0:
        last = [line for line in done.stderr.splitlines() if line.strip()][-1:] or ["no reason"]
        raise UpgradeRefused(f"It could not be installed ({last[0].strip()}); nothing was changed.")
