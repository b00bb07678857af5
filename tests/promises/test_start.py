"""What a program does not load until somebody needs it: a start is a second of imports, and an
office's PC is small. A library that may be loaded needs no line here."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.ports import free_ports
from tests.serving import wait_until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

# What neither program loads to give its first page, and who needs it.
NOT_AT_FIRST = {
    "boto3": "an office whose files lie in a bucket",
    "botocore": "the same",
    "psycopg": "an office whose store is on a server",
    "requests": "who speaks to a gateway, or to the reader of aloud texts",
    "urllib3": "the same",
    "twilio.rest": "who sends through Twilio; its signatures need less",
    "PIL": "who draws a picture anew, or a QR",
    "av": "the process that converts sound and film",
    "pi_heif": "the process that reads a picture",
    "pypdfium2": "the process that draws a page",
    "zxingcpp": "the process that reads the QR of a form",
    "lxml": "who fills a paper",
    "docx": "the same",
    "docxtpl": "the same",
    "xlsxwriter": "who makes a table",
    "python_calamine": "the process that reads a table",
    "pyrage": "who makes a backup or opens one",
    "escpos": "an office with a receipt printer",
    "usb": "the same",
    "prometheus_client": "who asks for /metrics",
    "cryptography": "who reads or writes a number",
    "sqlite_utils": "a start that brings a store to its version",
    "rapidfuzz": "who writes an idea, or compares some",
    "zxcvbn": "who chooses a password",
    "rich": "a command that shows how far it is",
    "asyncio": "nobody; a library that is loaded late brings it",
    "multiprocessing": "the same",
    "shared.archive": "who asks for a year's archive",
    "shared.demo": "who founds a demo",
    "shared.upgrade": "the command that upgrades",
}
ITS_OWN = {
    "kiosk": {
        "resumable_upload": "who sends a file in pieces; it loads boto3",
        "qrcode": "who gets a receipt; it loads Pillow",
        "shared.backup.making": "the night",
    },
    "sms": {
        "argon2": "the staff's app",
        "shared.documents": "the staff's app",
        "shared.store.schema.tables": "a store that is made or erased from",
        "shared.nightly": "the night",
    },
}

# What a program loads once it answers: its work beside the pages, and how it serves many units.
AFTER_THE_FIRST_PAGE = {
    "kiosk": {
        "kiosk.chores", "kiosk.printing", "kiosk.many", "kiosk.staff", "kiosk.daily.nights",
        "shared.nightly", "shared.documents", "shared.store.schema.tables",
        "shared.privacy.erasing", "shared.runtime.house.table",
    },
    "sms": {"sms.many", "shared.runtime.house.table"},
}  # fmt: skip


@pytest.mark.parametrize(("program", "path"), [("kiosk", "/"), ("sms", "/healthz")])
def test_a_program_that_gave_its_first_page_has_loaded_nothing_heavy(
    program: str, path: str, tmp_path: Path
) -> None:
    loaded = _loaded(program, path, tmp_path)

    assert f"{program}.program" in loaded  # it says what it loaded
    heavy = {**NOT_AT_FIRST, **ITS_OWN[program]}
    assert {name: why for name, why in heavy.items() if name in loaded} == {}


@pytest.mark.parametrize("program", AFTER_THE_FIRST_PAGE)
def test_nobody_waits_for_what_works_beside_the_pages(program: str) -> None:
    """What is loaded while the first page is drawn depends on how fast the machine is; what the
    program loads before it listens does not."""
    said = subprocess.run(
        [sys.executable, "-c", f"import {program}.program, sys; print(*sys.modules)"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert AFTER_THE_FIRST_PAGE[program] & set(said.stdout.split()) == set()


def _loaded(program: str, path: str, folder: Path) -> set[str]:
    """Return the modules that a program on a store of today loads until its first page."""
    instance = folder / "office"
    asked, other = (f"127.0.0.1:{port}" for port in free_ports(2))
    to = {"kiosk": ["--public", asked, "--staff", other], "sms": ["--listen", asked]}[program]
    known = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HIENKE_INSTANCE": str(instance),
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "shared.cli", "init", "--unit", "26068"],
        cwd=folder, env=known, check=True, capture_output=True,
    )  # fmt: skip
    said = folder / "imports"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", program, *to],
            cwd=folder, env=known, stderr=file,
        )  # fmt: skip
    try:
        wait_until(lambda: _answers(f"http://{asked}{path}"))
    finally:
        process.terminate()
        process.wait(30)
    lines = said.read_text().splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
