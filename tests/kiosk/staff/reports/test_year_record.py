"""The record by which the office's people are rated: the chair's alone, each look noted."""

import io
import json
import re

import openpyxl
import pytest

from kiosk.staff.reports import year_record
from shared.db.connection import writing
from shared.db.pages import PAGE_LINES
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.store.cases import moves, proposals
from shared.store.models import adoptions
from shared.store.reports import staff_year
from shared.workflows import withdraw
from tests.forgetting import forget_authors

OFFICIAL = {
    "participant_type": "official", "insider": True, "name": "Nguyễn Văn An",
    "unit": "Văn phòng", "position": "Chuyên viên",
    "consents": {"store": True, "sms": False, "name_me": False, "notice": "2026-1"},
}  # fmt: skip


@pytest.fixture
def chair(logged_in):
    return logged_in("chu", role="chair")


def noted(db, kind):
    rows = db.rows("SELECT data FROM event WHERE kind = :kind ORDER BY place", kind=kind)
    return [json.loads(row[0]) for row in rows]


def rows_of(answer, sheet):
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return [list(row) for row in book[sheet].iter_rows(min_row=3, values_only=True)]


def ids_of(db):
    return [row[0] for row in db.rows("SELECT id FROM author ORDER BY id")]


def test_the_chair_sees_who_sent_what_and_what_came_of_it(chair, db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, **OFFICIAL)
    adoptions.add(db, idea.id, "Tổ Một cửa", "applied", "2026-05-01", actor="t", at=clock.now())
    year = idea.evaluation_year

    page = chair.get(f"/thanh-tich?nam={year}").text

    assert f"Sáng kiến của cán bộ, người lao động năm {year}" in page
    assert "<bdi>Nguyễn Văn An</bdi>" in page and "Chuyên viên" in page
    assert "QĐ số 12/QĐ-UBND ngày 01/07/2026" in page
    assert "Tổ Một cửa (01/05/2026)" in page
    assert '<td class="number">1</td>' * 4 in page
    assert noted(db, "year_record_viewed") == [{"year": year}]


def test_many_people_stand_on_pages_and_of_many_ideas_the_latest(chair, db, a_proposal):
    for number in range(PAGE_LINES + 1):
        a_proposal(**OFFICIAL | {"name": f"Nguyễn Văn {chr(ord('A') + number)}"})
    ideas = [
        a_proposal(at=clock.now() - (3 - number) * clock.MINUTE, **OFFICIAL | {"unit": "0"})
        for number in range(3)
    ]
    address = f"/thanh-tich?nam={ideas[0].evaluation_year}"

    with pytest.MonkeyPatch.context() as few:
        few.setattr(year_record, "MOST_IDEAS", 2)
        first = chair.get(address).text
    [after] = re.findall(r"after=([0-9a-f-]+)", first)
    second = chair.get(f"{address}&after={after}").text

    names = [re.findall(r'<th scope="row">\s*<bdi>([^<]+)', page) for page in (first, second)]
    assert [len(page) for page in names] == [PAGE_LINES, 2] and "after=" not in second
    assert len({*names[0], *names[1]}) == PAGE_LINES + 2
    assert [one.code in first for one in ideas] == [False, True, True]
    assert '<td class="number">3</td>' in first and "1 sáng kiến trước đó" in first


def test_ideas_without_a_name_are_counted_as_far_as_that_helps(chair, a_proposal, monkeypatch):
    monkeypatch.setattr(staff_year, "MOST_UNNAMED", 2)
    nobody = {"participant_type": "official", "insider": True}
    said = []
    for _ in range(3):
        year = a_proposal(**nobody).evaluation_year
        said += re.findall(r"Còn (?:hơn )?\d sáng kiến", chair.get(f"/thanh-tich?nam={year}").text)

    assert said == ["Còn 1 sáng kiến", "Còn 2 sáng kiến", "Còn hơn 2 sáng kiến"]


