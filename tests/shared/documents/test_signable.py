"""Papers that can be signed as they come: whose they are, who gets them, on which bases, with which
evidence; and that a demo's say so on each page."""

import io
import re

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from shared.documents import catalogue, council_papers, fill
from shared.documents.tables import PaperTable
from shared.documents.write import table_blanks
from tests.papers.year import Year

TRIAL = "BẢN THỬ – không phải văn bản thật"


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """Every paper of a demo's year with two ideas, as it leaves the office, by its file's name."""
    year = Year(tmp_path_factory.mktemp("year"), 2, is_demo=True)
    return {f"{name}.{ending}": content for name, ending, content in year.papers()}


def opened(paper):
    return docx.Document(io.BytesIO(paper))


def head_of(paper):
    """Return what stands above the number: whose paper it is."""
    return " ".join(opened(paper).tables[0].cell(0, 0).text.split("Số:")[0].split())


def recipients_of(paper):
    return re.findall(r"^- (.*)[;.]$", fill.words(paper).split("Nơi nhận:")[1], re.M)


def test_a_paper_is_its_issuers_and_is_signed_by_whom_it_should(papers):
    council, unit = "HỘI ĐỒNG THI ĐUA, KHEN THƯỞNG XÃ", "VĂN PHÒNG HĐND VÀ UBND"

    for name in ("bien-ban-hop", "phieu-cham-diem"):
        assert head_of(papers[f"{name}.docx"]) == f"UBND XÃ TÂN AN {council}", name
    assert head_of(papers["to-trinh.docx"]) == f"UBND XÃ TÂN AN {unit}"
    assert head_of(papers["quyet-dinh-cong-nhan.docx"]) == "ỦY BAN NHÂN DÂN XÃ TÂN AN"
    assert "CHÁNH VĂN PHÒNG" in fill.words(papers["to-trinh.docx"])
    assert "Nguyễn Văn Mẫu" not in fill.words(papers["to-trinh.docx"])
    assert "Số: 21/TTr-VP" in fill.words(papers["to-trinh.docx"])


def test_each_paper_names_its_own_first_recipients_and_where_it_is_kept(papers):
    rest = ["Đảng ủy, HĐND xã", "Ủy ban MTTQ Việt Nam xã", "Lưu: VT, VP"]

    assert recipients_of(papers["quyet-dinh-cong-nhan.docx"]) == ["Như Điều 4", *rest]
    assert recipients_of(papers["quyet-dinh-khen-thuong.docx"]) == ["Như Điều 4", *rest]
    assert recipients_of(papers["to-trinh.docx"]) == ["Như trên", *rest]
    assert recipients_of(papers["bao-cao-nam.docx"]) == rest
    assert recipients_of(papers["thong-bao-tuyen-duong.docx"]) == rest
    assert recipients_of(papers["phieu-chuyen.docx"]) == ["Như trên", "Lưu: VT, VP"]
    assert recipients_of(papers["bien-ban-hop.docx"]) == ["Thành viên Hội đồng", "Lưu: VT, VP"]


def test_the_decision_rests_on_the_councils_minutes_and_its_proposal(papers):
    for name in ("quyet-dinh-cong-nhan.docx",):
        said = fill.words(papers[name])
        council = "Hội đồng thi đua, khen thưởng xã"
        assert f"Căn cứ Biên bản họp {council} ngày 01 tháng 7 năm 2026;" in said
        assert f"Theo đề nghị của {council}." in said


def test_minutes_name_who_signs_tell_reasons_and_say_when_it_ended(papers):
    said = fill.words(papers["bien-ban-hop.docx"])
    signers = opened(papers["bien-ban-hop.docx"]).tables[-1]

    assert [cell.text.split("\n")[-2:] for cell in signers.rows[0].cells] == [
        ["Phạm Thị Ngọc Hân", "Công chức Văn phòng – Thống kê"],
        ["Nguyễn Văn Mẫu", "Chủ tịch UBND xã"],
    ]  # fmt: skip
    assert "Chủ trì: Nguyễn Văn Mẫu, Chủ tịch UBND xã." in said
    assert "\n- Đặng Văn Năm, Phó Chủ tịch UBND xã\n" in said
    assert "\n- Võ Hoàng Minh Khôi\n" in said, "no position is written"
    assert re.search(
        r"Đặng Văn Năm không chấm sáng kiến [\d\xa0]+: là tác giả hoặc có liên quan", said
    )
    assert "Tôi là" not in said
    assert "kết thúc vào 16 giờ 30, ngày 01 tháng 7 năm 2026" in said


def test_who_makes_a_list_and_who_scores_sign_with_their_position(papers):
    for name in ("bang-tong-hop.docx", "danh-sach-trao.docx"):
        maker = opened(papers[name]).tables[-1].rows[0].cells[0].text.split("\n")
        assert maker[0] == "NGƯỜI LẬP" and maker[-2:] == [
            "Phạm Thị Ngọc Hân", "Công chức Văn phòng – Thống kê",
        ], name  # fmt: skip
    handed_in = fill.words(papers["phieu-cham-diem.docx"])
    assert "Thành viên chấm: Nguyễn Văn Mẫu, Chủ tịch UBND xã\n" in handed_in
    assert "Nguyễn Văn Mẫu\nChủ tịch UBND xã" in handed_in
    assert "Chủ tịch UBND xã" not in fill.words(papers["phieu-cham-diem-trang.docx"])


