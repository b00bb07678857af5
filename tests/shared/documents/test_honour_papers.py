"""The papers of letters and awards: whom they name, what they bear, where a line is printed."""

import io
import re
import shutil
import subprocess
from datetime import date

import docx
import pytest
import zxingcpp
from PIL import Image

from kiosk import qr
from shared.documents import batch, campaign_papers, fill, honour_papers
from shared.documents.idea_papers import GenuineCheck
from shared.documents.write import Desk, Registered
from shared.domain import award_rules, clock, codes
from shared.domain.award_rules import LineBox
from shared.domain.honours import NAME_LETTERS, what_is_wrong
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.domain.record import replace
from shared.store.awards import awards as awards_awards
from shared.store.awards import checks, conferences, printed_names
from shared.store.awards import rules as kept_rules
from shared.store.cases import proposals
from shared.store.models import adoptions
from shared.store.office import campaigns
from shared.workflows import award_steps
from tests.conftest import ZONE

AT = clock.now()
TODAY = date(2026, 7, 1)
WHERE = "https://hienke.example.vn/xac-minh"
NAME = "Nguyễn Thị Đượm"


@pytest.fixture
def desk(db, instance):
    return Desk(db, instance.media, "", "UBND xã Tân An", ZONE, AT)


@pytest.fixture
def given(db, a_proposal):
    """A builder: a letter or an award in force; `name` as it is printed."""

    def build(kind="letter", name=NAME, *, named=False, merit="hẹn giờ chứng thực", **more):
        consents = {"store": True, "name_me": named, "notice": "2026-1"}
        idea = a_proposal(
            status=Status.RECOGNISED, name=name[:80], consents=consents, **more.pop("idea", {})
        )
        figures = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-07-01", "Sổ")
        adoptions.measure(db, idea.id, figures, key=f"m{idea.id}", actor="an", at=AT)
        one = award_steps.propose(
            db, idea.code, 1, kind, key=idea.id + kind, today=TODAY, actor="an", at=AT
        )
        printed_names.confirm(db, one.id, name, how="phone", actor="an", at=AT)
        content = awards_awards.Content(
            one.form, one.is_collective, merit, one.basis, more.get("amount", 0), "Quỹ xã"
        )
        one = award_steps.rewrite(db, one.id, content, seen=one.version, actor="an", at=AT)
        number, day = more.get("number", "30/QĐ-UBND"), "2026-07-02"
        if kind == "letter":
            one = award_steps.approve(db, one.id, seen=one.version, actor="chair", at=AT)
            number = more.get("number", "05/TK-UBND")
            [one] = award_steps.issue(db, [one.id], number, day, one_number=True, actor="a", at=AT)
            return one
        clear = checks.AwardCheck("clear", "Công an", "2026-07-01", "", "an", AT)
        one = award_steps.check(db, one.id, clear, seen=one.version)
        return award_steps.decide(db, one.id, number, day, seen=one.version, actor="chair", at=AT)

    return build


def check(code):
    return GenuineCheck(code, f" – {WHERE}", fill.Picture(qr.png(f"{WHERE}?ma={code}"), 22))


def opened(paper):
    return docx.Document(io.BytesIO(paper))


def words_of(paper):
    document = opened(paper)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def test_a_letter_bears_its_name_number_day_and_how_it_is_checked(desk, given):
    letter = given(merit="Bà con khỏi đi xa.")

    said = words_of(honour_papers.letters(desk, [letter], check))

    for words in (
        f"Thân gửi Ông/Bà {NAME},", "Số: 05/TK-UBND", "ngày 02 tháng 7 năm 2026",
        "Bà con khỏi đi xa.", codes.grouped(letter.code), WHERE,
    ):  # fmt: skip
        assert words in said, words
    assert "DỰ THẢO" not in said and "Căn cứ" not in said


def test_the_qr_of_a_letter_leads_to_where_it_is_checked(desk, given):
    letter = given()
    paper = opened(honour_papers.letters(desk, [letter], check))

    [picture] = [part for part in paper.part.package.iter_parts() if "image" in part.content_type]

    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.blob)))
    assert read.text == f"{WHERE}?ma={letter.code}"


@pytest.mark.parametrize("kind", ["letter", "award"])
def test_the_longest_name_stands_whole_on_each_paper(desk, given, kind):
    name = ("Hội Người cao tuổi và Câu lạc bộ Cựu giáo chức ấp Bình Chánh " * 2)[:NAME_LETTERS]
    one = given(kind, name.strip(), idea={"participant_type": "organization"})
    papers = (
        [honour_papers.letters(desk, [one], check)]
        if kind == "letter"
        else [honour_papers.decisions(desk, [one]), honour_papers.certificates(desk, [one])]
    )

    assert all(name.strip() in words_of(paper) for paper in papers)


