"""`hienke serve`: the programs of one office, or of many units in one deployment."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from shared.domain.roles import ROLES
from shared.runtime import house, supervisor
from shared.runtime.alone import serving
from shared.runtime.command_line import opened
from shared.runtime.house.rights import Rights
from shared.runtime.instance import here
from shared.runtime.listening import Address, check_free, is_listened_on
from shared.runtime.start import PUBLIC, SMS, STAFF, AddressOption, log_to_stderr, start
from shared.runtime.systemd import Watched
from shared.store.office import campaigns

# Ports of a killed supervisor are free as soon as its programs have noticed.
PATIENCE_SECONDS = 5.0
# The night's work: first when the start is over and people have begun theirs, then every quarter of
# an hour. What takes longer than a night hangs.
NIGHTLY_FIRST_SECONDS = 300.0
NIGHTLY_EVERY_SECONDS = 900.0
NIGHTLY_LONGEST_SECONDS = 6 * 3600.0


@click.command()
@click.option("--public", type=AddressOption(), default=PUBLIC, help="Where citizens come in.")
@click.option("--staff", type=AddressOption(), default=STAFF, help="Where the office comes in.")
@click.option("--sms", type=AddressOption(), default=SMS, help="Where SMS gateways come in.")
@click.option(
    "--house", "houses", type=Path, help="Serve the units of this file, each by its name."
)
def serve(public: Address, staff: Address, sms: Address, houses: Path | None) -> None:
    """Run the programs until Ctrl-C; start anew what dies."""
    addresses = (public, staff, sms)
    if len(set(addresses)) < 3:
        raise click.UsageError("--public, --staff and --sms must be three addresses.")
    log_to_stderr()
    if houses:
        _serve_many(houses.resolve(), addresses)
    else:
        _serve_one(addresses)


def _serve_one(addresses: tuple[Address, Address, Address]) -> None:
    instance = here()
    is_first = not instance.was_served
    with opened(instance) as db, instance.lock(), serving(instance) as held:
        _check_free(addresses)
        start(instance, db)
        is_demo = campaigns.this(db).is_demo
        db.close()
        _say_where(addresses)
        if not is_first:
            click.echo("A new one-time password: hienke user password LOGIN")
            if is_demo:
                click.echo(f"Logins of this demo: {', '.join(ROLES)}")
        sys.stdout.flush()
        sys.exit(_supervise(addresses, [], held.is_lost.is_set))


def _serve_many(path: Path, addresses: tuple[Address, Address, Address]) -> None:
    listed = house.read(path)
    with Rights(listed):
        _check_free(addresses)
        _say_where(addresses)
        click.echo(f"Units:    {', '.join(one.number for one in listed)}")
        sys.stdout.flush()
        sys.exit(_supervise(addresses, ["--house", str(path)]))


def _check_free(addresses: tuple[Address, ...]) -> None:
    for address in addresses:
        check_free(address, patience=PATIENCE_SECONDS)


def _say_where(addresses: tuple[Address, Address, Address]) -> None:
    public, staff, sms = addresses
    click.echo(f"Citizens: http://{public}\nOffice:   http://{staff}\nSMS:      http://{sms}")


def _supervise(
    addresses: tuple[Address, Address, Address],
    more: list[str],
    must_end: Callable[[], bool] = lambda: False,
) -> int:
    """Run the programs and the night's work, with `more` words for each."""
    public, staff, sms = map(str, addresses)
    return supervisor.supervise(
        [
            supervisor.Program("kiosk", ["--public", public, "--staff", staff, *more]),
            supervisor.Program("sms", ["--listen", sms, "--public", public, *more]),
        ],
        [
            supervisor.Errand(
                ("shared.cli", "nightly", "--supervised", *more),
                first=NIGHTLY_FIRST_SECONDS,
                every=NIGHTLY_EVERY_SECONDS,
                longest=NIGHTLY_LONGEST_SECONDS,
            )
        ],
        Watched(lambda: all(map(is_listened_on, addresses))),
        must_end,
    )
