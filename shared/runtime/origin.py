"""Whether a form that would change something was sent by a page of ours.

Browsers say where a request comes from, and a page cannot make them lie. docs/decisions/0003 says
why this replaces tokens.
"""

from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

# What changes nothing.
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign(method: str, headers: Headers, *, host: str, scheme: str) -> bool:
    """Say whether a request to `host` would change something and may come from another site's
    page.

    Sec-Fetch-Site decides if it is there; browsers leave it out over plain http. Then Origin, which
    all of them send since 2020; then Referer, for older ones. A request with none of the three that
    asks for a page comes from a browser too old to be trusted. One that asks for anything (curl, a
    program) is no browser, and no page can make a browser look like that.
    """
    if method in READING:
        return False
    where = headers.get("Sec-Fetch-Site")
    if where is not None:
        return where not in ("same-origin", "none")
    origin = headers.get("Origin")
    if origin is not None:
        return not _is_ours(origin, host, scheme)
    page = headers.get("Referer", "")
    if page.startswith(("http://", "https://")):
        return not _is_ours(page, host, scheme)
    return "text/html" in headers.get("Accept", "").lower()


def _is_ours(said: str, host: str, scheme: str) -> bool:
    """Say whether an address names this very host and port; plain http does not count for TLS."""
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    return parts.netloc.lower() == host.lower() and parts.scheme in {"https", scheme}
