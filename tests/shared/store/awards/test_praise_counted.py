"""Table B7 and the register's columns: what was given, counted anew from what was done."""

from collections import Counter
from datetime import UTC, date, datetime

import openpyxl
import pytest

from shared.db.connection import writing
from shared.db.pages import PAGE_LINES
from shared.documents import export, write, year_report
from shared.domain import clock
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.store.awards import awards, checks, conferences, printed_names
from shared.store.models import adoptions
from shared.workflows import award_steps
from tests.conftest import ZONE

AT = clock.from_local(datetime(2026, 11, 23, tzinfo=UTC))
NAME = "Trần Thị Mận"


@pytest.fixture
def given(db, a_proposal):
    """A builder: a letter or an award in force for an idea received at `at`."""
    numbers = iter(range(1, 100))

    def build(kind="letter", *, amount=0, form="Giấy khen", at=AT, **idea):
        consents = {"store": True, "notice": "2026-1"}
        here = a_proposal(status=Status.RECOGNISED, at=at, name=NAME, consents=consents, **idea)
        figures = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-07-01", "Sổ")
        adoptions.measure(db, here.id, figures, key=here.id, actor="an", at=AT)
        one = award_steps.propose(
            db, here.code, 1, kind, key=here.id, today=date(2026, 7, 1), actor="an", at=AT
        )
        printed_names.confirm(db, one.id, NAME, how="phone", actor="an", at=AT)
        if kind == "letter":
            award_steps.approve(db, one.id, seen=one.version, actor="c", at=AT)
            [one] = award_steps.issue(
                db, [one.id], f"{next(numbers)}/TK", "2026-07-02", one_number=False, actor="a",
                at=AT,
            )  # fmt: skip
            return one
        content = awards.Content(form, one.is_collective, "việc tốt", one.basis, amount, "Quỹ xã")
        one = award_steps.rewrite(db, one.id, content, seen=one.version, actor="an", at=AT)
        clear = checks.AwardCheck("clear", "Công an", "2026-07-01", "", "an", AT)
        one = award_steps.check(db, one.id, clear, seen=one.version)
        return award_steps.decide(
            db, one.id, "30/QĐ-UBND", "2026-07-03", seen=one.version, actor="c", at=AT
        )

    return build


def b7(db, basis, year=2026):
    [part] = [one for one in year_report.parts(db, year, at=AT, zone=ZONE) if one.basis == basis]
    [table] = [one for one in part.tables if one.name == "b7"]
    return {row[0]: list(row[1:]) for row in table.rows}


def withdraw(db, one):
    award_steps.take_back(db, one.id, "nhầm", seen=one.version, actor="c", at=AT)


def test_b7_counts_collectives_persons_and_money_by_form(db, given):
    given()
    given(participant_type="enterprise", unit="Công ty Hoa Mai")
    given("award", amount=1_500_000)
    given("award", amount=300_000, participant_type="organization", unit="Hội Nông dân")
    given("award", amount=200_000, form="Bằng khen")
    withdraw(db, given("award", amount=9_000_000))
    withdraw(db, given())

    assert b7(db, "counted") == {
        "Thư khen": [1, 1, 2, 0],
        "Bằng khen": [0, 1, 1, 200_000],
        "Giấy khen": [1, 1, 2, 1_800_000],
        "Cộng": [2, 3, 5, 2_000_000],
    }


def test_b7_goes_by_each_basis(db, given):
    """An insider's idea after the cut-off was received in one year and counts to the next."""
    late = clock.from_local(datetime(2026, 11, 10, 9, tzinfo=ZONE))
    given("award", amount=500_000, at=late, participant_type="official", insider=True)
    given("award", amount=300_000)

    assert b7(db, "received")["Cộng"] == [0, 2, 2, 800_000]
    assert b7(db, "counted")["Cộng"] == [0, 1, 1, 300_000]
    assert b7(db, "counted", 2027)["Cộng"] == [0, 1, 1, 500_000]


def test_a_year_without_praise_says_nought(db):
    assert b7(db, "counted") == {"Thư khen": [0, 0, 0, 0], "Cộng": [0, 0, 0, 0]}


def test_money_is_read_as_people_write_it_and_a_year_as_a_year():
    assert [write.cell_words(cell) for cell in (1_500_000, 2026, 0)] == [
        "1.500.000",
        "2026",
        "0",
    ]


def written(db, tmp_path, *, personal):
    export.write(
        db, tmp_path / "so.xlsx", export.Copy("", personal=personal, zone=ZONE), lambda: None
    )
    book = openpyxl.load_workbook(tmp_path / "so.xlsx")
    sheets = {}
    for name in ("so-theo-doi", "khen-thuong"):
        _, head, *rows = book[name].iter_rows(values_only=True)
        sheets[name] = [dict(zip(head, row, strict=True)) for row in rows]
    return sheets


