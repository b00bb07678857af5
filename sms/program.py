"""`python -m sms`: the webhooks, the workers that handle what came, send, and fetch files."""

import os
import sys
from pathlib import Path

import click

from shared.runtime import house, serving
from shared.runtime.listening import Address, stop_when_parent_goes
from shared.runtime.site import Site, open_site
from shared.runtime.start import PUBLIC, SMS, AddressOption, in_one_sentence, log_to_stderr
from sms import chores
from sms.app import sms_app


@click.command()
@click.option("--listen", type=AddressOption(), default=SMS, help="Where webhooks arrive.")
@click.option("--public", type=AddressOption(), default=PUBLIC, help="Where the public app is.")
@click.option("--house", "houses", type=Path, help="The file of the units that are served.")
@click.option("--supervised", is_flag=True, help="Stop when standard input ends.")
def main(listen: Address, public: Address, houses: Path | None, supervised: bool) -> None:
    """Receive, handle and send the SMS of an instance, or of many."""
    log_to_stderr()
    with in_one_sentence():
        listed = house.read(houses) if houses else None
        site = None if listed else open_site("sms", public)
        if supervised:
            stop_when_parent_goes(sys.stdin.buffer)
        if listed:
            from sms import many  # imported late: one unit needs none of it

            many.serve(listed, listen, public, os.getppid() if supervised else None)
        elif site:
            serve(site, listen)


def serve(site: Site, listen: Address) -> None:
    """Serve the app with its workers until SIGTERM or Ctrl-C. Raises AddressWrong."""
    app, poller = sms_app(site, listen), chores.poller_of(site.settings)
    app.extensions["gammu"] = poller
    serving.run([(app, listen)], beside=lambda: chores.of(site, poller))
