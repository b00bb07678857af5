"""Programs of the npm registry that tests check us against: installed once, beside the venv."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def installed(package: str, folder: str) -> Path:
    """Return the `node_modules` that hold a package (name@version), or skip the test and say
    why. `folder` is where below `.venv` it lies."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip(f"{package} needs node and npm, and this machine lacks one of them")
    place = ROOT / ".venv" / folder
    modules = place / "node_modules"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (modules / package.rpartition("@")[0]).exists():
            done = subprocess.run(
                ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", ".", package],
                cwd=place, capture_output=True, text=True,
            )  # fmt: skip
            if done.returncode:
                pytest.skip(f"npm could not install {package}: {done.stderr.strip()[-200:]}")
    return modules
