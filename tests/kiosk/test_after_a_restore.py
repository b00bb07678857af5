"""What a kiosk was given after the backup still holds once that backup was brought back."""

from pathlib import Path

import pytest

from kiosk.apps import public_app
from shared.backup import keys, making, restoring
from shared.domain import clock
from shared.domain.record import replace
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.cases import proposals, reserved_codes
from shared.workflows import verify
from tests.kiosk.conftest import PUBLIC, watched
from tests.kiosk.test_reserve import hand_in, top_up


@pytest.fixture
def after_a_restore(instance, db, a_site, tmp_path):
    """A builder of the app of another machine, where this moment's backup was brought back."""
    pair = keys.new()
    keys.keep(pair, instance)

    def moment():
        at = clock.now()
        made = making.make(instance, Settings(), db, at=at)
        elsewhere = Instance(tmp_path / "elsewhere")

        def bring_back():
            restoring.restore(made.path, keys.read_identities(pair.identity), elsewhere, at=at)
            site = replace(a_site(), instance=elsewhere, secrets=elsewhere.secrets())
            return watched(public_app(site, PUBLIC)), elsewhere.open()

        return bring_back

    return moment


def test_an_idea_under_a_code_issued_after_the_backup_is_taken(kiosk, after_a_restore):
    bring_back = after_a_restore()
    given = top_up(kiosk)
    [one, *_] = given["codes"]

    app, again = bring_back()
    answer = hand_in(app.test_client(), one["code"], given, waited=clock.HOUR)

    assert answer.status_code == 201, answer.text
    assert answer.json["code"] == one["code"]
    assert answer.json["receipt_url"] == one["receipt_url"]
    assert proposals.by_code(again, one["code"]).title == "Cho hẹn giờ chứng thực"
    assert reserved_codes.device_of(again, one["code"]) is not None
    secret = one["receipt_url"].rpartition("/")[2]
    assert app.test_client().get(f"/r/{secret}").status_code == 200
    assert verify.verify(again, Path()).damage == ()


def test_a_kiosk_stays_enrolled_and_is_given_codes_it_never_had(kiosk, after_a_restore):
    bring_back = after_a_restore()
    held = {one["code"] for one in top_up(kiosk)["codes"]}

    app, _ = bring_back()
    moved = app.test_client()
    for cookie in kiosk._cookies.values():
        moved.set_cookie(cookie.key, cookie.value, domain="localhost", path=cookie.path)
    given = top_up(moved, held=100)

    assert given["kiosk"] == "Kiosk 1"
    assert len(given["codes"]) == 50 and not held & {one["code"] for one in given["codes"]}
