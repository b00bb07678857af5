"""`hienke house`: which units a deployment serves."""

from pathlib import Path

import click

from shared.runtime import house as houses


@click.group()
def house() -> None:
    """The units of a deployment (`hienke serve --house FILE`)."""


@house.command("list")
@click.argument("file", type=Path)
def list_(file: Path) -> None:
    """Say which units the file names, and where each is."""
    for one in houses.parse(file):
        missing = "" if one.instance.database.exists() else "  (no store there)"
        click.echo(f"{one.number}  {', '.join(one.hosts)}  {one.folder}{missing}")
