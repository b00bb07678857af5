"""What a job of the night is: a name, a rhythm, a piece of work and the sentence it ends with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from shared.db.connection import Store
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.jobs import job_runs


@dataclass(frozen=True)
class Night:
    """What a job works with; `at` is when it began, ms UTC."""

    instance: Instance
    settings: Settings
    db: Store
    at: int


@dataclass(frozen=True)
class Done:
    """How a job ended: whether all is well, and the text that says so to the staff with its
    blanks. Neither may hold a citizen's words, name or number."""

    is_well: bool
    text_key: str
    blanks: Mapping[str, object] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """The outcome of the run, as it is written down."""
        return job_runs.OK if self.is_well else job_runs.FAILED


@dataclass(frozen=True)
class Job:
    """One row of the list. A job that removes things by their age waits, with
    `needs_steady_clock`, while the clock may be wrong."""

    name: str
    every: Literal["day", "month"]
    work: Callable[[Night], Done]
    needs_steady_clock: bool = False

    @property
    def name_key(self) -> str:
        """The text that names it to the staff."""
        return f"job.name.{self.name}"