@pytest.mark.parametrize("role", ["officer", "admin", "council", "receptionist"])
def test_nobody_else_opens_it_or_sees_its_link(logged_in, role):
    client = logged_in("an", role=role)

    assert client.get("/thanh-tich").status_code == 403
    assert client.post("/thanh-tich/2026/xlsx").status_code == 403
    assert "/thanh-tich" not in client.get("/", follow_redirects=True).text


def test_a_copy_is_a_workbook_of_persons_and_of_their_ideas_and_is_noted(chair, db, a_proposal):
    idea = a_proposal(status=Status.REPLICATED, **OFFICIAL)
    a_proposal(**{**OFFICIAL, "name": "=1+1"})
    year = idea.evaluation_year

    answer = chair.post(f"/thanh-tich/{year}/xlsx")

    persons = rows_of(answer, "tong-hop")
    assert persons[0][1] == "=1+1"
    assert persons[1][1:] == [
        "Nguyễn Văn An",
        "Văn phòng",
        "Chuyên viên",
        persons[1][4],
        1,
        1,
        1,
        1,
    ]
    parts = rows_of(answer, "chi-tiet")
    assert codes.grouped(idea.code) in parts[1]
    assert "QĐ số 12/QĐ-UBND ngày 01/07/2026" in parts[1]
    assert noted(db, "exported") == [{"personal": True, "what": f"year_record {year}"}]
    assert chair.post("/thanh-tich/1999/xlsx").status_code == 404


def test_only_those_who_agreed_and_are_the_offices_own_stand_there(chair, a_member, db, a_proposal):
    colleague = a_member("ba").id
    idea = a_proposal(**{**OFFICIAL, "name": "Lê Thị Giữ"})
    a_proposal(**{**OFFICIAL, "participant_type": "citizen", "name": "Trần Thị Dân"})
    gone = a_proposal(**{**OFFICIAL, "name": "Phạm Văn Xóa"})
    hidden = a_proposal(**{**OFFICIAL, "name": "Võ Văn Kín"})
    junk = a_proposal(**{**OFFICIAL, "name": "Hồ Văn Rác"})
    nameless = {k: v for k, v in OFFICIAL.items() if k not in ("name", "consents")}
    a_proposal(**nameless)
    with writing(db):
        forget_authors(db, gone.id, at=clock.now())
    proposals.flag(db, hidden.code, spam=False, confidential=True, actor=colleague, at=clock.now())
    proposals.flag(db, junk.code, spam=True, confidential=False, actor=colleague, at=clock.now())

    page = chair.get(f"/thanh-tich?nam={idea.evaluation_year}").text

    assert "Lê Thị Giữ" in page
    for name in ("Trần Thị Dân", "Phạm Văn Xóa", "Võ Văn Kín", "Hồ Văn Rác"):
        assert name not in page
    assert "Còn 2 sáng kiến" in page


def test_a_merged_idea_counts_for_its_own_sender_with_what_became_of_the_kept_one(
    chair, db, a_proposal
):
    kept = a_proposal(**{**OFFICIAL, "name": "Lê Thị Đầu"})
    merged = a_proposal(**{**OFFICIAL, "name": "Trần Văn Sau"})
    into = {"into": kept.code}
    moves.move(db, merged.code, Status.MERGED, actor="t", at=clock.now(), details=into)
    for step, said in (
        (Status.UNDER_APPRAISAL, None), (Status.AT_COUNCIL, None),
        (Status.RECOGNISED, {"decision_number": "7/QĐ-UBND", "decision_date": "2026-06-01",
                             "reason": "tốt"}),
    ):  # fmt: skip
        moves.move(db, kept.code, step, actor="t", at=clock.now(), details=said)

    persons = rows_of(chair.post(f"/thanh-tich/{kept.evaluation_year}/xlsx"), "tong-hop")

    assert [(one[1], one[7]) for one in persons] == [("Lê Thị Đầu", 1), ("Trần Văn Sau", 1)]


