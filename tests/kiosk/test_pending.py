"""The worker carries out what is due, by the clock of the PC; killed, the next one goes on."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.pending import PendingActs
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import moves, proposals
from shared.workflows import pending
from tests.conftest import ZONE
from tests.serving import ROOT

WORKER = """
import sys, threading
from pathlib import Path
from zoneinfo import ZoneInfo
from kiosk.pending import PendingActs
from shared.runtime.instance import Instance

PendingActs(Instance(Path(sys.argv[1])), ZoneInfo("Asia/Ho_Chi_Minh")).chore()(threading.Event())
"""


@pytest.fixture
def closing(db, a_proposal):
    """A builder: an idea whose closing was asked for so many ms ago."""

    def build(ago: int) -> proposals.Proposal:
        idea = a_proposal(at=clock.now() - clock.DAY)
        asked = {"actor": "an", "at": clock.now() - ago, "details": {"reason": "quá hạn"}}
        pending.ask_to_move(db, idea.code, Status.CLOSED, **asked)
        return idea

    return build


def status(db, idea) -> Status:
    return proposals.by_code(db, idea.code).status


def test_it_does_what_is_due_now_and_nothing_else(db, instance, closing, caplog):
    due, early = closing(pending.WAIT), closing(pending.WAIT - clock.MINUTE)
    caplog.set_level("INFO", "hienke")

    PendingActs(instance, ZONE).look(db)

    assert (status(db, due), status(db, early)) == (Status.CLOSED, Status.RECEIVED)
    assert "acts_done acts=1" in caplog.text


def test_a_worker_that_was_killed_is_followed_by_one_that_goes_on(db, instance, closing):
    for _ in range(2):
        idea = closing(pending.WAIT)
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(instance.folder)], cwd=Path("/"),
            env={"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        while status(db, idea) is not Status.CLOSED and worker.poll() is None:
            time.sleep(0.05)
        worker.kill()
        worker.wait()

        assert status(db, idea) is Status.CLOSED
        assert len(moves.of_proposal(db, idea.id)) == 1
