"""The command that moves an office's store to a server and back (`carry`)."""

import os
from pathlib import Path

import click

from shared import settings
from shared.db.connection import Store
from shared.db.engines.choosing import engine_at
from shared.files.media import sync_folder
from shared.runtime.command_line import opened, progress, refuse
from shared.runtime.instance import Instance, here
from shared.store.schema import one_unit
from shared.store.schema.tables import CARDS

# What `--to` and `--remove` call the file hienke.db of the instance folder.
FILE = "file"


@click.command()
@click.option("--to", "target", metavar="URL|file", help="Where the store is to be.")
@click.option("--remove", metavar="URL|file", help="Delete what an earlier move left there.")
def carry(target: str | None, remove: str | None) -> None:
    """Move this office's store to the PostgreSQL at URL, or back into the file hienke.db.

    The programs must not run. Every row is read back before the settings name the new place. What
    is broken off is done again by the same command. The old store stays as it was until `--remove`.
    """
    if (target is None) == (remove is None):
        raise click.UsageError("Say --to or --remove.")
    if "HIENKE_STORE_URL" in os.environ:
        raise click.UsageError("HIENKE_STORE_URL is set, and settings.toml would not count.")
    instance = here()
    instance.must_be_founded()  # no instance, no lock
    instance.secrets()
    with instance.lock():
        if target is not None:
            _move(instance, target)
        else:
            _remove(instance, str(remove))


def _move(instance: Instance, target: str) -> None:
    url, now = _read(target), settings.store_of(instance.folder)[0]
    if url == now:
        _put_aside(instance, url)
        click.echo("The store is there already.")
        return
    with opened(instance) as source:
        unit, was = source.commune_id, source.engine.shown
        if url:
            _fill(source, Store(engine_at(url), unit, instance.cipher()))
        else:
            _fill_file(source, instance)
    _name_in_settings(instance, url, unit)
    _put_aside(instance, url)
    click.echo(
        f"The store is in {instance.engine().shown} now, every row as it was.\n"
        f"The keys to receipts and numbers stay in {instance.folder / 'secrets'}, and the files in"
        f" {instance.media}: take both along where the programs will run.\n"
        f"What was in {was} lies there still, with all names: once all is well, delete it with"
        f" `hienke carry --remove {now or FILE}`."
    )


def _fill(source: Store, target: Store) -> None:
    """Put the unit into another store; if it is there alike, an earlier try got that far."""
    try:
        if source.commune_id in target.engine.units(target.conn):
            other = next(one_unit.differences(source, target), None)
            if other is not None:
                refuse(
                    f"The store {target.engine.shown} holds this unit already, and not alike"
                    f" ({other}); nothing was changed."
                )
            return
        with progress("Carrying", len(CARDS)) as advance:
            one_unit.carry(source, target, advance)
    except one_unit.RowsDiffer as fault:
        refuse(f"{fault}; nothing was changed.")
    finally:
        target.close()


def _fill_file(source: Store, instance: Instance) -> None:
    """Put the unit into a file beside, which becomes hienke.db when it is whole."""
    if instance.database.exists():
        _fill(source, Store(instance.database, source.commune_id, instance.cipher()))
        return
    beside = instance.database.with_suffix(".new")
    for path in _with_journal(beside):
        path.unlink(missing_ok=True)
    _fill(source, Store(beside, source.commune_id, instance.cipher()))
    beside.replace(instance.database)
    sync_folder(instance.folder)


def _name_in_settings(instance: Instance, url: str, unit: int) -> None:
    path = instance.folder / "settings.toml"
    text = path.read_text("utf-8")
    text = settings.with_value(text, "store", "url", url)
    text = settings.with_value(text, "office", "unit", f"{unit:05d}")
    instance.write_settings(text)


def _put_aside(instance: Instance, url: str) -> None:
    """Let the file that was left not be taken for the store."""
    if url and instance.database.exists():
        instance.database.replace(_left(instance))
        sync_folder(instance.folder)


def _remove(instance: Instance, place: str) -> None:
    url = _read(place)
    if url == settings.store_of(instance.folder)[0]:
        raise click.UsageError("The store is there now: nothing was deleted.")
    if not url:
        for path in _with_journal(_left(instance)):
            path.unlink(missing_ok=True)
        sync_folder(instance.folder)
    else:
        with opened(instance) as db:
            left = Store(engine_at(url), db.commune_id)
        try:
            if left.commune_id in left.engine.units(left.conn):
                one_unit.remove(left)
        finally:
            left.close()
    click.echo("What was left there is deleted. Backups of that place forget it in their own time.")


def _read(place: str) -> str:
    """Return the place as `store.url` has it. Raises SettingWrong."""
    if place == FILE:
        return ""
    return settings.from_mapping({"store": {"url": place}}).store.url


def _left(instance: Instance) -> Path:
    return instance.database.with_suffix(".carried")


def _with_journal(path: Path) -> tuple[Path, ...]:
    return (path, Path(f"{path}-wal"), Path(f"{path}-shm"))
