"""The settings of one instance: read once at the start, frozen, passed in.

`settings.toml` in the instance folder, overridden by `HIENKE_<SECTION>_<KEY>`. A wrong
setting raises SettingWrong with one sentence that names the key, the value and what is
allowed. The campaign (year, cut-off, legal basis) is no setting: it lives in the store.
"""

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from shared.domain import phone, unit_number

Check = Callable[[Any], bool]


class SettingWrong(Exception):
    """A setting cannot be used; the message is one sentence for the person who set it."""


def _setting(default: Any, help: str, allowed: str, check: Check, *, secret: bool = False) -> Any:
    about = {"help": help, "allowed": allowed, "check": check, "secret": secret}
    return field(default=default, repr=not secret, metadata=about)


def _is_text(longest: int) -> Check:
    return lambda value: 0 < len(value) <= longest and value.isprintable()


def _is_within(least: int, most: int) -> Check:
    return lambda value: least <= value <= most


def _is_hour(value: str) -> bool:
    return bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value))


def _is_zone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_url_or_empty(value: str) -> bool:
    return not value or (_is_base(value) and urlsplit(value).path in ("", "/"))


def _is_base_or_empty(value: str) -> bool:
    return not value or _is_base(value)


def _is_base(value: str) -> bool:
    """Say whether `value` is an address that paths may be put behind."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and value.isprintable()
        and " " not in value
        and not parts.username
        and not parts.query
        and not parts.fragment
    )


def _is_path_or_empty(value: str) -> bool:
    return not value or (Path(value).is_absolute() and value.isprintable())


def _is_number_or_empty(value: str) -> bool:
    return not value or phone.read_sender(value).kind in ("mobile", "landline", "short")


def _is_unit_or_empty(value: str) -> bool:
    return not value or unit_number.read(value) is not None


def _are_folders(value: tuple[str, ...]) -> bool:
    return all(Path(folder).is_absolute() and folder.isprintable() for folder in value)


def _are_hosts(value: tuple[str, ...]) -> bool:
    return all(re.fullmatch(r"[A-Za-z0-9.\-:\[\]]+", host) for host in value)


@dataclass(frozen=True)
class Office:
    """The People's Committee that runs this instance."""

    unit: str = _setting(
        "",
        "The commune's administrative code, as `hienke init` was told. The store holds it and it"
        " never changes: another number here stops the start.",
        f"{unit_number.ALLOWED}, or empty",
        _is_unit_or_empty,
    )
    name: str = _setting(
        "UBND xã Tân An",
        "The office as the screens name it; an SMS carries it unaccented.",
        "text of 1 to 60 letters",
        _is_text(60),
    )
    phone: str = _setting(
        "0251 3861 111",
        "The number citizens call for help.",
        "text of 1 to 20 letters",
        _is_text(20),
    )
    sms_number: str = _setting(
        "",
        "The SIM that receives the SMS; receipts name it. Empty: no SMS is offered.",
        "a Vietnamese phone number or empty",
        _is_number_or_empty,
    )
    counter: str = _setting(
        "Bộ phận Một cửa",
        "The counter where people get help.",
        "text of 1 to 60 letters",
        _is_text(60),
    )
    time_zone: str = _setting(
        "Asia/Ho_Chi_Minh",
        "The zone of every date and of the cut-off.",
        "an IANA zone such as Asia/Ho_Chi_Minh",
        _is_zone,
    )
    public_url: str = _setting(
        "",
        "The address a citizen's phone reaches, in front of every QR. Empty: the public address.",
        "http:// or https://, a host and perhaps a port, nothing behind, or empty",
        _is_url_or_empty,
    )
    hosts: tuple[str, ...] = _setting(
        (),
        "Further host names under which this machine may be addressed.",
        "a list of host names",
        _are_hosts,
    )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as the standard library wants it."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Twilio:
    """The keys of a Twilio account; empty means it is not used."""

    account_sid: str = _setting(
        "",
        "Account SID.",
        "AC and 32 hex digits, or empty",
        lambda value: bool(re.fullmatch(r"(AC[0-9a-fA-F]{32})?", value)),
    )
    auth_token: str = _setting(
        "",
        "Auth token; signs the webhooks.",
        "printable letters without blanks, or empty",
        lambda value: bool(re.fullmatch(r"[!-~]*", value)),
        secret=True,
    )
    from_: str = _setting(
        "",
        "The sender: a number, a registered name, or a messaging service (MG…).",
        "a number, a name of at most 11 letters, an MG… id, or empty",
        lambda value: bool(
            re.fullmatch(r"(\+?\d{3,15}|[A-Za-z0-9 ]{1,11}|MG[0-9a-f]{32})?", value)
        ),
    )
    api_url: str = _setting(
        "https://api.twilio.com",
        "Where the API is; a test server may stand in.",
        "http:// or https:// and a host",
        lambda value: bool(value) and _is_url_or_empty(value),
    )

    @property
    def is_configured(self) -> bool:
        """True once the account and its token are set."""
        return bool(self.account_sid and self.auth_token)


