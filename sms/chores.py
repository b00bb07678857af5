"""What this program does beside its webhooks for a unit: with every gateway, and for each gateway
that is configured."""

from pathlib import Path

from shared.runtime.android import call_address
from shared.runtime.site import Site
from shared.runtime.worker_loop import Chore
from shared.settings import Settings
from shared.texts.sms_text import office_blanks
from sms import inbound, lateness, reports
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


def of(site: Site, poller: Poller | None) -> list[Chore]:
    """Return a site's chores; `poller` looks into the database of its GSM stick, if it has one."""
    read, instance, key = site.settings, site.instance, site.secrets.receipt_key
    outbox = Outbox(
        gateway_of(read, site.public_url), read, office_blanks(read, site.public_url),
        is_shared=bool(read.store.url),
    )  # fmt: skip
    found = [
        inbound.chore(instance, inbound.InboundContext.of(site)),
        outbox.chore(instance),
        Fetcher(read.twilio, instance.media).chore(instance),
        lateness.chore(instance, read.office.zone, key),
    ]
    if read.android.is_configured:
        found.append(watch_of(site).chore(instance))
    if read.twilio.is_configured:
        found.append(Reconciler(Twilio(read.twilio, site.public_url)).chore(instance))
    if poller:
        found.append(poller.chore(instance))
    return found


def poller_of(settings: Settings) -> Poller | None:
    """Return what looks into the database of the GSM stick, None without one."""
    if not settings.gammu.database:
        return None
    return Poller(Path(settings.gammu.database), settings.office.zone, reports.apply)


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
