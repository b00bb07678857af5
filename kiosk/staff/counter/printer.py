"""The receipt printer: what waits, what went wrong in plain words, print again, a test page."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.receipt_slip import may_hold
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.record import Record
from shared.domain.roles import READERS
from shared.store.cases import proposals
from shared.store.jobs import print_jobs
from shared.store.jobs.print_jobs import PrintJob
from shared.store.people import staff


class PrintJobView(Record):
    """A job as the page shows it: `code` is its proposal's, "" for the test page."""

    job: PrintJob
    code: str


@bp.get("/may-in", allow=READERS)
def printer() -> ResponseReturnValue:
    """Show the printer, its waiting jobs and its last ones."""
    lately = print_jobs.lately(store())
    return render_template(
        "staff/printer.html",
        printer=settings().printer,
        todo=_sheets(print_jobs.open_jobs(store())),
        done=_sheets([job for job in lately if job.state in ("printed", "given_up")]),
        last_fault=next((job for job in lately if job.state != "given_up"), None),
        names=staff.names(store()),
    )


@bp.post("/may-in/thu", allow=READERS)
def print_test() -> ResponseReturnValue:
    """Print a page that shows whether all is well."""
    if settings().printer.is_there:
        print_jobs.ask(store(), None, asked_by=me().id, at=clock.now())
    return redirect(url_for("staff.printer"), 303)


@bp.post("/ho-so/<code>/in", allow=READERS)
def print_case(code: str) -> ResponseReturnValue:
    """Print the receipt of a case on the office's printer, and record who asked for it."""
    return _print(code)


@bp.post("/may-in/<job_id>/in-lai", allow=READERS)
def print_again(job_id: str) -> ResponseReturnValue:
    """Print a sheet that did not come out as it should."""
    job = _job(job_id)
    if job.proposal_id is None:
        print_jobs.give_up(store(), job.id, actor=me().id, at=clock.now())
        return print_test()
    return _print(proposals.by_id(store(), job.proposal_id).code)


@bp.post("/may-in/<job_id>/thoi", allow=READERS)
def give_up_printing(job_id: str) -> ResponseReturnValue:
    """Take a sheet off the list: nobody needs it, or it did come out."""
    job = _job(job_id)
    if job.proposal_id is not None:
        visible_case(proposals.by_id(store(), job.proposal_id).code)
    print_jobs.give_up(store(), job.id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.printer"), 303)


def _print(code: str) -> ResponseReturnValue:
    here = visible_case(code)
    if not settings().printer.is_there or not may_hold(here):
        return redirect(url_for("staff.reprint", code=here.code), 303)
    print_jobs.ask(store(), here.id, asked_by=me().id, at=clock.now())
    return redirect(url_for("staff.printer"), 303)


def _job(job_id: str) -> PrintJob:
    job = print_jobs.by_id(store(), job_id)
    if job is None:
        abort(404)
    return job


def _sheets(jobs: list[PrintJob]) -> list[PrintJobView]:
    """Return the jobs as shown; a confidential case exists only for its assignee."""
    sheets = []
    for job in jobs:
        if job.proposal_id is None:
            sheets.append(PrintJobView(job, ""))
            continue
        proposal = proposals.by_id(store(), job.proposal_id)
        if proposal.is_open_to(me().id):
            sheets.append(PrintJobView(job, proposal.code))
    return sheets