def test_two_spellings_are_joined_by_hand_and_taken_apart_again(chair, db, a_proposal):
    idea = a_proposal(**OFFICIAL)
    a_proposal(**{**OFFICIAL, "name": "N.V. An"})
    year = idea.evaluation_year
    one, other = ids_of(db)
    assert "Là hai người" in chair.get(f"/thanh-tich?nam={year}").text

    joined = chair.post(
        "/thanh-tich/mot-nguoi", data={"one": one, "other": other, "do": "join", "nam": year}
    )

    assert joined.location == f"/thanh-tich?nam={year}"
    assert [row[5] for row in rows_of(chair.post(f"/thanh-tich/{year}/xlsx"), "tong-hop")] == [2]
    [said] = staff_year.said(db)
    back = chair.post(f"/thanh-tich/mot-nguoi/{said.id}/bo", data={"nam": year})
    assert back.status_code == 303
    assert len(rows_of(chair.post(f"/thanh-tich/{year}/xlsx"), "tong-hop")) == 2
    assert chair.post(f"/thanh-tich/mot-nguoi/{said.id}/bo").status_code == 404
    assert [noted(db, kind) != [] for kind in ("people_joined", "people_undone")] == [True, True]


def test_who_was_said_to_be_two_is_not_asked_about_again(chair, db, a_proposal):
    idea = a_proposal(**OFFICIAL)
    a_proposal(**{**OFFICIAL, "name": "Nguyễn Văn Ân"})
    one, other = ids_of(db)
    given = {"one": one, "other": other, "do": "apart", "nam": idea.evaluation_year}

    page = chair.post("/thanh-tich/mot-nguoi", data=given, follow_redirects=True).text

    assert "Là hai người. " in page
    assert 'value="apart"' not in page


@pytest.mark.parametrize(
    "given", [{}, {"do": "join"}, {"do": "join", "one": "x", "other": "x"},
              {"do": "join", "one": "x", "other": "y"}],
)  # fmt: skip
def test_joining_nobody_is_told_and_keeps_nothing(chair, db, given):
    assert chair.post("/thanh-tich/mot-nguoi", data=given).status_code == 422
    assert staff_year.said(db) == []


def test_an_erased_author_takes_what_was_said_of_them_along(chair, db, a_proposal):
    kept = a_proposal(**OFFICIAL)
    gone = a_proposal(**{**OFFICIAL, "name": "N.V. An"})
    one, other = ids_of(db)
    staff_year.say(db, one, other, is_same=True, actor="t", at=clock.now())

    withdraw.withdraw(db, gone.code, at=clock.now())

    page = chair.get(f"/thanh-tich?nam={kept.evaluation_year}").text
    assert "N.V. An" not in page and "Đã xác nhận" not in page
    assert staff_year.say(db, one, other, is_same=False, actor="t", at=clock.now()) is False


def test_who_was_joined_by_a_name_of_another_year_is_one_person(chair, db, a_proposal):
    """Given three spellings: the first and the last are of this year, what joins them is older."""
    this = a_proposal(**OFFICIAL)
    last = a_proposal(**{**OFFICIAL, "name": "Nguyễn V. An"})
    old = a_proposal(at=this.received_at - 800 * clock.DAY, **{**OFFICIAL, "name": "Anh An"})
    a_proposal(at=this.received_at - 799 * clock.DAY, **{**OFFICIAL, "name": "Lê Thị Xưa"})
    one, other, between = (
        db.row("SELECT id FROM author WHERE proposal_id = :id", id=it.id)[0]
        for it in (this, last, old)
    )
    for end in (one, other):
        staff_year.say(db, between, end, is_same=True, actor="t", at=clock.now())

    persons = rows_of(chair.post(f"/thanh-tich/{this.evaluation_year}/xlsx"), "tong-hop")

    assert [row[5] for row in persons] == [2]
    assert "Lê Thị Xưa" not in chair.get(f"/thanh-tich?nam={this.evaluation_year}").text
    assert "Lê Thị Xưa" in chair.get(f"/thanh-tich?nam={old.evaluation_year}").text
