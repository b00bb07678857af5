"""A paper as PDF: the word processor is a program of its own, kept within limits, and leaves
nothing behind."""

import os
import re
import subprocess
import threading
from pathlib import Path

import pytest

from shared.documents import catalogue, fill, pdf
from shared.documents.pdf import PdfRefused
from tests.serving import wait_until

LETTER = catalogue.paper("thu-khen")
has_office = pytest.mark.skipif(not pdf.is_installed(), reason="LibreOffice is not installed")


@pytest.fixture
def folder(tmp_path) -> Path:
    """The media folder of an office."""
    made = tmp_path / "media"
    made.mkdir()
    return made


@pytest.fixture
def a_program(tmp_path, monkeypatch):
    """A builder: puts a shell script in the place of the word processor."""

    def build(script: str) -> None:
        programs = tmp_path / "programs"
        programs.mkdir()
        (programs / "soffice").write_text(f"#!/bin/sh\n{script}\n")
        (programs / "soffice").chmod(0o700)
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    return build


def a_letter() -> bytes:
    return fill.fill(LETTER.original.read_bytes(), LETTER.samples)


def left_behind(folder: Path) -> list[Path]:
    return list((folder / "tmp").iterdir())


def refusal_of(folder: Path, paper: bytes = b"") -> str:
    with pytest.raises(PdfRefused) as refused:
        pdf.from_docx(paper or a_letter(), folder)
    return refused.value.reason


def is_running(pid: int) -> bool:
    """Say whether a process is there and no corpse."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
@has_office
def test_a_paper_becomes_a_pdf_with_its_words_in_the_decrees_letters(folder, tmp_path):
    made = pdf.from_docx(a_letter(), folder)

    (tmp_path / "letter.pdf").write_bytes(made)
    said = subprocess.run(
        ["pdftotext", "letter.pdf", "-"], cwd=tmp_path, capture_output=True, check=True, text=True
    ).stdout
    fonts = subprocess.run(
        ["pdffonts", "letter.pdf"], cwd=tmp_path, capture_output=True, check=True, text=True
    ).stdout
    assert "THƯ KHEN" in said and "Thân gửi bà Trần Thị Mận," in said
    # One typeface: a letter it lacked would be another's.
    assert all(re.search("LiberationSerif|TimesNewRoman", font) for font in fonts.splitlines()[2:])
    assert left_behind(folder) == []


def test_without_a_word_processor_there_is_none_and_the_reason_is_told(folder, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")

    assert not pdf.is_installed()
    assert refusal_of(folder) == "not_installed"


def test_a_program_that_hangs_is_ended_with_all_it_began(folder, a_program, tmp_path, monkeypatch):
    told, wait = tmp_path / "child", subprocess.Popen.wait
    a_program(f"sleep 60 & echo $! > {told}; wait")

    def wait_once_begun(work, seconds=None):
        if seconds == pdf.WORK_SECONDS:
            wait_until(lambda: told.exists() and bool(told.read_text()))
            seconds = 0.1
        return wait(work, seconds)

    monkeypatch.setattr(subprocess.Popen, "wait", wait_once_begun)

    assert refusal_of(folder) == "too_slow"

    child = int(told.read_text())
    wait_until(lambda: not is_running(child))
    assert left_behind(folder) == []


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 3", "failed"),
        ("exit 0", "failed"),
        (": > paper.pdf", "failed"),
        ("kill -XCPU $$", "too_slow"),
        ("ulimit -f 1; head -c 100000 /dev/zero > paper.pdf || exit 153", "too_slow"),
    ],
)
def test_a_program_that_fails_leaves_its_reason_and_no_file(folder, a_program, script, reason):
    a_program(script)

    assert refusal_of(folder) == reason
    assert left_behind(folder) == []


def test_the_program_works_within_limits_and_knows_nothing_of_the_office(
    folder, a_program, monkeypatch
):
    monkeypatch.setenv("HIENKE_SECRET", "x")
    a_program("{ ulimit -v; ulimit -t; ulimit -c; env; } > paper.pdf")

    told = pdf.from_docx(a_letter(), folder).decode().splitlines()

    assert told[:3] == [str(2 * 1024 * 1024), "80", "0"]
    assert not any("HIENKE" in line for line in told)
    assert next(line for line in told if line.startswith("HOME=")).startswith(f"HOME={folder}")


def test_two_who_ask_at_once_take_turns(folder, a_program, tmp_path):
    a_program(f"echo in >> {tmp_path}/log; sleep 0.3; echo out >> {tmp_path}/log; cp $0 paper.pdf")
    paper = a_letter()

    asking = [threading.Thread(target=pdf.from_docx, args=(paper, folder)) for _ in range(2)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()

    assert (tmp_path / "log").read_text().split() == ["in", "out"] * 2


def test_whoever_waits_too_long_for_their_turn_is_told(folder, a_program, tmp_path, monkeypatch):
    begun, over = tmp_path / "begun", tmp_path / "over"
    a_program(f"touch {begun}; until test -e {over}; do sleep 0.1; done; cp $0 paper.pdf")
    monkeypatch.setattr(pdf, "TURN_SECONDS", 0.2)
    paper = a_letter()
    first = threading.Thread(target=pdf.from_docx, args=(paper, folder))
    first.start()
    wait_until(begun.exists)

    try:
        assert refusal_of(folder, paper) == "busy"
    finally:
        over.touch()
        first.join()


def test_a_table_that_would_take_minutes_is_refused_before_anything_begins(
    folder, a_program, tmp_path
):
    a_program(f"touch {tmp_path}/begun; sleep 60")
    book = catalogue.paper("so-theo-doi")
    rows = [["1"] * 10] * (pdf.MOST_CELLS // 10)
    table = {"title": "", "columns": ["a"] * 10, "rows": rows, "note": ""}
    paper = fill.fill(book.original.read_bytes(), book.samples | {"table": table})

    assert refusal_of(folder, paper) == "too_long"

    assert not (tmp_path / "begun").exists()
