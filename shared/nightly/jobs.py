"""A job of the night: a name, a rhythm, its work and the sentence it ends with."""

from collections.abc import Callable
from typing import Literal

from shared.db.connection import Store
from shared.domain.record import Record
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.jobs.outcome import Done


class Night(Record):
    """What a job works with; `at` is when it began, ms UTC."""

    instance: Instance
    settings: Settings
    db: Store
    at: int


class Job(Record):
    """One row of the list. A job that deletes things by their age has `needs_steady_clock` and
    waits while the clock may be wrong."""

    name: str
    every: Literal["day", "month"]
    work: Callable[[Night], Done]
    needs_steady_clock: bool = False

    @property
    def name_key(self) -> str:
        """The text with its name for the staff."""
        return f"job.name.{self.name}"
