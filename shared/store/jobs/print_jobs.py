"""What the receipt printer should print: queued, printing, printed, or why not.

Bytes that went to a printer cannot be called back, so `sent_at` is written before the first of them
is sent. A job that was stopped before that can begin again by itself; one that was stopped after it
never does. Paper that comes out when nobody waits any more would show a stranger the QR of
somebody's words; LIFETIME is how long somebody may be waiting.
"""

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text, tick
from shared.db.connection import Store, writing
from shared.db.engines import WorkQueue
from shared.db.event_log import new_id, note
from shared.db.sql import one_of
from shared.domain import clock
from shared.domain.record import Record

# As long as a receipt stays on a kiosk's screen (60 s, then 30 s of asking who is there).
LIFETIME = 90_000
# How often one receipt is printed within an hour before a person must help.
MOST_AN_HOUR = 3

WAITING = ("queued", "printing")
# Why a sheet did not come out: keys of `printer.fault.*`.
FAULTS = (
    "paper_out",
    "cover_open",
    "offline",
    "error",
    "silent",
    "wrong_device",
    "not_found",
    "no_permission",
    "usb_library",
    "font_missing",
    "too_wide",
    "busy",
    "cut_off",
    "stopped",
    "too_late",
)
# States that somebody must look at.
OPEN = ("failed", "unsure")


class PrintJob(Record):
    """One sheet. `kind` is receipt or test; `state` queued, printing, printed, failed (nobody waits
    any more, nothing came out), unsure (stopped halfway) or given_up (a person said so); `fault` is
    a key of `printer.fault.*` or ""; `is_again` marks a receipt that may be printed already;
    `asked_by` is a member of staff, or "citizen". Instants are ms UTC."""

    id: str
    kind: str
    proposal_id: str | None
    state: str
    fault: str
    is_again: bool
    asked_by: str
    created_at: int
    sent_at: int | None
    changed_at: int


PRINT_JOB = Table(
    "print_job",
    PrintJob,
    {
        "id": ident(),
        "proposal_id": ident(null=True, exported=in_export()),
        "kind": choice(("receipt", "test"), exported=in_export()),
        "state": choice(
            ("queued", "printing", "printed", "failed", "unsure", "given_up"), exported=in_export()
        ),
        "fault": text(Whose.NOBODY, exported=in_export()),
        "is_again": tick(is_checked=True, exported=in_export("tick")),
        "asked_by": ident(exported=in_export("person")),
        "created_at": instant(exported=in_export()),
        "sent_at": instant(null=True, exported=in_export()),
        "changed_at": instant(),
    },
    foreign={"proposal_id": "proposal"},
    indexes={"print_job_by_state": "state, id", "print_job_of_proposal": "proposal_id, id"},
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("in-phieu"),
    not_archived="the machine's own",
)

QUEUE = WorkQueue(PRINT_JOB.name, "state = 'queued'")


class TooManyPrints(Exception):
    """This receipt was printed so often that a person must help."""


def ask(db: Store, proposal_id: str | None, *, asked_by: str, at: int) -> PrintJob:
    """Queue a receipt, or a test page for None; if it waits already, return that job. An earlier
    open job of the same receipt is given up and replaced."""
    with writing(db):
        waiting = _waiting(db, proposal_id)
        if waiting is not None:
            return waiting
        before = of_proposal(db, proposal_id) if proposal_id else []
        for one in before:
            if one.state in OPEN:
                _change(db, one.id, at, state="given_up")
        job_id = new_id()
        db.insert(
            PRINT_JOB,
            {
                "id": job_id,
                "kind": "receipt" if proposal_id else "test",
                "proposal_id": proposal_id,
                "state": "queued",
                "fault": "",
                "is_again": int(any(one.sent_at is not None for one in before)),
                "asked_by": asked_by,
                "created_at": at,
                "sent_at": None,
                "changed_at": at,
            },
        )
        note(db, "print_asked", proposal_id, asked_by, at, job=job_id, again=bool(before))
        return _found(db, job_id)


def ask_as_citizen(db: Store, proposal_id: str, *, at: int) -> PrintJob:
    """Queue a receipt for its holder. Raises TooManyPrints."""
    with writing(db):
        lately = [one for one in of_proposal(db, proposal_id) if one.created_at > at - clock.HOUR]
        if len(lately) >= MOST_AN_HOUR and _waiting(db, proposal_id) is None:
            raise TooManyPrints(proposal_id)
        return ask(db, proposal_id, asked_by="citizen", at=at)


