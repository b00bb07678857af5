"""What leaves the office as files: the register to keep or to count in.

Who took a copy, and whether with names, is noted before the first byte goes.
"""

import tempfile
from pathlib import Path

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from kiosk.staff import bp
from kiosk.staff.access import me
from kiosk.web import settings, store
from shared import clock, export
from shared.store import communes, register

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/bao-cao")
def reports() -> ResponseReturnValue:
    """Offer the years' reports and the register."""
    return render_template("staff/reports.html", campaigns=communes.campaigns(store()))


@bp.post("/bao-cao/so-theo-doi")
def take_register() -> ResponseReturnValue:
    """Send the whole register as a workbook, or as CSV files in one archive."""
    is_workbook = request.form.get("shape") != "csv"
    personal = request.form.get("personal") == "yes"
    zone, at = settings().office.zone, clock.now()
    register.note_export(store(), actor=me().id, at=at, what="register", personal=personal)
    copy = export.Copy(viewer=me().id, personal=personal, zone=zone)
    name = f"so-theo-doi-{clock.to_local(at, zone):%Y-%m-%d}"
    with tempfile.TemporaryDirectory() as room:
        if is_workbook:
            path = Path(room) / f"{name}.xlsx"
            export.write(store(), path, copy, lambda: None)
        else:
            path = Path(room) / f"{name}.zip"
            export.write_zip(store(), path, copy)
        return download(path, XLSX if is_workbook else "application/zip")


def download(path: Path, mimetype: str) -> Response:
    """Return a file to be kept; it may be gone from its folder once this returns."""
    opened = path.open("rb")
    answer = send_file(opened, mimetype=mimetype, as_attachment=True, download_name=path.name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
