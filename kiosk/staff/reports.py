"""What leaves the office as files: the register to keep or to count in, the report of a year.

Who took a copy, and whether with names, is noted before the first byte goes.
"""

import io
import tempfile
from pathlib import Path

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from kiosk.staff import bp
from kiosk.staff.access import me
from kiosk.staff.reading import Form, read_day
from kiosk.web import fault_page, settings, store
from shared import annual, clock, documents, export
from shared.documents import DOCX, Registered
from shared.intake import Problem
from shared.store import communes, register
from shared.vietnamese import one_line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBER_LETTERS = 40
_YEARS = range(2000, 2201)


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


@bp.get("/bao-cao/<int:year>")
def report(year: int) -> ResponseReturnValue:
    """Show a year's figures, on both bases."""
    return fault_page(404) if year not in _YEARS else _report_page(year)


@bp.post("/bao-cao/<int:year>")
def take_report(year: int) -> ResponseReturnValue:
    """Send the report of a year as a paper or its tables as a workbook."""
    if year not in _YEARS:
        return fault_page(404)
    registered = read_registered(request.form)
    if isinstance(registered, list):
        return _report_page(year, registered, status=422)
    db, at, office = store(), clock.now(), settings().office
    if request.form.get("shape") == "xlsx":
        content, ending, mimetype = annual.workbook(db, year, at=at, zone=office.zone), "xlsx", XLSX
    else:
        content = annual.paper(db, year, registered, at=at, zone=office.zone, name=office.name)
        ending, mimetype = "docx", DOCX
    register.note_export(db, actor=me().id, at=at, what=f"report {year}", personal=False)
    return send_kept(content, f"bao-cao-{year}.{ending}", mimetype)


def read_registered(form: Form) -> Registered | list[Problem]:
    """Return the number and the day that the records clerk gave a paper, or what is wrong."""
    number = one_line(form.get("number", ""))
    typed = form.get("day", "").strip()
    day = read_day(typed) if typed else None
    problems = []
    if len(number) > NUMBER_LETTERS:
        problems.append(Problem("number", "err.too_long", {"n": NUMBER_LETTERS}))
    if typed and day is None:
        problems.append(Problem("day", "staff.wrong.day"))
    return problems or Registered(number, day)


def send_kept(content: bytes, name: str, mimetype: str) -> Response:
    """Return a file that was made for this one download."""
    return _kept(send_file(io.BytesIO(content), mimetype, as_attachment=True, download_name=name))


def _report_page(
    year: int, problems: list[Problem] | None = None, *, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "staff/report.html",
        year=year,
        parts=annual.parts(store(), year, at=clock.now(), zone=settings().office.zone),
        words=documents.cell_words,
        problems=problems or [],
        given=request.form,
    )
    return page, status


def download(path: Path, mimetype: str) -> Response:
    """Return a file to be kept; it may be gone from its folder once this returns."""
    opened = path.open("rb")
    return _kept(send_file(opened, mimetype, as_attachment=True, download_name=path.name))


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
