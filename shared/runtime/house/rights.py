"""Who may serve a unit: `hienke serve --house` holds the rights, and its programs serve what it
holds.

A right is the lock of the unit's folder and, where its store is on a server, a lease. Each is taken
by itself, again and again, so a unit that cannot be held keeps no other from being served. The
lock's file says who holds it, by a process number, or why nobody does; the programs look there.
They hold a second lock while they serve a unit, and the right ends only after they left.
"""

import fcntl
import logging
import os
import threading
import time
from contextlib import ExitStack, closing
from typing import IO

from shared.runtime import alone, whose
from shared.runtime.house import House, Houses
from shared.runtime.house.following import Following
from shared.runtime.instance import AlreadyServed, Instance

AGAIN_SECONDS = 3.0
# How soon it is seen that the file has changed, and that a right was lost.
LOOK_SECONDS, LOST_SECONDS = 1.0, 5.0
# Who still watches another machine's lease at the end is not waited for.
END_SECONDS = 5.0
_LEFT_SECONDS = 0.05
_IN_USE = "programs.lock"
_NOT_HELD = "`hienke serve` does not hold the right to serve it (yet)."

log = logging.getLogger("hienke")


class Rights:
    """The rights to serve the units that stand in a file, as it is at each moment."""

    def __init__(self, houses: Houses) -> None:
        self._following = Following(houses)
        self._rights: dict[Instance, _Right] = {}
        self._ending = threading.Event()
        self._follower = threading.Thread(target=self._follow, name="rights")

    def __enter__(self) -> "Rights":
        """Take them, and return once a unit can be served or none can. Raises AlreadyServed if
        others serve all."""
        try:
            self._take()
        except BaseException:
            self._end()
            raise
        self._follower.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._end()
        self._follower.join()

    def _take(self) -> None:
        self._agree()
        rights = list(self._rights.values())
        while not any(one.is_held for one in rights):
            if all(one.was_tried.is_set() for one in rights):
                break
            time.sleep(_LEFT_SECONDS)
        refused = [one.fault for one in rights if isinstance(one.fault, AlreadyServed)]
        if len(refused) == len(rights):
            raise refused[0]

    def _follow(self) -> None:
        while not self._ending.is_set():
            if self._following.has_changed():
                self._agree()
            for one in self._rights.values():
                one.tell()
            self._ending.wait(LOOK_SECONDS)

    def _agree(self) -> None:
        """Let there be a right for each unit of the file, and none for others."""
        listed = {house.instance: house for house in self._following.houses}
        for gone in self._rights.keys() - listed.keys():
            self._rights.pop(gone).leaving.set()
        for instance, house in listed.items():  # in the order of the file
            if instance not in self._rights:
                self._rights[instance] = _Right(house, self._ending)

    def _end(self) -> None:
        self._ending.set()
        rights = list(self._rights.values())
        for one in rights:
            one.leaving.set()
        for one in rights:
            one.thread.join(END_SECONDS)


class _Right:
    """That of one unit: a thread takes and keeps it until `leaving`, and waits for the programs to
    leave the unit but where all is `ending`."""

    def __init__(self, house: House, ending: threading.Event) -> None:
        self._house, self._ending = house, ending
        self.leaving, self.was_tried = threading.Event(), threading.Event()
        self.is_held = False
        self.fault: Exception | None = None
        self._told = ""
        self.thread = threading.Thread(target=self._keep, name=f"right-{house.number}", daemon=True)
        self.thread.start()

    def tell(self) -> None:
        """Say in the log why the unit is not held, once for each reason."""
        fault = self.fault
        why = _said(fault) if fault else ""
        if why and why != self._told:
            with whose.working_for(self._house.unit):
                log.error("unit_not_held reason=%s", why)
        self._told = why

    def _keep(self) -> None:
        with whose.working_for(self._house.unit):
            while not self.leaving.is_set():
                try:
                    self._hold(self._house.instance)
                except Exception as fault:  # whatever it was, it is tried again
                    self.fault = fault
                self.was_tried.set()
                self.leaving.wait(AGAIN_SECONDS)

    def _hold(self, instance: Instance) -> None:
        """Take the right, and hold it until it is lost or given up and nobody serves the unit."""
        with closing(instance.lock()) as file, ExitStack() as until:
            _write(file, "")
            try:
                held = until.enter_context(alone.serving(instance))
            except Exception as fault:
                _write(file, _said(fault))
                raise
            _write(file, str(os.getpid()))
            self.is_held, self.fault = True, None
            self.was_tried.set()
            while not self.leaving.wait(LOST_SECONDS) and not held.is_lost.is_set():
                pass
            self.is_held = False
            _write(file, "")
            while _is_in_use(instance) and not self._ending.is_set():
                time.sleep(_LEFT_SECONDS)


def why_not(instance: Instance, holder: int) -> str:
    """Return why the programs of the process `holder` may not serve a unit, "" if they may."""
    try:
        said = instance.lock_file.read_text("utf-8")
    except OSError:
        said = ""
    if said == str(holder):
        return ""
    return _NOT_HELD if not said or said.isdigit() else said


def in_use(instance: Instance) -> IO[str]:
    """Return what shows that a program serves a unit, as long as it stays open."""
    file = (instance.folder / _IN_USE).open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def _is_in_use(instance: Instance) -> bool:
    try:
        with (instance.folder / _IN_USE).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # its folder is gone: nobody can serve it
        return False
    return False


def _write(file: IO[str], said: str) -> None:
    file.truncate(0)
    file.write(said)
    file.flush()


def _said(fault: Exception) -> str:
    return str(fault) or type(fault).__name__
