"""The office's app is made while citizens are served already."""

from collections.abc import Callable

from werkzeug.test import Client

from kiosk.apps import LateStaffApp
from kiosk.daily import Daily
from kiosk.daily.debian import Debian
from shared.runtime.listening import Address
from shared.runtime.site import Site


def test_whoever_asks_before_it_is_made_gets_the_page_and_it_is_made_once(
    a_site: Callable[..., Site],
) -> None:
    site = a_site()
    daily = Daily(site, Debian())
    late = LateStaffApp(site, Address("127.0.0.1", 8081), daily)

    answer = Client(late).get("/login", base_url="http://127.0.0.1:8081")

    assert answer.status_code == 200
    made = late.make()
    assert made is late.make()
    assert late.url_map is made.url_map
    assert made.extensions["daily"] is daily
