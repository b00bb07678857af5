"""Codes a kiosk holds ahead of time: given once, waiting until used, filled in whatever the line
and the clocks did meanwhile."""

import json
import random
import re

import pytest

from kiosk import scripts
from kiosk.api.taken import CLOCKS_AGREE, moment
from shared.db import event_log
from shared.domain import clock, codes
from shared.store.cases import proposals, reserved_codes
from shared.store.messages import threads
from shared.store.people import devices
from shared.workflows import verify
from tests.conftest import ZONE
from tests.kiosk.pages import Browser

QUIET = {"held": 0, "unsent": 0, "waited": 0, "refused": 0, "files": 0}
IDEA = {
    "participant_type": "citizen",
    "title": "Cho hẹn giờ chứng thực",
    "solution": "Cho bà con nhắn tin xin một khung giờ.",
    "channel": "kiosk",
}


@pytest.fixture
def other_kiosk(public, db) -> Browser:
    """A browser that opened the enrolment link of Kiosk 2."""
    devices.add(db, "Kiosk 2", codes.secret_hash("second-link"), actor="test", at=clock.now())
    client = public.test_client()
    client.get("/kiosk/second-link")
    return client


def top_up(kiosk, **told):
    """Return what a kiosk gets that asks for codes."""
    answer = kiosk.post("/kiosk-ma", json={**QUIET, **told})
    assert answer.status_code == 200, answer.text
    return answer.json


def hand_in(kiosk, code, given, *, waited=0, **body):
    """Send an idea that was taken under a code, `waited` ms ago."""
    return kiosk.post(
        "/api/v1/proposals",
        json={**IDEA, **body},
        headers={
            "Idempotency-Key": code,
            "Kiosk-Pass": given["pass"],
            "Kiosk-Pressed": str(clock.now() - waited),
            "Kiosk-Waited": str(max(waited, 0)),
        },
    )


def revoke(db, at=None):
    device = devices.everyone(db)[0]
    devices.revoke(db, device.id, actor="test", at=at or clock.now())


def a_day_ago(db):
    """Let what the kiosk was given, and what it told, be a day old."""
    for column in ("receipt SET issued_at = issued_at", "kiosk_report SET clear_at = clear_at"):
        db.conn.execute(f"UPDATE {column} - :day", {"day": clock.DAY})


def test_a_kiosk_is_filled_up_and_no_code_is_ever_given_twice(kiosk, other_kiosk):
    given, held = [], 0
    for _ in range(6):
        codes_given = top_up(kiosk, held=held)["codes"]
        held += len(codes_given)
        given += [one["code"] for one in codes_given]
    given += [one["code"] for one in top_up(other_kiosk)["codes"]]

    assert held == reserved_codes.FULL
    assert len(set(given)) == len(given) == reserved_codes.FULL + reserved_codes.CODES_AT_ONCE
    assert all(codes.is_code(code) for code in given)


def test_a_browser_that_always_forgets_its_reserve_is_told_no(kiosk, monkeypatch):
    monkeypatch.setattr(reserved_codes, "MOST_A_DAY", 120)

    given = [len(top_up(kiosk)["codes"]) for _ in range(4)]

    assert given == [50, 50, 20, 0]


def test_only_an_enrolled_kiosk_gets_codes(citizen, kiosk, db):
    assert citizen.post("/kiosk-ma", json=QUIET).status_code == 403
    revoke(db)
    assert kiosk.post("/kiosk-ma", json=QUIET).status_code == 403


@pytest.mark.parametrize("told", [{"held": -1}, {"unsent": True}, {"waited": 1e30}, {"files": "x"}])
def test_a_report_that_cannot_be_is_refused(kiosk, told):
    assert kiosk.post("/kiosk-ma", json={**QUIET, **told}).status_code == 422
    assert kiosk.post("/kiosk-ma", data="no json").status_code == 422


def test_a_code_that_was_given_away_says_it_is_waiting_at_every_door(kiosk, citizen):
    given = top_up(kiosk)["codes"][0]
    code, secret = given["code"], given["receipt_url"].rpartition("/")[2]

    for address in (f"/t/{code}", f"/xac-minh?ma={code}", f"/r/{secret}", f"/r/{secret}/phieu"):
        page = citizen.get(address)
        assert page.status_code == 200
        assert "Đang chờ chuyển" in page.text
        assert codes.grouped(code) in page.text
    standing = citizen.get(f"/api/v1/proposals/{code}").json
    assert (standing["status"], standing["received_at"]) == ("waiting", None)


