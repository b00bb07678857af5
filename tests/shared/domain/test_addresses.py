"""An address that opens nowhere else is known as such."""

import pytest

from shared.domain.addresses import opens_here_alone


@pytest.mark.parametrize(
    ("url", "here_alone"),
    [
        ("http://127.0.0.1:8080", True), ("http://localhost:8080", True), ("http://[::1]", True),
        ("http://0.0.0.0:8080", True), ("http://192.168.1.20:8080", True), ("", True),
        ("http://LOCALHOST", True),
        ("https://hienke.local", True), ("https://hienke.tanan.gov.vn", False),
        ("https://113.160.92.202", False), ("https://127.0.0.1.tanan.vn", False),
    ],
)  # fmt: skip
def test_where_an_address_opens(url, here_alone):
    assert opens_here_alone(url) is here_alone
