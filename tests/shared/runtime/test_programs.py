"""Whatever lies in the folder one stands in, no program of ours runs it."""

import ast
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import printing, qr
from shared.documents import pdf
from shared.files import media, qr_in_photo
from shared.files.media import MediaRefused
from shared.runtime import programs
from shared.runtime.supervisor import Errand, Program
from shared.upgrade import acting
from tests.planted import Planted
from tests.promises.conftest import ROOT, modules, walked

PICTURE = qr.png("https://TANAN.EXAMPLE.VN/R/7J3K9QX2M4N8P5TW")
CONSOLE = Path(sys.executable).parent / "hienke"


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planted]:
    """The current folder, full of files that would like to run; none of them may have."""
    made = Planted(tmp_path / "planted")
    monkeypatch.chdir(made.folder)
    yield made
    assert made.ran == []


def test_the_folder_would_be_believed_by_a_start_without_care(tmp_path):
    made = Planted(tmp_path / "planted")

    subprocess.run([sys.executable, "-m", "shared.files.qr_in_photo"], cwd=made.folder, check=False)

    assert made.ran


def test_the_process_that_reads_a_photograph_runs_nothing_from_there(planted, tmp_path):
    (tmp_path / "photo.png").write_bytes(PICTURE)

    [page] = qr_in_photo.pages_of(tmp_path / "photo.png", tmp_path)

    assert page.texts == ["https://TANAN.EXAMPLE.VN/R/7J3K9QX2M4N8P5TW"]


def test_the_process_that_looks_at_a_file_runs_nothing_from_there(planted, tmp_path):
    (tmp_path / "words").write_text("no picture")
    (tmp_path / "out").mkdir()

    with pytest.raises(MediaRefused):
        media._work(tmp_path / "words", tmp_path / "out")


def test_the_process_that_becomes_the_word_processor_runs_nothing_from_there(
    planted, tmp_path, monkeypatch
):
    (planted.folder / "soffice").write_text("#!/bin/sh\ntouch planted-ran\n")
    (planted.folder / "soffice").chmod(0o755)
    office = tmp_path / "bin" / "soffice"
    office.parent.mkdir()
    office.write_text("#!/bin/sh\ntouch paper.pdf\n")
    office.chmod(0o755)
    monkeypatch.setenv("PATH", f".::{office.parent}:/usr/bin:/bin")
    (tmp_path / "paper.docx").touch()

    pdf._convert(str(pdf._program()), tmp_path / "paper.docx")

    assert (tmp_path / "paper.pdf").exists()
    assert not (planted.folder / "planted-ran").exists()


def test_the_process_that_prints_runs_nothing_from_there(planted):
    with printing._child({}, threading.Event()) as child, pytest.raises(printing.Unfinished):
        child.hear("ready", 20)


@pytest.mark.parametrize("what", [Program, Errand])
def test_what_is_supervised_runs_nothing_from_there(planted, what):
    if what is Program:
        started = Program("kiosk", ["--nothing"])
    else:
        started = Errand(["shared.cli", "--version"], first=0, every=60, longest=60)

    started.tend()
    started.wait(time.monotonic() + 30)


def test_what_an_upgrade_starts_runs_nothing_from_the_offices_own_folder(planted, instance):
    Planted(instance.folder / "here")
    for left in (instance.folder / "here").iterdir():
        left.rename(instance.folder / left.name)

    done = acting.hienke(Path(sys.executable), instance, "--version")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", ["venv", "pip"])
def test_pythons_own_modules_are_the_real_ones(planted, module, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", ":")  # an empty part is the current folder

    done = subprocess.run(
        programs.alone(module, "--help"), capture_output=True, text=True, check=True
    )

    assert "usage" in done.stdout.lower()


@pytest.mark.parametrize("words", [["--version"], ["verify"], ["device", "add", "Kiosk 2"]])
def test_the_command_runs_nothing_from_there(planted, instance, words):
    done = subprocess.run(
        [CONSOLE, *words], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "HIENKE_INSTANCE": str(instance.folder)},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_the_checker_for_citizens_runs_nothing_that_lies_beside_it(planted):
    checker = planted.folder / "check-proof.py"
    checker.write_bytes((ROOT / "deploy" / "check-proof.py").read_bytes())

    done = subprocess.run(
        [sys.executable, checker.name, "none.json"], capture_output=True, text=True
    )

    assert done.returncode == 2, done.stderr


def test_a_name_is_looked_up_in_whole_paths_alone(planted, monkeypatch):
    (planted.folder / "soffice").touch(mode=0o755)
    monkeypatch.setenv("PATH", f".::{planted.folder.name}:")

    assert programs.find("soffice") is None
    assert programs.find("sh", programs.DEBIAN) in ("/usr/bin/sh", "/bin/sh")


def test_every_start_of_a_module_says_that_the_current_folder_is_none_of_ours():
    careless = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in modules()
        for node in walked(tree)
        if isinstance(node, ast.List | ast.Tuple)
        and "sys.executable" in {ast.unparse(one) for one in node.elts}
        and not {"'-P'", "'-I'"} & {ast.unparse(one) for one in node.elts}
    ]
    scripts = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in [*(ROOT / "deploy").rglob("*"), ROOT / "Makefile"]
        if path.is_file() and path.suffix in ("", ".sh", ".service") and path.name != "Makefile"
        for line in path.read_text("utf-8", "replace").splitlines()
        if "python" in line and (" -m " in line or " -c " in line or " - " in line)
        and " -I " not in line and not line.lstrip().startswith("#")
    ]  # fmt: skip

    assert careless == []
    assert scripts == []
