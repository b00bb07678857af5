"""Real wheels of this very tree under invented versions, and a venv in which one is installed."""

import base64
import hashlib
import os
import subprocess
import sysconfig
import venv
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from shared.runtime.instance import Instance
from tests.planted import Planted
from tests.wheels import of_this_run, once, wheel_of_this_tree

Wheels = Callable[..., Path]
WITHOUT_PIP = Path(__file__).with_name("without_pip.py")

# One more step, which later versions have: a table, and a row in it for each proposal.
STEP = """
from shared.store.schema.steps import steps

@steps()
def m9001_later(db):
    db.execute("CREATE TABLE later (commune_id INTEGER NOT NULL REFERENCES commune,"
               " id TEXT NOT NULL, PRIMARY KEY (commune_id, id)) STRICT")
    db.execute("INSERT INTO later SELECT commune_id, id FROM proposal")
"""
LISTED = "\n\nSTEPS = (*STEPS, 'm9001_later')\n"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    return wheel_of_this_tree(tmp_path_factory)


@pytest.fixture(scope="session")
def a_wheel(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    """A builder: `a_wheel("9.0", {"shared/x.py": "text to add"})` is this tree as that version,
    with something added at the end of those files, or a new file."""

    def build(version: str, changes: Mapping[str, str] = {}) -> Path:
        target = tmp_path_factory.mktemp("wheels") / f"hienke-{version}-py3-none-any.whl"
        with zipfile.ZipFile(built) as source:
            files = {name: source.read(name) for name in source.namelist()}
        [old] = {name.split("/")[0] for name in files if name.endswith(".dist-info/METADATA")}
        files = {
            name.replace(old, f"hienke-{version}.dist-info"): one for name, one in files.items()
        }
        info = f"hienke-{version}.dist-info"
        about = files[f"{info}/METADATA"].decode()
        was = next(line for line in about.splitlines() if line.startswith("Version: "))
        files[f"{info}/METADATA"] = about.replace(was, f"Version: {version}").encode()
        for name, text in changes.items():
            files[name] = files.get(name, b"") + text.encode()
        files[f"{info}/RECORD"] = _record(files, info).encode()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
            for name, content in files.items():
                packed.writestr(name, content)
        return target

    return build


@pytest.fixture(scope="session")
def wheel_of_later(a_wheel: Wheels) -> Path:
    """Version 9.1, with a step more."""
    return a_wheel(
        "9.1",
        {
            "shared/store/schema/m9001_later.py": STEP,
            "shared/store/schema/__init__.py": LISTED,
        },
    )


@pytest.fixture(scope="session")
def first_venv(a_wheel: Wheels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A venv with version 9.0 in it, which finds what it needs where these tests do."""
    folder = _first(tmp_path_factory) / "venv"
    with once(folder) as is_made:
        if not is_made:
            _make_venv(folder, a_wheel("9.0"))
    return folder


def _first(folders: pytest.TempPathFactory) -> Path:
    """Return where version 9.0 lies, for all workers of a test run: putting it together costs more
    than most tests."""
    first = of_this_run(folders) / "first"
    first.mkdir(exist_ok=True)
    return first


def _make_venv(folder: Path, wheel: Path) -> None:
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next(folder.glob("lib/python3*/site-packages"))
    (packages / "needs.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--disable-pip-version-check", wheel],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip


class Installed:
    """A venv with a version of the program, and an office."""

    def __init__(self, venv: Path, instance: Instance) -> None:
        self.venv, self.instance = venv, instance
        self.planted = Planted(venv.parent / "planted")

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"], "HIENKE_INSTANCE": str(self.instance.folder),
            "LC_ALL": "C.UTF-8", **more,
        }  # fmt: skip

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run `hienke …` as it is installed there, from a folder that no one should trust."""
        return self._run(self.venv / "bin" / "hienke", *words)

    def run_without_pip(self, *words: object) -> subprocess.CompletedProcess[str]:
        """The same, but a wheel is unpacked where pip would install it."""
        return self._run(self.venv / "bin" / "python", "-P", WITHOUT_PIP, *words)

    def _run(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*map(str, words)],
            capture_output=True, text=True, timeout=300, cwd=self.planted.folder,
            env=self.environment(),
        )  # fmt: skip

    def version(self) -> str:
        return self.ask("from importlib.metadata import version; print(version('hienke'))")

    def ask(self, lines: str) -> str:
        """Run lines of Python in the venv and return what they print."""
        return subprocess.run(
            [self.venv / "bin" / "python", "-c", lines],
            check=True, capture_output=True, text=True, cwd=self.venv, env=self.environment(),
        ).stdout.strip()  # fmt: skip

    def left_behind(self) -> list[Path]:
        """Return what an upgrade that ended would have removed."""
        return [
            path
            for path in (self.venv / "upgrade", self.instance.upgrading, self.instance.restoring)
            if path.exists()
        ]


@pytest.fixture(scope="session")
def first_office(first_venv: Path) -> Path:
    """What version 9.0 made of an empty folder: an office with a key for its backups. Each test has
    a copy, as of the venv."""
    folder = first_venv.parent / "office"
    with once(folder) as is_made:
        if not is_made:
            made = Installed(first_venv, Instance(folder))
            assert made.run("init", "--unit", "26068").returncode == 0
            assert made.run("backup-key", "--to", first_venv.parent / "key.txt").returncode == 0
            assert made.planted.ran == []
    return folder


@pytest.fixture
def installed(first_venv: Path, first_office: Path, tmp_path: Path) -> Iterator[Installed]:
    """Version 9.0 installed, and an office with a key for its backups."""
    target = tmp_path / "venv"
    subprocess.run(["cp", "-a", first_venv, target], check=True)
    for script in (target / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            script.write_text(script.read_text().replace(str(first_venv), str(target)))
    subprocess.run(["cp", "-a", first_office, tmp_path / "office"], check=True)
    made = Installed(target, Instance(tmp_path / "office"))
    yield made
    assert made.planted.ran == []


def _record(files: Mapping[str, bytes], info: str) -> str:
    lines = []
    for name, content in files.items():
        if not name.endswith("/RECORD"):
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            lines.append(f"{name},sha256={digest.decode()},{len(content)}")
    return "\n".join([*lines, f"{info}/RECORD,,", ""])
