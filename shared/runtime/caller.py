"""Who asks: the address behind a request, the group that brakes count, and whether it is this PC.

The programs are reached from this PC or over the office's network. A request from this PC may come
through a proxy (Caddy), and only the proxy knows who asked. So only a proxy on this PC is believed
(decision 59). Nothing here knows Flask.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from shared.domain import clock
from shared.domain.record import Record

# All who come through a proxy that does not say for whom it asks: they count as one stranger.
PROXY = "proxy"
# Headers that proxies write. Some are read below; each of them shows that there is a proxy.
_SIGNS = frozenset(
    {"HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP",
     "HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP", "HTTP_X_ORIGINAL_FORWARDED_FOR"}
)  # fmt: skip
_FORWARDED = "HTTP_X_FORWARDED"
# One household or telephone: an IPv6 user has 2^64 addresses.
_IPV6_PREFIX = 64
_SEEN = "hienke.caller"

_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Caller(Record):
    """Who asks. `address` as people read it, PROXY if a proxy did not pass it on. `group` is what
    brakes count: an IPv4 address, the /64 of an IPv6 one, or PROXY. `is_here`: a program on this
    PC, without a proxy. `is_hidden`: a proxy does not say who asks."""

    address: str
    group: str
    is_here: bool = False
    is_hidden: bool = False


class HostNames(Record):
    """The names of this program: `here` for people at this PC, `away` for everybody else."""

    here: frozenset[str]
    away: frozenset[str]


class ProxyWatch:
    """Remembers when a proxy last did not say who asks (ms UTC), 0 for never."""

    def __init__(self) -> None:
        self._at = 0

    def note(self, at: int) -> None:
        """Note that one did not say it."""
        self._at = at

    def was_hiding(self, at: int) -> bool:
        """Say whether one did not say it within the last day."""
        return self._at > 0 and abs(at - self._at) <= clock.DAY


def of(environ: Mapping[str, Any], names: HostNames) -> Caller:
    """Return who asks."""
    seen: Caller | None = environ.get(_SEEN)
    return seen or _read(environ, names)


def through_proxy(app: Wsgi, names: HostNames) -> Wsgi:
    """Return the WSGI app as seen through a proxy on this PC, whose X-Forwarded-Proto says whether
    the browser came by TLS. Nobody else is believed."""

    def ask(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[_SEEN] = _read(environ, names)
        if is_loopback(str(environ.get("REMOTE_ADDR", ""))):
            said = str(environ.get("HTTP_X_FORWARDED_PROTO", "")).rpartition(",")[2]
            if said.strip().lower() == "https":
                environ["wsgi.url_scheme"] = "https"
        return app(environ, start_response)

    return ask


def group_of(address: str) -> str:
    """Return the group of an address: itself, or its /64; "" if it is no address."""
    ip = _ip(address)
    return _group(ip) if ip else ""


@lru_cache(1024)
def is_loopback(host: str) -> bool:
    """Say whether a name or an address is this PC's own and leads nowhere else."""
    ip = _ip(host)
    return host == "localhost" if ip is None else ip.is_loopback


def _read(environ: Mapping[str, Any], names: HostNames) -> Caller:
    given = str(environ.get("REMOTE_ADDR", ""))
    peer = _ip(given)
    if peer is None:
        return Caller(PROXY, PROXY)
    if not is_loopback(given):
        return _known(peer)
    if not _is_proxied(environ, names):
        return _known(peer, is_here=True)
    told = _told(environ)
    return _known(told) if told else Caller(PROXY, PROXY, is_hidden=True)


def _is_proxied(environ: Mapping[str, Any], names: HostNames) -> bool:
    """Say whether a proxy on this PC passed the request on: a header says so, or it calls us by our
    public name, or the browser's page was there, or it speaks HTTP/1.0, which no browser does."""
    if not _SIGNS.isdisjoint(environ) or f" {_FORWARDED}" in f" {' '.join(environ)}":
        return True
    asked = _host_of(f"//{environ.get('HTTP_HOST', '')}")
    if not (is_loopback(asked) or asked in names.here):
        return True
    pages = (str(environ.get(name, "")) for name in ("HTTP_ORIGIN", "HTTP_REFERER"))
    if any(_host_of(page) in names.away for page in pages):
        return True
    return environ.get("SERVER_PROTOCOL") == "HTTP/1.0"


def _told(environ: Mapping[str, Any]) -> _Ip | None:
    """Return who asks according to a proxy: by the last X-Forwarded-For, or by X-Real-IP. None if
    it says neither, no address, or two different ones: the asker may have invented one of them."""
    said = []
    if "HTTP_X_FORWARDED_FOR" in environ:
        said.append(str(environ["HTTP_X_FORWARDED_FOR"]).rpartition(",")[2])
    if "HTTP_X_REAL_IP" in environ:
        said.append(str(environ["HTTP_X_REAL_IP"]))
    found = {_ip(one) for one in said}
    return found.pop() if len(found) == 1 else None


@lru_cache(1024)
def _ip(text: str) -> _Ip | None:
    """Return the address in a text, which may have brackets or a port, as some proxies write it. An
    IPv4 address inside IPv6 becomes IPv4. None if it is no address."""
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


@lru_cache(1024)
def _known(ip: _Ip, *, is_here: bool = False) -> Caller:
    return Caller(str(ip), _group(ip), is_here)


def _group(ip: _Ip) -> str:
    if ip.version == 4:
        return str(ip)
    first = int(ip) >> (128 - _IPV6_PREFIX) << (128 - _IPV6_PREFIX)
    return f"{ipaddress.IPv6Address(first)}/{_IPV6_PREFIX}"


@lru_cache(1024)
def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
