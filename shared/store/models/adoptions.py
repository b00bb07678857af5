"""Which unit applies which model since when, and figures from before and after (R4, R28).

Days are local, YYYY-MM-DD. A figure is never changed: a wrong one is struck out and written again.
"""

from collections.abc import Iterable
from typing import Any

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    day,
    fraction,
    ident,
    in_export,
    instant,
    text,
)
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.sql import among
from shared.domain.measures import IN_USE, Figures
from shared.domain.record import Record
from shared.store.cases import award_turns
from shared.store.models import lasting_due

MEASURE: Table[Any] = Table(
    "measure",
    None,
    {
        "id": ident(),
        "key": ident(),
        "proposal_id": ident(exported=in_export()),
        "adoption_id": ident(null=True, exported=in_export()),
        "kind": choice(
            ("steps", "documents", "days", "cost", "satisfaction", "other"), exported=in_export()
        ),
        "label": text(Whose.OFFICE, exported=in_export()),
        "before_value": fraction(exported=in_export("number")),
        "after_value": fraction(exported=in_export("number")),
        "measured_on": day(exported=in_export()),
        "evidence": text(Whose.OFFICE, exported=in_export("said")),
        "attachment_id": ident(null=True),
        "struck_at": instant(null=True, exported=in_export()),
    },
    unique=(("key",),),
    foreign={"proposal_id": "proposal", "adoption_id": "adoption", "attachment_id": "attachment"},
    indexes={"measure_of_proposal": "proposal_id, id"},
    sealed=True,
    sheet=ExportSheet("do-dem"),
    on_write=award_turns.of_measure,
)


class UnitTaken(Exception):
    """That unit is in the register of this model already."""


class Adoption(Record):
    """A unit and its state with a model; `since` is when it came to that state."""

    id: str
    proposal_id: str
    unit: str
    state: str
    since: str
    effect: str
    note: str

    @property
    def seen(self) -> str:
        """Return what a form carries to notice that somebody else was faster."""
        return f"{self.state}.{self.since}"


ADOPTION = Table(
    "adoption",
    Adoption,
    {
        "id": ident(exported=in_export()),
        "proposal_id": ident(exported=in_export()),
        "unit": text(Whose.NOBODY, exported=in_export()),
        "state": choice(
            ("asked", "agreed", "applying", "applied", "stopped"), exported=in_export()
        ),
        "since": day(exported=in_export()),
        "effect": text(Whose.OFFICE, exported=in_export("said")),
        "note": text(Whose.OFFICE, exported=in_export("said")),
    },
    unique=(("proposal_id", "unit"),),
    foreign={"proposal_id": "proposal"},
    indexes={"adoption_by_state": "state, since"},
    sealed=True,
    sheet=ExportSheet("noi-ap-dung"),
    on_write=lasting_due.of_adoption,
)


class Measure(Record):
    """Something counted before and after; `unit` is the adopting unit's name, "" where the idea
    came from; `label` names a measure of the office's own."""

    id: str
    adoption_id: str | None
    unit: str
    figures: Figures
    label: str
    measured_on: str
    evidence: str
    attachment_id: str | None


class NewMeasure(Record):
    """A figure, fit to be kept."""

    figures: Figures
    label: str
    measured_on: str
    evidence: str
    adoption_id: str | None = None
    attachment_id: str | None = None


def add(
    db: Store, proposal_id: str, unit: str, state: str, since: str, *, text: str = "",
    actor: str, at: int,
) -> str:  # fmt: skip
    """Put a unit on a model's register and return its row's id. Raises UnitTaken."""
    row = Adoption(new_id(), proposal_id, unit, state, since, "", text)
    with writing(db):
        # Looked up, as who calls may go on: a refused statement would undo their whole block.
        if any(one.unit == unit for one in of_proposal(db, proposal_id)):
            raise UnitTaken(unit)
        db.insert(ADOPTION, row)
        note(db, "adoption_added", proposal_id, actor, at, adoption=row.id, state=state)
    return row.id