def test_the_receipt_given_ahead_is_letter_for_letter_the_one_it_becomes(kiosk, citizen):
    given = top_up(kiosk)
    one = given["codes"][3]

    answer = hand_in(kiosk, one["code"], given)

    assert answer.status_code == 201
    assert answer.json["code"] == one["code"]
    assert answer.json["receipt_url"] == one["receipt_url"]
    receipt = citizen.get(f"/r/{one['receipt_url'].rpartition('/')[2]}")
    assert one["qr"] in receipt.text
    assert IDEA["solution"] in receipt.text
    assert "Kiosk 1" in receipt.text
    assert "Đã tiếp nhận" in citizen.get(f"/t/{one['code']}").text


def test_doubled_and_shuffled_sendings_of_two_kiosks_keep_each_idea_once(
    kiosk, other_kiosk, db, how_many
):
    sent = []
    for browser in (kiosk, other_kiosk):
        given = top_up(browser)
        sent += [
            (browser, one["code"], given, f"Ý số {n} của máy này")
            for n, one in enumerate(given["codes"][:5])
        ]
    again = sent * 3
    random.Random(4).shuffle(again)

    answers = [hand_in(who, code, given, title=title) for who, code, given, title in again]

    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [201] * 10
    assert how_many() == 10
    for who, code, given, title in sent:
        kept = proposals.by_code(db, code)
        assert kept.title == title
        assert devices.name_of(db, kept.device_id) == given["kiosk"]
        assert hand_in(who, code, given, title="Ý khác dưới cùng mã").status_code == 422
    assert not verify.verify(db, db.engine.path.parent / "media").damage


def test_an_idea_that_waited_counts_from_when_it_was_sent_at_the_kiosk(kiosk, db):
    given = top_up(kiosk)
    code = given["codes"][0]["code"]
    before = clock.now()
    a_day_ago(db)

    hand_in(kiosk, code, given, waited=3 * clock.HOUR)

    kept = proposals.by_code(db, code)
    assert abs(kept.received_at - (before - 3 * clock.HOUR)) < clock.MINUTE
    assert kept.arrived_at >= before
    assert [one.data for one in event_log.of_proposal(db, kept.id) if one.kind == "waited_at_kiosk"]


NOW, HOUR, DAY = 1_800_000_000_000, clock.HOUR, clock.DAY


