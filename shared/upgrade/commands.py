"""`hienke upgrade`, and `hienke migrate`, by which it asks a new version to take over the data."""

import os
import sys
from pathlib import Path

import click

from shared import settings
from shared.runtime import programs
from shared.runtime.command_line import counted, opened, refuse
from shared.runtime.instance import here
from shared.runtime.start import REFUSED

# These commands import what they need where it is used: `hienke serve` must start fast.


@click.command()
@click.argument(
    "file",
    required=False,
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    metavar="[FILE.whl]",
)
@click.option(
    "--wheels",
    type=click.Path(path_type=Path, exists=True, file_okay=False, resolve_path=True),
    metavar="FOLDER",
    help="Take what it needs from here alone: for an office without internet.",
)
def upgrade(file: Path | None, wheels: Path | None) -> None:
    """Bring a new version of the program into its place: tried first, and back on failure.

    Without FILE.whl, only an upgrade that was broken off is finished or taken back.
    """
    from shared.upgrade import place as places
    from shared.upgrade import upgrading

    instance = here()
    if not instance.is_founded:
        instance.open()  # raises if it cannot be used; opened as root it would leave root's files
    try:
        place = places.here()
        settled = upgrading.settle(place, instance)
        if settled:
            click.echo(settled)
            sys.stdout.flush()
            # The running program may no longer be in its place.
            if file is not None:
                words = programs.ours("shared.cli", *sys.argv[1:], python=place.python)
                os.execv(words[0], words)  # noqa: S606
        elif file is None:
            click.echo("No upgrade was broken off.")
        if file is not None:
            new = upgrading.upgrade(file, wheels, instance, place, click.echo)
            click.echo(f"Version {new} is in its place.")
    except (places.UpgradeRefused, upgrading.WentBack, upgrading.StuckBetween) as fault:
        refuse(str(fault))


@click.command(hidden=True)
def migrate() -> None:
    """Bring the store to this version and read its rows back."""
    from shared.store import schema
    from shared.workflows import verify

    instance = here()
    settings.load(instance.folder)
    with opened(instance) as db:
        schema.migrate(db)
        report = verify.verify(db, instance.media, parts=verify.ROWS)
    if report.damage:
        click.echo(f"DAMAGED: {'; '.join(report.damage)}")
        sys.exit(REFUSED)
    click.echo(counted(report))