@dataclass(frozen=True)
class Android:
    """The Android phone that carries the SMS (the app SMS Gateway); empty means it is not used."""

    url: str = _setting(
        "",
        "Where the app's own server or its cloud is: http://192.168.1.20:8080 on the office's"
        " network, or https://api.sms-gate.app/3rdparty/v1.",
        "http:// or https://, a host and perhaps a path, or empty",
        _is_base_or_empty,
    )
    username: str = _setting(
        "",
        "The user name the app shows.",
        "printable letters without blanks or colon, or empty",
        lambda value: bool(re.fullmatch(r"[!-9;-~]*", value)),
    )
    password: str = _setting(
        "",
        "The password the app shows.",
        "printable letters, or empty",
        lambda value: bool(re.fullmatch(r"[ -~]*", value)),
        secret=True,
    )
    signing_key: str = _setting(
        "",
        "The key with which the app signs what it tells us; nothing is received without it.",
        "at least 8 printable letters without blanks, or empty",
        lambda value: bool(re.fullmatch(r"([!-~]{8,})?", value)),
        secret=True,
    )

    @property
    def is_configured(self) -> bool:
        """True once the phone can be asked to send."""
        return bool(self.url and self.username and self.password)


@dataclass(frozen=True)
class Gammu:
    """A GSM stick under gammu-smsd; empty means there is none."""

    database: str = _setting(
        "",
        "gammu-smsd's SQLite file: the inbox that is read.",
        "an absolute path or empty",
        _is_path_or_empty,
    )
    config: str = _setting(
        "",
        "gammu-smsd's configuration file: what is sent goes through it.",
        "an absolute path or empty",
        _is_path_or_empty,
    )


@dataclass(frozen=True)
class Sms:
    """How this office sends SMS."""

    gateway: str = _setting(
        "simulator",
        "Which gateway sends; every configured one receives.",
        "twilio, android, gammu or simulator",
        lambda value: value in ("twilio", "android", "gammu", "simulator"),
    )
    monthly_budget: int = _setting(
        0,
        "Most notices a month that nobody asked for; answers always go. 0: no limit.",
        "a whole number from 0 to 1000000",
        _is_within(0, 1_000_000),
    )
    price_per_segment: int = _setting(
        300,
        "Price of one SMS in đồng, as the SIM's plan says; staff see it before a text goes."
        " 0: no price is shown.",
        "a whole number from 0 to 100000",
        _is_within(0, 100_000),
    )
    quiet_from: str = _setting(
        "21:00",
        "From this hour notices wait.",
        "an hour such as 21:00",
        _is_hour,
    )
    quiet_to: str = _setting(
        "07:00",
        "Until this hour notices wait.",
        "an hour such as 07:00",
        _is_hour,
    )


