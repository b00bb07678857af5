"""Copies of everything, and archives of a year: a small copy at once, others as work beside the
pages, to be downloaded by the person who asked when it is ready."""

import tempfile
from pathlib import Path

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import long_work
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.download import XLSX, download
from kiosk.staff.forms import sending_key
from kiosk.staff.reports.reports import YEARS
from kiosk.web import settings, site, store
from shared.domain import clock
from shared.domain.roles import DESK
from shared.store.jobs import export_jobs
from shared.store.jobs.export_jobs import LongJob
from shared.store.office import campaigns
from shared.store.reports import case_rows

# How many rows are written while somebody waits: about two seconds on the office's PC.
ROWS_AT_ONCE = 5_000
# How often the page of a copy that is being written refreshes itself.
LOOK_SECONDS = 3
ZIP = "application/zip"
_TYPES = {"xlsx": XLSX, "zip": ZIP}


@bp.post("/bao-cao/so-theo-doi", allow=DESK)
def take_register() -> ResponseReturnValue:
    """Send the whole register as a workbook, or as CSV files in one archive; or lead to the page
    for a large one. Who took it, and whether with names, is recorded before."""
    from shared.documents import export  # imported late: the program must start fast

    ending = "zip" if request.form.get("shape") == "csv" else "xlsx"
    personal = request.form.get("personal") == "yes"
    zone, at = settings().office.zone, clock.now()
    name = f"so-theo-doi-{clock.to_local(at, zone):%Y-%m-%d}"
    case_rows.note_export(store(), actor=me().id, at=at, what="register", personal=personal)
    if export.size(store()) > ROWS_AT_ONCE:
        asked = {"personal": personal, "ending": ending, "name": name}
        key = sending_key(request.form)
        job_id = export_jobs.ask(store(), "export", asked, key=key, actor=me().id, at=at)
        return redirect(url_for("staff.copy_page", job_id=job_id), 303)
    copy = export.Copy(viewer=me().id, personal=personal, zone=zone)
    write = export.write_zip if ending == "zip" else export.write
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / f"{name}.{ending}"
        write(store(), path, copy, lambda: None)
        return download(path, _TYPES[ending])


@bp.post("/bao-cao/<int:year>/luu-tru", allow=DESK)
def put_away(year: int) -> ResponseReturnValue:
    """Have the archive of a campaign year written, and lead to its page."""
    if year not in YEARS or campaigns.of_year(store(), year) is None:
        abort(404)
    personal, at = request.form.get("personal") == "yes", clock.now()
    case_rows.note_export(store(), actor=me().id, at=at, what=f"archive {year}", personal=personal)
    asked = {"year": year, "personal": personal, "ending": "zip", "name": f"luu-tru-{year}"}
    key = sending_key(request.form)
    job_id = export_jobs.ask(store(), "archive", asked, key=key, actor=me().id, at=at)
    return redirect(url_for("staff.copy_page", job_id=job_id), 303)


@bp.get("/bao-cao/ban-sao/<job_id>", allow=DESK)
def copy_page(job_id: str) -> ResponseReturnValue:
    """Show the progress of a copy; the page refreshes itself until it is ready."""
    return render_template("staff/copy.html", job=_own(job_id), look_seconds=LOOK_SECONDS)


@bp.get("/bao-cao/ban-sao/<job_id>/tep", allow=DESK)
def take_copy(job_id: str) -> Response:
    """Send a copy that is ready."""
    job = _own(job_id)
    path = long_work.path_of(site().instance, job)
    if job.state != "ready" or not path.is_file():
        abort(404)
    return download(path, _TYPES[job.name.rpartition(".")[2]], name=job.name)


def _own(job_id: str) -> LongJob:
    """Return what exactly this member asked for, or 404."""
    job = export_jobs.by_id(store(), job_id)
    if job is None or job.asked_by != me().id:
        abort(404)
    return job
