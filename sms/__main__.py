"""`python -m sms`: the webhooks, the worker that handles what came, the worker that sends."""

import argparse
import logging
import sys
import threading
from collections.abc import Sequence

from shared import instance as instances
from shared import settings as all_settings
from shared.health import HealthCheck
from shared.instance import InstanceMissing
from shared.serving import Address, AddressWrong, read_address, run, stop_when_parent_goes
from shared.settings import Settings, SettingWrong
from shared.store import communes, migrations
from shared.store.connection import StoreUnavailable
from sms import inbound
from sms.app import sms_app
from sms.gateways import Gateway
from sms.gateways.simulator import Simulator
from sms.gateways.twilio import Twilio
from sms.outbox import Outbox
from sms.web import Site
from sms.wording import office_blanks


class WrongUse(Exception):
    """The program cannot start like this; the message is one sentence."""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop; return the exit code (2: wrong use or setting)."""
    options = _options(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        listen, public = read_address(options.listen), read_address(options.public)
        site = load_site(public)
        if options.supervised:
            stop_when_parent_goes(sys.stdin.buffer)
        serve(site, listen)
    except (
        AddressWrong, InstanceMissing, SettingWrong, StoreUnavailable, WrongUse,
    ) as fault:  # fmt: skip
        print(fault, file=sys.stderr)
        return 2
    return 0


def load_site(public: Address) -> Site:
    """Return what is to be served. Raises InstanceMissing, SettingWrong, WrongUse."""
    instance = instances.here()
    db = instance.open()
    try:
        migrations.migrate(db)
        commune = communes.this(db)
    finally:
        db.close()
    settings = all_settings.load(instance.folder)
    if commune.is_demo and (settings.twilio.account_sid or settings.twilio.auth_token):
        raise WrongUse(
            "This is a demo instance, whose telephone numbers may be somebody's: take the keys"
            " of twilio.* out of its settings, or make the office's own with `hienke init`."
        )
    return Site(
        instance=instance,
        settings=settings,
        secrets=instance.secrets(),
        commune=commune,
        public_url=settings.office.public_url or f"http://{public}",
        health=HealthCheck(instance, "sms"),
    )


def serve(site: Site, listen: Address) -> None:
    """Serve the app with both workers until SIGTERM or Ctrl-C. Raises AddressWrong."""
    desk = inbound.Desk(site.settings, site.secrets.receipt_key)
    outbox = Outbox(
        gateway_of(site.settings, site.public_url),
        site.settings,
        office_blanks(site.settings, site.public_url),
    )

    def handle_messages(stopping: threading.Event) -> None:
        inbound.work(site.instance, desk, stopping)

    def send_messages(stopping: threading.Event) -> None:
        outbox.work(site.instance, stopping)

    run([(sms_app(site, listen), listen)], beside=[handle_messages, send_messages])


def gateway_of(settings: Settings, public_url: str) -> Gateway:
    """Return the gateway that sends."""
    if settings.sms.gateway == "twilio":
        return Twilio(settings.twilio, public_url)
    return Simulator()


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sms", description=__doc__)
    parser.add_argument(
        "--listen", default="127.0.0.1:8082", metavar="HOST:PORT", help="where webhooks arrive"
    )
    parser.add_argument(
        "--public", default="127.0.0.1:8080", metavar="HOST:PORT",
        help="where the public app is; stands in for office.public_url when that is empty",
    )  # fmt: skip
    parser.add_argument("--supervised", action="store_true", help="stop when standard input ends")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
