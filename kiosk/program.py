"""`python -m kiosk`: the public app and the staff app, two ports, one process."""

import os
import sys
from pathlib import Path

import click

from kiosk import taking, too_large
from kiosk.apps import LateStaffApp, public_app
from kiosk.daily import Daily
from kiosk.daily.debian import Debian
from shared.runtime import house, serving
from shared.runtime.listening import Address, stop_when_parent_goes
from shared.runtime.serving import Worker
from shared.runtime.site import Site, open_site
from shared.runtime.start import PUBLIC, STAFF, AddressOption, in_one_sentence, log_to_stderr


@click.command()
@click.option("--public", type=AddressOption(), default=PUBLIC, help="Where citizens come in.")
@click.option("--staff", type=AddressOption(), default=STAFF, help="Where the office comes in.")
@click.option("--house", "houses", type=Path, help="The file of the units that are served.")
@click.option("--supervised", is_flag=True, help="Stop when standard input ends.")
def main(public: Address, staff: Address, houses: Path | None, supervised: bool) -> None:
    """Serve the public app and the staff app of an instance, or of many."""
    log_to_stderr()
    with in_one_sentence():
        listed = house.read(houses) if houses else None
        site = None if listed else open_site("kiosk", public)
        if supervised:
            stop_when_parent_goes(sys.stdin.buffer)
        if listed:
            from kiosk import many  # imported late: one unit needs none of it

            many.serve(listed, public, staff, os.getppid() if supervised else None)
        elif site:
            serve(site, public, staff)


def serve(site: Site, public: Address, staff: Address) -> None:
    """Serve one unit until SIGTERM or Ctrl-C: citizens first, and the office and the chores half a
    second later. Raises AddressWrong, Unguarded."""
    app, daily = public_app(site, public), Daily(site, Debian())
    office = LateStaffApp(site, staff, daily)

    def beside() -> list[Worker]:
        # Imported late: nobody who opens a page waits for a chore.
        from kiosk import chores
        from kiosk.printing import Printing

        office.make()
        printing = [Printing(app).chore()] if site.settings.printer.is_there else []
        return [*chores.of(site, daily), *printing, daily.debian.keep_asking]

    serving.run(
        [(app, public), (office, staff)],
        beside=beside, takes_files=taking.is_form, too_large=too_large.said,
    )  # fmt: skip
