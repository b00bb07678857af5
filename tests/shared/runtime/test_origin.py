"""What another site's page sends is told from what ours sends, whatever the browser says of it."""

import pytest
from werkzeug.datastructures import Headers

from shared.runtime.origin import is_foreign

HOST = "hienke.lan:8443"
PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"


def foreign(headers, method="POST", scheme="https"):
    return is_foreign(method, Headers(headers), host=HOST, scheme=scheme)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": f"https://{HOST}", "Accept": PAGE},
        {"Sec-Fetch-Site": "none", "Accept": PAGE},
        {"Origin": f"https://{HOST}", "Accept": PAGE},
        {"Origin": f"HTTPS://{HOST.upper()}"},
        {"Referer": f"https://{HOST}/ho-so/482173950688", "Accept": PAGE},
        {"Accept": "*/*"},
        {"Referer": "", "Accept": "*/*"},
        {"Accept": "application/json"},
        {},
    ],
)
def test_what_our_own_pages_and_programs_send_is_taken(headers):
    assert not foreign(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": f"https://{HOST}"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "Same-Origin"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "https://hienke.lan"},
        {"Origin": "https://hienke.lan:8080"},
        {"Origin": f"https://{HOST}.evil.example"},
        {"Origin": f"https://x@{HOST}"},
        {"Origin": "https://[broken"},
        {"Origin": f"http://{HOST}"},
        {"Origin": "https://evil.example", "Referer": f"https://{HOST}/"},
        {"Referer": f"https://evil.example/https://{HOST}/", "Accept": PAGE},
        {"Referer": "about:blank", "Accept": PAGE},
        {"Accept": PAGE},
        {"Accept": "TEXT/HTML"},
    ],
)
def test_what_another_sites_page_may_have_sent_is_not(headers):
    assert foreign(headers)


def test_a_page_without_tls_may_send_where_there_is_no_tls():
    assert not foreign({"Origin": f"http://{HOST}"}, scheme="http")
    assert not foreign({"Origin": f"https://{HOST}"}, scheme="http"), "a proxy took the TLS off"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_whoever_only_reads_is_not_asked(method):
    assert not foreign({"Sec-Fetch-Site": "cross-site", "Accept": PAGE}, method)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "UNHEARD-OF"])
def test_everything_else_is_asked(method):
    assert foreign({"Sec-Fetch-Site": "cross-site"}, method)
