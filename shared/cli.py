"""`hienke`: the operator's command.

Each command reads its words, calls the one function that does the work, and says what came of
it. Exit codes: 0 done, 1 damage or refusal, 2 wrong use or setting.
"""

import os
import sys

import click

from shared import settings
from shared.archive import commands as archive_commands
from shared.backup import commands as backup_commands
from shared.commands import office, reading_out, voice
from shared.domain.roles import ROLES
from shared.imports import commands
from shared.privacy import commands as privacy_commands
from shared.runtime import supervisor
from shared.runtime.command_line import opened
from shared.runtime.instance import here
from shared.runtime.listening import Address, check_free, is_listened_on, stop_when_parent_goes
from shared.runtime.start import (
    PUBLIC,
    REFUSED,
    SMS,
    STAFF,
    AddressOption,
    in_one_sentence,
    log_to_stderr,
    start,
)
from shared.runtime.systemd import Watched
from shared.store import schema
from shared.store.office import campaigns
from shared.upgrade import commands as upgrade_commands

# Ports of a killed supervisor are free as soon as its programs have noticed.
PATIENCE_SECONDS = 5.0
# The night's work: first when the start is over and people have begun theirs, then every quarter of
# an hour. What takes longer than a night hangs.
NIGHTLY_FIRST_SECONDS = 300.0
NIGHTLY_EVERY_SECONDS = 900.0
NIGHTLY_LONGEST_SECONDS = 6 * 3600.0


class _Commands(click.Group):
    """Commands that end with one sentence, never a traceback, where the world says no."""

    def invoke(self, ctx: click.Context) -> object:
        with in_one_sentence():
            return super().invoke(ctx)


@click.group(cls=_Commands)
@click.version_option(package_name="hienke", message="%(prog)s %(version)s")
def main() -> None:
    """Hiến Kế: ideas from everyone for a simpler commune office.

    The instance is the folder ./instance, or $HIENKE_INSTANCE.
    """


@main.command()
@click.option("--public", type=AddressOption(), default=PUBLIC, help="Where citizens come in.")
@click.option("--staff", type=AddressOption(), default=STAFF, help="Where the office comes in.")
@click.option("--sms", type=AddressOption(), default=SMS, help="Where SMS gateways come in.")
def serve(public: Address, staff: Address, sms: Address) -> None:
    """Run the programs until Ctrl-C; start anew what dies."""
    if len({public, staff, sms}) < 3:
        raise click.UsageError("--public, --staff and --sms must be three addresses.")
    log_to_stderr()
    instance = here()
    is_first = not instance.was_served
    with opened(instance) as db, instance.lock():
        for address in (public, staff, sms):
            check_free(address, patience=PATIENCE_SECONDS)
        start(instance, db)
        is_demo = campaigns.this(db).is_demo
        db.close()
        click.echo(f"Citizens: http://{public}\nOffice:   http://{staff}\nSMS:      http://{sms}")
        if not is_first:
            click.echo("A new one-time password: hienke user password LOGIN")
            if is_demo:
                click.echo(f"Logins of this demo: {', '.join(ROLES)}")
        sys.stdout.flush()
        sys.exit(
            supervisor.supervise(
                [
                    supervisor.Program("kiosk", ["--public", str(public), "--staff", str(staff)]),
                    supervisor.Program("sms", ["--listen", str(sms), "--public", str(public)]),
                ],
                [
                    supervisor.Errand(
                        ("shared.cli", "nightly", "--supervised"),
                        first=NIGHTLY_FIRST_SECONDS,
                        every=NIGHTLY_EVERY_SECONDS,
                        longest=NIGHTLY_LONGEST_SECONDS,
                    )
                ],
                Watched(lambda: all(map(is_listened_on, (public, staff, sms)))),
            )
        )


@main.command()
@click.option("--supervised", is_flag=True, help="Stop when standard input ends.")
def nightly(supervised: bool) -> None:
    """Do what is due of the night's work; `hienke serve` asks for it by itself."""
    from shared.nightly import run_due  # imported late: `serve` must start fast

    if supervised:
        log_to_stderr()
        stop_when_parent_goes(sys.stdin.buffer)
        os.nice(10)  # a citizen at the kiosk goes first
    instance = here()
    with opened(instance) as db:
        schema.migrate(db)
        ended = run_due(instance, settings.load(instance.folder), db)
    for job, done in ended if not supervised else ():
        click.echo(f"{job.name}: {'done' if done.is_well else 'failed'}")
    if not all(done.is_well for _, done in ended):
        sys.exit(REFUSED)


for command in (
    office.init,
    office.user,
    office.device,
    office.secrets_,
    voice.voice,
    reading_out.verify,
    reading_out.export,
    reading_out.report,
    archive_commands.archive,
    backup_commands.backup_key,
    backup_commands.backup,
    backup_commands.restore,
    commands.import_file,
    privacy_commands.erase,
    upgrade_commands.upgrade,
    upgrade_commands.migrate,
):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="hienke")