def test_the_register_tells_what_praises_each_idea(db, given, tmp_path):
    given("award", amount=1_500_000)
    withdraw(db, given())

    lines = written(db, tmp_path, personal=False)["so-theo-doi"]

    assert [line["Tuyên dương, khen thưởng"] for line in lines] == [
        "Giấy khen số 30/QĐ-UBND ngày 03/07/2026, 1.500.000 đồng", None,
    ]  # fmt: skip


@pytest.mark.parametrize(("personal", "name"), [(True, NAME), (False, "(không xuất)")])
def test_the_sheet_of_praise_has_every_paper_and_names_only_where_asked(
    db, given, tmp_path, personal, name
):
    letter, award = given(), given("award", amount=1_500_000)
    held = conferences.open_one(
        db, "Tổng kết", "2026-11-20", "xã", key="c", actor="an", at=AT
    )  # fmt: skip
    conferences.choose(db, award.id, held, actor="an", at=AT)
    award_steps.hand_over(db, award.id, "2026-11-20", actor="an", at=AT)
    withdraw(db, letter)

    rows = written(db, tmp_path, personal=personal)["khen-thuong"]

    assert [(row["Hình thức khen"], row["Bước"]) for row in rows] == [
        ("Thư khen", "Đã thu hồi"), ("Giấy khen", "Đã trao"),
    ]  # fmt: skip
    assert rows[1]["Họ và tên"] == name
    assert (rows[1]["Số sổ vàng"], rows[1]["Tiền thưởng (đồng)"]) == (1, 1_500_000)
    assert rows[1]["Hội nghị"] == "Tổng kết" and rows[1]["Ngày trao"].date() == date(2026, 11, 20)
    assert Counter(row["Tập thể, cá nhân"] for row in rows) == {"Cá nhân": 2}


def test_a_register_is_read_a_year_at_a_time_of_the_years_that_gave_numbers(db, given):
    assert awards.years(db) == []
    ones = [given() for _ in range(4)]
    for one, day in zip(
        ones, ("2024-12-31", "2026-01-01", "2026-12-31", "2026-01-01"), strict=True
    ):
        with writing(db):
            awards.set_state(db, one, one.state, actor="an", at=AT, day=day)

    assert awards.years(db) == ["2026", "2024"]
    of_year = {
        year: [one.id for one in awards.page_given_in(db, year, "").lines]
        for year in ("2024", "2025", "2026")
    }
    assert of_year["2024"] == [ones[0].id] and of_year["2025"] == []
    assert of_year["2026"] == [ones[2].id, ones[3].id, ones[1].id]


def test_the_register_of_a_year_goes_on_page_by_page(db, given, monkeypatch):
    monkeypatch.setattr(awards, "REGISTER_LINES", 2)
    ones = [given() for _ in range(5)]
    with writing(db):
        for one, day in zip(
            ones,
            ("2026-01-01", "2026-12-31", "2026-12-31", "2027-01-01", "2026-03-01"),
            strict=True,
        ):
            awards.set_state(db, one, one.state, actor="an", at=AT, day=day)

    pages, after = [], "none"
    while after:
        page = awards.page_given_in(db, "2026", after)
        pages.append([one.id for one in page.lines])
        after = page.after

    assert pages == [[ones[2].id, ones[1].id], [ones[4].id, ones[0].id]]


def test_what_may_be_called_up_is_valid_not_handed_over_and_on_no_list(db, given):
    letter, award, called, handed, gone = given(), given("award"), given(), given(), given()
    held = conferences.open_one(db, "Hội nghị", "2026-12-01", "A", key="k", actor="an", at=AT)
    conferences.choose(db, called.id, held, actor="an", at=AT)
    award_steps.hand_over(db, handed.id, "2026-07-03", actor="an", at=AT)
    withdraw(db, gone)

    assert [one.id for one in conferences.free(db)] == [letter.id, award.id]
    assert conferences.called(db, [held, "none"]) == {held: 1}
    assert conferences.deliveries_of(db, [called.id, letter.id]).keys() == {called.id}


def test_conferences_go_on_page_by_page_the_latest_first(db):
    for n in range(2 * PAGE_LINES + 3):
        conferences.open_one(db, "H", f"2026-03-{1 + n % 9:02}", "A", key=f"{n}", actor="a", at=AT)

    pages, after = [], "none"
    while after:
        page = conferences.page(db, after)
        pages.append([one.id for one in page.lines])
        after = page.after

    assert [len(page) for page in pages] == [PAGE_LINES, PAGE_LINES, 3]
    assert [one for page in pages for one in page] == [one.id for one in conferences.every(db)]
