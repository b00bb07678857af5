"""A receipt is checked against the sheet on the notice board: on the page, by the sheet's QR, and
with a file that needs nobody's word."""

import json
import subprocess
import sys

import pytest

from kiosk.apps import public_app
from kiosk.closing import Closer
from shared.db import daily_roots, event_log
from shared.db.connection import writing
from shared.domain import clock, codes, ledger
from shared.domain.record import replace
from shared.workflows import withdraw
from tests.conftest import UNIT, ZONE
from tests.kiosk.conftest import PUBLIC, watched
from tests.promises.conftest import ROOT

CHECKER = ROOT / "deploy" / "check-proof.py"
SENT = {"title": "Gộp hai tờ khai", "solution": "Khai một lần thôi.", "name": "Trần Thị Mận",
        "consents": {"store": True}}  # fmt: skip


@pytest.fixture
def close(db):
    """Close the ledger as on the morning so many days ahead."""
    return lambda days=1: daily_roots.close_day(db, at=clock.now() + days * clock.DAY, zone=ZONE)


@pytest.fixture
def idea(a_proposal):
    """An idea among others."""
    a_proposal()
    mine = a_proposal(**SENT)
    a_proposal()
    return mine


groups = ledger.eye_lines


def check(tmp_path, proof) -> subprocess.CompletedProcess[str]:
    """Run the checker on a proof: with an interpreter that has nothing of ours."""
    file = tmp_path / "proof.json"
    file.write_text(proof if isinstance(proof, str) else json.dumps(proof))
    return subprocess.run(
        [sys.executable, "-I", "-S", str(CHECKER), str(file)],
        capture_output=True, text=True, timeout=30, cwd=tmp_path,
    )  # fmt: skip


def test_before_midnight_the_page_says_that_the_sheet_is_yet_to_come(citizen, idea):
    page = citizen.get(f"/xac-minh?ma={idea.code}").text

    assert "Phiếu thật." in page and "là dòng số" in page
    assert "Sổ chưa chốt đến dòng này" in page


def test_after_it_the_page_shows_the_head_to_compare(citizen, db, idea, close):
    kept = close()

    page = citizen.get(f"/xac-minh?ma={idea.code}").text

    place = event_log.first_of(db, idea.id, "received").place
    assert f"dòng số {place} " in page
    assert f"tờ số {kept.sheet.number}" in page
    for line in groups(kept.head):
        assert line in page
    for word in ("Mận", "tờ khai", "Khai một lần"):
        assert word not in page


def test_the_qr_of_a_receipt_is_checked_like_its_code(citizen, kiosk, idea, secret_of, close):
    close()
    scanned = codes.receipt_url("http://127.0.0.1:8080", secret_of(idea))

    for browser in (citizen, kiosk):
        page = browser.get("/xac-minh", query_string={"ma": scanned})
        assert page.status_code == 200 and codes.grouped(idea.code) in page.text


def test_a_secret_that_nobody_can_guess_has_no_brake(a_site, idea, secret_of):
    limits = {"lookup_misses_per_hour_ip": 3, "lookup_misses_per_minute": 100}
    browser = watched(public_app(a_site(limits=limits), PUBLIC)).test_client()

    answers = [
        browser.get("/xac-minh", query_string={"ma": f"{n:016d}"}).status_code for n in range(5)
    ]

    assert answers == [404] * 5
    assert browser.get("/xac-minh", query_string={"ma": secret_of(idea)}).status_code == 200


def test_a_sheet_of_another_day_can_be_compared(citizen, db, idea, close):
    close()
    later = None
    for day in (2, 3):
        with writing(db):
            event_log.note(db, "device_added", None, "t", clock.now() + (day - 1) * clock.DAY)
        later = close(day)

    page = citizen.get(f"/xac-minh?ma={idea.code}&ngay={later.sheet.day}").text
    none = citizen.get(f"/xac-minh?ma={idea.code}&ngay=2020-01-01").text

    assert groups(later.head)[0] in page
    assert "Ngày 01/01/2020 không có tờ nào" in none


@pytest.mark.parametrize("day", ["", "x", "2026-13-45", "<script>", "9" * 300])
def test_any_day_asked_for_gets_a_sound_page(citizen, idea, close, day):
    close()

    page = citizen.get("/xac-minh", query_string={"ma": idea.code, "ngay": day})

    assert page.status_code == 200 and "<script" not in page.text


def test_a_past_that_was_changed_is_said_and_proves_nothing(citizen, db, idea, close):
    close()
    with writing(db):
        db.write("UPDATE daily_head SET root = before WHERE commune_id = :commune_id")

    page = citizen.get(f"/xac-minh?ma={idea.code}").text
    file = citizen.get(f"/xac-minh/{idea.code}/bang-chung.json")

    assert "không còn khớp với sổ đã chốt" in page
    assert file.status_code == 303 and file.location.endswith(f"/xac-minh?ma={idea.code}")


# --- the file


def test_the_file_of_a_code_holds_hashes_and_never_a_word(citizen, idea, close, tmp_path):
    kept = close()

    answer = citizen.get(f"/xac-minh/{idea.code}/bang-chung.json")

    assert "attachment" in answer.headers["Content-Disposition"]
    for word in ("Mận", "tờ khai", "Khai một lần", "consents", "actor", idea.id):
        assert word not in answer.get_data().decode("unicode_escape")
    checked = check(tmp_path, answer.text)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert groups(kept.head)[2] in checked.stdout and f"unit {UNIT}'s sheet" in checked.stdout


