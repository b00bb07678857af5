"""What every answer of the three apps tells browsers to keep to. What a page may load is its
app's own business: it brings its Content-Security-Policy along."""

from werkzeug.datastructures import Headers

# Of what a browser could do for a page, pages at a kiosk use the microphone and the camera.
RECORDING = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"
NOTHING = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
_YEAR_SECONDS = 365 * 24 * 3600
_NEVER_FRAMED = "frame-ancestors 'none'"


def harden(headers: Headers, *, policy: str | None, powers: str | None, is_secure: bool) -> None:
    """Add them to an answer. `policy` is the Content-Security-Policy of a page, None for whatever
    is none; `powers` its Permissions-Policy, None for a page without script, which has none to
    give away: on a telephone it pays for each byte."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("Cache-Control", "no-store")
    if is_secure:  # an office that is reached by TLS is never again asked for without
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
