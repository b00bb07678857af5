"""Security headers on every answer of the three apps. Each app gives its own
Content-Security-Policy, because it knows what its pages load."""

from werkzeug.datastructures import Headers

# Of a browser's powers, only kiosk pages use any: the microphone and the camera.
RECORDING = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"
NO_POWERS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
_YEAR_SECONDS = 365 * 24 * 3600
_NEVER_FRAMED = "frame-ancestors 'none'"


def harden(headers: Headers, *, policy: str | None, powers: str | None, is_secure: bool) -> None:
    """Add the headers to an answer. `policy` is a page's Content-Security-Policy, None if it is no
    page. `powers` is its Permissions-Policy, None for a page without script: it cannot use any
    power, and on a telephone each byte costs time."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")
    if is_secure:  # an office that is reached by TLS is never asked for without it again
        headers["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"
    if policy is None:
        headers.setdefault("Content-Security-Policy", _NEVER_FRAMED)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return
    headers["Content-Security-Policy"] = policy
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if powers is not None:
        headers["Permissions-Policy"] = powers
        if _NEVER_FRAMED in policy:  # for browsers that do not know frame-ancestors yet
            headers["X-Frame-Options"] = "DENY"
