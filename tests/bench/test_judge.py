"""A measurement is not believed if its figures cannot be true."""

import os
import subprocess
import sys

import pytest

from tests.bench import judge, programs

# Floor, SQLite, PostgreSQL, and its server's part: what a request costs can be so.
TRUE = (0.9, 2.0, 3.1, 0.7)


def test_figures_that_can_be_true_are_taken() -> None:
    judge.check("status", *TRUE)


@pytest.mark.parametrize("place", range(len(TRUE)))
@pytest.mark.parametrize("used", [-0.26, 0.0])
def test_nothing_is_done_for_nothing(place: int, used: float) -> None:
    with pytest.raises(judge.Untrue, match=f"used {used:.2f} ms"):
        judge.check("receipt", *TRUE[:place], used, *TRUE[place + 1 :])


def test_the_least_that_can_do_the_work_is_not_above_us() -> None:
    with pytest.raises(judge.Untrue, match="less than the floor's"):
        judge.check("receipt", 2.1, *TRUE[1:])


def test_what_a_child_used_counts_after_its_end() -> None:
    before = programs.cpu_ms(os.getpid())
    spent = "import time\nwhile time.process_time() < 0.3: pass"
    subprocess.run([sys.executable, "-c", spent], check=True)
    assert programs.cpu_ms(os.getpid()) - before >= 250
