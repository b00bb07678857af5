"""Whom each route of the public app lets in, and that it lets in nobody else."""

from kiosk.callers import KIOSK, KIOSK_LINK, RECEIPT
from shared.runtime.guarded import ANYBODY
from tests.kiosk.test_hardening import every_address
from tests.told_routes import said, told


def test_the_document_tells_of_each_route_whom_it_lets_in(public):
    assert said(public) == told("Public app")


def test_a_route_says_what_it_asks_for_or_that_it_is_open(public):
    assert set(public.allowed.values()) <= {ANYBODY, RECEIPT, KIOSK, KIOSK_LINK}


def test_who_does_not_show_it_is_given_nothing(public, citizen):
    for endpoint, method, address in every_address(public):
        asks_for = public.allowed[endpoint]
        if asks_for == ANYBODY or method in ("HEAD", "OPTIONS"):
            continue
        answer = citizen.open(address, method=method)
        if asks_for == KIOSK:
            led_away = answer.status_code == 303 and answer.location in ("/", "/tro-giup")
            assert led_away or answer.status_code in (403, 404), address
        else:
            assert answer.status_code == 404, address
