"""What stands at the top of every staff page: each role's own work, few words of it at hand."""

import re

import pytest

from kiosk.staff.navigation import DAILY, LINKS
from shared.domain import clock
from shared.domain.roles import ADMIN, CULTURE, READERS, RECEPTIONIST, ROLES
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import NewDataRequest
from tests.conftest import ZONE

MOST_AT_HAND = 6
# Links that are not shown to all whom their route lets in: the others find the way elsewhere.
SHOWN_TO = {
    "staff.home": READERS,
    "staff.open_names": RECEPTIONIST,
    "staff.honour_register": CULTURE,
    "staff.poster": CULTURE,
    "staff.backup_page": ADMIN,
    "staff.sms_gateways": ADMIN,
}


def head(client, address="/tai-khoan"):
    """Return (the links at hand, the word that opens the rest, the rest), as HTML."""
    nav = client.get(address).text.partition('<nav class="desks"')[2].partition("</nav>")[0]
    at_hand, _, more = nav.partition("<details>")
    summary, _, rest = more.partition("</summary>")
    return at_hand, summary, rest


def addresses(html):
    return re.findall(r'<a href="([^"]+)"', html)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_led_to_all_it_may_open_once_and_to_nothing_else(office, logged_in, role):
    client = logged_in("an", role=role)
    address = office.url_map.bind("localhost").build

    at_hand, _, rest = head(client)

    led_to = addresses(at_hand) + addresses(rest)
    assert sorted(led_to) == sorted(
        address(link.endpoint)
        for link in LINKS
        if role in SHOWN_TO.get(link.endpoint, office.allowed[link.endpoint])
    )
    assert 1 <= len(addresses(at_hand)) <= MOST_AT_HAND
    for one in led_to:
        assert client.get(one).status_code == 200, one


@pytest.mark.parametrize("role", DAILY)
def test_a_roles_daily_work_stands_in_the_order_of_its_day(office, logged_in, role):
    address = office.url_map.bind("localhost").build

    at_hand, _, _ = head(logged_in("an", role=role))

    assert addresses(at_hand) == [address(endpoint) for endpoint in DAILY[role]]


def test_what_waits_is_counted_once_beside_todays_list(officer, db):
    assert 'class="waits"' not in "".join(head(officer))

    new = NewDataRequest("access", "counter", said="Xin bản sao")
    data_requests.add(db, new, key="k", zone=ZONE, at=clock.now())

    at_hand, summary, rest = head(officer)
    assert "Hôm nay (1)" in at_hand and at_hand.count('class="waits"') == 1
    assert "(" not in summary + rest


def test_the_page_one_is_on_is_marked_wherever_its_link_stands(officer):
    at_hand, summary, rest = head(officer, "/tin-nhan")
    assert '<a href="/tin-nhan" aria-current="page">' in at_hand
    assert "aria-current" not in summary + rest

    at_hand, summary, rest = head(officer, "/may-in")
    assert "aria-current" not in at_hand
    assert 'aria-current="true"' in summary
    assert '<a href="/may-in" aria-current="page">' in rest
