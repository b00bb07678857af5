"""What leaves the office as files: the report of a year, and where copies are asked for.

Who took a copy, and whether with names, is recorded before the first byte is sent.
"""

from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.download import XLSX, is_preview, read_registered, send_kept, send_paper, this_desk
from kiosk.staff.forms import reading
from kiosk.web import fault_page, settings, store
from shared.db.event_log import new_id
from shared.documents import campaign_papers, outreach_table, write, year_report
from shared.documents.campaign_papers import NothingDecided
from shared.documents.write import Registered
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK
from shared.store.jobs import export_jobs
from shared.store.office import campaigns, report_words
from shared.store.office.report_words import ReportWords, ReportWordsStale
from shared.store.reports import case_rows

# The report itself and its tables, beside campaign_papers.PAPERS and BOOKS.
REPORT, TABLES = "bao-cao", "cac-bang"
YEARS = range(2000, 2201)


@bp.get("/bao-cao", allow=DESK)
def reports() -> ResponseReturnValue:
    """Offer the years' reports and the register."""
    return render_template(
        "staff/reports.html",
        campaigns=campaigns.campaigns(store()),
        jobs=export_jobs.of(store(), me().id),
        key=new_id(),
    )


@bp.get("/bao-cao/<int:year>", allow=DESK)
def report(year: int) -> ResponseReturnValue:
    """Show a year's figures, by both years of counting."""
    return fault_page(404) if year not in YEARS else _report_page(year)


@bp.post("/bao-cao/<int:year>", allow=DESK)
def take_paper(year: int) -> ResponseReturnValue:
    """Send a paper of the year: its report, or one of the campaign's."""
    wanted = request.form.get("paper", REPORT)
    if year not in YEARS or wanted not in (REPORT, *campaign_papers.PAPERS):
        return fault_page(404)
    with reading(partial(_report_page, year)) as given:
        registered = read_registered(given)
    try:
        content = _written(year, wanted, registered)
    except NothingDecided:
        return _report_page(year, [Problem("number", "staff.reports.none_decided")], status=422)
    answer = send_paper(content, f"{wanted}-{year}", back=url_for("staff.report", year=year))
    if not is_preview():
        _note(f"{wanted} {year}")
    return answer


@bp.post("/bao-cao/<int:year>/loi", allow=DESK)
def write_report(year: int) -> ResponseReturnValue:
    """Keep parts III and IV of a year's report."""
    if year not in YEARS:
        return fault_page(404)
    with reading(partial(_report_page, year)) as given:
        said = {part: given.text(part, report_words.LETTERS) for part in report_words.PARTS}
    new = ReportWords(year, said["shortfalls"], said["directions"], actor=me().id, at=clock.now())
    try:
        report_words.keep(store(), new, seen=given.said("seen"))
    except ReportWordsStale:
        return _report_page(year, [Problem("shortfalls", "staff.reports.stale")], status=409)
    return redirect(url_for("staff.report", year=year, da_luu="1", _anchor="loi"), 303)


@bp.post("/bao-cao/<int:year>/bang-tinh", allow=DESK)
def take_book(year: int) -> ResponseReturnValue:
    """Send the tables of the year's report as a workbook, or one of the campaign's books."""
    wanted = request.form.get("book", TABLES)
    if year not in YEARS or wanted not in (TABLES, *campaign_papers.BOOKS):
        return fault_page(404)
    desk = this_desk()
    if wanted == TABLES:
        content = year_report.workbook(desk.db, year, at=desk.at, zone=desk.zone)
    else:
        content = campaign_papers.workbook(desk, year, wanted)
    _note(f"{wanted} {year} xlsx")
    return send_kept(content, f"{wanted}-{year}.xlsx", XLSX)


def _note(what: str) -> None:
    case_rows.note_export(store(), actor=me().id, at=clock.now(), what=what, personal=False)


def _written(year: int, wanted: str, registered: Registered) -> bytes:
    if wanted == REPORT:
        return year_report.paper(this_desk(), year, registered)
    return campaign_papers.of_campaign(this_desk(), year, wanted, registered)


def _report_page(
    year: int, problems: list[Problem] | None = None, *, status: int = 200
) -> ResponseReturnValue:
    zone, most = settings().office.zone, year_report.MOST_SHOWN
    page = render_template(
        "staff/report.html",
        year=year,
        parts=year_report.parts(store(), year, at=clock.now(), zone=zone, most=most),
        outreach=outreach_table.of_year(store(), year, zone, most=most),
        words=write.cell_words,
        is_campaign=campaigns.of_year(store(), year) is not None,
        key=new_id(),
        papers=(REPORT, *campaign_papers.PAPERS),
        books=(TABLES, *campaign_papers.BOOKS),
        said=report_words.of(store(), year),
        most=report_words.LETTERS,
        problems=problems or [],
        given=request.form,
    )
    return page, status
