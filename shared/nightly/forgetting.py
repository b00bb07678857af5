"""Every night what is kept too long is deleted; more than usual waits for an officer."""

from shared.nightly.jobs import Night
from shared.privacy import retaining
from shared.privacy.retaining import ClockBehind
from shared.store.jobs.outcome import Done


def forget(night: Night) -> Done:
    """Delete what is kept too long."""
    settings = night.settings
    try:
        ran = retaining.run(
            night.db, night.instance.media, settings.retention, settings.office.zone, at=night.at
        )
    except ClockBehind:
        return Done(False, "job.retention.clock")
    if ran.waiting:
        return Done(False, "job.retention.waits", {"n": ran.waiting})
    return Done(True, "job.retention.ok", {"n": ran.forgotten})