def test_the_file_behind_the_qr_proves_ones_own_words(citizen, idea, secret_of, close, tmp_path):
    close()

    answer = citizen.get(f"/r/{secret_of(idea)}/bang-chung.json")

    checked = check(tmp_path, answer.text)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Khai một lần thôi." in checked.stdout
    assert f"receipt {idea.code} was given" in checked.stdout
    assert "Mận" not in answer.get_data().decode("unicode_escape")


def test_erased_words_are_proven_no_more_and_the_event_is(
    citizen, db, idea, secret_of, close, tmp_path
):
    close()
    withdraw.withdraw(db, idea.code, at=clock.now())

    answer = citizen.get(f"/r/{secret_of(idea)}/bang-chung.json")

    assert answer.json["words_text"] == "" or "Khai một lần" in answer.json["words_text"]
    assert check(tmp_path, answer.text).returncode == 0


def test_before_midnight_the_file_leads_to_the_page_that_says_when(citizen, idea, secret_of):
    for address in (f"/xac-minh/{idea.code}", f"/r/{secret_of(idea)}"):
        assert citizen.get(f"{address}/bang-chung.json").location.endswith(f"?ma={idea.code}")


@pytest.mark.parametrize(
    "bend",
    [
        lambda proof: proof.update(event=proof["event"] + 1),
        lambda proof: proof.update(event_hash="0" * 64),
        lambda proof: proof.update(event_text=proof["event_text"].replace("web", "sms")),
        lambda proof: proof.update(words_text=proof["words_text"].replace("Khai", "Ghi")),
        lambda proof: proof.update(code="000000000097"),
        lambda proof: proof["path"][0].update(hash="0" * 64),
        lambda proof: proof["path"].pop(),
        lambda proof: proof.update(sheets=[proof["sheets"][0].replace("sheet 1", "sheet 2")]),
        lambda proof: proof["sheets"].append(proof["sheets"][0]),
        lambda proof: proof.update(head="0" * 64),
    ],
)  # fmt: skip
def test_a_bent_file_is_found_out(citizen, idea, secret_of, close, tmp_path, bend):
    close()
    proof = citizen.get(f"/r/{secret_of(idea)}/bang-chung.json").json

    bend(proof)

    checked = check(tmp_path, proof)
    assert checked.returncode == 1
    assert checked.stdout.startswith("DOES NOT HOLD: ")


def test_a_sheet_of_another_unit_does_not_follow(citizen, idea, close, tmp_path):
    kept = close()
    proof = citizen.get(f"/xac-minh/{idea.code}/bang-chung.json").json
    theirs = replace(kept.sheet, commune_id=26071, number=2, before=kept.head)

    proof["sheets"].append(theirs.text)
    proof["head"] = theirs.head

    assert "another unit's" in check(tmp_path, proof).stdout


@pytest.mark.parametrize("file", ["", "[]", "{}", "not json", '{"hienke_proof": 1, "event": 1}'])
def test_what_is_no_proof_is_told_from_a_broken_one(tmp_path, file):
    assert check(tmp_path, file).returncode == 2


def test_the_way_by_hand_in_the_doc_is_right(citizen, idea, close):
    close()
    proof = citizen.get(f"/xac-minh/{idea.code}/bang-chung.json").json

    here = proof["event_hash"]
    for step in proof["path"]:
        pair = f"{step['hash']} {here}" if step["side"] == "left" else f"{here} {step['hash']}"
        made = subprocess.run(
            ["sh", "-c", f"printf 'node {pair}' | sha256sum"], capture_output=True, text=True
        )
        here = made.stdout.split()[0]

    assert f"root {here}\n" in proof["sheets"][0]


# --- the sheet


def test_the_qr_of_a_sheet_says_whether_the_ledger_still_agrees(citizen, db, idea, close):
    kept = close()
    address = f"/S/{kept.sheet.day}/{kept.head.upper()}"

    same = citizen.get(address).text
    other = citizen.get(f"/s/{kept.sheet.day}/{'0' * 64}").text
    unknown = citizen.get(f"/s/2020-01-01/{kept.head}").text
    with writing(db):
        db.write(
            "UPDATE event SET hash = previous_hash WHERE commune_id = :commune_id AND place = :p",
            p=kept.sheet.last,
        )

    assert "khớp với sổ của xã. Đến hết ngày ấy" in same
    assert "không khớp với sổ của xã" in other and groups(kept.head)[0] in other
    assert "không có tờ chốt sổ" in unknown
    assert "không khớp với sổ của xã" in citizen.get(address).text


@pytest.mark.parametrize(
    "address", ["/s/today/x", "/s/2026-03-15/xyz", "/s/2026-03-15/" + "z" * 64]
)
def test_what_is_no_sheet_is_not_found(citizen, address):
    assert citizen.get(address).status_code == 404


def test_the_worker_closes_yesterday_and_only_once(instance, db, idea, caplog):
    yesterday = clock.to_local(clock.now() - clock.DAY, ZONE).date()
    with writing(db):
        db.write("UPDATE event SET at = :at WHERE commune_id = :commune_id",
                 at=clock.end_of_day(yesterday, ZONE))  # fmt: skip
    closer = Closer(instance, ZONE)

    closer.close(db)
    closer.close(db)

    assert [one.sheet.day for one in daily_roots.lately(db, 9)] == [yesterday.isoformat()]
