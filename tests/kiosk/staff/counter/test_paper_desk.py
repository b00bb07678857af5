"""Paper: forms with a number of their own, photographs that file themselves, posters."""

import io
import re

import pytest
from PIL import Image, ImageDraw, ImageFilter

from kiosk import qr
from shared.db import event_log
from shared.domain import clock, codes
from shared.files import media
from shared.store.cases import authors, paper_forms, proposals
from shared.store.files import attachments, uploads
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD
from tests.scans import a_locked_pdf, a_page, as_ink, deep, shows, written


@pytest.fixture
def desk(office, a_member):
    """A receptionist's browser."""
    a_member("tiep", role="receptionist", name="Bà Tiếp")
    client = watched(office).test_client()
    client.post("/login", data={"login": "tiep", "password": PASSWORD})
    return client


@pytest.fixture
def a_form(instance, db):
    """A blank form that was printed."""
    return paper_forms.issue(
        db, 1, mobiliser="phunu-ap3", actor="test", key=instance.secrets().receipt_key,
        at=clock.now(),
    )[0]  # fmt: skip


def sheet(text):
    """A sheet of paper with this QR on it, as it is printed."""
    paper = Image.new("L", (1240, 1754), 235)
    rows = qr.matrix(text)
    code = Image.new("L", (len(rows) + 8, len(rows) + 8), 235)
    for y, row in enumerate(rows):
        for x, is_black in enumerate(row):
            if is_black:
                code.putpixel((x + 4, y + 4), 40)
    paper.paste(code.resize((185, 185), Image.Resampling.NEAREST), (980, 80))
    ImageDraw.Draw(paper).text((100, 400), "Cho hen gio", fill=30)
    return paper


def photo(text, turn=0, blur=0.0):
    """A photograph of a sheet with this QR on it, as a telephone takes it."""
    table = sheet(text).rotate(turn, expand=True, fillcolor=120)
    return written(table.filter(ImageFilter.GaussianBlur(blur)).convert("RGB"), "JPEG", quality=60)


def address_of(code):
    return f"http://127.0.0.1:8080/G/{code}"


def send(client, *photos, **more):
    files = [(io.BytesIO(content), f"{place}.jpg") for place, content in enumerate(photos)]
    return client.post("/giay/gui-tep", data={"file": files, **more})


def test_blank_forms_have_numbers_of_their_own_and_the_foot_is_their_receipt(desk, db, secret_of):
    page = desk.post("/giay/phieu-trang", data={"count": "3", "moi": "PHUNU-AP3"})

    numbers = set(re.findall(r"\d{4} \d{4} \d{4}(?=</strong>)", page.text))
    assert page.status_code == 200 and len(numbers) == 3
    assert page.text.count("<svg") == 6
    for number in numbers:
        assert paper_forms.by_code(db, codes.tidy(number)).mobiliser == "phunu-ap3"
    for words in ("PHIẾU ĐỀ XUẤT", "1. Bây giờ đang vướng chỗ nào?",
                  "2. Theo Ông/Bà nên làm thế nào?", "☐ Tôi đồng ý nhắn tin cho tôi",
                  "Người tiếp nhận", "không bán", "Chức vụ:", "☐ Ngoài xã",
                  "không chuyên trách có làm ở"):  # fmt: skip
        assert words in page.text


@pytest.mark.slow
@pytest.mark.parametrize(("turn", "blur"), [(0, 0), (8, 1.2), (180, 0.8), (-37, 0.8)])
def test_a_photograph_of_a_form_files_itself_and_twice_is_once(
    desk, db, a_form, how_many, turn, blur
):
    taken = photo(address_of(a_form.code), turn, blur)

    answers = [send(desk, taken) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303], answers[0].text
    case = proposals.by_code(db, a_form.code)
    assert how_many() == 1
    assert (case.channel, case.mobiliser, case.status) == ("paper", "phunu-ap3", "received")
    assert len({upload.key for upload in uploads.open_of(db, case.id)}) == 1
    entered = event_log.of_proposal(db, case.id)[0]
    assert entered.kind == "received" and entered.actor != "citizen"
    assert codes.grouped(a_form.code) in desk.get(answers[0].location).text


