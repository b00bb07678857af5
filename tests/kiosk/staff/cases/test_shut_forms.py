"""The forms of a case's page that nobody typed in are drawn once for all cases that stand alike."""

import re

import pytest

from kiosk.staff.cases import page, shut_forms
from shared.domain.proposal import Status

_KEY = re.compile(r'(name="key" value=")[^"]+')


def _shown(officer, here):
    answer = officer.get(f"/ho-so/{here.code}")
    assert answer.status_code == 200
    return _KEY.sub(r"\1", answer.text)


@pytest.mark.parametrize("status", [
    Status.RECEIVED, Status.UNDER_APPRAISAL, Status.NEEDS_INFO, Status.RECOGNISED, Status.CLOSED,
    Status.WITHDRAWN,
])  # fmt: skip
def test_kept_forms_are_what_is_drawn_anew(officer, a_proposal, monkeypatch, status):
    here = a_proposal(status=status, phone="0912345678", consents={"store": True, "sms": True})
    first = _shown(officer, here)
    kept = _shown(officer, here)
    monkeypatch.setattr(page, "ShutForms", lambda *_: None)

    assert first == kept == _shown(officer, here)


def test_cases_that_stand_alike_share_their_forms_each_with_its_own_code(
    officer, a_proposal, monkeypatch
):
    one, other = (a_proposal(status=Status.UNDER_APPRAISAL) for _ in range(2))
    _shown(officer, one)
    monkeypatch.setattr(shut_forms, "_drawn", _never)

    shown = _shown(officer, other)

    assert f'action="/ho-so/{other.code}/move"' in shown
    assert f"/ho-so/{one.code}/" not in shown
    assert "\0" not in shown


def test_every_look_has_a_key_of_its_own(officer, a_proposal):
    here = a_proposal()
    keys = [
        set(re.findall(r'name="key" value="([^"]+)"', officer.get(f"/ho-so/{here.code}").text))
        for _ in range(2)
    ]

    assert all(keys)
    assert not keys[0] & keys[1]


def test_what_was_typed_is_never_in_a_kept_form(officer, a_proposal):
    here = a_proposal(status=Status.UNDER_APPRAISAL)
    typed = {"to": Status.CLOSED, "seen": here.status, "reason": "Chữ riêng của tôi " * 40}
    refused = officer.post(f"/ho-so/{here.code}/move", data=typed)

    assert "Chữ riêng" in refused.text
    assert "Chữ riêng" not in _shown(officer, here)


def _never(*_given, **_shown):
    raise AssertionError("drawn anew")
