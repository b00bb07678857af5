"""`hienke archive`: archives a campaign year as one file, or checks whether one is unchanged."""

import sys
from pathlib import Path

import click

from shared import settings
from shared.domain import clock
from shared.runtime.command_line import OPERATOR, opened, progress, refuse
from shared.runtime.instance import here
from shared.runtime.start import REFUSED
from shared.store import schema
from shared.store.office import campaigns
from shared.store.reports import case_rows
from shared.texts.plural import number_of


@click.command()
@click.argument("year", type=click.IntRange(2000, 2200), required=False)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Where the archive is written.",
)
@click.option(
    "--personal", is_flag=True, help="With names, whole numbers, letters, senders' files."
)
@click.option(
    "--check",
    "checked",
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE|FOLDER",
    help="Read an archive back, as it is or unpacked, and say what is damaged.",
)
def archive(year: int | None, folder: Path | None, personal: bool, checked: Path | None) -> None:
    """Archive YEAR in FOLDER: its papers, registers, report, decisions and ideas in one ZIP that
    can be read without this software.

    The log records that it was made, and whether with names.
    """
    if checked is not None and year is None:
        _check(checked)
    elif checked is None and year is not None and folder is not None:
        _write(year, folder, personal)
    else:
        raise click.UsageError("Give a YEAR and --to FOLDER, or --check FILE alone.")


def _write(year: int, folder: Path, personal: bool) -> None:
    from shared.archive import making  # imported late: `serve` must start fast
    from shared.documents.write import Desk

    instance, target = here(), folder / making.name_of(year)
    if target.exists():
        raise click.UsageError(f"{target} is there already; nothing was written.")
    office = settings.load(instance.folder).office
    with opened(instance) as db:
        schema.migrate(db)
        try:
            making.check_year(db, year)
        except making.YearUnknown:
            known = ", ".join(str(one.year) for one in campaigns.campaigns(db))
            refuse(f"There is no campaign of {year}; there are: {known}.")
        at = clock.now()
        case_rows.note_export(db, actor=OPERATOR, at=at, what=f"archive {year}", personal=personal)
        desk = Desk(db, instance.media, "", office.name, office.zone, at)
        asked = making.ArchiveRequest(year, personal, office.public_url.rstrip("/"))
        with progress("Writing", making.size(db, year)) as advance:
            made = making.write(desk, target, asked, actor=OPERATOR, on_step=lambda: advance(1))
    for line in made.missing:
        click.echo(f"missing: {line}", err=True)
    click.echo(f"Wrote {target}: {number_of(made.files, 'file')}. Its checksums: {made.sums}")


def _check(path: Path) -> None:
    from shared.archive import box  # imported late: `serve` must start fast

    try:
        found = box.check(path)
    except box.NotAnArchive:
        refuse(f"{path} is no archive of this program, or its end is lost.")
    if found.damage:
        click.echo(f"DAMAGED: {'; '.join(found.damage)}")
        sys.exit(REFUSED)
    click.echo(f"OK: {number_of(found.files, 'file')}")
