"""The outreach log: what was done, what shows it, what it brought in."""

import io
import json
import zipfile
from datetime import timedelta

import docx
import pytest
from PIL import Image

from kiosk.staff.counter import publicity
from shared.documents import outreach_table
from shared.domain import clock
from shared.domain.kept_file import KeptFile
from shared.files import media
from shared.store.cases import proposals
from shared.store.files import attachments, office_files
from shared.store.office import outreach
from shared.workflows import verify
from tests.conftest import ZONE
from tests.scans import a_page, written

TODAY = clock.to_local(clock.now(), ZONE).date()
LOUD = {
    "key": "k1", "kind": "loudspeaker", "title": "Đọc bài loa sáng, chiều", "place": "Ấp 2",
    "begun_on": f"{TODAY:%d/%m/%Y}", "ended_on": "", "done_by": "Chị Hạnh", "moi": "Loa-Ap2",
    "reached": "1.200", "cost": "350 000 đ", "note": "",
}  # fmt: skip


@pytest.fixture
def culture(logged_in):
    return logged_in("hanh", role="culture")


@pytest.fixture
def entry(culture):
    """The address of an entry that was just written down."""
    return culture.post("/tuyen-truyen", data=LOUD).location


def the_effort(db):
    [row] = db.rows("SELECT id FROM outreach")
    return outreach.by_id(db, row[0])


def a_photo(size=(60, 40)):
    out = io.BytesIO()
    picture = Image.new("RGB", size, "white")
    exif = picture.getexif()
    exif[0x010F] = "Máy của chị Hạnh"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def a_docx():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for name, content in (
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<document/>"),
        ):
            parts.writestr(zipfile.ZipInfo(name), content)  # the same bytes at every hour
    return out.getvalue()


def send(client, entry, *files):
    return client.post(
        f"{entry}/gui-tep", data={"file": [(io.BytesIO(content), name) for name, content in files]}
    )


def test_what_was_done_is_kept_as_it_was_said(culture, db, entry):
    effort = the_effort(db)

    assert (effort.kind, effort.place, effort.done_by) == ("loudspeaker", "Ấp 2", "Chị Hạnh")
    assert (effort.reached, effort.cost, effort.mobiliser) == (1200, 350_000, "loa-ap2")
    assert effort.begun_on == TODAY.isoformat() and effort.ended_on == ""
    page = culture.get(f"/tuyen-truyen?nam={TODAY.year}").text
    assert "Đọc bài loa sáng, chiều" in page and "Chi 350.000 đồng." in page
    assert "Mã loa-ap2: 0 sáng kiến." in page


def test_the_same_entry_sent_twice_is_one(culture, db, entry):
    assert culture.post("/tuyen-truyen", data=LOUD).location == entry
    assert the_effort(db)


@pytest.mark.parametrize("role", ["officer", "chair"])
def test_the_desk_opens_it_too(logged_in, role):
    assert logged_in("an", role=role).get("/tuyen-truyen").status_code == 200


def test_an_effort_shows_what_came_with_its_code(culture, db, entry, a_proposal):
    for _ in range(2):
        a_proposal(mobiliser=" LOA-AP2")
    a_proposal()
    junk = a_proposal(mobiliser="loa-ap2")
    proposals.flag(db, junk.code, spam=True, confidential=False, actor="x", at=clock.now())

    page = culture.get(entry).text

    assert '<th scope="row">Tuần 1</th><td>2</td>' in page
    assert "Cả xã, mọi cách gửi: 0 sáng kiến trong 7 ngày trước, 3 sáng kiến" in page
    assert "Mã loa-ap2: 2 sáng kiến." in culture.get("/tuyen-truyen").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "shouting"},
        {"title": "  . "},
        {"place": "x" * 201},
        {"begun_on": "31/02/2026"},
        {"begun_on": f"{TODAY + timedelta(days=1):%d/%m/%Y}"},
        {"ended_on": f"{TODAY - timedelta(days=1):%d/%m/%Y}"},
        {"moi": "mã có dấu"},
        {"reached": "nhiều"},
        {"reached": "-5"},
        {"cost": "9" * 30},
        {"note": "x" * 1001},
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(culture, db, wrong):
    answer = culture.post("/tuyen-truyen", data={**LOUD, **wrong})

    assert answer.status_code == 422
    assert 'value="Chị Hạnh"' in answer.text
    assert db.rows("SELECT 1 FROM outreach") == []