def test_an_hour_without_its_day_ended_on_the_day_of_the_session():
    from shared.store.council.minutes import Minutes

    assert council_papers._ended(Minutes("14:00", "16:30"), "2026-07-01").endswith(
        "ngày 01 tháng 7 năm 2026"
    )


def test_no_line_of_a_text_is_stretched(papers):
    for name, paper in papers.items():
        if name.endswith(".docx"):
            body = opened(paper).element.body
            both = {
                style.get(qn("w:styleId"))
                for style in opened(paper).styles.element.findall(qn("w:style"))
                if (how := style.find(f"{qn('w:pPr')}/{qn('w:jc')}")) is not None
                and how.get(qn("w:val")) == "both"
            }
            for line in body.iter(qn("w:p")):
                style = line.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
                is_both = style is not None and style.get(qn("w:val")) in both
                assert not (is_both and line.findall(f".//{qn('w:br')}")), name
    assert "\nGiao Văn phòng trình Chủ tịch ký" in fill.words(papers["bien-ban-hop.docx"])


def test_table_b6_and_the_councils_table_show_the_evidence(papers):
    book = openpyxl.load_workbook(io.BytesIO(papers["cac-bang.xlsx"]))
    b6 = [[cell or "" for cell in row] for row in book["b6-nam-xet"].values]

    for said in (fill.words(papers["bang-tong-hop.docx"]), " ".join(map(str, b6[-1]))):
        for words in ("Thời gian: 3 ngày → 1 ngày", "Giảm thời gian chờ", "Làm được ngay"):
            assert words in said, words
    assert "Thời gian: 3 ngày → 1 ngày (Ấp 1)" in " ".join(map(str, b6[-1]))
    assert "Bộ phận Một cửa, ấp 3" in fill.words(papers["bang-tong-hop.docx"])
    assert "Hiệu quả đo được" in fill.words(papers["bao-cao-nam.docx"])


def test_tables_that_say_the_same_again_are_printed_once(papers):
    said = fill.words(papers["bao-cao-nam.docx"])

    assert said.count("B1. Nhóm nội dung và kết quả") == 1
    assert "Các bảng giống hệt các bảng ở mục 1" in said


def test_a_demos_papers_say_so_on_each_page(papers):
    for name, content in papers.items():
        if name.endswith(".docx"):
            for section in opened(content).sections:
                for header in (section.header, section.first_page_header):
                    assert [line.text for line in header.paragraphs].count(TRIAL) == 1, name
        else:
            for sheet in openpyxl.load_workbook(io.BytesIO(content)):
                assert sheet["A1"].value == TRIAL, (name, sheet.title)
                assert sheet.oddHeader.center.text == TRIAL, (name, sheet.title)


def test_an_offices_own_papers_are_not_marked(tmp_path):
    year = Year(tmp_path, 1)
    made = {name: content for name, _, content in year._before_the_council()}

    assert TRIAL not in opened(made["to-trinh-du-thao"]).sections[0].header.paragraphs[0].text


def test_a_workbook_is_ready_to_be_printed(papers):
    book = openpyxl.load_workbook(io.BytesIO(papers["cac-bang.xlsx"]))
    sheet = book["b1-tiep-nhan"]

    assert sheet["A2"].value == "B1. Nhóm nội dung và kết quả"
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$3" and sheet.freeze_panes == "A4"
    longest = max(len(str(row[0].value)) for row in sheet.iter_rows(min_row=4))
    lines = (sheet.row_dimensions[6].height or 15) / 15
    assert sheet.column_dimensions["A"].width * lines > longest * 0.8
    assert sheet.cell(sheet.max_row, 1).font.bold and sheet.cell(sheet.max_row, 1).value == "Cộng"


# ── Tables ───────────────────────────────────────────────────────────────────────────────────────


def a_table(columns, rows, *, shares=()):
    """Return a table as a template of an open table fills it in."""
    paper = catalogue.paper("bang-tong-hop")
    blanks = paper.samples | {"table": table_blanks(PaperTable("a", "", columns, rows))}
    filled = fill.fill(paper.original.read_bytes(), blanks)
    return next(one for one in opened(filled).tables if one.cell(0, 0).text == columns[0])


def widths_of(table):
    return [int(one.get(qn("w:w"))) for one in table._tbl.tblGrid.findall(qn("w:gridCol"))]


def test_no_heading_is_torn_and_a_long_title_gets_the_room():
    rows = [[at, "4821 7395 0688", "Tên dài " * 15, 3, "Công nhận"] for at in range(1, 4)]

    stt, code, title, group, verdict = widths_of(
        a_table(["STT", "Mã số", "Tên sáng kiến", "Nhóm", "Kết luận"], rows)
    )

    assert stt >= 450 and group >= 550  # "STT" and "Nhóm" at nine points, with their sides
    assert code >= 1100
    assert title > 3 * max(stt, code, group, verdict)


def test_numbers_stand_to_the_right_and_sums_are_bold():
    table = a_table(["Nhóm nội dung", "Nhận"], [["Cải cách", 12], ["Cộng", 1_250_000]])

    amount, total = table.cell(1, 1), table.cell(2, 1)
    assert amount.paragraphs[0].alignment == total.paragraphs[0].alignment == 2
    assert table.cell(1, 0).paragraphs[0].alignment is None
    assert all(run.bold for run in table.cell(2, 0).paragraphs[0].runs)
    assert not any(run.bold for run in table.cell(1, 0).paragraphs[0].runs)
