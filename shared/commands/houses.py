"""`hienke house`: which units a deployment serves."""

import time
from pathlib import Path
from typing import IO

import click

from shared import founding, settings
from shared.backup import commands as backup_commands
from shared.backup import keys
from shared.commands.office import UnitOption, say_login
from shared.domain import clock, unit_number
from shared.domain.record import replace
from shared.runtime import house as houses
from shared.runtime.command_line import opened, refuse, wrong
from shared.runtime.house import House, editing
from shared.runtime.instance import AlreadyServed

# How long the programs may take to leave a unit: they see the file after two seconds, and end what
# they are at.
LEAVE_SECONDS = 30.0


@click.group()
def house() -> None:
    """The units of a deployment (`hienke serve --house FILE`)."""


@house.command("list")
@click.argument("file", type=Path)
def list_(file: Path) -> None:
    """Say which units the file names, and where each is."""
    for one in houses.parse(file):
        state = (
            "  (no instance there)" if not (one.folder / "secrets").exists()
            else "  (closed)" if one.is_closed else ""
        )  # fmt: skip
        click.echo(f"{one.number}  {', '.join(one.hosts)}  {one.folder}{state}")


@house.command()
@click.argument("file", type=Path)
@click.option("--unit", type=UnitOption(), required=True, help="The commune's number, for ever.")
@click.option("--host", "hosts", multiple=True, required=True, help="A name it answers to.")
@click.option("--folder", help="Beside the file; its number if nothing is said.")
@click.option("--demo", is_flag=True, help="With invented proposals; never sends an SMS.")
def add(file: Path, unit: int, hosts: tuple[str, ...], folder: str | None, demo: bool) -> None:
    """Found a unit, or take in one whose folder is there already.

    A folder that was brought back from a backup is taken in as it is.
    """
    text, one = editing.with_one_more(file, unit, folder or unit_number.shown(unit), hosts)
    if (one.folder / "secrets").exists():
        with opened(one.instance):  # it holds that very unit
            pass
        click.echo(f"Took in unit {one.number} as it is in {one.folder}.")
    else:
        # A name of this PC is asked at a port, which is known once the unit is served.
        address = "" if houses.leads_here(hosts[0]) else f"https://{hosts[0]}"
        founded = founding.found(
            one.instance, unit, is_demo=demo, at=clock.now(), public_url=address
        )
        click.echo(f"Made unit {one.number} in {one.folder}.")
        for login in founded.logins:
            say_login(login)
    editing.write(file, text)
    click.echo("Programs that serve this file take it up within seconds.")


@house.command()
@click.argument("file", type=Path)
@click.argument("unit", type=UnitOption())
@click.option(
    "--to",
    "place",
    type=click.Path(path_type=Path, file_okay=False, exists=True, resolve_path=True),
    required=True,
    help="The folder that gets the archive.",
)
def remove(file: Path, unit: int, place: Path) -> None:
    """Take a unit out; what it has becomes an archive that opens on an office PC.

    While the unit is served it is closed first, and the programs leave it. Its folder stays until
    you delete it.
    """
    one = next((one for one in houses.parse(file) if one.unit == unit), None)
    if one is None:
        refuse(f"{file} has no unit {unit_number.shown(unit)}.")
    if not keys.has_key(one.instance):
        wrong(
            f"Unit {one.number} has no backup key, and without one nobody opens its archive:"
            f" HIENKE_INSTANCE={one.folder} hienke backup-key"
        )
    with _left(file, one):
        _take_out(file, one, place)


def _left(file: Path, one: House) -> IO[str]:
    """Return the right to serve a unit; programs that serve it leave it first."""
    until = time.monotonic() + LEAVE_SECONDS
    while True:
        try:
            return one.instance.lock()
        except AlreadyServed:
            if time.monotonic() >= until:
                refuse(
                    f"Unit {one.number} is closed now, and something is still at work on it: run"
                    " this once more."
                )
        if not one.is_closed:
            editing.write(file, editing.closed(file, one.unit))
            one = replace(one, is_closed=True)
        time.sleep(0.2)


def _take_out(file: Path, one: House, place: Path) -> None:
    read = settings.load(one.folder, {})
    archive = backup_commands.back_up(one.instance, read, place)
    editing.write(file, editing.without(file, one.unit))
    click.echo(
        f"Took unit {one.number} out of {file}. On the office's PC: hienke restore {archive.name}"
        " --identity FILE, with its backup key."
    )
    click.echo(f"Delete {one.folder} once the archive was opened there; nothing else deletes it.")