@dataclass(frozen=True)
class Printer:
    """The receipt printer on this PC's network or cable (ESC/POS); without one, browsers print."""

    kind: str = _setting(
        "none",
        "How the receipt printer is reached. none: the browser prints.",
        "none, usb, network or file",
        lambda value: value in ("none", "usb", "network", "file"),
    )
    width: int = _setting(
        80,
        "Width of its paper in millimetres.",
        "58 or 80",
        lambda value: value in (58, 80),
    )
    host: str = _setting(
        "",
        "Kind network: the printer's address, such as 192.168.1.50.",
        "a host name or an IPv4 address, or empty",
        lambda value: bool(re.fullmatch(r"[A-Za-z0-9.-]*", value)),
    )
    port: int = _setting(
        9100,
        "Kind network: the printer's port.",
        "a whole number from 1 to 65535",
        _is_within(1, 65535),
    )
    usb: str = _setting(
        "",
        "Kind usb: vendor and product as `lsusb` shows them, such as 04b8:0202.",
        "four hex digits, a colon and four hex digits, or empty",
        lambda value: bool(re.fullmatch(r"([0-9a-fA-F]{4}:[0-9a-fA-F]{4})?", value)),
    )
    device: str = _setting(
        "",
        "Kind file: the printer's device, such as /dev/usb/lp0.",
        "an absolute path or empty",
        _is_path_or_empty,
    )
    answers: bool = _setting(
        True,
        "Whether the printer answers when it is asked for paper and cover. false for the few that"
        " never do: then nobody learns when the paper is out.",
        "true or false",
        lambda value: True,
    )
    kiosk: str = _setting(
        "",
        "The name of the kiosk it stands beside. Empty: every kiosk prints on it.",
        "a kiosk's name or empty",
        lambda value: len(value) <= 60 and (value.isprintable() or not value),
    )

    @property
    def is_there(self) -> bool:
        """True where this PC prints receipts itself."""
        return self.kind != "none"


@dataclass(frozen=True)
class Staff:
    """Who may enter the staff app, and how."""

    require_totp: bool = _setting(
        True,
        "A second factor for officer, chair and admin.",
        "true or false",
        lambda value: True,
    )


@dataclass(frozen=True)
class Retention:
    """How long personal data is kept."""

    contact_months: int = _setting(
        12,
        "Months after its end that a proposal keeps name and number; the privacy notice says so.",
        "a whole number from 1 to 120",
        _is_within(1, 120),
    )
    spam_days: int = _setting(
        30,
        "Days after it was marked as junk that an idea is kept.",
        "a whole number from 1 to 3650",
        _is_within(1, 3650),
    )
    sms_days: int = _setting(
        90,
        "Days that numbers and words of SMS and calls that led to no idea are kept, and what a"
        " gateway handed over of the others.",
        "a whole number from 7 to 3650",
        _is_within(7, 3650),
    )


@dataclass(frozen=True)
class Limits:
    """Brakes against floods and guessing."""

    intake_per_minute_ip: int = _setting(
        60,
        "Proposals a minute from one address (of IPv6: one /64); kiosks and this machine are free.",
        "a whole number from 1 to 10000",
        _is_within(1, 10_000),
    )
    lookup_misses_per_hour_ip: int = _setting(
        10,
        "Unknown codes an hour from one address (of IPv6: one /64) or one browser that was here"
        " before.",
        "a whole number from 1 to 10000",
        _is_within(1, 10_000),
    )
    lookup_misses_per_minute: int = _setting(
        10,
        "Unknown codes a minute from everywhere before answers slow down.",
        "a whole number from 1 to 10000",
        _is_within(1, 10_000),
    )
    replies_per_hour: int = _setting(
        6,
        "SMS replies an hour to one number.",
        "a whole number from 1 to 1000",
        _is_within(1, 1000),
    )
    replies_per_day: int = _setting(
        20,
        "SMS replies a day to one number.",
        "a whole number from 1 to 10000",
        _is_within(1, 10_000),
    )
    first_replies_per_day: int = _setting(
        300,
        "Numbers a day that are answered for the first time; the next wait for the next day.",
        "a whole number from 1 to 100000",
        _is_within(1, 100_000),
    )


