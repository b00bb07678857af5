"""`python -m sms`: the webhooks, the workers that handle what came, send, and fetch files."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from shared.runtime import serving
from shared.runtime.android import call_address
from shared.runtime.listening import Address, stop_when_parent_goes
from shared.runtime.site import Site, open_site
from shared.runtime.start import PUBLIC, SMS, AddressOption, in_one_sentence, log_to_stderr
from shared.settings import Settings
from shared.texts.sms_text import office_blanks
from sms import inbound, lateness, reports
from sms.app import sms_app
from sms.fetching import Fetcher
from sms.gateways import Gateway
from sms.gateways.android import Android
from sms.gateways.gammu import Gammu
from sms.gateways.gammu_poller import Poller
from sms.gateways.simulator import Simulator
from sms.gateways.twilio import Twilio
from sms.outbox import Outbox
from sms.reconcile import Reconciler
from sms.watch import Watch

Worker = Callable[[threading.Event], None]


@click.command()
@click.option("--listen", type=AddressOption(), default=SMS, help="Where webhooks arrive.")
@click.option("--public", type=AddressOption(), default=PUBLIC, help="Where the public app is.")
@click.option("--supervised", is_flag=True, help="Stop when standard input ends.")
def main(listen: Address, public: Address, supervised: bool) -> None:
    """Receive, handle and send the SMS of an instance."""
    log_to_stderr()
    with in_one_sentence():
        site = open_site("sms", public)
        if supervised:
            stop_when_parent_goes(sys.stdin.buffer)
        serve(site, listen)


def serve(site: Site, listen: Address) -> None:
    """Serve the app with its workers until SIGTERM or Ctrl-C. Raises AddressWrong."""
    app = sms_app(site, listen)
    serving.run([(app, listen)], beside=[*_workers(site), *_gateways_workers(site, app)])


def _workers(site: Site) -> list[Worker]:
    """The workers that run beside the app with every gateway; a worker's name is its thread's."""
    desk = inbound.InboundContext(site.settings, site.secrets.receipt_key)
    outbox = Outbox(
        gateway_of(site.settings, site.public_url),
        site.settings,
        office_blanks(site.settings, site.public_url),
    )
    fetcher = Fetcher(site.settings.twilio, site.instance.media)

    def handle_messages(stopping: threading.Event) -> None:
        inbound.work(site.instance, desk, stopping)

    def send_messages(stopping: threading.Event) -> None:
        outbox.work(site.instance, stopping)

    def fetch_files(stopping: threading.Event) -> None:
        fetcher.work(site.instance, stopping)

    def tell_of_delays(stopping: threading.Event) -> None:
        key = site.secrets.receipt_key
        lateness.work(site.instance, site.settings.office.zone, key, stopping)

    return [handle_messages, send_messages, fetch_files, tell_of_delays]


def _gateways_workers(site: Site, app: Flask) -> list[Worker]:
    """The workers that look after each configured gateway."""
    settings, beside = site.settings, list[Worker]()
    poller = Poller(Path(settings.gammu.database), settings.office.zone, reports.apply)

    def watch_phone(stopping: threading.Event) -> None:
        watch_of(site).work(site.instance, stopping)

    def ask_for_missed(stopping: threading.Event) -> None:
        Reconciler(Twilio(settings.twilio, site.public_url)).work(site.instance, stopping)

    def fetch_messages(stopping: threading.Event) -> None:
        poller.work(site.instance, stopping)

    if settings.android.is_configured:
        beside.append(watch_phone)
    if settings.twilio.is_configured:
        beside.append(ask_for_missed)
    if settings.gammu.database:
        app.extensions["gammu"] = poller
        beside.append(fetch_messages)
    return beside


def gateway_of(settings: Settings, public_url: str) -> Gateway:
    """Return the gateway that sends."""
    if settings.sms.gateway == "twilio":
        return Twilio(settings.twilio, public_url)
    if settings.sms.gateway == "android":
        return Android(settings.android)
    if settings.sms.gateway == "gammu":
        return Gammu(settings.gammu, settings.office.zone)
    return Simulator()


def watch_of(site: Site) -> Watch:
    """Return the watch over the Android phone; the phone calls us only if there is a signing
    key."""
    settings = site.settings.android
    url = call_address(site.public_url) if settings.signing_key else ""
    return Watch(Android(settings), url)


if __name__ == "__main__":
    main(prog_name="python -m sms")
