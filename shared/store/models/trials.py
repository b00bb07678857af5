"""Where, when and by whom an idea was tried: one record a case (R4). Days are local, YYYY-MM-DD."""

from dataclasses import asdict, dataclass

from shared.db import checksums
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note


@dataclass(frozen=True)
class Trial:
    """A trial as the office wrote it down; `result` is "" until there is one."""

    place: str
    from_day: str
    to_day: str
    run_by: str
    result: str


def of_proposal(db: Store, proposal_id: str) -> Trial | None:
    """Return the record of a case's trial, or None."""
    row = db.row(
        "SELECT place, from_day, to_day, run_by, result FROM trial"
        " WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    return Trial(*row) if row else None


def keep(db: Store, proposal_id: str, trial: Trial, *, actor: str, at: int) -> None:
    """Keep a trial's record in place of what was there; the same again changes nothing."""
    with writing(db):
        known = of_proposal(db, proposal_id)
        if known == trial:
            return
        said = asdict(trial)
        if known:
            checksums.change(db, "trial", {"proposal_id": proposal_id}, said)
        else:
            checksums.insert(db, "trial", {"id": new_id(), "proposal_id": proposal_id, **said})
        note(db, "trial_noted", proposal_id, actor, at)
