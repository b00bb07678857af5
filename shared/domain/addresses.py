"""Whether an address of the office opens on a citizen's telephone."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit


@lru_cache(256)
def opens_here_alone(url: str) -> bool:
    """Say whether an address can be opened only on this very PC, or in this very house: a name or
    number that leads nowhere else. Such an address stands on no paper and in no SMS."""
    host = urlsplit(url).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host in ("", "localhost") or host.endswith(".local")
