"""Goes round the units with a few threads: each one's chores in turn, and none where nothing stirs.

A round opens its unit's store and does what is due; a store on a server stays open. Then it rests
until something is written into that store, a chore asked to look again, or its idle time is over.
So ninety-five units that sleep cost nearly nothing, and one that wakes is served as if it were
alone. Where many units share a server, a write wakes only the chores whose queue is not empty: an
idea sends no SMS, and nobody looks for one.

A store that cannot be used now, and a chore that fails, stop nobody else.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from shared.db.connection import Store, StoreMissing
from shared.db.engines import WorkQueue
from shared.runtime import whose
from shared.runtime.house import House
from shared.runtime.house.open import NotOpen, OpenHouses
from shared.runtime.house.pulse import Pulses, Stirred, Waiting
from shared.runtime.house.resting import Resting
from shared.runtime.site import Site
from shared.runtime.start import REASONS
from shared.runtime.worker_loop import REST_AFTER_FAULT_SECONDS, Chore, Lane, Turn

# Threads by lane: what waits for another machine keeps a thread for long, and costs nothing.
THREADS: dict[Lane, int] = {"store": 2, "outside": 6, "heavy": 2, "long": 1}
# How long one unit may go on while others wait.
TURN_SECONDS = 2.0
WATCH_SECONDS = 0.3
# A chore goes along with another's turn if so much of its idle time is left at most.
GOES_ALONG = 0.25
# The first rounds of a start are spread, so that the first pages do not wait for all of them.
SPREAD_SECONDS = 0.05

ChoresOf = Callable[[House, Site], Sequence[Chore]]

log = logging.getLogger("hienke")


class Timed:
    """A chore of a unit, and when it has its next turn (monotonic seconds)."""

    def __init__(self, chore: Chore) -> None:
        self.chore = chore
        self.ready_at = self.due_at = time.monotonic()
        self.has_stirred = False

    def looked(self, again: float | None, *, has_more: bool) -> None:
        """Note that it just looked, and in how many seconds it wants to look again."""
        now, chore = time.monotonic(), self.chore
        self.ready_at = now if has_more else now + chore.every
        wait = chore.idle if again is None else min(chore.idle, again)
        self.due_at = max(self.ready_at, now if has_more else now + wait)

    def stir(self, waiting: Waiting) -> None:
        """Note that something was written that may give it work: whatever it was where `waiting` is
        None, otherwise what waits now in these queues."""
        queue = self.chore.queue
        if self.chore.woken and (waiting is None or queue is None or queue in waiting):
            self.has_stirred = True

    def wake(self) -> None:
        """Let it look as soon as it would look alone, if something stirred."""
        if self.has_stirred:
            self.has_stirred = False
            self.due_at = min(self.due_at, self.ready_at)

    def is_due(self, now: float) -> bool:
        """Say whether it looks in a turn that is taken now: what is due soon goes along, so that
        the store is opened once."""
        return self.due_at <= now or self.due_at - now < self.chore.idle * GOES_ALONG


class Round:
    """Chores of one unit that one thread does with one open store."""

    def __init__(self, house: House, site: Site, lane: Lane, chores: Sequence[Chore]) -> None:
        self.house, self.site, self.lane = house, site, lane
        self.timed = [Timed(chore) for chore in chores]
        self.due_at = time.monotonic()
        self.rests = False
        self._db: Store | None = None

    def __lt__(self, other: "Round") -> bool:
        return self.due_at < other.due_at

    def do(self, stopping: threading.Event) -> None:
        """Do what is due. Raises what an opening raises, and what a store does."""
        now = time.monotonic()
        due = [one for one in self.timed if one.is_due(now)]
        db, self._db = self._db or self.house.instance.open(), None
        try:
            for one in due:
                turn = Turn(stopping, TURN_SECONDS)
                again = one.chore.look(db, turn)
                one.looked(again, has_more=turn.was_cut)
        except BaseException:
            db.close()
            raise
        if db.engine.is_light:
            self._db = db  # the next turn need not ask whose it is
        else:
            db.close()

    def rest(self, seconds: float) -> None:
        """Look no sooner than in so many seconds."""
        until = time.monotonic() + seconds
        for one in self.timed:
            one.ready_at, one.due_at = max(one.ready_at, until), max(one.due_at, until)

    def stir(self, waiting: Waiting) -> None:
        """Note that something was written into its store (Timed.stir)."""
        for one in self.timed:
            one.stir(waiting)

    def settle(self) -> None:
        """Set when its next turn is."""
        for one in self.timed:
            one.wake()
        self.due_at = min(one.due_at for one in self.timed)


class Rounds:
    """The rounds of a program; `chores_of` says what is to be done for a unit, `lanes` of which
    kinds that is."""

    def __init__(self, units: OpenHouses, chores_of: ChoresOf, lanes: Sequence[Lane]) -> None:
        self._units, self._chores_of = units, chores_of
        self._resting: dict[Lane, Resting] = {lane: Resting(WATCH_SECONDS) for lane in lanes}
        self._of_unit: dict[int, list[Round]] = {}
        self._queues: frozenset[WorkQueue] = frozenset()
        self._begun: dict[int, Site] = {}
        self._pulses = Pulses()

    def workers(self) -> list[Callable[[threading.Event], None]]:
        """Return what runs beside the apps: who follows, opens and watches the units, and the
        threads of each lane."""
        return [
            self._units.follow,
            self._open_all,
            self._watch,
            *(self._worker(lane) for lane in self._resting for _ in range(THREADS[lane])),
        ]

    def _worker(self, lane: Lane) -> Callable[[threading.Event], None]:
        def go(stopping: threading.Event) -> None:
            back: Round | None = None
            while not stopping.is_set():
                one = self._resting[lane].next(back)
                back = one if one is not None and self._turn(one, stopping) else None

        go.__name__ = f"rounds-{lane}"
        return go

    def _open_all(self, stopping: threading.Event) -> None:
        """Begin the rounds of every unit, those that could not be opened before and those that were
        opened anew."""
        while not stopping.is_set():
            for house in self._units.houses:
                begun = self._begun.get(house.unit)
                if begun is None or not self._units.serves(house, begun):
                    self._begin(house, stopping)
            self._pulses.keep({house.unit for house in self._units.houses})
            stopping.wait(REST_AFTER_FAULT_SECONDS)

    def _begin(self, house: House, stopping: threading.Event) -> None:
        if stopping.wait(SPREAD_SECONDS):
            return
        try:
            site = self._units.site(house)
            with whose.working_for(house.unit):
                self._pulses.add(house)
                rounds = _grouped(house, site, self._chores_of(house, site))
        except NotOpen:
            return
        except Exception:  # whatever it was, the next unit must be opened
            log.exception("house_fell unit=%s", house.number)
            return
        self._of_unit[house.unit], self._begun[house.unit] = rounds, site
        for one in rounds:
            self._queues |= {timed.chore.queue for timed in one.timed if timed.chore.queue}
            self._resting[one.lane].put(one)

    def _watch(self, stopping: threading.Event) -> None:
        """Wake the units into whose stores something was written."""
        while not stopping.wait(WATCH_SECONDS):
            stirred = self._pulses.changed(self._queues)
            if stirred:
                self._wake(stirred)

    def _wake(self, stirred: Stirred) -> None:
        for lane, resting in self._resting.items():
            resting.wake(
                (one, waiting)
                for unit, waiting in stirred.items()
                for one in self._of_unit.get(unit, ())
                if one.lane == lane
            )

    def _turn(self, one: Round, stopping: threading.Event) -> bool:
        """Do what is due; say whether the unit is still served, so that there will be more."""
        with whose.working_for(one.house.unit):
            try:
                with self._units.inside(one.house) as site:
                    if site is not one.site:
                        return False
                    one.do(stopping)
            except NotOpen:
                return False
            except (*REASONS, StoreMissing, OSError) as fault:
                log.warning("store_unavailable worker=rounds lane=%s reason=%s", one.lane, fault)
                self._units.note(one.house, str(fault) or type(fault).__name__)
                one.rest(REST_AFTER_FAULT_SECONDS)
            except Exception:  # whatever it was, the next unit must still have its turn
                log.exception("round_failed lane=%s", one.lane)
                one.rest(REST_AFTER_FAULT_SECONDS)
            else:
                self._units.note(one.house, "")
        return True


def _grouped(house: House, site: Site, chores: Sequence[Chore]) -> list[Round]:
    """Return the rounds of a unit: what only the store keeps busy is done together, and of the
    rest nothing waits for anything else of its unit."""
    together = [chore for chore in chores if chore.lane == "store"]
    alone = [Round(house, site, chore.lane, [chore]) for chore in chores if chore.lane != "store"]
    return [*([Round(house, site, "store", together)] if together else []), *alone]