@pytest.mark.parametrize("name", ["N. T. Đ.", "NTĐ", "", " . ", "Đ" * (NAME_LETTERS + 1)])
def test_initials_no_name_and_one_that_is_too_long_are_told_before_anything_is_printed(name):
    assert what_is_wrong(name, is_collective=False) in ("initials", "empty", "too_long")


def test_a_letter_to_who_left_no_name_speaks_to_them_all_the_same(desk, db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED)
    one = award_steps.propose(db, idea.code, 1, "letter", key="n", today=TODAY, actor="an", at=AT)

    said = words_of(honour_papers.letters(desk, [one], check))

    assert "Thân gửi Ông/Bà" in said
    assert "None" not in said


def test_a_batch_is_one_file_with_each_letter_whole(desk, given):
    letters = [given(name=f"Trần Văn {name}") for name in ("Một", "Hai", "Ba")]

    paper = honour_papers.letters(desk, letters, check)

    said, document = words_of(paper), opened(paper)
    assert [said.count(f"Trần Văn {name},") for name in ("Một", "Hai", "Ba")] == [1, 1, 1]
    assert len(document.sections) == 3
    pictures = {one.get("id") for one in document.element.body.iter() if one.tag.endswith("docPr")}
    assert len(pictures) == 3


def test_a_letter_that_has_no_number_yet_is_a_draft(desk, db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED)
    letter = award_steps.propose(
        db, idea.code, 1, "letter", key="k", today=TODAY, actor="an", at=AT
    )  # fmt: skip

    said = words_of(honour_papers.letters(desk, [letter], check))

    assert "DỰ THẢO" in said and "Thân gửi Ông/Bà," in said and "Mã kiểm tra" not in said


def test_a_child_is_spoken_to_as_one_and_a_body_by_its_name(desk, given):
    child = given(idea={"under_16": True, "guardian": "Ba"})
    body = given(idea={"participant_type": "enterprise", "unit": "Công ty Hoa Mai"})

    said = words_of(honour_papers.letters(desk, [child, body], check))

    assert f"Thân gửi em {NAME}," in said
    assert f"Thân gửi {NAME}," in said


def test_a_letter_addresses_its_reader_as_the_printed_name_does(desk, given):
    said = words_of(honour_papers.letters(desk, [given(name=f"Bà {NAME}")], check))

    assert f"Thân gửi Bà {NAME}," in said and ", Bà đã gửi đến" in said
    assert "Ông/Bà" not in said


def test_a_decision_lists_whom_it_awards_on_the_basis_of_its_day(desk, given, db):
    first = given("award", amount=1_500_000)
    second = given(
        "award", "Hợp tác xã Vĩnh Tân", amount=300_000,
        idea={"participant_type": "organization", "unit": "Hợp tác xã Vĩnh Tân"},
    )  # fmt: skip

    said = words_of(honour_papers.decisions(desk, [first, second]))

    for words in (
        "Số: 30/QĐ-UBND", "Về việc tặng Giấy khen", "01 tập thể, 01 cá nhân", NAME,
        "Hợp tác xã Vĩnh Tân", "1.500.000", "tổng cộng 1.800.000 đồng", "Quỹ xã",
        "Căn cứ Luật Thi đua, khen thưởng;", "Căn cứ Nghị định số 152/2025/NĐ-CP",
        "Theo đề nghị của Hội đồng thi đua, khen thưởng xã.",
    ):  # fmt: skip
        assert words in said, words
    assert "98/2023" not in said and "DỰ THẢO" not in said


def test_an_award_without_money_says_so(desk, given):
    assert "Không kèm tiền thưởng" in words_of(honour_papers.decisions(desk, [given("award")]))


def test_bases_hold_from_their_day_to_their_day():
    rules = award_rules.FIRST_RULES

    assert not any("152/2025" in text for text in award_rules.bases_on(rules, date(2025, 6, 30)))
    assert not any("98/2023" in text for text in award_rules.bases_on(rules, date(2025, 7, 1)))
    assert award_rules.from_json(award_rules.to_json(rules)) == rules


def places(paper):
    """Return {text: (x, y, width)} of every line that stands by itself, in mm."""
    found = {}
    for line in opened(paper).paragraphs:
        frame = line._p.find(".//{*}framePr")
        if frame is not None:
            values = {re.sub("{.*}", "", key): value for key, value in frame.attrib.items()}
            found[line.text] = tuple(round(int(values[k]) / 1440 * 25.4) for k in ("x", "y", "w"))
    return found