def test_an_entry_is_put_right_and_a_colleague_who_was_faster_is_not_overwritten(
    culture, db, entry
):
    seen = the_effort(db).changed_at
    good = culture.post(entry, data={**LOUD, "reached": "", "seen": seen})
    late = culture.post(entry, data={**LOUD, "place": "Ấp 9", "seen": seen - 1})

    assert (good.status_code, late.status_code) == (303, 409)
    assert the_effort(db).reached is None and the_effort(db).place == "Ấp 2"
    assert 'value="Ấp 9"' in late.text


def test_a_struck_entry_is_gone_from_the_log_and_kept_in_the_events(culture, db, entry):
    culture.post(f"{entry}/bo", data={"reason": "ghi nhầm"})

    assert culture.get(entry).status_code == 404
    assert f'href="{entry}"' not in culture.get("/tuyen-truyen").text
    assert db.rows("SELECT 1 FROM event WHERE kind = 'outreach_struck'")


def test_an_effort_stands_in_the_year_in_which_it_began_struck_or_not(db):
    for day in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"):
        for what in ("kept", "struck"):
            new = outreach.NewEffort(
                "other", f"{what} {day}", "Ấp 2", day, "", "Chị Hạnh", "", None, None, ""
            )  # fmt: skip
            its = outreach.add(db, new, key=new.title, actor="an", at=1)
            if what == "struck":
                outreach.strike(db, its, "nhầm", actor="an", at=2)

    for read, what in ((outreach.of_year, "kept"), (outreach.struck, "struck")):
        titles = [one.title for one in read(db, 2025)]
        assert titles == [f"{what} 2025-01-01", f"{what} 2025-12-31"]


def test_a_photograph_is_kept_clean_and_a_paper_as_it_came(culture, db, entry, instance):
    send(culture, entry, ("anh.png", a_photo()), ("../biên bản.pdf", a_docx()))

    photo, paper = office_files.of(db, "outreach", the_effort(db).id)
    shown = culture.get(f"{entry}/tep/{photo.id}")
    assert (photo.kind, photo.name, shown.mimetype) == ("image", "anh.jpg", "image/jpeg")
    assert b"M\xc3\xa1y" not in shown.data
    taken = culture.get(f"{entry}/tep/{paper.id}")
    assert (paper.kind, paper.name, taken.data) == ("document", "biên bản.docx", a_docx())
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in taken.headers["Content-Security-Policy"]
    assert len(list(instance.media.glob("??/*"))) == 2
    assert "2 tệp minh chứng" in culture.get("/tuyen-truyen").text
    assert not verify.verify(db, instance.media).damage


def test_the_same_photograph_twice_is_one_and_a_removed_one_is_gone(culture, db, entry, instance):
    send(culture, entry, ("anh.jpg", a_photo()), ("anh2.jpg", a_photo()))
    [photo] = office_files.of(db, "outreach", the_effort(db).id)

    culture.post(f"{entry}/tep/{photo.id}/bo", data={"reason": "ghi nhầm"})

    assert office_files.of(db, "outreach", the_effort(db).id) == []
    assert not media.path_of(instance.media, photo.sha256).exists()
    assert culture.get(f"{entry}/tep/{photo.id}").status_code == 404
    kinds = [
        json.loads(row[0])
        for row in db.rows("SELECT data FROM event WHERE kind LIKE 'office_file%'")
    ]
    assert len(kinds) == 2


def test_each_page_of_a_scan_is_kept_by_itself_and_the_scan_goes(culture, db, entry, instance):
    scan = written(a_page(), "TIFF", save_all=True, append_images=[a_page(word="Trang B")])

    send(culture, entry, ("biên bản.tif", scan))

    pages = office_files.of(db, "outreach", the_effort(db).id)
    assert [one.name for one in pages] == ["biên bản - 1.jpg", "biên bản - 2.jpg"]
    assert len(list(instance.media.glob("??/*"))) == 2


def test_a_picture_whose_copy_is_not_like_it_is_told_to_who_brought_it(culture, entry, instance):
    faint = a_page().convert("I").point(lambda value: value + 30_000).convert("I;16")

    answer = send(culture, entry, ("anh.tif", written(faint, "TIFF")))

    assert answer.status_code == 415 and "không giống tệp gốc" in answer.text
    assert list(instance.media.glob("??/*")) == []


