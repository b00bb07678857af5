"""Every night all rows and files are read back, so that a flipped bit is found within a day."""

from shared.nightly.jobs import Night
from shared.store.jobs.outcome import Done
from shared.workflows.verify import verify

# How many damaged rows a sentence names.
_NAMED = 5


def read_everything_back(night: Night) -> Done:
    """Verify the store and the media folder."""
    report = verify(night.db, night.instance.media)
    if report.damage:
        named = "; ".join(report.damage[:_NAMED])
        return Done(False, "job.verify.damaged", {"n": len(report.damage), "damage": named})
    counts = {"ideas": report.proposals, "events": report.events, "files": report.files}
    return Done(True, "job.verify.ok", counts)
