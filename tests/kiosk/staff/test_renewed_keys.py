"""After the keys were renewed a kiosk is still the kiosk it was; a login is over."""

import pytest

from kiosk.apps import public_app, staff_app
from shared.runtime.listening import Address
from tests.kiosk.staff.conftest import PASSWORD

PUBLIC, STAFF = Address("127.0.0.1", 8080), Address("127.0.0.1", 8081)


@pytest.fixture
def restarted(instance, a_site):
    """A builder: the public app as it is after the keys were renewed so many times."""

    def build(times=1):
        for _ in range(times):
            instance.renew_keys()
        return public_app(a_site(), PUBLIC).test_client()

    return build


def as_kiosk(client, cookie):
    """Return the cookie a browser has after it came as a kiosk, or None where it is none."""
    client.set_cookie("kiosk", cookie)
    is_one = client.get("/gui").location == "/gui/6"
    return client.get_cookie("kiosk").value if is_one else None


def test_a_kiosk_stays_one_and_gets_a_cookie_under_the_new_key(kiosk, restarted):
    old = kiosk.get_cookie("kiosk").value

    new = as_kiosk(restarted(), old)

    assert new not in (None, old)
    assert as_kiosk(restarted(), new), "whoever was there in between is known after the next time"
    assert as_kiosk(restarted(times=2), old) is None


def test_a_cookie_of_today_is_not_sent_again(kiosk):
    assert "kiosk=" not in kiosk.get("/gui").headers.get("Set-Cookie", "")


def test_whoever_was_logged_in_logs_in_anew(a_site, instance, a_member):
    a_member("an")
    client = staff_app(a_site(staff={"require_totp": False}), STAFF).test_client()
    data = {"login": "an", "password": PASSWORD}
    client.post("/login", data=data)
    token = client.get_cookie("hk_staff").value

    instance.renew_keys()
    after = staff_app(a_site(staff={"require_totp": False}), STAFF).test_client()

    after.set_cookie("hk_staff", token)
    assert after.get("/tai-khoan").location == "/login"
    assert after.post("/login", data=data).status_code == 303
