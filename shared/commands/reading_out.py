"""The commands that read from the store: a check of everything (`verify`), the register (`export`)
and a year's report (`report`)."""

import sys
from datetime import datetime
from pathlib import Path

import click

from shared import settings
from shared.db.connection import Store, StoreDamaged
from shared.domain import clock
from shared.runtime.command_line import OPERATOR, counted, opened, progress
from shared.runtime.instance import Instance, here
from shared.runtime.start import REFUSED
from shared.store import schema
from shared.store.reports import case_rows
from shared.workflows.verify import PARTS, VerifyReport
from shared.workflows.verify import verify as read_back


@click.command()
def verify() -> None:
    """Read everything back and say whether it is still as it was written."""
    instance = here()
    try:
        with opened(instance) as db:
            report = _read_back(db, instance)
    except StoreDamaged as fault:
        click.echo(f"DAMAGED: database ({fault})")
        sys.exit(REFUSED)
    if report.damage:
        click.echo(f"DAMAGED: {'; '.join(report.damage)}")
        sys.exit(REFUSED)
    click.echo(counted(report))


def _read_back(db: Store, instance: Instance) -> VerifyReport:
    with progress("Reading back", len(PARTS)) as advance:
        return read_back(db, instance.media, on_done=lambda part: advance(1))


@click.command()
@click.option(
    "--to", "target", type=click.Path(path_type=Path), required=True, metavar="FILE.xlsx|FOLDER"
)
@click.option("--personal", is_flag=True, help="With names and whole phone numbers.")
def export(target: Path, personal: bool) -> None:
    """Write the whole register to a new FILE.xlsx, or to a new FOLDER of CSV files.

    That it was done, and whether with names, is noted in the log.
    """
    from shared.documents import export as exporting  # imported late: `serve` must start fast

    instance = here()
    if not target.parent.is_dir():
        raise click.UsageError(f"There is no folder {target.parent}.")
    try:
        exporting.check_free(target)
    except exporting.TargetTaken:
        raise click.UsageError(f"{target} is there already; nothing was written.") from None
    zone = settings.load(instance.folder).office.zone
    with opened(instance) as db:
        schema.migrate(db)
        case_rows.note_export(
            db, actor=OPERATOR, at=clock.now(), what="register", personal=personal
        )
        copy = exporting.Copy(viewer="", personal=personal, zone=zone)
        with progress("Writing", exporting.size(db)) as advance:
            exporting.write(db, target, copy, lambda: advance(1))
    click.echo(f"Wrote {target}.")


@click.command()
@click.argument("year", type=click.IntRange(2000, 2200))
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
)
@click.option("--number", default="", help="The paper's number, once it has one.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its day: YYYY-MM-DD.")
@click.option("--pdf", "wants_pdf", is_flag=True, help="The paper as PDF too (needs LibreOffice).")
def report(year: int, folder: Path, number: str, day: datetime | None, wants_pdf: bool) -> None:
    """Write the report of YEAR (DOCX) and its tables (XLSX) into FOLDER.

    Until it has a number and a day, the paper says that it is a draft.
    """
    from shared.documents import pdf, write, year_report  # imported late: `serve` must start fast

    instance = here()
    office = settings.load(instance.folder).office
    endings = ("docx", "xlsx", "pdf") if wants_pdf else ("docx", "xlsx")
    files = [folder / f"bao-cao-{year}.{ending}" for ending in endings]
    if wants_pdf and not pdf.is_installed():
        raise click.UsageError(
            "There is no LibreOffice: sudo apt-get install libreoffice-writer-nogui"
        )
    for file in files:
        if file.exists():
            raise click.UsageError(f"{file} is there already; nothing was written.")
    registered = write.Registered(number.strip(), day.date() if day else None)
    at = clock.now()
    with opened(instance) as db:
        schema.migrate(db)
        desk = write.Desk(db, instance.media, OPERATOR, office.name, office.zone, at)
        with progress("Writing", len(files)) as advance:
            paper = year_report.paper(desk, year, registered)
            advance(1)
            contents = [paper, year_report.workbook(db, year, at=at, zone=office.zone)]
            advance(1)
            if wants_pdf:
                contents.append(_as_pdf(paper, instance.media))
                advance(1)
        case_rows.note_export(db, actor=OPERATOR, at=at, what=f"report {year}", personal=False)
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in zip(files, contents, strict=True):
        with file.open("xb") as written:
            written.write(content)
        click.echo(f"Wrote {file}.")


def _as_pdf(paper: bytes, media: Path) -> bytes:
    from shared.documents import pdf

    try:
        return pdf.from_docx(paper, media)
    except pdf.PdfRefused as refusal:
        raise click.ClickException(
            f"No PDF was made ({refusal.reason}); nothing was written."
        ) from refusal