def test_a_file_that_an_idea_has_too_outlives_its_removal_here(
    culture, db, entry, instance, a_proposal
):
    send(culture, entry, ("anh.jpg", a_photo()))
    [photo] = office_files.of(db, "outreach", the_effort(db).id)
    same = KeptFile(photo.sha256, photo.bytes)
    attachments.add(db, a_proposal().id, same, source="staff", key="k", actor="t", at=clock.now())

    culture.post(f"{entry}/tep/{photo.id}/bo", data={"reason": "ghi nhầm"})

    assert media.is_whole(instance.media, photo.sha256)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.exe", b"MZ\x90\x00rest", 415),
        ("a.jpg", b"\xff\xd8\xff broken", 415),
        ("a.zip", b"PK\x03\x04 no zip", 415),
        ("a.pdf", b"", 400),
    ],
)
def test_a_file_that_is_none_of_ours_is_told_and_leaves_nothing(
    culture, entry, instance, name, content, status
):
    answer = send(culture, entry, (name, content))

    assert answer.status_code == status
    assert 'id="files-new-wrong"' in answer.text
    assert list(instance.media.glob("??/*")) == []


def test_no_file_and_a_file_too_large_are_told(culture, entry, instance, monkeypatch):
    monkeypatch.setattr("kiosk.office_files.FORM_BYTES", 1000)

    assert culture.post(f"{entry}/gui-tep", data={}).status_code == 422
    large = send(culture, entry, ("a.pdf", b"%PDF-" + b"x" * 100_000))
    assert large.status_code == 413
    assert "Tệp lớn quá" in large.text
    assert list(instance.media.glob("??/*")) == []


def test_a_damaged_photograph_is_found_by_the_check(culture, db, entry, instance):
    send(culture, entry, ("anh.jpg", a_photo()))
    [photo] = office_files.of(db, "outreach", the_effort(db).id)
    media.path_of(instance.media, photo.sha256).write_bytes(b"x")

    [damage] = verify.verify(db, instance.media).damage

    assert damage.startswith(f"office_file {photo.id}")


@pytest.mark.parametrize("role", ["culture", "organisation", "receptionist"])
def test_leaflet_and_broadcast_are_printed_with_the_offices_own_blanks(logged_in, role):
    client = logged_in("an", role=role)

    leaflet = client.get("/to-roi?moi=PhuNu")
    broadcast = client.get("/bai-loa").text

    assert '<span class="code">phunu</span>' in leaflet.text
    assert "ÔNG/BÀ CÓ CÁCH LÀM HAY?" in leaflet.text
    assert "Ủy ban nhân dân xã Tân An mời bà con" in broadcast
    assert "{" not in broadcast
    assert client.get("/to-roi?moi=mã dài").status_code == 422


def test_the_broadcast_is_read_in_three_quarters_of_a_minute(a_site, a_member):
    from kiosk.apps import staff_app
    from shared.runtime.listening import Address
    from tests.kiosk.staff.conftest import PASSWORD

    a_member("an", role="culture")
    site = a_site(staff={"require_totp": False}, office={"sms_number": "0912345678"})
    client = staff_app(site, Address("127.0.0.1", 8081)).test_client()
    client.post("/login", data={"login": "an", "password": PASSWORD})

    page = client.get("/bai-loa").text

    assert "SK cách nội dung, gửi 0912 345 678" in page.replace("\N{NO-BREAK SPACE}", " ")
    seconds = int(page.split("khoảng ")[1].split(" giây")[0])
    assert 40 <= seconds <= 50
    assert publicity.WORDS_A_MINUTE <= 180


def test_the_years_report_tells_what_was_done_and_what_it_brought(culture, db, entry, a_proposal):
    a_proposal(mobiliser="loa-ap2")
    culture.post(
        "/tuyen-truyen", data={**LOUD, "key": "k2", "title": "=1+1", "moi": "", "reached": "50"}
    )

    table = outreach_table.of_year(db, TODAY.year, ZONE)

    assert [row[2] for row in table.rows] == ["Đọc bài loa sáng, chiều", "=1+1", ""]
    assert [row[-1] for row in table.rows] == [1, None, 1]
    assert list(table.rows)[-1][6:8] == [1250, 700_000]


def test_the_report_as_a_paper_and_on_screen_has_the_table(officer, db, culture):
    culture.post("/tuyen-truyen", data=LOUD)

    page = officer.get(f"/bao-cao/{TODAY.year}").text
    paper = officer.post(f"/bao-cao/{TODAY.year}", data={"paper": "bao-cao"})

    cells = [
        cell.text
        for table in docx.Document(io.BytesIO(paper.data)).tables
        for row in table.rows
        for cell in row.cells
    ]
    assert "Đọc bài loa sáng, chiều" in page and "Đọc bài loa sáng, chiều" in cells
