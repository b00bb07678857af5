"""`hienke backup-key`, `backup` and `restore`, as an office's operator types them."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from shared import settings
from shared.domain import clock, unit_number
from shared.domain.ledger import eye_lines
from shared.runtime.command_line import counted, opened, progress, refuse, wrong
from shared.runtime.instance import Instance, here
from shared.settings import Settings
from shared.store.jobs import backup_status, job_runs
from shared.texts.plural import agreeing, number_of

if TYPE_CHECKING:
    from shared.backup.restoring import Restored

# These commands import what they need where it is used: `hienke serve` must start fast.


@click.command("backup-key")
@click.option("--replace", is_flag=True, help="Make a new one, though there is one already.")
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it to a new FILE on a stick, not to the screen.",
)
def backup_key(replace: bool, file: Path | None) -> None:
    """Make the key that opens the backups; it is told once and not kept on this PC.

    Without it no backup can be brought back: keep it twice, with two people.
    """
    from shared.backup import keys

    instance = here()
    with opened(instance):  # the instance must exist
        pass
    if keys.has_key(instance) and not replace:
        wrong(
            "There is a backup key already. --replace makes a new one; backups made until now then"
            " still need the old one."
        )
    made = keys.new()
    if file is not None:
        if instance.folder in file.resolve().parents:
            wrong(f"{file} is in the very folder that backups are made of.")
        if file.exists() or not file.parent.is_dir():
            wrong(f"{file} must be a new file in a folder that is there.")
        keys.write_identity(made, file)
    keys.keep(made, instance)
    if file is not None:
        click.echo(f"Wrote the backup key to {file}: take it away from this PC.")
    else:
        _say_key(made.identity)


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True, resolve_path=True),
    metavar="FOLDER",
    help="Into this folder alone, such as one on a stick.",
)
def backup(folder: Path | None) -> None:
    """Copy everything into one encrypted archive while the programs run, and try it."""
    instance = here()
    back_up(instance, settings.load(instance.folder), folder)


def back_up(instance: Instance, read: Settings, folder: Path | None) -> Path:
    """Make a backup, into one folder alone if one is named, say what came of it, and return the
    archive. A refusal, and a damaged store, end the command."""
    from shared.backup import making, outcome
    from shared.store.jobs.outcome import Done

    at = clock.now()
    with opened(instance) as db:
        run_id = job_runs.begin(db, "backup", at=at)
        done = Done(False, "job.broken_off")
        try:
            with progress("Backing up", making.size_of(instance)) as advance:
                made = making.make(instance, read, db, at=at, to=folder, on_bytes=advance)
            done = outcome.made_well(made, is_everywhere=folder is None)
        except outcome.FAULTS as fault:
            done = outcome.failed(fault)
            _say_why_not(fault)
        finally:
            job_runs.end(db, run_id, done.outcome, done.text_key, done.blanks, at=clock.now())
    click.echo(f"Wrote {made.path} ({outcome.megabytes(made.bytes)} MB).")
    for copy in made.copies:
        click.echo(f"Copied to {copy}.")
    for place in made.unusable:
        click.echo(f"Not copied: {place}.", err=True)
    if made.report.damage:
        refuse(f"The store is damaged, and so is its copy: {'; '.join(made.report.damage)}.")
    click.echo(counted(made.report))
    return made.path


@click.command()
@click.argument(
    "archive", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True)
)
@click.option(
    "--identity",
    type=click.File("rb"),
    required=True,
    metavar="FILE",
    help="The file with the backup key; - to type it from the paper.",
)
@click.option("--check", is_flag=True, help="Only prove that it could be brought back.")
@click.option(
    "--erasures",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    multiple=True,
    metavar="FILE",
    help="A list of who was erased (hienke-…-erased.txt) that does not lie beside ARCHIVE.",
)
@click.option("--without-erasures", is_flag=True, help="Bring it back though no list is there.")
def restore(
    archive: Path,
    identity: IO[bytes],
    check: bool,
    erasures: tuple[Path, ...],
    without_erasures: bool,
) -> None:
    """Bring ARCHIVE back into an instance folder that is empty or not there.

    A damaged archive, or one that the key does not open, changes nothing. Who was erased since is
    erased again, by the list beside ARCHIVE or within a later one beside it.
    """
    from shared.backup import keys, restoring
    from shared.backup.erased import ErasuresUnknown
    from shared.backup.making import NoRoom
    from shared.backup.refusals import ArchiveRefused

    instance, lists = here(), restoring.Lists(erasures, without_erasures)
    try:
        identities = keys.read_identities(identity.read().decode("utf-8", "replace"))
        with progress("Reading", archive.stat().st_size) as advance:
            if check:
                found = _try_out(archive, identities, instance, advance)
            else:
                found = restoring.restore(
                    archive, identities, instance, at=clock.now(), lists=lists, on_bytes=advance
                )
    except (ArchiveRefused, ErasuresUnknown, keys.KeyWrong, NoRoom) as fault:
        refuse(str(fault))
    what = "The archive can be brought back" if check else f"Brought back into {instance.folder}"
    _say_what_came(what, found)
    _say_who_may_be_back(found.erasures_upto)
    if found.report.damage:
        refuse(f"It was damaged already when it was made: {'; '.join(found.report.damage)}.")
    click.echo(counted(found.report))


def _say_what_came(what: str, found: "Restored") -> None:
    made = clock.to_local(found.about.made_at, settings.Settings().office.zone)
    office = f"{found.about.office}, unit {unit_number.shown(found.unit)},"
    click.echo(f"{what}: {office} as of {made:%d/%m/%Y %H:%M}.")
    if found.sheet:
        click.echo(f"Compare with the notice board's sheet of {found.sheet.sheet.day}:")
        for line in eye_lines(found.sheet.head):
            click.echo(f"    {line}")
    if found.doubtful_sms:
        click.echo(
            f"{number_of(found.doubtful_sms, 'SMS was', 'SMS were')} waiting then and may have gone"
            " since: none is sent by itself; the staff app lists them under failed SMS."
        )
    if found.erased_again:
        erased = number_of(found.erased_again, "idea was", "ideas were")
        again = agreeing(found.erased_again, "is", "are")
        click.echo(f"{erased} erased since then, and {again} erased again.")


def _say_who_may_be_back(upto: int | None) -> None:
    """Say until when erasures are known: people who were erased later come back."""
    if upto is None:
        click.echo(
            "No list of erasures (hienke-…-erased.txt) is there: whoever was erased since then is"
            " back. Find the list, or erase them again: hienke erase CODE.",
            err=True,
        )
        return
    known = clock.to_local(upto, settings.Settings().office.zone)
    click.echo(
        f"Who was erased is known until {known:%d/%m/%Y %H:%M}. Who was erased later is back: if"
        " there is a later list or backup, begin again with it; else erase them again."
    )


def _say_key(identity: str) -> None:
    import qrcode

    click.echo("The key that opens the backups, shown this once and kept nowhere on this PC:")
    click.echo(f"\n{identity}\n")
    if sys.stdout.isatty():
        code = qrcode.QRCode(border=2)
        code.add_data(identity)
        code.print_ascii(invert=True)
    click.echo(
        "Write it on paper and put it on a stick, and give each to another person: without it no"
        " backup can be brought back."
    )


def _say_why_not(fault: Exception) -> NoReturn:
    from shared.backup.keys import KeyWrong, NoBackupKey

    if isinstance(fault, OSError):
        raise fault
    if isinstance(fault, (NoBackupKey, KeyWrong)):
        wrong(str(fault))
    refuse(str(fault))


def _try_out(
    archive: Path, identities: Sequence[Any], instance: Instance, advance: Callable[[int], None]
) -> "Restored":
    """Test an archive and, if there is an office here, record that its key was tried."""
    from shared.backup import making, restoring

    beside = instance.backups if instance.backups.is_dir() else None
    with tempfile.TemporaryDirectory(prefix=making.TRYING, dir=beside) as work:
        found = restoring.try_out(archive, identities, Path(work), on_bytes=advance)
    if instance.is_founded:
        with opened(instance) as db:
            run_id = job_runs.begin(db, backup_status.KEY_CHECK, at=clock.now())
            blanks = {"name": archive.name}
            job_runs.end(db, run_id, job_runs.OK, "job.key_check.ok", blanks, at=clock.now())
    return found
