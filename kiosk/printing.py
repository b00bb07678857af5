"""Prints each requested sheet once: the worker beside the kiosk's apps.

One job at a time: `shared/store/jobs/print_jobs.py` says which, `kiosk/printer.py` does it in a
separate process that is ended when it takes too long. Wherever this program may crash, nothing is
printed twice afterwards unless a person asks.
"""

import contextlib
import json
import logging
import math
import os
import select
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO

from flask import Flask

from kiosk import slip
from kiosk.web import settings, site, store
from shared.db.connection import Store
from shared.domain import clock, record
from shared.runtime import programs
from shared.runtime.worker_loop import Chore, Turn
from shared.settings import PrinterSettings
from shared.store.cases import proposals
from shared.store.jobs import print_jobs
from shared.store.jobs.print_jobs import FAULTS, PrintJob

# What the library knows of the printer it calls "default", and of no other one.
PROFILE = Path(__file__).with_name("printer_profile.json")
LOOK_SECONDS = 0.5
# Wait before a printer that could not print is tried again: somebody puts paper in.
REST_SECONDS = 4.0
# Time for drawing and connecting; then for sending, printing and asking whether it is out.
READY_SECONDS = 20.0
DONE_SECONDS = 35.0
# A sheet that is coming out when the program must stop may end within this time.
STOPPING_SECONDS = 6.0
# Nobody can end a process that hangs within the kernel's driver. It is left behind, and the lock
# file keeps the next one from the printer.
REAP_SECONDS = 2.0

log = logging.getLogger("hienke")


class Unfinished(Exception):
    """The printing process said nothing in time, crashed, or had to be ended."""


class Printing:
    """The worker: `Printing(app).chore()` is done beside the apps until they stop."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.is_first_look = True
        self.rests_until = 0.0

    def chore(self) -> Chore:
        """Return the work: printing what is asked for."""

        def look(db: Store, turn: Turn) -> float | None:
            self.look(db, turn.stopping)
            rests = self.rests_until - time.monotonic()
            return rests if rests > 0 else None

        with self.app.app_context():
            instance = site().instance
        return Chore("printing", LOOK_SECONDS, instance, look, "outside", queue=print_jobs.QUEUE)

    def look(self, db: Store, stopping: threading.Event) -> None:
        """Print the oldest sheet that waits, if the printer is not resting."""
        if self.is_first_look:
            print_jobs.take_up_again(db, at=clock.now())
            self.is_first_look = False
        if time.monotonic() < self.rests_until:
            return
        job = print_jobs.claim(db, at=clock.now())
        if job is None:
            return
        with self.app.app_context():
            fault = do(db, job, stopping)
        if fault:
            self.rests_until = time.monotonic() + REST_SECONDS


def do(db: Store, job: PrintJob, stopping: threading.Event) -> str:
    """Print one claimed job, record its end and return the fault, "" for none."""
    has_begun = False
    try:
        with _child(_order(job), stopping) as child:
            child.hear("ready", READY_SECONDS)
            print_jobs.begin_sending(db, job.id, at=clock.now())
            has_begun = True
            child.tell("go")
            child.hear("printed", DONE_SECONDS)
    except _Refused as refusal:
        fault = refusal.fault
    except Unfinished:
        fault = "stopped" if stopping.is_set() else "silent"
    except OSError as failure:  # no process, no temporary folder
        log.warning("printing_cannot_start reason=%s", failure.strerror)
        fault = "error"
    else:
        print_jobs.settle(db, job.id, "printed", at=clock.now())
        log.info("printed job=%s kind=%s", job.id, job.kind)
        return ""
    if has_begun:
        print_jobs.settle(db, job.id, "unsure", at=clock.now(), fault=fault)
    else:
        print_jobs.put_back(db, job.id, fault, at=clock.now())
    log.warning("not_printed job=%s fault=%s begun=%s", job.id, fault, has_begun)
    return fault


def _order(job: PrintJob) -> dict[str, object]:
    """Return the order for the printing process: the sheet, and where the printer is."""
    printer: PrinterSettings = settings().printer
    if job.proposal_id is None:
        sheet = slip.test_page()
    else:
        sheet = slip.of_receipt(proposals.by_id(store(), job.proposal_id), is_again=job.is_again)
    return {
        **asdict(printer),
        "slip": record.asdict(sheet),
        "lock": str(site().instance.folder / "printer.lock"),
    }


class _Refused(Exception):
    """The printing process named a fault."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault if fault in FAULTS else "error"


class _Child:
    """The printing process at the other end of two pipes."""

    def __init__(self, process: subprocess.Popen[str], stopping: threading.Event) -> None:
        self.said: IO[str] = process.stdout  # type: ignore[assignment]
        self.told: IO[str] = process.stdin  # type: ignore[assignment]
        self.stopping = stopping
        self.stopped_at: float | None = None

    def tell(self, line: str) -> None:
        """Write one line to it. Raises Unfinished."""
        try:
            self.told.write(f"{line}\n")
            self.told.flush()
        except OSError as fault:
            raise Unfinished from fault

    def hear(self, wanted: str, seconds: float) -> None:
        """Return when it says `wanted`. Raises _Refused, Unfinished."""
        until = time.monotonic() + seconds
        while not select.select([self.said], [], [], 0.2)[0]:
            if time.monotonic() >= min(until, self._last_moment(wanted)):
                raise Unfinished
        line = self.said.readline().strip()
        if line.startswith("fault "):
            raise _Refused(line.removeprefix("fault "))
        if line != wanted:
            raise Unfinished

    def _last_moment(self, wanted: str) -> float:
        """Return until when to listen, because the program may have been told to stop."""
        if not self.stopping.is_set():
            return math.inf
        self.stopped_at = self.stopped_at or time.monotonic()
        return self.stopped_at + (STOPPING_SECONDS if wanted == "printed" else 0)


@contextmanager
def _child(order: dict[str, object], stopping: threading.Event) -> Iterator[_Child]:
    """Start the printing process with its order; it is always ended afterwards."""
    # The ESC/POS library leaves a folder among the temporary ones at each import. It reads what
    # every printer of the world can do, for half of the time of a start; ours is the default one.
    with tempfile.TemporaryDirectory(prefix="hienke-print-") as scratch:
        process = subprocess.Popen(  # noqa: S603 our own module
            programs.ours("kiosk.printer"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": scratch, "ESCPOS_CAPABILITIES_FILE": str(PROFILE)},
            text=True,
        )
        child = _Child(process, stopping)
        try:
            child.tell(json.dumps(order))
            yield child
        finally:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(REAP_SECONDS)
            for pipe in (child.told, child.said):
                with contextlib.suppress(OSError):
                    pipe.close()
