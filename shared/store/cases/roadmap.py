"""The dated steps by which an idea is to be applied (plan II.3), and which of them are due.

Days are local, YYYY-MM-DD; a day is due by the UTC calendar, which in Việt Nam begins at seven in
the morning.
"""

from datetime import UTC, datetime, timedelta

from shared.db.card import ExportSheet, Table, Whose, choice, day, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.pages import PAGE_LINES, Page, page_of, read_mark
from shared.db.rows import columns_of
from shared.db.sql import one_of
from shared.domain.appraisal import SETTLED
from shared.domain.proposal import DROPPED, Status
from shared.domain.record import Record
from shared.store.cases.visibility import OPEN_TO_ALL

# How many days before its day a step is on the list.
REMINDER_DAYS = 7


class RoadmapStep(Record):
    """One step of a case; `state` is open, done or dropped, `note` is the result."""

    id: str
    proposal_id: str
    what: str
    due_on: str
    state: str
    note: str


ROADMAP_STEP = Table(
    "roadmap_step",
    RoadmapStep,
    {
        "id": ident(),
        "key": ident(),
        "proposal_id": ident(exported=in_export()),
        "what": text(Whose.OFFICE, exported=in_export("said")),
        "due_on": day(exported=in_export()),
        "state": choice(("open", *SETTLED), exported=in_export()),
        "note": text(Whose.OFFICE, exported=in_export("said")),
        "settled_by": ident(null=True, exported=in_export("person")),
        "settled_at": instant(null=True, exported=in_export()),
    },
    unique=(("key",),),
    foreign={"proposal_id": "proposal"},
    indexes={
        "roadmap_of_proposal": "proposal_id, due_on",
        "roadmap_open": "due_on WHERE state = 'open'",
    },
    sealed=True,
    sheet=ExportSheet("lo-trinh"),
)


class StepDue(Record):
    """A step that somebody must look after, with its case as anybody at the desk may read it."""

    step: RoadmapStep
    code: str
    title: str


def of_proposal(db: Store, proposal_id: str) -> list[RoadmapStep]:
    """Return the steps of a case, the first due first."""
    return db.all(
        ROADMAP_STEP, "proposal_id = :proposal_id ORDER BY due_on, id", proposal_id=proposal_id
    )  # fmt: skip


def add(
    db: Store, proposal_id: str, what: str, due_on: str, *, key: str, actor: str, at: int
) -> None:
    """Put a step on a case's roadmap, once per `key`."""
    with writing(db):
        if db.row(
            "SELECT 1 FROM roadmap_step WHERE commune_id = :commune_id AND key = :key", key=key
        ):
            return
        step = RoadmapStep(new_id(), proposal_id, what, due_on, "open", "")
        db.insert(ROADMAP_STEP, step, key=key)
        note(db, "roadmap_step_added", proposal_id, actor, at, step=step.id, due=due_on)


def settle(
    db: Store, proposal_id: str, step_id: str, state: str, text: str, *, actor: str, at: int
) -> bool:
    """Record that a step is done or dropped, and the result; return whether it was open."""
    with writing(db):
        open_ids = {one.id for one in of_proposal(db, proposal_id) if one.state == "open"}
        if step_id not in open_ids:
            return False
        changes = {"state": state, "note": text, "settled_by": actor, "settled_at": at}
        db.change(ROADMAP_STEP, {"id": step_id}, changes)
        note(db, "roadmap_step_settled", proposal_id, actor, at, step=step_id, state=state)
        return True


_FROM = (
    " FROM roadmap_step JOIN proposal ON proposal.commune_id = roadmap_step.commune_id"
    " AND proposal.id = roadmap_step.proposal_id"
)
_WAITS = (
    " WHERE roadmap_step.commune_id = :commune_id AND roadmap_step.state = 'open'"
    f" AND roadmap_step.due_on <= :until AND {OPEN_TO_ALL}"
    f" AND proposal.status NOT {one_of(DROPPED | {Status.MERGED})}"
)
_IN_ORDER = " ORDER BY roadmap_step.due_on, roadmap_step.id"


def due(db: Store, *, now: int, limit: int = PAGE_LINES) -> list[StepDue]:
    """Return the first steps due within a week from `now` (ms UTC), the most urgent first; none of
    a case that will not be applied."""
    return _due(db, f"{_IN_ORDER} LIMIT {limit}", now)


def due_page(db: Store, now: int, after: str) -> Page[StepDue]:
    """Return one page of the steps that are due: the first, or the one after a mark. The
    first due come first."""
    due_on, step_id = read_mark(after, str, str) or ("", "")
    which = (
        " AND (roadmap_step.due_on, roadmap_step.id) > (:due_on, :id)"
        f"{_IN_ORDER} LIMIT {PAGE_LINES + 1}"
    )
    found = _due(db, which, now, due_on=due_on, id=step_id)
    return page_of(found, lambda one: (one.step.due_on, one.step.id))


def _due(db: Store, which: str, now: int, **params: object) -> list[StepDue]:
    return [
        StepDue(db.value(ROADMAP_STEP, step), code, title)
        for code, title, *step in db.rows(
            "SELECT proposal.code, coalesce(redaction.title, proposal.title),"
            f" {columns_of(ROADMAP_STEP, 'roadmap_step')}{_FROM}"
            " LEFT JOIN redaction ON redaction.commune_id = roadmap_step.commune_id"
            f" AND redaction.proposal_id = proposal.id{_WAITS}{which}",
            until=_until(now),
            **params,
        )
    ]


def _until(now: int) -> str:
    day = datetime.fromtimestamp(now / 1000, UTC).date()
    return (day + timedelta(days=REMINDER_DAYS)).isoformat()
