"""Which paper went to whom, with what proof, and who has not got it yet."""

import io
from datetime import timedelta

import pytest

from shared.domain import clock
from shared.domain.record import replace
from shared.files import media
from shared.store.files import office_files
from shared.store.office import campaigns, dispatches
from shared.workflows import verify
from shared.workflows.change_campaign import change_campaign
from tests.conftest import ZONE

TODAY = clock.to_local(clock.now(), ZONE).date()
LIST = ("- UBND thành phố Đồng Nai;", "Đảng ủy xã", "Lưu: VT.")
PDF = b"%PDF-1.7 a signed report"
PAPER = {
    "key": "p1", "year": "2026", "title": "Báo cáo năm 2026", "number": "15/BC-UBND",
    "issued_on": f"{TODAY:%d/%m/%Y}",
}  # fmt: skip
SENT = {
    "key": "s1", "recipient": [LIST[0], LIST[1]], "sent_on": f"{TODAY:%d/%m/%Y}", "way": "edoc",
    "sent_by": "Chị Lan", "proof": "số đi 120",
}  # fmt: skip


@pytest.fixture
def campaign(db):
    kept = replace(campaigns.campaign_of(db, 2026), distribution=LIST)
    change_campaign(db, kept, zone=ZONE, actor="test", at=clock.now())


def put_down(client, **more):
    given = {**PAPER, "file": (io.BytesIO(PDF), "bao cao ky.pdf"), **more}
    return client.post("/noi-nhan/gui-tep", data=given)


@pytest.fixture
def paper(officer, campaign):
    """The address of a paper that was just put down."""
    return put_down(officer).location


def sendings(db):
    [[paper_id]] = db.rows("SELECT id FROM outgoing_paper")
    return dispatches.of_paper(db, paper_id)


def test_a_paper_is_kept_with_the_very_bytes_that_were_sent(officer, db, paper, instance):
    [[paper_id]] = db.rows("SELECT id FROM outgoing_paper")
    [file] = office_files.of(db, "paper", paper_id)

    page = officer.get(paper).text

    assert media.is_whole(instance.media, file.sha256)
    assert file.sha256 in page and "15/BC-UBND" in page
    assert officer.get(f"{paper}/tep/{file.id}").data == PDF
    assert not verify.verify(db, instance.media).damage


def test_everyone_on_the_list_is_missing_until_it_was_sent(officer, db, paper):
    before = officer.get("/noi-nhan?nam=2026").text
    answer = officer.post(paper, data=SENT)
    after = officer.get("/noi-nhan?nam=2026").text

    assert answer.status_code == 303
    assert "Còn 3 nơi" in before and "Còn 1 nơi" in after and "Đã gửi 2 nơi" in after
    assert "Lưu: VT." in after.split("Chưa gửi")[1]
    assert {(one.recipient, one.way, one.proof) for one in sendings(db)} == {
        (LIST[0], "edoc", "số đi 120"), (LIST[1], "edoc", "số đi 120"),
    }  # fmt: skip


def test_a_recipient_beside_the_list_and_another_spelling_of_one_on_it(officer, db, paper):
    officer.post(paper, data={**SENT, "recipient": [], "other": "đảng ủy  xã", "way": "paper"})
    officer.post(
        paper, data={**SENT, "key": "s2", "recipient": [], "other": "Trường Tiểu học số 2"}
    )

    page = officer.get(paper).text

    assert "Trường Tiểu học số 2" in page
    assert [one.recipient for one in sendings(db)] == ["đảng ủy xã", "Trường Tiểu học số 2"]
    assert "<li>Đảng ủy xã</li>" not in page


def test_the_same_sending_twice_is_one_and_a_second_of_the_day_is_refused(officer, db, paper):
    officer.post(paper, data=SENT)
    again = officer.post(paper, data=SENT)
    twice = officer.post(paper, data={**SENT, "key": "s2", "proof": "số đi 121"})

    assert (again.status_code, twice.status_code) == (303, 409)
    assert 'value="số đi 121"' in twice.text
    assert len(sendings(db)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": []},
        {"recipient": ["Ai đó không có trong danh sách"]},
        {"sent_on": "30/02/2026"},
        {"sent_on": f"{TODAY + timedelta(days=1):%d/%m/%Y}"},
        {"way": "pigeon"},
        {"sent_by": ""},
        {"proof": "x" * 201},
        {"other": "x" * 201},
    ],
)
def test_what_is_wrong_with_a_sending_is_told_and_what_was_typed_stays(officer, db, paper, wrong):
    answer = officer.post(paper, data={**SENT, **wrong})

    assert answer.status_code == 422
    assert "số đi 120" in answer.text or "proof" in wrong
    assert sendings(db) == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"title": ""}, 422),
        ({"year": "1999"}, 422),
        ({"issued_on": "x"}, 422),
        ({"number": "1" * 41}, 422),
        ({"file": (io.BytesIO(b""), "")}, 422),
        ({"file": (io.BytesIO(b"MZ\x00\x00"), "a.exe")}, 415),
    ],
)
def test_what_is_wrong_with_a_paper_is_told_and_leaves_no_file(
    officer, db, campaign, instance, wrong, status
):
    answer = put_down(officer, **wrong)

    assert answer.status_code == status
    assert "number" in wrong or 'value="15/BC-UBND"' in answer.text
    assert db.rows("SELECT 1 FROM outgoing_paper") == []
    assert list(instance.media.glob("??/*")) == []


