"""The year's report: figures counted anew from the rows, and a paper that word processors open."""

import io
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import openpyxl
import pytest

from shared import founding
from shared.documents import write, year_report
from shared.documents.write import Desk, Registered
from shared.domain import clock, unit_number
from shared.domain.proposal import Status
from shared.domain.record import replace
from shared.runtime.instance import Instance
from shared.store.cases import notes
from shared.store.office import campaigns, profile
from shared.workflows.change_campaign import change_campaign
from tests.conftest import ZONE

AT = clock.from_local(datetime(2026, 11, 23, tzinfo=UTC))
NAME = "UBND xã Tân An"
DRAFT = Registered()
NO_FILES = Path("/no/files")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The store of a demo, forty ideas a year on."""
    instance = Instance(tmp_path_factory.mktemp("demo") / "demo")
    founding.found(instance, unit_number.DEMO, is_demo=True, at=AT)
    opened = instance.open()
    yield opened
    opened.close()


def figures(db, basis):
    """Return {table: {first cell of a row: the other cells}} of the report."""
    [part] = [one for one in year_report.parts(db, 2026, at=AT, zone=ZONE) if one.basis == basis]
    return {table.name: {row[0]: list(row[1:]) for row in table.rows} for table in part.tables}


def counted_anew(db, basis):
    """Return the rows of the year, by plain SQL, as dicts."""
    where = {
        "counted": "evaluation_year = 2026",
        # Vietnam is seven hours ahead and has no summer time.
        "received": "strftime('%Y', (received_at + 25200000) / 1000, 'unixepoch') = '2026'",
    }[basis]
    names = ("id", "status", "channel", "participant_type", "insider", "category", "field")
    return [
        dict(zip(names, row, strict=True))
        for row in db.rows(f"SELECT {', '.join(names)} FROM proposal WHERE is_spam = 0 AND {where}")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("basis", ["received", "counted"])
def test_the_figures_are_those_counted_anew_from_the_rows(told, basis):
    rows = counted_anew(told, basis)
    by = Counter(row["status"] for row in rows)
    tried = {row[0] for row in told.rows("SELECT proposal_id FROM move WHERE to_status='on_trial'")}
    gone = by["redirected"] + by["closed"] + by["withdrawn"]

    found = figures(told, basis)

    total = [
        len(rows), len(rows) - gone, by["merged"], sum(row["id"] in tried for row in rows),
        by["recognised"] + by["replicated"], by["replicated"], by["not_recognised"],
        by["redirected"],
    ]  # fmt: skip
    assert found["b1"]["Cộng"] == found["b3"]["Cộng"] == total
    assert found["b4"]["Cộng"] == [total[0], *total[4:7]]
    assert [sum(cells) for cells in zip(*list(found["b1"].values())[:-1], strict=True)] == total
    by_paper = Counter(row["participant_type"] for row in rows if row["channel"] == "paper")
    assert found["b2"]["Giấy"] == [by_paper[who] for who in demo_types()] + [by_paper.total()]
    unasked = [row for row in rows if row["participant_type"] == "not_asked"]
    assert unasked and found["b3"]["Chưa hỏi đối tượng (tạm tính là người dân)"][0] == len(unasked)
    citizens = sum(row["participant_type"] == "citizen" for row in rows)
    assert found["b3"]["Người dân"][0] == citizens + len(unasked)
    inside = [row for row in rows if row["insider"]]
    assert found["b3"]["Trong cơ quan"][0] == len(inside)
    assert found["b3"]["Ngoài cơ quan"][0] == len(rows) - len(inside)
    eighth = [row for row in rows if row["category"] == "8"]
    assert found["b1"]["8. Ứng dụng CNTT, nền tảng số"][0] == len(eighth)
    assert len(found["b6"]) == by["replicated"]


def demo_types():
    return (
        "citizen", "household_business", "enterprise", "organization", "official",
        "part_time_official", "worker",
    )  # fmt: skip


@pytest.mark.slow
def test_how_long_answers_took_is_that_counted_anew(told):
    took, in_time, late = [], 0, 0
    for one, received, due in told.rows(
        "SELECT id, received_at, due_at FROM proposal WHERE is_spam = 0"
        " AND evaluation_year = 2026 AND status <> 'withdrawn'"
    ):
        moments = [
            row[0] for row in told.rows("SELECT at FROM reply WHERE proposal_id = :o", o=one)
        ]
        for to, at in told.rows("SELECT to_status, at FROM move WHERE proposal_id = :o", o=one):
            if to not in ("received", "needs_info", "under_appraisal", "withdrawn"):
                moments.append(at)
        if moments:
            took.append((min(moments) - received) / 86_400_000)
            in_time += min(moments) <= due
        else:
            late += due < AT

    told_of = figures(told, "counted")["b5"]

    assert told_of["Số sáng kiến đã trả lời"] == [len(took)]
    assert told_of["Trung bình số ngày từ tiếp nhận đến trả lời"] == [
        round(sum(took) / len(took), 1)
    ]
    assert told_of["Tỷ lệ đúng hạn (%)"] == [round(100 * in_time / (len(took) + late), 1)]
    assert told_of["Trong đó đã quá hạn"] == [late]


@pytest.mark.slow
def test_an_insiders_idea_after_the_cutoff_stands_in_one_basis_and_is_listed_in_the_other(told):
    by_receipt, by_count = figures(told, "received"), figures(told, "counted")

    [next_year] = told.row(
        "SELECT count(*) FROM proposal WHERE is_spam = 0 AND evaluation_year = 2027"
    )
    assert by_receipt["b8"]["Nhận trong năm, tính cho năm 2027"][0] == next_year > 0
    assert by_receipt["b1"]["Cộng"][0] - by_count["b1"]["Cộng"][0] == next_year


def test_a_year_set_by_hand_counts_however_long_ago_the_idea_came(db, a_proposal):
    old = a_proposal(at=AT - 4 * 365 * clock.DAY)
    assert figures(db, "counted")["b1"]["Cộng"][0] == 0

    notes.set_year(db, old.code, 2026, "Lãnh đạo cho xét.", key="k", actor="an", at=AT)

    assert figures(db, "counted")["b1"]["Cộng"][0] == 1
    assert figures(db, "received")["b1"]["Cộng"][0] == 0


def words_of(paper: bytes) -> str:
    """Return all a paper says, tables too."""
    opened = docx.Document(io.BytesIO(paper))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in opened.paragraphs), *cells])


def the_report(db, registered=DRAFT):
    return year_report.paper(Desk(db, NO_FILES, "", NAME, ZONE, AT), 2026, registered)


def test_a_report_is_a_draft_until_it_has_a_number_and_a_day(db):
    draft = words_of(the_report(db, Registered("15/BC-UBND")))
    final = words_of(the_report(db, Registered("15/BC-UBND", date(2026, 1, 5))))

    assert "DỰ THẢO" in draft
    assert "DỰ THẢO" not in final
    assert "Số: 15/BC-UBND" in final
    assert "Tân An, ngày 05 tháng 01 năm 2026" in final


def test_a_report_bears_the_name_the_bases_and_the_signer_of_its_day(db):
    campaign = campaigns.campaign_of(db, 2026)
    changed = {"signer": "Trần Văn Ba", "signer_title": "CHỦ TỊCH", "distribution": ("Đảng ủy xã",)}
    change_campaign(db, replace(campaign, **changed), zone=ZONE, actor="test", at=AT)
    profile.add_profile(db, "2026-07-01", "UBND phường Tân An", "", "Tân An", "Văn phòng",
                       actor="test", at=AT)  # fmt: skip
    profile.add_basis(db, "Luật số một", "2020-01-01", "2026-06-30", actor="test", at=AT)
    profile.add_basis(db, "Luật số hai", "2026-07-01", "", actor="test", at=AT)

    before = words_of(the_report(db, Registered("1", date(2026, 6, 30))))
    after = words_of(the_report(db, Registered("1", date(2026, 7, 1))))

    assert "XÃ TÂN AN" in before and "Căn cứ Luật số một;" in before
    assert "PHƯỜNG TÂN AN" in after and "Căn cứ Luật số hai;" in after
    assert "Luật số hai" not in before
    assert "- Đảng ủy xã;\n- Lưu: VT, Văn phòng." in after and "Trần Văn Ba" in after


def test_what_citizens_wrote_is_text_in_a_paper_and_never_markup_or_template(db, a_proposal):
    title = "Bớt <w:p/> & {{ 7 * 7 }} {% endfor %} “giấy”"
    a_proposal(status=Status.REPLICATED, title=title, at=AT)

    assert title in words_of(the_report(db))


def test_the_page_is_laid_out_as_the_decree_wants_it(db):
    paper = docx.Document(io.BytesIO(the_report(db)))

    [page] = paper.sections
    assert (page.page_width.mm, page.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [side.mm for side in margins] == pytest.approx([20, 20, 30, 15], abs=0.1)
    assert paper.styles["Normal"].font.name == "Times New Roman"
    assert page.different_first_page_header_footer


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_a_date_is_written_with_noughts_where_the_decree_wants_them(day, words):
    assert write.day_words(day, day.year) == words


def test_the_workbook_has_every_table_on_both_bases(db, a_proposal):
    a_proposal(at=AT)

    book = openpyxl.load_workbook(io.BytesIO(year_report.workbook(db, 2026, at=AT, zone=ZONE)))

    assert set(book.sheetnames) == {"tuyen-truyen"} | {
        f"b{n}-{basis}" for n in range(1, 9) for basis in ("tiep-nhan", "nam-xet")
    }
    assert book["b1-tiep-nhan"]["A13"].value == "Cộng"
    assert book["b1-tiep-nhan"]["B13"].value == 1


def test_a_long_list_shows_its_first_lines_and_says_so_and_the_workbook_has_all(db, a_proposal):
    for number in range(3):
        a_proposal(status=Status.REPLICATED, title=f"Sáng kiến thứ {number}", at=AT + number)

    for part in year_report.parts(db, 2026, at=AT, zone=ZONE, most=2):
        [table] = [one for one in part.tables if one.name == "b6"]
        assert [row[2] for row in table.rows] == ["Sáng kiến thứ 0", "Sáng kiến thứ 1"]
        assert "2 dòng đầu" in table.note and "tất cả 3 dòng" in table.note
        assert part.sums["replicated"] == 3
    book = openpyxl.load_workbook(io.BytesIO(year_report.workbook(db, 2026, at=AT, zone=ZONE)))
    for sheet in ("b6-tiep-nhan", "b6-nam-xet"):
        titles = [row[2].value for row in book[sheet].iter_rows() if len(row) > 2]
        assert sum(str(title).startswith("Sáng kiến thứ") for title in titles) == 3


def test_a_replicated_idea_whose_year_was_set_by_hand_is_listed_on_its_year(db, a_proposal):
    old = a_proposal(status=Status.REPLICATED, title="Của năm xưa", at=AT - 4 * 365 * clock.DAY)
    notes.set_year(db, old.code, 2026, "Lãnh đạo cho xét.", key="k", actor="an", at=AT)

    assert len(figures(db, "counted")["b6"]) == 1
    assert figures(db, "received")["b6"] == {}
    assert figures(db, "counted")["b8"]["Nhận năm trước, tính cho năm 2026"][0] == 1


def test_many_codes_in_one_cell_are_the_first_ones_and_how_many_more(db, a_proposal, monkeypatch):
    monkeypatch.setattr(year_report, "_MOST_CODES", 1)
    codes = [a_proposal(at=AT - 400 * clock.DAY + number).code for number in range(3)]
    for code in codes:
        notes.set_year(db, code, 2026, "Lãnh đạo cho xét.", key=code, actor="an", at=AT)

    count, said = figures(db, "counted")["b8"]["Nhận năm trước, tính cho năm 2026"]

    assert count == 3
    assert said.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").startswith(codes[0])
    assert "và 2 sáng kiến nữa" in said


def test_further_groups_are_said_below_the_table_and_counted_in_none_of_its_cells(db, a_proposal):
    now = clock.now()
    a_proposal(category="3", more_categories=["5", "8"])
    year = clock.to_local(now, ZONE).year

    [part] = [one for one in year_report.parts(db, year, at=now, zone=ZONE)
              if one.basis == "received"]  # fmt: skip
    [table] = [one for one in part.tables if one.name == "b1"]

    assert [row[1] for row in table.rows if row[1]] == [1, 1]  # group 3, and the sum
    assert "Nhóm phụ nêu thêm, không cộng vào bảng: 5. " in table.note