def test_a_certificate_bears_its_lines_where_the_office_has_them_and_nothing_else(desk, given, db):
    award = given("award")
    first = kept_rules.of(db)
    boxes = {"name": LineBox(20, 90, 200), "decision": LineBox(40, 150, 100)}
    overlay = replace(first.overlay, shift_x=2, shift_y=-3, boxes=boxes)
    kept_rules.keep(db, replace(first, overlay=overlay), actor="an", at=AT)

    paper = honour_papers.certificates(desk, [award])

    assert places(paper) == {
        NAME: (22, 87, 200), "Quyết định số 30/QĐ-UBND ngày 02/07/2026": (42, 147, 100),
    }  # fmt: skip
    assert "CỘNG HÒA" not in words_of(paper)


def test_certificates_of_a_batch_have_a_sheet_each_and_their_place_in_the_golden_book(desk, given):
    awards = [given("award", name=f"Lê Thị {name}") for name in ("Một", "Hai")]

    paper = honour_papers.certificates(desk, awards)

    assert [one.book_number for one in awards] == [1, 2]
    assert {"Lê Thị Một", "Lê Thị Hai", "Số sổ vàng: 01", "Số sổ vàng: 02"} <= set(places(paper))
    assert len(opened(paper).sections) == 2


def test_a_list_to_be_read_aloud_names_only_who_agreed(desk, given, db):
    named, silent = given(named=True), given("award", "Trần Thị Kín", amount=500_000)
    held = conferences.open_one(
        db, "Hội nghị tổng kết", "2026-12-20", "Hội trường", key="k", actor="an", at=AT
    )
    for one in (silent, named):
        conferences.choose(db, one.id, held, actor="an", at=AT)
    conferences.note_presence(db, named.id, "absent")

    said = words_of(honour_papers.call_sheet(desk, conferences.by_id(db, held), [silent, named]))

    code = proposals.by_id(db, silent.proposal_id).code
    assert NAME in said and "Trần Thị Kín" not in said
    assert f"Người gửi mã số {codes.grouped(code)}" in said
    assert "Vắng" in said and "tiền thưởng: 500.000 đồng" in said


def test_the_notice_lists_whom_the_chair_agreed_to_and_under_a_number_only_those(desk, given):
    one, other = given(named=True, number="15/TB-UBND"), given(name="Lê Văn Hai", named=True)

    every = words_of(campaign_papers.of_campaign(desk, 2026, "thong-bao-tuyen-duong", Registered()))
    numbered = words_of(
        campaign_papers.of_campaign(
            desk, 2026, "thong-bao-tuyen-duong", Registered("15", date(2026, 7, 2))
        )
    )

    assert NAME in every and "Lê Văn Hai" in every
    assert NAME in numbered and "Lê Văn Hai" not in numbered
    assert one.number != other.number


def test_a_letter_of_before_a_new_name_of_the_office_bears_the_old_one(desk, given, db):
    from shared.store.office import profile

    letter = given()
    profile.add_profile(
        db, "2026-07-10", "UBND phường Tân An", "", "Tân An", "VP", actor="a", at=AT
    )

    assert "XÃ TÂN AN" in words_of(honour_papers.letters(desk, [letter], check))
    assert campaigns.this(db).name


def test_nothing_is_joined_to_no_paper():
    with pytest.raises(ValueError, match="no paper"):
        batch.join([])


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_word_processor_prints_each_line_of_a_certificate_where_it_belongs(desk, given, tmp_path):
    long_name = "Nguyễn Thị Hoàng Phương Quỳnh Như Thanh Trúc Bảo Trân Mỹ Duyên Kiều Oanh" * 2
    award = given("award", long_name[:120])
    papers = {
        "giay-khen": honour_papers.certificates(desk, [award]),
        "thuoc": honour_papers.trial_certificate(desk),
        "thu-khen": honour_papers.letters(desk, [given(), given()], check),
        "quyet-dinh": honour_papers.decisions(desk, [award]),
    }
    for name, paper in papers.items():
        (tmp_path / f"{name}.docx").write_bytes(paper)

    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, tmp_path.glob("*.docx"))],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    boxes = subprocess.run(
        ["pdftotext", "-bbox", str(tmp_path / "giay-khen.pdf"), "-"],
        check=True, capture_output=True, text=True, timeout=30,
    ).stdout  # fmt: skip
    assert boxes.count("<page") == 1
    [left, top] = re.search(r'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>Quy(?:ết)?<', boxes).groups()
    wanted = kept_rules.of(desk.db).overlay.boxes["decision"]
    assert abs(float(left) / 72 * 25.4 - wanted.x) < 1
    assert abs(float(top) / 72 * 25.4 - wanted.y) < 1
    pages = {
        name: subprocess.run(
            ["pdfinfo", str(tmp_path / f"{name}.pdf")], check=True, capture_output=True, text=True
        ).stdout
        for name in papers
    }
    assert re.search(r"Pages:\s+2\n", pages["thu-khen"])
    assert re.search(r"Pages:\s+1\n", pages["thuoc"])