def claim(db: Store, *, at: int) -> PrintJob | None:
    """Begin the oldest job that waits, or return None. Jobs for which nobody waits any more fail
    here, with the fault that delayed them."""
    if _oldest_queued(db) is None:
        return None
    with writing(db):
        while (job := _oldest_queued(db)) is not None:
            if at - job.created_at <= LIFETIME:
                _change(db, job.id, at, state="printing")
                return _found(db, job.id)
            _change(db, job.id, at, state="failed", fault=job.fault or "too_late")
        return None


def begin_sending(db: Store, job_id: str, *, at: int) -> None:
    """Record that the first byte is about to be sent."""
    with writing(db):
        _change(db, job_id, at, sent_at=at, fault="")


def put_back(db: Store, job_id: str, fault: str, *, at: int) -> None:
    """Let a job wait that could not begin, and say why."""
    with writing(db):
        _change(db, job_id, at, state="queued", fault=fault)


def settle(db: Store, job_id: str, state: str, *, at: int, fault: str = "") -> None:
    """Note how a job ended: printed, failed or unsure."""
    with writing(db):
        _change(db, job_id, at, state=state, fault=fault)


def give_up(db: Store, job_id: str, *, actor: str, at: int) -> None:
    """Take a job off the list, as a member of staff says; one in progress goes on."""
    with writing(db):
        job = by_id(db, job_id)
        if job is not None and job.state in ("queued", *OPEN):
            _change(db, job_id, at, state="given_up")
            note(db, "print_given_up", job.proposal_id, actor, at, job=job_id)


def take_up_again(db: Store, *, at: int) -> None:
    """Sort out the jobs of a crashed program: what had not begun to come out waits again, the rest
    is unsure until a person has looked."""
    with writing(db):
        for job in _in_state(db, "printing"):
            if job.sent_at is None:
                _change(db, job.id, at, state="queued")
            else:
                _change(db, job.id, at, state="unsure", fault="stopped")


def by_id(db: Store, job_id: str) -> PrintJob | None:
    """Return one job, or None."""
    return db.get(PRINT_JOB, "id = :id", id=job_id)


def of_proposal(db: Store, proposal_id: str) -> list[PrintJob]:
    """Return the jobs of a proposal's receipt, oldest first."""
    return db.all(PRINT_JOB, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)


def lately(db: Store, limit: int = 30) -> list[PrintJob]:
    """Return the latest jobs, newest first."""
    return db.all(PRINT_JOB, f"ORDER BY id DESC LIMIT {limit}")


def open_jobs(db: Store) -> list[PrintJob]:
    """Return the jobs that wait, are in progress or need a person, oldest first."""
    found = [job for state in (*WAITING, *OPEN) for job in _in_state(db, state)]
    return sorted(found, key=lambda job: job.id)


def count_open(db: Store, *, now: int) -> int:
    """Return how many sheets somebody must look after."""
    row = db.row(
        "SELECT count(*) FROM print_job WHERE commune_id = :commune_id"  # noqa: S608 states are ours
        # The states by themselves lead to the few of them, of all that was ever printed.
        f" AND state {one_of((*OPEN, *WAITING))} AND (state {one_of(OPEN)} OR fault <> '')"
    )
    return int(row[0]) if row else 0


def _in_state(db: Store, state: str) -> list[PrintJob]:
    return db.all(PRINT_JOB, "state = :state ORDER BY id", state=state)


def _oldest_queued(db: Store) -> PrintJob | None:
    return db.get(PRINT_JOB, "state = 'queued' ORDER BY id")


def _waiting(db: Store, proposal_id: str | None) -> PrintJob | None:
    """Return the job of this receipt (of the test page for None) that is not done yet."""
    open_now = [job for state in WAITING for job in _in_state(db, state)]
    return next((job for job in open_now if job.proposal_id == proposal_id), None)


def _found(db: Store, job_id: str) -> PrintJob:
    job = by_id(db, job_id)
    if job is None:
        raise LookupError(job_id)
    return job


def _change(db: Store, job_id: str, at: int, **changes: object) -> None:
    db.change(PRINT_JOB, {"id": job_id}, {**changes, "changed_at": at})