@dataclass(frozen=True)
class Night:
    """The work that no person starts: reading everything back, backups, tidying."""

    hour: str = _setting(
        "02:30",
        "From this hour on the night's work is due. A PC that was off then catches up after its"
        " next start.",
        "an hour such as 02:30",
        _is_hour,
    )


@dataclass(frozen=True)
class Backup:
    """Where the night's backups are copied to, and how many are kept in each place."""

    folders: tuple[str, ...] = _setting(
        (),
        "Further folders, on a stick or a network drive, such as /media/usb/hienke. They are never"
        " made: a stick that is not plugged in is told of.",
        "a list of absolute paths",
        _are_folders,
    )
    keep_days: int = _setting(
        7,
        "For how many days the last backup of each is kept.",
        "a whole number from 1 to 35",
        _is_within(1, 35),
    )
    keep_weeks: int = _setting(
        4,
        "For how many weeks the last backup of each is kept. None is kept for more than 35 days:"
        " what citizens took back must be gone by then.",
        "a whole number from 0 to 5",
        _is_within(0, 5),
    )


@dataclass(frozen=True)
class Settings:
    """Every setting of an instance, by section."""

    office: Office = field(default_factory=Office)
    twilio: Twilio = field(default_factory=Twilio)
    android: Android = field(default_factory=Android)
    gammu: Gammu = field(default_factory=Gammu)
    sms: Sms = field(default_factory=Sms)
    printer: Printer = field(default_factory=Printer)
    staff: Staff = field(default_factory=Staff)
    retention: Retention = field(default_factory=Retention)
    limits: Limits = field(default_factory=Limits)
    night: Night = field(default_factory=Night)
    backup: Backup = field(default_factory=Backup)

    @property
    def real_gateways(self) -> tuple[str, ...]:
        """The sections that hold keys of a gateway with real telephones behind it."""
        twilio, android = self.twilio, self.android
        keys = {
            "twilio": twilio.account_sid or twilio.auth_token,
            "android": android.url or android.username or android.password or android.signing_key,
            "gammu": self.gammu.database or self.gammu.config,
        }
        return tuple(section for section, found in keys.items() if found)


_SECTIONS: dict[str, type] = {
    "office": Office,
    "twilio": Twilio,
    "android": Android,
    "gammu": Gammu,
    "sms": Sms,
    "printer": Printer,
    "staff": Staff,
    "retention": Retention,
    "limits": Limits,
    "night": Night,
    "backup": Backup,
}
# Not settings: where the instance is, and what `hienke serve` tells its children.
_NOT_SETTINGS = frozenset({"HIENKE_INSTANCE"})


