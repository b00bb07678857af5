"""What a setting may be: each kind reads a value and says in words what is allowed.

The words end the sentence "it must be …", with which a wrong setting stops the start, and they
stand in settings.example.toml. A value comes from TOML, or from the environment, where all is text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from shared.domain import phone, unit_number
from shared.texts.plural import number_of


@dataclass(frozen=True)
class Kind:
    """What a setting may be. `allowed` says it in words; `read` returns a given value as the
    program holds it, or None if it is not allowed."""

    allowed: str
    read: Callable[[Any], Any]


def setting(default: Any, kind: Kind, help: str, *, secret: bool = False) -> Any:
    """Declare a field of a section; the value of a secret one is never shown."""
    about = {"kind": kind, "help": help, "secret": secret}
    return field(default=default, repr=not secret, metadata=about)


def whole(least: int, most: int) -> Kind:
    """A whole number between two, both included."""

    def read(value: Any) -> int | None:
        found = _number(value)
        return found if found is not None and least <= found <= most else None

    return Kind(f"a whole number from {least} to {most}", read)


def yes_no() -> Kind:
    """True or false; 1 and 0 are the same in the environment."""
    return Kind("true or false", _flag)


def choice(*options: str | int) -> Kind:
    """One of a few words, or of a few numbers."""
    *others, last = map(str, options)
    known = {str(one): one for one in options}
    kinds = {type(one) for one in options} | {str}
    return Kind(
        f"{', '.join(others)} or {last}",
        lambda value: known.get(str(value)) if type(value) in kinds else None,
    )


def text(longest: int) -> Kind:
    """A line of text up to so many letters."""
    return _text(
        f"text of 1 to {number_of(longest, 'letter')}",
        lambda value: 0 < len(value) <= longest and value.isprintable(),
    )


def matching(pattern: str, called: str) -> Kind:
    """Text that a pattern matches completely; `called` says it in words."""
    return _text(called, lambda value: bool(re.fullmatch(pattern, value)))


def clock_hour() -> Kind:
    """An hour of the day, as a clock shows it."""
    return matching(r"([01]\d|2[0-3]):[0-5]\d", "an hour such as 07:00")


def iana_zone() -> Kind:
    """A time zone that this machine knows."""
    return _text("an IANA zone such as Asia/Ho_Chi_Minh", _is_zone)


def phone_number() -> Kind:
    """A number that an SMS can come from in Vietnam."""
    return _text(
        "a Vietnamese phone number",
        lambda value: phone.read_sender(value).kind in ("mobile", "landline", "short"),
    )


def unit() -> Kind:
    """The administrative code of a commune."""
    return _text(unit_number.ALLOWED, lambda value: unit_number.read(value) is not None)


def path() -> Kind:
    """A file or a folder on this machine."""
    return _text(
        "an absolute path", lambda value: Path(value).is_absolute() and value.isprintable()
    )


def host_name() -> Kind:
    """A name or an address of a machine."""
    return matching(r"[A-Za-z0-9.\-:\[\]]+", "a host name or an address")


def site_address() -> Kind:
    """Where a site is: an address without a path."""
    return _text(
        "http:// or https://, a host and perhaps a port, nothing behind",
        lambda value: _is_address(value) and urlsplit(value).path in ("", "/"),
    )


def store_address() -> Kind:
    """Where a PostgreSQL is; a password has no place in it."""
    return _text(
        "an address such as postgresql://hienke@db.example/hienke, without a password, which comes"
        " from HIENKE_STORE_PASSWORD or from a password file",
        _is_store_address,
    )


def bucket_address() -> Kind:
    """A bucket of an S3 server, and where in it."""
    return matching(
        r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?",
        "a bucket and perhaps a folder in it, such as s3://hienke-files/26068",
    )


def base_address() -> Kind:
    """An address to which paths can be added."""
    return _text("http:// or https://, a host and perhaps a path", _is_address)


def or_empty(kind: Kind) -> Kind:
    """That kind, or nothing."""
    return Kind(
        f"{kind.allowed}, or empty", lambda value: value if value == "" else kind.read(value)
    )


def several(kind: Kind, called: str) -> Kind:
    """Any number of that kind, between commas in the environment; `called` names several."""
    return Kind(f"a list of {called}", lambda value: _list(kind, value))


def _text(allowed: str, check: Callable[[str], bool]) -> Kind:
    return Kind(allowed, lambda value: value if isinstance(value, str) and check(value) else None)


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"\d{1,9}", value) else None
    return value if type(value) is int else None  # a bool is no number


def _flag(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _list(kind: Kind, value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple):
        return None
    read = tuple(kind.read(part) for part in value)
    return None if None in read else read


def _is_zone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return False
    return True


def near_or_sealed_address() -> Kind:
    """An address to which paths can be added, of a server on this machine or in its network; of any
    other only by https."""
    return _text(
        "https:// and a host, or http:// and localhost or a private IP address, perhaps a path",
        lambda value: (
            _is_address(value)
            and (urlsplit(value).scheme == "https" or _is_near(urlsplit(value).hostname or ""))
        ),
    )


def _is_near(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or (address.is_private and not address.is_unspecified)


def _is_address(value: str) -> bool:
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


def _is_store_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    account, _, _ = parts.netloc.rpartition("@")
    return (
        parts.scheme in ("postgresql", "postgres")
        and len(parts.path) > 1
        and value.isprintable()
        and " " not in value
        and ":" not in account
        and not parts.fragment
        and "password" not in parse_qs(parts.query)
    )
