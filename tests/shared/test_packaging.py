"""The wheel: what an office installs must serve pages with nothing of the checkout beside it."""

import re
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.serving import Serving
from tests.wheels import PACKAGES, ROOT, wheel_of_this_tree

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what the repository holds."""
    return wheel_of_this_tree(tmp_path_factory)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment: the wheel inside, the dependencies borrowed."""
    home = tmp_path_factory.mktemp("installed")
    _run([sys.executable, "-m", "venv", "--without-pip", "venv"], home)
    python = home / "venv" / "bin" / "python"
    _run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps",
          "--no-index", str(wheel)], home)  # fmt: skip
    [packages] = (home / "venv" / "lib").glob("python*/site-packages")
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "borrowed.pth").write_text("\n".join(borrowed))
    return python.parent


def test_the_wheel_serves_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    serving = Serving(tmp_path / "office", hienke=(str(installed / "hienke"),))
    made = serving.run("init", "--demo")
    assert made.returncode == 0, made.stderr

    try:
        serving.start().wait_until_well()
        pages = {
            port: urllib.request.urlopen(f"http://127.0.0.1:{port}/").read().decode()
            for port in (serving.public, serving.staff)
        }
        [sheet] = re.findall(r'<link rel="stylesheet" href="([^"]+)"', pages[serving.staff])
        style = urllib.request.urlopen(f"http://127.0.0.1:{serving.staff}{sheet}").read()
    finally:
        serving.end_for_certain()

    assert "Bà con hiến kế" in pages[serving.public]
    assert "<style>" in pages[serving.public]
    assert b"font-family" in style


def test_what_is_installed_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    asked = "import kiosk, sms, shared; print(kiosk.__file__, sms.__file__, shared.__file__)"

    where = _run([str(installed / "python"), "-c", asked], tmp_path).split()

    assert len(where) == 3
    assert all(Path(path).is_relative_to(installed.parent) for path in where), where


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    held = {
        str(path.relative_to(ROOT))
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    carried = set(zipfile.ZipFile(wheel).namelist())

    assert held - carried == set()


def test_the_wheel_carries_its_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)

    [name] = [one for one in archive.namelist() if one.endswith("/LICENSE")]
    [metadata] = [one for one in archive.namelist() if one.endswith("/METADATA")]
    assert archive.read(name).decode().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "License: EUPL-1.2" in archive.read(metadata).decode()


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout
