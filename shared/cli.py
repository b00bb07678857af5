"""`hienke`: the operator's command.

Each command reads its words, calls the one function that does the work, and says what came of
it. Exit codes: 0 done, 1 damage or refusal, 2 wrong use or setting.
"""

import click

from shared.archive import commands as archive_commands
from shared.backup import commands as backup_commands
from shared.commands import carrying, houses, nightly, office, reading_out, serve, voice
from shared.imports import commands
from shared.privacy import commands as privacy_commands
from shared.runtime.start import in_one_sentence
from shared.upgrade import commands as upgrade_commands


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


for command in (
    serve.serve,
    nightly.nightly,
    houses.house,
    office.init,
    office.user,
    office.device,
    office.secrets_,
    voice.voice,
    reading_out.verify,
    reading_out.export,
    reading_out.report,
    carrying.carry,
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
