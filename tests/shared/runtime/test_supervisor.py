"""What the supervisor does with errands: programs that end by themselves."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import ROOT, children, lives, wait_until

pytestmark = pytest.mark.slow

SUPERVISE = """
import sys
from shared.runtime.supervisor import Errand, supervise
sys.exit(supervise([], [Errand(["errand"], first=0.1, every=0.2, longest={longest})]))
"""


@pytest.fixture
def supervise(tmp_path: Path):
    """Start a supervisor whose errand is these lines of Python; it ends with the test."""
    started = []

    def start(errand: str, longest: float = 60) -> subprocess.Popen[bytes]:
        (tmp_path / "errand.py").write_text(errand)
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", SUPERVISE.format(longest=longest)],
                cwd=tmp_path, env={"PYTHONPATH": f"{ROOT}:{tmp_path}"}, stderr=subprocess.PIPE,
            )
        )  # fmt: skip
        return started[-1]

    yield start
    for one in started:
        one.terminate()
        one.wait(30)


def test_an_errand_is_sent_again_and_again_however_it_ends(supervise, tmp_path):
    supervise("open('times', 'a').write('x'); raise SystemExit(2)")

    wait_until(lambda: (tmp_path / "times").exists() and len((tmp_path / "times").read_text()) >= 3)


def test_an_errand_that_hangs_is_killed_and_sent_anew(supervise, tmp_path):
    supervise("import time; open('times', 'a').write('x'); time.sleep(600)", longest=0.5)

    wait_until(lambda: (tmp_path / "times").exists() and len((tmp_path / "times").read_text()) >= 2)


def test_an_errand_ends_with_its_supervisor(supervise):
    supervisor = supervise("import time; time.sleep(600)")
    wait_until(lambda: "errand" in children(supervisor.pid))
    errand = children(supervisor.pid)["errand"]

    supervisor.terminate()

    assert supervisor.wait(60) == 0
    assert not lives(errand)