@pytest.mark.parametrize(
    ("pressed", "waited", "received", "doubtful"),
    [
        (NOW - HOUR, HOUR, NOW - HOUR, False),
        # A clock put right before the idea was handed in: the slip was right all along …
        (NOW - HOUR, HOUR + DAY, NOW - HOUR, True),
        # … or wrong by a day, which cannot be: it was before the code was issued, or is to come.
        (NOW - HOUR - 3 * DAY, HOUR, NOW - HOUR, True),
        (NOW - HOUR + DAY, HOUR, NOW - HOUR, True),
        # Nothing the kiosk says can be.
        (NOW + DAY, 9 * DAY, NOW, True),
        # A moment ahead is what two clocks differ by.
        (NOW + CLOCKS_AGREE // 2, 0, NOW, False),
    ],
)
def test_a_clock_that_is_wrong_by_a_day_is_seen_and_the_time_is_one_that_can_be(
    pressed, waited, received, doubtful
):
    known = moment(pressed, waited, (NOW - 2 * DAY, NOW + CLOCKS_AGREE), now=NOW)
    assert (known.received_at, known.is_clock_doubtful) == (received, doubtful)


def test_a_clock_that_says_anything_leaves_a_date_that_staff_can_read(kiosk, db):
    given = top_up(kiosk)
    code = given["codes"][0]["code"]

    hand_in(kiosk, code, given, waited=-(10**17))

    kept = proposals.by_code(db, code)
    [mark] = [one for one in event_log.of_proposal(db, kept.id) if one.kind == "waited_at_kiosk"]
    assert mark.data["doubtful"]
    assert clock.day_words(mark.data["pressed"], ZONE)
    assert kept.received_at == kept.arrived_at


def test_a_kiosk_revoked_while_the_line_was_cut_loses_no_idea(kiosk, citizen, db):
    given = top_up(kiosk)
    code = given["codes"][0]["code"]
    revoke(db)

    answer = hand_in(citizen, code, given)

    assert answer.status_code == 201
    kept = proposals.by_code(db, code)
    assert kept.channel == "kiosk"
    marks = [one for one in event_log.of_proposal(db, kept.id) if one.kind == "waited_at_kiosk"]
    assert marks[0].data["revoked"]


def test_a_kiosk_cannot_fill_in_a_code_of_another_one_nor_a_stranger_with_a_forged_pass(
    kiosk, other_kiosk, citizen, how_many
):
    given, others = top_up(kiosk), top_up(other_kiosk)
    code = given["codes"][0]["code"]

    assert hand_in(other_kiosk, code, others).status_code == 403
    assert hand_in(citizen, code, {"pass": given["pass"][:-2] + "xx"}).status_code == 403
    assert hand_in(citizen, code, {"pass": "ÿ"}).status_code == 403
    assert how_many() == 0


def test_an_empty_reserve_makes_its_own_code_which_then_is_as_good(kiosk, citizen, db):
    given = top_up(kiosk)
    own = codes.new_code()

    answers = [hand_in(kiosk, own, given, waited=HOUR) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json["code"] == own
    assert citizen.get(f"/t/{own}").status_code == 200
    assert not verify.verify(db, db.engine.path.parent / "media").damage


def test_a_code_that_somebody_has_already_is_not_given_to_a_kiosk_that_made_it(
    kiosk, a_proposal, how_many
):
    theirs = a_proposal().code

    assert hand_in(kiosk, theirs, top_up(kiosk)).status_code == 403
    assert how_many() == 1


def test_a_receipt_of_no_proposal_and_no_kiosk_is_damage(kiosk, db):
    code = top_up(kiosk)["codes"][0]["code"]
    assert not verify.verify(db, db.engine.path.parent / "media").damage

    db.conn.execute("DELETE FROM reserved_code WHERE code = :code", {"code": code})

    assert verify.verify(db, db.engine.path.parent / "media").damage == (
        f"receipt {code} (of no proposal, no kiosk and no form)",
    )


def test_what_a_kiosk_told_last_is_kept(kiosk, db):
    top_up(kiosk, held=200, unsent=3, waited=2 * HOUR, refused=1, files=4)
    top_up(kiosk, held=150)

    [told] = reserved_codes.reports(db).values()

    assert (told.held, told.unsent, told.waiting_since, told.files) == (150, 0, None, 0)
    assert json.loads(kiosk.post("/kiosk-ma", json=QUIET).text)["kiosk"] == "Kiosk 1"


def test_the_worker_keeps_pages_and_modules_that_are_there(kiosk, citizen):
    worker = kiosk.get("/sw.js")
    listed = re.findall(r'"(/[^"]+)"', worker.text)

    assert worker.mimetype == "text/javascript"
    assert "script-src 'self'" in worker.headers["Content-Security-Policy"]
    pages = [address for address in listed if address.startswith("/ngoai-tuyen")]
    assert (len(pages), len(listed) - len(pages)) == (24, 1 + len(scripts.names()))
    for address in [*pages[::3], *(one for one in listed if one not in pages)]:
        assert kiosk.get(address).status_code == 200, address
    assert citizen.get(pages[0]).status_code == 404
    assert kiosk.get("/ngoai-tuyen/xx").status_code == 404


def test_a_page_that_is_kept_is_drawn_for_whoever_comes_not_for_this_visitor(kiosk):
    kiosk.post("/hien-thi", data={"contrast": "1"})

    assert 'class="kiosk contrast"' in kiosk.get("/ngoai-tuyen/vi").text
    assert 'class="kiosk"' in kiosk.get("/ngoai-tuyen/vi?kieu=").text
    assert 'class="kiosk larger"' in kiosk.get("/ngoai-tuyen/vi?kieu=larger").text


def test_what_a_kiosk_took_offline_tells_its_code_by_sms_once_when_it_comes(kiosk, db):
    given = top_up(kiosk)
    code = given["codes"][0]["code"]
    agreed = {"phone": "0912345678", "consents": {"store": True, "sms": True}}

    for _ in range(2):
        assert hand_in(kiosk, code, given, waited=clock.DAY, **agreed).status_code in (200, 201)

    (sent,) = threads.between(db, "+84912345678")[1]
    assert (sent.text_key, sent.blanks) == ("receipt_typed", {"ma": code})
