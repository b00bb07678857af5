"""Settings that belong together: a chosen gateway needs its keys, a printer its place."""

from collections.abc import Iterator

from shared.settings.sections import Settings


def problems(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each setting that is missing beside another."""
    yield from _android(settings)
    yield from _printer(settings)
    if settings.sms.gateway == "gammu":
        yield from _gammu(settings)
    if settings.sms.gateway == "twilio":
        yield from _twilio(settings)


def _android(settings: Settings) -> Iterator[str]:
    android = settings.android
    is_begun = bool(android.url or android.username or android.password)
    if not is_begun and settings.sms.gateway != "android":
        return
    for key in ("url", "username", "password"):
        if not getattr(android, key):
            yield (
                f"Setting android.{key} is empty: the Android phone needs android.url,"
                " android.username and android.password together, or none of them and another"
                " sms.gateway."
            )


def _printer(settings: Settings) -> Iterator[str]:
    printer = settings.printer
    where = {"network": "host", "usb": "usb", "file": "device"}.get(printer.kind)
    if where is not None and not getattr(printer, where):
        yield (
            f"Setting printer.kind = {printer.kind!r} needs printer.{where}: where the printer is."
        )


def _gammu(settings: Settings) -> Iterator[str]:
    for key in ("database", "config"):
        if not getattr(settings.gammu, key):
            yield (
                f"Setting sms.gateway = 'gammu' needs gammu.{key}: what is sent goes through"
                " gammu-smsd's configuration and is followed in its database."
            )


def _twilio(settings: Settings) -> Iterator[str]:
    if not settings.twilio.is_configured or not settings.twilio.from_:
        yield (
            "Setting sms.gateway = 'twilio' needs twilio.account_sid, twilio.auth_token and"
            " twilio.from to be set."
        )
    if not settings.office.public_url:
        yield (
            "Setting sms.gateway = 'twilio' needs office.public_url: Twilio signs its webhooks"
            " with the public address."
        )
