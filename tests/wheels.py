"""The wheel of this very tree, built once for all workers of a test run, from a copy of what the
repository holds: two builds within the tree itself would write over each other."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kiosk", "sms", "shared", "templates")


def wheel_of_this_tree(folders: pytest.TempPathFactory) -> Path:
    """Return the wheel."""
    source = of_this_run(folders) / "source-of-the-wheel"
    with once(source) as is_made:
        if not is_made:
            _build(source)
    [wheel] = (source / "dist").glob("hienke-*.whl")
    return wheel


@contextmanager
def once(folder: Path) -> Iterator[bool]:
    """Let one worker at a time in: it is told whether the folder was made, and makes it if not.
    What is left of one that failed is removed before."""
    done = folder.with_name(f"{folder.name}.made")
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_made = done.exists()
        if not is_made:
            shutil.rmtree(folder, ignore_errors=True)
        yield is_made
        done.touch()


def of_this_run(folders: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of a test run share."""
    place = folders.getbasetemp()
    return place.parent if "PYTEST_XDIST_WORKER" in os.environ else place


def _build(source: Path) -> None:
    for name in PACKAGES:
        shutil.copytree(
            ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "dist", "."],
        cwd=source, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