def note_applied(
    db: Store, proposal_id: str, unit: str, since: str, *, actor: str, at: int
) -> None:
    """Record that a unit applies a model since a day, whatever its state in the register was."""
    with writing(db):
        known = next((one for one in of_proposal(db, proposal_id) if one.unit == unit), None)
        if known is None:
            add(db, proposal_id, unit, "applied", since, actor=actor, at=at)
            return
        change(
            db, known.id, state="applied", since=since, effect=known.effect, text=known.note,
            seen=known.seen, actor=actor, at=at,
        )  # fmt: skip


def change(
    db: Store, adoption_id: str, *, state: str, since: str, effect: str, text: str, seen: str,
    actor: str, at: int,
) -> bool:  # fmt: skip
    """Record the present state of a unit; return False if a colleague changed it since it was
    `seen`. Exactly the same again changes nothing."""
    said = {"state": state, "since": since, "effect": effect, "note": text}
    with writing(db):
        now = by_id(db, adoption_id)
        if now is None or said == {name: getattr(now, name) for name in said}:
            return now is not None
        if now.seen != seen:
            return False
        db.change(ADOPTION, {"id": adoption_id}, said)
        note(
            db, "adoption_changed", now.proposal_id, actor, at, adoption=adoption_id, state=state
        )  # fmt: skip
        return True


def by_id(db: Store, adoption_id: str) -> Adoption | None:
    """Return one row of a register, or None."""
    return db.get(
        ADOPTION,
        "id = :id",
        id=adoption_id,
    )


def of_proposal(db: Store, proposal_id: str) -> list[Adoption]:
    """Return a model's register, in the order the units came."""
    return db.all(
        ADOPTION,
        "proposal_id = :proposal_id ORDER BY id",
        proposal_id=proposal_id,
    )


def in_use(db: Store, proposal_id: str) -> list[Adoption]:
    """Return the units that apply a model."""
    return [one for one in of_proposal(db, proposal_id) if one.state in IN_USE]


def measure(
    db: Store, proposal_id: str, new: NewMeasure, *, key: str, actor: str, at: int
) -> bool:  # fmt: skip
    """Keep a figure; return False if `key` had kept it already."""
    with writing(db):
        if db.row("SELECT 1 FROM measure WHERE commune_id = :commune_id AND key = :key", key=key):
            return False
        row = {
            "id": new_id(), "key": key, "proposal_id": proposal_id,
            "adoption_id": new.adoption_id, "kind": new.figures.kind, "label": new.label,
            "before_value": float(new.figures.before), "after_value": float(new.figures.after),
            "measured_on": new.measured_on, "evidence": new.evidence,
            "attachment_id": new.attachment_id,
        }  # fmt: skip
        db.insert(MEASURE, row)
        note(db, "measured", proposal_id, actor, at, measure=row["id"], what=new.figures.kind)
        return True


def strike(db: Store, proposal_id: str, measure_id: str, *, actor: str, at: int) -> bool:
    """Strike out a wrong figure; return whether this case had it."""
    with writing(db):
        if measure_id not in {one.id for one in measures(db, proposal_id)}:
            return False
        db.change(MEASURE, {"id": measure_id}, {"struck_at": at})
        note(db, "measure_struck", proposal_id, actor, at, measure=measure_id)
        return True


def measures(db: Store, proposal_id: str) -> list[Measure]:
    """Return the figures of a model, in the order they were recorded."""
    return measures_of_many(db, [proposal_id]).get(proposal_id, [])


def measures_of_many(db: Store, proposal_ids: Iterable[str]) -> dict[str, list[Measure]]:
    """Return the figures of these models, by proposal id, in one statement."""
    these, ids = among(proposal_ids)
    found: dict[str, list[Measure]] = {}
    for proposal_id, *row in db.rows(
        "SELECT measure.proposal_id, measure.id, measure.adoption_id, coalesce(adoption.unit, ''),"  # noqa: S608 ours
        " measure.kind, measure.before_value, measure.after_value, measure.label,"
        " measure.measured_on, measure.evidence, measure.attachment_id"
        " FROM measure LEFT JOIN adoption ON adoption.commune_id = measure.commune_id"
        " AND adoption.id = measure.adoption_id"
        f" WHERE measure.commune_id = :commune_id AND measure.proposal_id {these}"
        " AND measure.struck_at IS NULL ORDER BY measure.id",
        **ids,
    ):
        one = Measure(row[0], row[1], row[2], Figures(*row[3:6]), *row[6:])
        found.setdefault(proposal_id, []).append(one)
    return found
