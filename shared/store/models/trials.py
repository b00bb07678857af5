"""Where, when and by whom an idea was tried: one record a case (R4). Days are local, YYYY-MM-DD."""

import json
from collections.abc import Iterable

from shared.db.card import ExportSheet, Table, Whose, day, ident, in_export, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.rows import columns_of
from shared.db.sql import among
from shared.domain.proposal import Status
from shared.domain.record import Record, asdict


class Trial(Record):
    """A trial as the office recorded it; `result` is "" until there is one."""

    place: str
    from_day: str
    to_day: str
    run_by: str
    result: str


TRIAL = Table(
    "trial",
    Trial,
    {
        "id": ident(),
        "proposal_id": ident(exported=in_export()),
        "place": text(Whose.OFFICE, exported=in_export(head="where")),
        "from_day": day(exported=in_export("day")),
        "to_day": day(exported=in_export("day")),
        "run_by": text(Whose.OFFICE, exported=in_export()),
        "result": text(Whose.OFFICE, exported=in_export("said")),
    },
    unique=(("proposal_id",),),
    foreign={"proposal_id": "proposal"},
    sealed=True,
    sheet=ExportSheet("lam-thu"),
)


def of_proposal(db: Store, proposal_id: str) -> Trial | None:
    """Return the record of a case's trial, or None."""
    return of_many(db, [proposal_id]).get(proposal_id)


def of_many(db: Store, proposal_ids: Iterable[str]) -> dict[str, Trial]:
    """Return the records of these cases' trials, by proposal id, in one statement."""
    these, ids = among(proposal_ids)
    return {
        proposal_id: db.value(TRIAL, said)
        for proposal_id, *said in db.rows(
            f"SELECT proposal_id, {columns_of(TRIAL)} FROM trial"  # noqa: S608 ours
            f" WHERE commune_id = :commune_id AND proposal_id {these}",
            **ids,
        )
    }


def ends_of(db: Store, proposal_ids: Iterable[str]) -> dict[str, str]:
    """Return the last day of these cases' trials, by proposal id: as recorded, or else as it was
    said when the trial began."""
    these, ids = among(proposal_ids)
    said = db.rows(
        "SELECT proposal_id, details FROM move"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id AND proposal_id {these} AND to_status = :on_trial"
        " ORDER BY id",
        on_trial=Status.ON_TRIAL,
        **ids,
    )
    days = ((proposal_id, json.loads(details).get("trial_to")) for proposal_id, details in said)
    known = {proposal_id: str(day) for proposal_id, day in days if day}
    recorded = of_many(db, proposal_ids).items()
    return known | {proposal_id: one.to_day for proposal_id, one in recorded if one.to_day}


def keep(db: Store, proposal_id: str, trial: Trial, *, actor: str, at: int) -> None:
    """Replace a trial's record; the same again changes nothing."""
    with writing(db):
        known = of_proposal(db, proposal_id)
        if known == trial:
            return
        if known:
            db.change(TRIAL, {"proposal_id": proposal_id}, asdict(trial))
        else:
            db.insert(TRIAL, trial, id=new_id(), proposal_id=proposal_id)
        note(db, "trial_noted", proposal_id, actor, at)