def test_a_paper_too_large_is_told(officer, campaign, monkeypatch):
    monkeypatch.setattr("kiosk.office_files.FORM_BYTES", 1000)

    answer = put_down(officer, file=(io.BytesIO(PDF + b"x" * 100_000), "a.pdf"))

    assert answer.status_code == 413
    assert "Tệp lớn quá" in answer.text


def test_a_receipt_is_confirmed_with_a_day_and_a_proof(officer, db, paper):
    officer.post(paper, data=SENT)
    one = sendings(db)[0]

    wrong = officer.post(
        f"{paper}/{one.id}/nhan", data={"confirmed_on": "", "confirmed_how": "gọi"}
    )
    officer.post(
        f"{paper}/{one.id}/nhan",
        data={"confirmed_on": f"{TODAY:%d/%m/%Y}", "confirmed_how": "trục báo đã nhận"},
    )
    officer.post(f"{paper}/{one.id}/gui-tep", data={"file": (io.BytesIO(PDF), "bien nhan.pdf")})

    assert wrong.status_code == 422 and 'value="gọi"' in wrong.text
    page = officer.get(paper).text
    assert f"Nơi nhận đã nhận ngày {TODAY:%d/%m/%Y}" in page and "trục báo đã nhận" in page
    [proof] = office_files.of(db, "dispatch", one.id)
    assert officer.get(f"{paper}/{one.id}/tep/{proof.id}").data == PDF
    log = officer.get(f"{paper}/so").text
    assert "trục báo đã nhận" in log and "bien nhan.pdf" in log and "Lưu: VT." in log


def test_a_wrong_line_is_struck_and_a_paper_only_while_it_went_to_nobody(officer, db, paper):
    officer.post(paper, data={**SENT, "recipient": [LIST[1]]})
    [one] = sendings(db)
    why = {"reason": "Ghi nhầm nơi nhận"}
    kept = officer.post(f"{paper}/bo", data=why)

    officer.post(f"{paper}/{one.id}/bo", data=why)
    gone = officer.post(f"{paper}/bo", data=why)

    assert (kept.status_code, gone.status_code) == (409, 303)
    assert officer.get(paper).status_code == 404
    assert db.rows("SELECT 1 FROM event WHERE kind = 'dispatch_struck'")


def test_another_papers_sending_is_not_found_here(officer, db, paper):
    officer.post(paper, data=SENT)
    one = sendings(db)[0]
    other = put_down(officer, key="p2", file=(io.BytesIO(PDF), "b.pdf")).location

    assert officer.post(f"{other}/{one.id}/nhan").status_code == 404
    assert officer.post(f"{other}/{one.id}/bo").status_code == 404


def test_a_campaign_without_a_list_says_where_it_is_written(officer):
    page = officer.get("/noi-nhan").text

    assert "chưa ghi nơi nhận" in page and 'href="/ke-hoach/2026"' in page


def test_what_is_not_everywhere_is_found_behind_any_number_that_is(db, campaign):
    def filed(number: int, *to: str) -> str:
        new = dispatches.NewPaper(2026, f"Báo cáo {number}", "", "2026-07-01")
        paper = dispatches.add_paper(db, new, key=f"p{number}", actor="t", at=number)
        for at, one in enumerate(to):
            sent = dispatches.NewDispatch(one, "2026-07-01", "paper", "An", "")
            dispatches.send(db, paper, sent, key=f"s{number}.{at}", actor="t", at=number)
        return paper

    for number in range(120):
        filed(number, *LIST)
    late = [filed(number, LIST[0]) for number in range(120, 123)]

    found = dispatches.not_everywhere(db, since=2025, limit=2)
    every = dispatches.not_everywhere(db, since=2025, limit=200)

    assert [one.id for one in found] == late[:2]
    assert [one.id for one in every] == late
    assert {one.missing for one in every} == {tuple(LIST[1:])}
    assert dispatches.not_everywhere(db, since=2027, limit=2) == []
