"""Who asks: the address behind a request, who brakes take it for, and whether it is this very PC.

The programs are reached from this PC or over the office's network. What comes from this PC may come
through a proxy (Caddy), and a proxy alone knows who asked: its word is taken, nobody else's
(decision 0059). Nothing here knows Flask.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from shared.domain import clock

# Whoever comes through a proxy that does not say for whom it asks: one stranger, all together.
PROXY = "proxy"
# What proxies write. Some of it is read below; all of it shows that there is one.
_SIGNS = frozenset(
    {"HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP",
     "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP", "HTTP_X_ORIGINAL_FORWARDED_FOR"}
)  # fmt: skip
_FORWARDED = "HTTP_X_FORWARDED"
# One household, one telephone: whoever has an IPv6 address has 2^64 of them.
_IPV6_PREFIX = 64
_SEEN = "hienke.caller"

_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class Caller:
    """Who asks. `address` as people read it, PROXY where a proxy kept it to itself; `group` is
    whom brakes count: an IPv4 address, the /64 of an IPv6 one, or PROXY. `is_here`: a program on
    this very PC, with no proxy between. `is_hidden`: a proxy does not say who asks."""

    address: str
    group: str
    is_here: bool = False
    is_hidden: bool = False


@dataclass(frozen=True)
class HostNames:
    """What this program is called: `here` by who sits at this PC, `away` by everybody else."""

    here: frozenset[str]
    away: frozenset[str]


class ProxyWatch:
    """Remembers when a proxy last kept to itself who asks (ms UTC), 0 for never."""

    def __init__(self) -> None:
        self._at = 0

    def note(self, at: int) -> None:
        """Note that one did."""
        self._at = at

    def was_hiding(self, at: int) -> bool:
        """Say whether one did within the last day."""
        return self._at > 0 and abs(at - self._at) <= clock.DAY


def of(environ: Mapping[str, Any], names: HostNames) -> Caller:
    """Return who asks."""
    seen: Caller | None = environ.get(_SEEN)
    return seen or _read(environ, names)


def through_proxy(app: Wsgi, names: HostNames) -> Wsgi:
    """Return the WSGI app as it is asked through a proxy on this PC, which says by
    X-Forwarded-Proto whether the browser came by TLS. Nobody else is believed."""

    def ask(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[_SEEN] = _read(environ, names)
        if is_loopback(str(environ.get("REMOTE_ADDR", ""))):
            said = str(environ.get("HTTP_X_FORWARDED_PROTO", "")).rpartition(",")[2]
            if said.strip().lower() == "https":
                environ["wsgi.url_scheme"] = "https"
        return app(environ, start_response)

    return ask


def group_of(address: str) -> str:
    """Return whom brakes take an address for: itself, or its /64; "" for what is no address."""
    ip = _ip(address)
    return _group(ip) if ip else ""


def is_loopback(host: str) -> bool:
    """Say whether a name or an address is this PC's own and leads nowhere else."""
    ip = _ip(host)
    return host == "localhost" if ip is None else ip.is_loopback


def _read(environ: Mapping[str, Any], names: HostNames) -> Caller:
    peer = _ip(str(environ.get("REMOTE_ADDR", "")))
    if peer is None:
        return Caller(PROXY, PROXY)
    if not peer.is_loopback:
        return Caller(str(peer), _group(peer))
    if not _is_proxied(environ, names):
        return Caller(str(peer), _group(peer), is_here=True)
    told = _told(environ)
    return Caller(str(told), _group(told)) if told else Caller(PROXY, PROXY, is_hidden=True)


def _is_proxied(environ: Mapping[str, Any], names: HostNames) -> bool:
    """Say whether a proxy on this PC hands a request on: it says so, it calls us by the name that
    is known outside, the browser's page was there, or it speaks HTTP/1.0 as no browser does."""
    if any(name in _SIGNS or name.startswith(_FORWARDED) for name in environ):
        return True
    asked = _host_of(f"//{environ.get('HTTP_HOST', '')}")
    if not (is_loopback(asked) or asked in names.here):
        return True
    pages = (str(environ.get(name, "")) for name in ("HTTP_ORIGIN", "HTTP_REFERER"))
    if any(_host_of(page) in names.away for page in pages):
        return True
    return environ.get("SERVER_PROTOCOL") == "HTTP/1.0"


def _told(environ: Mapping[str, Any]) -> _Ip | None:
    """Return who a proxy says asks: by the last X-Forwarded-For, or by X-Real-IP. None where it
    says neither, no address, or two: one of them is then the asker's own invention."""
    said = []
    if "HTTP_X_FORWARDED_FOR" in environ:
        said.append(str(environ["HTTP_X_FORWARDED_FOR"]).rpartition(",")[2])
    if "HTTP_X_REAL_IP" in environ:
        said.append(str(environ["HTTP_X_REAL_IP"]))
    found = {_ip(one) for one in said}
    return found.pop() if len(found) == 1 else None


def _ip(text: str) -> _Ip | None:
    """Return the address in a text: in brackets or with a port as some proxies write it, an IPv4
    one that IPv6 carries as what it is; None for what is none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def _group(ip: _Ip) -> str:
    if ip.version == 4:
        return str(ip)
    first = int(ip) >> (128 - _IPV6_PREFIX) << (128 - _IPV6_PREFIX)
    return f"{ipaddress.IPv6Address(first)}/{_IPV6_PREFIX}"


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