def load(instance: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the instance folder. Raises SettingWrong."""
    given = _from_file(instance / "settings.toml")
    for section, key, value in _from_environment(environ):
        values = given.setdefault(section, {})
        if isinstance(values, dict):  # what is no section is told of by from_mapping
            values[key] = value
    return from_mapping(given)


def from_mapping(given: Mapping[str, Any]) -> Settings:
    """Return settings from `{section: {key: value}}`; text is read as the key's own type.
    Raises SettingWrong."""
    sections: dict[str, Any] = {}
    for section, values in given.items():
        if section not in _SECTIONS:
            raise SettingWrong(
                f"Setting section [{section}] is unknown; allowed are {', '.join(_SECTIONS)}."
            )
        if not isinstance(values, Mapping):
            raise SettingWrong(f"Setting {section} must be a section: write [{section}].")
        sections[section] = _read_section(section, values)
    settings = Settings(**sections)
    _check_together(settings)
    return settings


def check_unit(read: Settings, number: int) -> None:
    """Raise SettingWrong when the settings name another unit than the store holds."""
    if read.office.unit and unit_number.read(read.office.unit) != number:
        raise SettingWrong(
            f"Setting office.unit = {read.office.unit!r} is not the number in the store,"
            f" {unit_number.shown(number)}: a unit's number never changes, so put that one there."
        )


def example() -> str:
    """Return a settings.toml with every setting at its default, each with its help."""
    return written(Settings())


def written(settings: Settings) -> str:
    """Return the settings.toml that says these settings, each with its help."""
    lines = [
        "# Hiến Kế: settings. Each can be overridden by HIENKE_<SECTION>_<KEY> in the environment.",
        "# A wrong one stops the start with a sentence that says what is allowed.",
    ]
    for section, cls in _SECTIONS.items():
        lines += ["", f"[{section}]"]
        for one in fields(cls):
            value = getattr(getattr(settings, section), one.name)
            lines.append(f"# {one.metadata['help']} Allowed: {one.metadata['allowed']}.")
            lines.append(f"{_key(one.name)} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _read_section(section: str, values: Mapping[str, Any]) -> Any:
    known = {_key(one.name): one for one in fields(_SECTIONS[section])}
    read = {}
    for key, value in values.items():
        name = f"{section}.{key}"
        if key not in known:
            raise SettingWrong(f"Setting {name} is unknown; allowed are {', '.join(known)}.")
        wanted = known[key]
        allowed = wanted.metadata["allowed"]
        typed = _typed(value, type(wanted.default))
        if typed is None or not wanted.metadata["check"](typed):
            shown = "(hidden)" if wanted.metadata["secret"] else repr(value)
            raise SettingWrong(f"Setting {name} = {shown} is not allowed: it must be {allowed}.")
        read[wanted.name] = typed
    return _SECTIONS[section](**read)


def _check_together(settings: Settings) -> None:
    android = settings.android
    is_begun = bool(android.url or android.username or android.password)
    if is_begun or settings.sms.gateway == "android":
        for key in ("url", "username", "password"):
            if not getattr(android, key):
                raise SettingWrong(
                    f"Setting android.{key} is empty: the Android phone needs android.url,"
                    " android.username and android.password together, or none of them and another"
                    " sms.gateway."
                )
    printer = settings.printer
    where = {"network": "host", "usb": "usb", "file": "device"}.get(printer.kind)
    if where is not None and not getattr(printer, where):
        raise SettingWrong(
            f"Setting printer.kind = {printer.kind!r} needs printer.{where}: where the printer is."
        )
    if settings.sms.gateway == "gammu":
        for key in ("database", "config"):
            if not getattr(settings.gammu, key):
                raise SettingWrong(
                    f"Setting sms.gateway = 'gammu' needs gammu.{key}: what is sent goes through"
                    " gammu-smsd's configuration and is followed in its database."
                )
    if settings.sms.gateway == "twilio":
        if not settings.twilio.is_configured or not settings.twilio.from_:
            raise SettingWrong(
                "Setting sms.gateway = 'twilio' needs twilio.account_sid, twilio.auth_token and"
                " twilio.from to be set."
            )
        if not settings.office.public_url:
            raise SettingWrong(
                "Setting sms.gateway = 'twilio' needs office.public_url: Twilio signs its webhooks"
                " with the public address."
            )


def _typed(value: Any, wanted: type) -> Any:
    """Return `value` as the wanted type, or None. Text comes from the environment."""
    if wanted is bool and isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
    if wanted is int and isinstance(value, str):
        return int(value) if re.fullmatch(r"\d{1,9}", value) else None
    if wanted is tuple:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        return None
    if type(value) is not wanted:
        return None
    return value


def _from_file(path: Path) -> dict[str, Any]:
    try:
        # Some editors put a mark before the first letter.
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as fault:
        raise SettingWrong(f"The settings file {path.name} cannot be read: {fault}.") from fault


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for name, value in environ.items():
        if not name.startswith("HIENKE_") or name in _NOT_SETTINGS:
            continue
        section, _, key = name.removeprefix("HIENKE_").lower().partition("_")
        if section not in _SECTIONS:
            raise SettingWrong(
                f"Environment variable {name} names no setting; sections are"
                f" {', '.join(_SECTIONS)}."
            )
        found.append((section, key, value))
    return found


def _key(name: str) -> str:
    """A field's name as the file writes it: `from` is a Python word, so its field is `from_`."""
    return name.rstrip("_")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    # A JSON string is a TOML string.
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
