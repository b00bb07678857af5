"""A gateway is well while it is heard; silence and faults are told apart."""

import pytest

from shared.domain import clock
from shared.store.messages import gateway_health
from shared.store.messages.gateway_health import SILENT_AFTER

NOW = 1_800_000_000_000


def state(db, at=NOW):
    return gateway_health.health(db, "android").state(at)


def test_a_gateway_nobody_heard_is_not_called_well(db):
    assert state(db) == "never"
    assert gateway_health.health(db, "android").heard_at is None


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (0, "well"),
        (SILENT_AFTER, "well"),
        (SILENT_AFTER + 1, "silent"),
        (-2 * 365 * clock.DAY, "silent"),
    ],
)
def test_a_quarter_of_an_hour_without_a_sign_is_silence(db, later, expected):
    gateway_health.heard(db, "android", at=NOW)

    assert state(db, NOW + later) == expected


def test_a_fault_after_the_last_sign_is_shown_until_the_next_one(db):
    gateway_health.heard(db, "android", at=NOW)
    gateway_health.failed(db, "android", "401", at=NOW + 1)
    failing = gateway_health.health(db, "android")
    gateway_health.heard(db, "android", at=NOW + 2)

    assert (failing.state(NOW + 1), failing.fault, failing.fault_at) == ("failing", "401", NOW + 1)
    assert state(db, NOW + 2) == "well"
    assert gateway_health.health(db, "android").fault == "401"


def test_a_gateway_that_failed_before_it_was_ever_heard_fails(db):
    gateway_health.failed(db, "android", "x" * 5000, at=NOW)

    assert state(db) == "failing"
    assert len(gateway_health.health(db, "android").fault) == 200


def test_signs_close_together_are_written_once_and_a_clock_set_back_anew(db):
    gateway_health.heard(db, "android", at=NOW)
    gateway_health.heard(db, "android", at=NOW + 5)
    assert gateway_health.health(db, "android").heard_at == NOW

    gateway_health.heard(db, "android", at=NOW - clock.DAY)
    assert gateway_health.health(db, "android").heard_at == NOW - clock.DAY


def test_each_gateway_has_its_own_health(db):
    gateway_health.heard(db, "android", at=NOW)
    gateway_health.failed(db, "twilio", "401", at=NOW)

    assert gateway_health.health(db, "android").fault == ""
    assert gateway_health.health(db, "twilio").heard_at is None
