"""The rest of a start, which is done while the apps answer already."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]

PROGRAM = """
import gc, os, signal, time
from shared.runtime import serving
from shared.runtime.listening import Address
from shared.runtime.start import in_one_sentence
from shared.runtime.unguarded import Unguarded

gc.disable()

def stop_when_it_collects(stopping):
    while not gc.isenabled() and not stopping.is_set():
        time.sleep(0.01)
    print("collects", gc.isenabled(), gc.get_freeze_count() > 1000, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
    stopping.wait()

def rest():
    {rest}
    return [stop_when_it_collects]

with in_one_sentence():
    app = lambda environ, start: []
    serving.run([(app, Address("127.0.0.1", {port}))], beside=rest)
"""


def test_a_program_collects_once_its_start_is_over_and_leaves_what_the_start_made() -> None:
    said = _run("print('rest', gc.isenabled(), flush=True)")

    assert said.returncode == 0
    assert said.stdout.splitlines() == ["rest False", "collects True True"]


def test_a_rest_that_fails_ends_the_program_in_one_sentence() -> None:
    said = _run("raise Unguarded('The route /x lets nobody in.')")

    assert said.returncode == 2
    assert said.stderr == "The route /x lets nobody in.\n"


def _run(rest: str) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(rest=rest, port=free_port())
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
