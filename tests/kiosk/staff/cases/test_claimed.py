"""A time that a kiosk claims counts where it can be believed; else when the idea came, and whoever
decides sees both."""

from datetime import datetime

import pytest

from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.store.cases import proposals
from shared.store.people import devices
from tests.conftest import ZONE
from tests.kiosk.staff.council.test_council import enter, room
from tests.kiosk.test_reserve import IDEA, QUIET

__all__ = ["enter", "room"]
OFFICIAL = {
    **IDEA, "participant_type": "official", "insider": True, "unit": "Văn phòng",
    "position": "Công chức",
}  # fmt: skip


def local(day, hour=12, month=10):
    return clock.from_local(datetime(2026, month, day, hour, tzinfo=ZONE))


A_DAY_BEFORE = ((local(30), {}),)


@pytest.fixture
def on(monkeypatch):
    """`on(moment)` lets every program's clock stand there."""
    return lambda at: monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def handed_in(kiosk, public, db, on):
    """A builder: the idea of an official that came on 5 November, which the slip says was taken at
    `pressed`, from a kiosk that told how it stood at `reports` ((when, what), …)."""

    def build(pressed, reports=A_DAY_BEFORE, revoked=None):
        answers = []
        for at, told in reports:
            on(at)
            answers.append(kiosk.post("/kiosk-ma", json={**QUIET, **told}).json)
        given = answers[0]
        [device] = devices.everyone(db)
        if revoked:
            devices.revoke(db, device.id, actor="t", at=revoked)
        on(local(5, month=11))
        code = given["codes"][0]["code"]
        answer = public.test_client().post(
            "/api/v1/proposals", json=OFFICIAL,
            headers={
                "Idempotency-Key": code, "Kiosk-Pass": given["pass"],
                "Kiosk-Pressed": str(pressed), "Kiosk-Waited": str(clock.now() - pressed),
            },
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        return proposals.by_code(db, code)

    return build


@pytest.mark.parametrize(
    ("pressed", "reports", "revoked", "counts"),
    [
        # A slip of a week without a line, from a kiosk that was revoked afterwards or not at all.
        (local(31), [(local(30), {})], None, True),
        (local(31, 11), [(local(30), {})], local(31), True),
        # It told that something waited, or that something was refused: that may be this very one.
        (local(31), [(local(30), {}), (local(3, month=11), {"unsent": 1, "waited": 9})], None,
         True),
        (local(31), [(local(30), {}), (local(3, month=11), {"refused": 1})], None, True),
        # A report that was under way while it was taken says nothing of it.
        (local(31) - 20_000, [(local(31), {})], None, True),
        # After it was revoked nothing is taken; after it told that nothing waits, nothing waited.
        (local(31, 13), [(local(30), {})], local(31), False),
        (local(31), [(local(30), {}), (local(3, month=11), {})], None, False),
        (local(31), [(local(30), {}), (local(3, month=11), {})], local(4, month=11), False),
        (local(29), [(local(30), {})], None, False),
        # What it was told last stays, whatever it tells later.
        (local(31), [(local(2, month=11), {}), (local(3, month=11), {"unsent": 1})], None, False),
    ],
)  # fmt: skip
def test_a_claimed_time_counts_where_the_kiosk_can_have_taken_the_idea_then(
    handed_in, pressed, reports, revoked, counts
):
    kept = handed_in(pressed, reports, revoked)

    assert kept.received_at == (pressed if counts else kept.arrived_at)
    assert kept.evaluation_year == (2026 if counts else 2027)


def test_the_case_shows_both_times_and_years_to_whoever_decides(handed_in, logged_in):
    kept = handed_in(local(31, 13), revoked=local(31))

    for role in ("officer", "chair", "receptionist"):
        page = logged_in(f"a{role}", role=role).get(f"/ho-so/{kept.code}").text
        assert "ghi 13:00 ngày 31/10/2026 (tính vào năm 2026)" in page
        assert "không khớp với những lần kiosk" in page
        assert "lúc đến: 12:00 ngày 05/11/2026, năm 2027" in page
        assert ("Chủ tịch đặt lại năm xét" in page) == (role == "chair")


def test_a_slip_that_counts_is_not_doubted_on_the_case(handed_in, logged_in):
    kept = handed_in(local(31, 11), revoked=local(31))

    page = logged_in("an").get(f"/ho-so/{kept.code}").text

    assert "không khớp với những lần kiosk" not in page


def test_the_chair_sets_the_year_with_a_reason_and_the_moment_of_receipt_stays(
    handed_in, logged_in, db
):
    kept = handed_in(local(31, 13), revoked=local(31))
    road, form = f"/ho-so/{kept.code}/nam-xet", {"year": "2026", "key": "k"}

    refused = logged_in("an").post(road, data={**form, "year_reason": "phiếu đúng"})
    chair = logged_in("chi", role="chair")
    unsaid = chair.post(road, data={**form, "year_reason": ""})
    done = chair.post(road, data={**form, "year_reason": "có người làm chứng"})

    assert [one.status_code for one in (refused, unsaid, done)] == [403, 422, 303]
    now = proposals.by_code(db, kept.code)
    assert (now.evaluation_year, now.received_at) == (2026, kept.received_at)
    [event] = [one for one in event_log.of_proposal(db, kept.id) if one.kind == "year_set"]
    assert (event.data["year"], event.data["was"]) == (2026, 2027)


def test_the_chair_sees_both_times_where_the_conclusion_is_signed(room, db):
    room.decided()
    claimed = {"pressed": local(31, 13), "waited": 1, "doubtful": True, "revoked": True,
               "device": "d", "counted": "arrival"}  # fmt: skip
    with writing(db):
        event_log.note(
            db, "waited_at_kiosk", room.idea.id, event_log.SYSTEM, clock.now(), **claimed
        )

    assert "ghi 13:00 ngày 31/10/2026" in room.chair.get("/ky-duyet").text
