"""What every answer of every app must carry, for whichever test fetched it."""

from werkzeug.test import TestResponse


def assert_hardened(answer: TestResponse) -> None:
    """Raise AssertionError when an answer's headers are not as they must be."""
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"] or "max-age" in headers["Cache-Control"]
    assert "Server" not in headers
    assert "*" not in headers.get("Access-Control-Allow-Origin", "")
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    kind = headers.get("Content-Type", "")
    assert not kind.startswith("text/") or "charset=utf-8" in kind, kind
    if answer.mimetype == "text/html":
        assert "default-src 'none'" in policy
        assert "base-uri 'none'" in policy and "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        _assert_powers(answer)
    else:
        own = ("sandbox", "default-src 'none'")  # a file's, the worker's
        assert "frame-ancestors 'none'" in policy or policy.startswith(own)
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def _assert_powers(answer: TestResponse) -> None:
    """A page with script says which powers it gives it; on a page without nothing could ask."""
    powers = answer.headers.get("Permissions-Policy")
    if "script-src" in answer.headers["Content-Security-Policy"]:
        assert powers is not None
    for power in powers.split(", ") if powers else ():
        assert power.endswith(("=()", "=(self)")), power
