"""`hienke import`: imports the ideas of a paper register from a file, and reports the result."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from shared import settings, texts
from shared.domain import clock
from shared.runtime.command_line import OPERATOR, opened, progress, refuse
from shared.runtime.instance import here
from shared.store import schema
from shared.texts.plural import agreeing, number_of

if TYPE_CHECKING:
    from shared.imports import importing


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--ignore-columns",
    "ignored",
    multiple=True,
    metavar="HEADING,…",
    help="Leave out these columns, by heading or by letter; may be given again.",
)
def import_file(file: Path, ignored: tuple[str, ...]) -> None:
    """Import the ideas of a paper register: a workbook (XLSX) or a CSV, all rows or none.

    The first row below the title holds headings, those of the export or others that offices write.
    A column with an unknown heading is refused unless --ignore-columns names it. Faults are
    reported row by row. The same row imported again changes nothing, however the file was saved.
    """
    from shared.imports import importing  # imported late: `serve` must start fast

    instance, at = here(), clock.now()
    zone = settings.load(instance.folder).office.zone
    register = _read_register(file, ignored, at, zone)
    for name in register.beside:
        click.echo(f"The sheet “{name}” was not read: it has no heading that is known.", err=True)
    for one in register.wrong:
        where = f"row {one.row}, {one.column}" if one.column else f"row {one.row}"
        click.echo(f"{where}: {one.sentence}", err=True)
    if register.wrong:
        count = len({one.row for one in register.wrong})
        rows, they_are = number_of(count, "row"), agreeing(count, "it is", "they are")
        refuse(f"Nothing was brought in: {rows} of {register.rows:,} cannot be kept as {they_are}.")
    ideas = register.ideas
    with opened(instance) as db, progress("Bringing in", len(ideas)) as advance:
        schema.migrate(db)
        new = importing.keep(
            db, ideas, receipt_key=instance.secrets().receipt_key, zone=zone, actor=OPERATOR,
            at=at, on_idea=lambda: advance(1),
        )  # fmt: skip
    there = len(ideas) - new
    click.echo(
        f"Brought in {number_of(new, 'idea')}; {there:,} {agreeing(there, 'was', 'were')} there"
        f" already. Read {number_of(register.rows, 'row')}, {register.blank:,} blank."
    )


def _read_register(
    file: Path, ignored: tuple[str, ...], at: int, zone: ZoneInfo
) -> "importing.Register":
    """Return what a file holds; if it is refused, end the command with a sentence."""
    from shared.imports import importing
    from shared.imports.table_refused import TableRefused

    try:
        return importing.read(file, at=at, zone=zone, ignored=ignored)
    except TableRefused as fault:
        sentence = texts.load("en").say(fault.key, **fault.blanks)
        if fault.reason == "nothing_to_ignore":
            raise click.UsageError(sentence) from None
        hint = ""
        if fault.reason == "columns_unknown":
            hint = (
                ' To leave them out: --ignore-columns "HEADING,…", by letter where there is none.'
            )
        refuse(f"{file} was not brought in. {sentence}{hint}")