@pytest.mark.slow
def test_a_form_that_filed_itself_asks_the_clerk_beside_its_picture_who_sent_it(
    desk, db, a_form, examine
):
    filed = desk.get(send(desk, photo(address_of(a_form.code), 0, 0)).location).text
    panel = f"/ho-so/{a_form.code}/nguoi-gui"

    assert f'href="{panel}"' in filed
    assert "Hình đang được kiểm tra" in desk.get(panel).text
    examine()
    page = desk.get(panel).text
    assert f'<img src="/ho-so/{a_form.code}/tep/' in page
    assert '<option value="sheet" selected>' in page
    given = {
        "participant_type": "worker", "unit": "Trạm y tế", "position": "Y sĩ", "hamlet": "Ấp 3",
        "residence": "in_commune", "name": "Nguyễn Thị Lan", "phone": "0912345678",
        "consent_store": "yes", "evidence": "sheet", "reason": "ghi theo phiếu",
    }  # fmt: skip
    assert desk.post(panel, data=given).status_code == 303
    case = proposals.by_code(db, a_form.code)
    sender = authors.of(db, case.id)
    assert (case.participant_type, case.hamlet, sender.name) == ("worker", "Ấp 3", "Nguyễn Thị Lan")
    assert sender.consent_store and not sender.consent_sms


SCANS = {
    "PDF": lambda paper: written(paper, "PDF", resolution=150),
    "TIFF of a fax": lambda paper: written(paper.convert("1"), "TIFF", compression="group4"),
    "GIF": lambda paper: written(paper, "GIF"),
    "BMP": lambda paper: written(paper, "BMP"),
    "grey in 16 bits": lambda paper: written(deep(paper), "PNG"),
    "ink on nothing": lambda paper: written(as_ink(paper), "PNG"),
    "PNG without its end": lambda paper: written(paper, "PNG")[:-900],
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SCANS)
def test_a_scan_of_any_usual_kind_files_itself(desk, db, a_form, kind):
    answer = send(desk, SCANS[kind](sheet(address_of(a_form.code))))

    assert answer.status_code == 303, answer.text
    assert proposals.by_code(db, a_form.code).channel == "paper"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_a_pile_of_forms_in_one_scan_is_filed_page_by_page(
    desk, db, a_form, instance, examine, form
):
    """Nobody's page comes to another's case."""
    other = paper_forms.issue(
        db, 1, mobiliser="", actor="t", key=instance.secrets().receipt_key, at=clock.now()
    )[0]
    pages = [sheet(address_of(a_form.code)), a_page(word="To hai"), sheet(address_of(other.code))]
    pile = written(pages[0], form, save_all=True, append_images=pages[1:])

    answers = [send(desk, pile) for _ in range(2)]
    examine()

    assert [answer.status_code for answer in answers] == [303, 303], answers[0].text
    [first, second] = attachments.of_proposal(db, proposals.by_code(db, a_form.code).id)
    [third] = attachments.of_proposal(db, proposals.by_code(db, other.code).id)
    folder = instance.media
    shown = [media.path_of(folder, one.sha256) for one in (first, second, third)]
    assert all(shows(copy, page) for copy, page in zip(shown, pages, strict=True))
    kept = {path.name for path in folder.rglob("*") if len(path.name) == 64}
    assert kept == {one.sha256 for one in (first, second, third)}, "the pile itself is gone"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scan", "says"),
    [
        (a_locked_pdf(), "mật khẩu"),
        (written(Image.new("1", (60, 80)), "TIFF", save_all=True,
                 append_images=[Image.new("1", (60, 80))] * 20), "hơn 20 trang"),
    ],
    ids=["locked", "21 pages"],
)  # fmt: skip
def test_a_scan_that_cannot_be_filed_whole_is_told_and_not_kept(
    desk, a_form, instance, how_many, scan, says
):
    answer = send(desk, photo(address_of(a_form.code)), scan)

    assert answer.status_code == 415 and says in answer.text
    assert how_many() == 0
    assert [path for path in instance.media.rglob("*") if path.is_file()] == []


def test_more_files_than_are_taken_at_once_are_told_and_none_is_dropped_in_silence(desk, how_many):
    answer = send(desk, *[b"x"] * 13)

    assert answer.status_code == 422 and "nhiều nhất 12 tệp" in answer.text
    assert how_many() == 0


