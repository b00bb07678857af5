"""How a piece of work beside the pages ended, as it is recorded and reported."""

from collections.abc import Mapping

from shared.domain.record import Record, field
from shared.store.jobs import job_runs


class Done(Record):
    """How a job ended: whether all is well, and the text for the staff with its values. Neither may
    hold a citizen's words, name or number."""

    is_well: bool
    text_key: str
    blanks: Mapping[str, object] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """The outcome of the run, as it is recorded."""
        return job_runs.OK if self.is_well else job_runs.FAILED
