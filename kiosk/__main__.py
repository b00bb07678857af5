"""`python -m kiosk`: the public app and the staff app, two ports, one process."""

import sys

import click

from kiosk import taking
from kiosk.apps import public_app, staff_app
from kiosk.closing import Closer
from kiosk.drafting import Drafting
from kiosk.examining import Examiner
from kiosk.forgetting import Forgetter
from kiosk.long_work import LongWork
from kiosk.pending import PendingActs
from kiosk.printing import Printing
from shared.runtime import serving
from shared.runtime.listening import Address, stop_when_parent_goes
from shared.runtime.site import open_site
from shared.runtime.start import PUBLIC, STAFF, AddressOption, in_one_sentence, log_to_stderr


@click.command()
@click.option("--public", type=AddressOption(), default=PUBLIC, help="Where citizens come in.")
@click.option("--staff", type=AddressOption(), default=STAFF, help="Where the office comes in.")
@click.option("--supervised", is_flag=True, help="Stop when standard input ends.")
def main(public: Address, staff: Address, supervised: bool) -> None:
    """Serve the public app and the staff app of an instance."""
    log_to_stderr()
    with in_one_sentence():
        site = open_site("kiosk", public)
        if supervised:
            stop_when_parent_goes(sys.stdin.buffer)
        app, office = public_app(site, public), staff_app(site, staff)
        beside = [
            Examiner(site.instance).work,
            Forgetter(site.instance).work,
            Closer(site.instance, site.settings.office.zone).work,
            PendingActs(site.instance, site.settings.office.zone).work,
            LongWork(site).work,
            Drafting(site).work,
            office.extensions["daily"].work,
        ]
        if site.settings.printer.is_there:
            beside.append(Printing(app).work)
        serving.run(
            [(app, public), (office, staff)],
            beside=beside,
            takes_files=taking.is_form,
        )


if __name__ == "__main__":
    main(prog_name="python -m kiosk")
