"""Programs of the npm registry that tests check us against: `make test` installs them."""

import shutil
from pathlib import Path

import pytest

MODULES = Path(__file__).resolve().parents[1] / ".venv" / "npm" / "node_modules"


def installed(package: str) -> Path:
    """Return the folder of a package that deploy/packages.txt lists, or skip the test and say
    why."""
    if not (MODULES / package).exists() or not shutil.which("node"):
        pytest.skip(f"{package} is not installed: make debian")
    return MODULES / package
