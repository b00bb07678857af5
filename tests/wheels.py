"""The wheel of this very tree, built once for all workers of a test run, from a copy of what the
repository holds: two builds within the tree itself would write over each other."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kiosk", "sms", "shared", "templates")


def wheel_of_this_tree(folders: pytest.TempPathFactory) -> Path:
    """Return the wheel."""
    place = of_this_run(folders)
    source = place / "source-of-the-wheel"
    with (place / "wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = list((source / "dist").glob("hienke-*.whl"))
        if not built:
            shutil.rmtree(source, ignore_errors=True)
            _build(source)
            built = list((source / "dist").glob("hienke-*.whl"))
    [wheel] = built
    return wheel


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
