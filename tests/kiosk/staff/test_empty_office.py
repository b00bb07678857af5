"""An office that was founded just now has nothing yet, and each of its pages opens all the same."""

import pytest

from tests.walker import LEFT_OUT, every_route


@pytest.mark.parametrize("role", ["officer", "chair", "admin", "culture"])
def test_every_page_opens_where_nothing_is_kept_yet(office, logged_in, role):
    client = logged_in("an", role=role)
    pages = [
        address
        for endpoint, method, address in every_route(office, "none")
        if method == "GET" and endpoint not in LEFT_OUT
    ]

    failed = [page for page in pages if client.get(page).status_code >= 500]

    assert len(pages) > 50
    assert failed == []
