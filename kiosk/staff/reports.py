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
from kiosk.web import fault_page, settings, site, store
from shared import annual, campaign_papers, clock, documents, export, outreach_table
from shared.campaign_papers import NothingDecided
from shared.documents import DOCX, Desk, Registered
from shared.intake import Problem
from shared.store import communes, register
from shared.vietnamese import one_line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The report itself and its tables, beside campaign_papers.PAPERS.
REPORT, TABLES = "bao-cao", "cac-bang"
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
def take_paper(year: int) -> ResponseReturnValue:
    """Send a paper of the year: its report, the report's tables, or one of the campaign's."""
    wanted = request.form.get("paper", REPORT)
    if year not in _YEARS or wanted not in (REPORT, TABLES, *campaign_papers.PAPERS):
        return fault_page(404)
    registered = read_registered(request.form)
    if isinstance(registered, list):
        return _report_page(year, registered, status=422)
    try:
        content = _written(year, wanted, registered)
    except NothingDecided:
        return _report_page(year, [Problem("number", "staff.reports.none_decided")], status=422)
    what = f"{wanted} {year}"
    register.note_export(store(), actor=me().id, at=clock.now(), what=what, personal=False)
    ending, mimetype = ("xlsx", XLSX) if wanted == TABLES else ("docx", DOCX)
    return send_kept(content, f"{wanted}-{year}.{ending}", mimetype)


def _written(year: int, wanted: str, registered: Registered) -> bytes:
    db, at, office = store(), clock.now(), settings().office
    if wanted == TABLES:
        return annual.workbook(db, year, at=at, zone=office.zone)
    if wanted == REPORT:
        return annual.paper(this_desk(), year, registered)
    return campaign_papers.of_campaign(this_desk(), year, wanted, registered)


def this_desk() -> Desk:
    """Return where this request writes its papers."""
    office = settings().office
    media = site().instance.media
    return Desk(store(), media, me().id, office.name, office.zone, clock.now())


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
        outreach=outreach_table.of_year(store(), year, settings().office.zone),
        words=documents.cell_words,
        papers=(REPORT, TABLES, *campaign_papers.PAPERS),
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