@pytest.mark.slow
def test_a_second_page_without_a_code_goes_with_the_form_before_it(desk, db, a_form, instance):
    other = paper_forms.issue(
        db, 1, mobiliser="", actor="t", key=instance.secrets().receipt_key, at=clock.now()
    )[0]
    blank = photo("https://example.org")

    answer = send(
        desk, photo(address_of(a_form.code)), blank, photo(address_of(other.code)), b"<html>"
    )

    assert answer.status_code == 303
    for form, pages in ((a_form, 2), (other, 2)):
        case = proposals.by_code(db, form.code)
        assert len(uploads.open_of(db, case.id)) == pages


@pytest.mark.parametrize("scanned", ["head", "foot"])
def test_either_qr_of_a_form_may_be_scanned_into_the_field_for_its_number(
    desk, db, a_form, instance, scanned
):
    key = instance.secrets().receipt_key
    secret = codes.secret_of(a_form.code, key=key, commune_id=db.commune_id)
    foot = codes.receipt_url("http://127.0.0.1:8080", secret).replace("W", "Ư")
    number = address_of(a_form.code) if scanned == "head" else foot

    assert send(desk, photo("nothing of ours"), number=number).status_code == 303

    assert proposals.by_code(db, a_form.code).channel == "paper"


@pytest.mark.slow
def test_the_receipt_on_the_forms_foot_files_it_too(desk, db, a_form, instance):
    secret = codes.secret_of(
        a_form.code, key=instance.secrets().receipt_key, commune_id=db.commune_id
    )

    assert send(desk, photo(codes.receipt_url("http://127.0.0.1:8080", secret))).status_code == 303

    assert proposals.by_code(db, a_form.code).channel == "paper"


@pytest.mark.slow
def test_a_picture_without_a_number_is_not_kept_and_says_so(desk, instance, how_many):
    answer = send(desk, photo("https://example.org"))

    assert answer.status_code == 422 and "Chưa đọc được mã QR" in answer.text
    assert how_many() == 0
    assert [path for path in instance.media.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_a_spoilt_code_is_typed(desk, db, a_form, how_many):
    wrong = send(desk, photo("x"), number="4821 7395 0688")
    right = send(desk, photo("x"), number=codes.grouped(a_form.code))

    assert wrong.status_code == 422 and "Không có phiếu giấy nào" in wrong.text
    assert right.status_code == 303 and how_many() == 1


def test_nothing_sent_and_wrong_numbers_are_told(desk):
    assert send(desk).status_code == 422
    for data in ({"count": "0"}, {"count": "51"}, {"count": "x"}, {"count": "1", "moi": "ấp 3"}):
        assert desk.post("/giay/phieu-trang", data=data).status_code == 422, data


def test_before_it_is_filed_a_forms_code_says_that_it_waits(citizen, a_form):
    page = citizen.get(f"/G/{a_form.code}", follow_redirects=True)

    assert page.status_code == 200
    assert "in trên một phiếu giấy" in page.text


def test_the_poster_brings_its_code_along(desk, citizen, db, latest):
    page = desk.get("/ap-phich?moi=LOA-AP-2").text

    assert "ÔNG/BÀ CÓ CÁCH LÀM HAY? XÃ MUỐN NGHE!" in page and "loa-ap-2" in page
    form = citizen.get("/gui?moi=loa-ap-2").text
    assert 'name="mobiliser" value="loa-ap-2"' in form
    citizen.post(
        "/gui",
        data={
            "participant_type": "citizen", "title": "Cho hẹn giờ", "mobiliser": "loa-ap-2",
            "solution": "Cho bà con nhắn tin xin một khung giờ.",
        },
    )  # fmt: skip
    assert latest().mobiliser == "loa-ap-2"


@pytest.mark.parametrize("code", ["<b>", "x" * 21, "ấp", ""])
def test_a_code_that_is_none_is_left_out(citizen, desk, code):
    assert 'name="mobiliser"' not in citizen.get("/gui", query_string={"moi": code}).text
    assert desk.get("/ap-phich", query_string={"moi": code}).status_code == (422 if code else 200)
