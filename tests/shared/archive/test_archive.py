"""A year put away: everything of it, nothing else, readable by itself, and damage has a name."""

import csv
import io
import re
import subprocess
import zipfile
from datetime import date
from html.parser import HTMLParser

import openpyxl
import pytest
from click.testing import CliRunner

from shared import cli
from shared.archive import box, making
from shared.db import daily_roots, event_log
from shared.documents.write import Desk
from shared.domain import clock
from shared.domain.kept_file import Examined
from shared.domain.proposal import Status
from shared.files import media
from shared.files.media import path_of
from shared.privacy import erasing
from shared.store.awards import printed_names
from shared.store.cases import conversation, notes, proposals, redactions
from shared.store.files import attachments, office_files
from shared.store.office import dispatches
from shared.store.people import staff
from shared.store.reports import year_rows
from shared.store.reports.table_rows import SHEETS
from shared.workflows import award_steps
from shared.workflows.erase import ErasureRequest as ErasureAsked
from shared.workflows.erase import Scope
from tests.conftest import ZONE

NOW = clock.now()
NAME = "Nguyễn Thị Đượm"
KNOWN = {
    "name": NAME,
    "phone": "0912345678",
    "consents": {"store": True, "sms": True, "name_me": False, "notice": "2026-1"},
}
SOUND = b"mp4 of a voice"
REPORT = b"%PDF-1.7 the report as it was signed"


@pytest.fixture
def put_away(db, instance, tmp_path):
    """A builder: `put_away(personal=True)` is the path of a fresh archive of 2026."""

    def build(*, personal=False, name="a.zip"):
        desk = Desk(db, instance.media, "an", "UBND xã Tân An", ZONE, clock.now())
        asked = making.ArchiveRequest(2026, personal, "https://hienke.example.vn")
        made = making.write(desk, tmp_path / name, asked, actor="an", on_step=lambda: None)
        build.made = made
        return tmp_path / name

    return build


def a_file(db, instance, idea, content=SOUND):
    kept = media.keep(instance.media, [content])
    file = Examined("audio", "audio/mp4", kept, 3.0)
    attachments.add(db, idea.id, file, source="web", key=f"f{idea.id}", actor="citizen", at=NOW)
    return kept.sha256


def everything(path):
    """Return the whole content of an archive, names and bytes, workbooks unpacked."""
    found = b""
    with zipfile.ZipFile(path) as file:
        for name in file.namelist():
            content = file.read(name)
            found += name.encode() + content
            if name.endswith((".xlsx", ".docx")):
                with zipfile.ZipFile(io.BytesIO(content)) as inner:
                    found += b"".join(inner.read(one) for one in inner.namelist())
    return found


def read(path, name):
    with zipfile.ZipFile(path) as file:
        return file.read(name)


def rows(path, name):
    text = read(path, name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_sheet_of_a_copy_is_in_the_archive_by_a_rule_or_it_is_said_why_not():
    tables = [sheet.table for sheet in SHEETS]
    for sheet in SHEETS:
        names = {column.name for column in sheet.columns}
        parent = year_rows.parent_of(sheet)
        rules = (
            sheet.card.not_archived != "", sheet.card.year_of != "",
            bool(names & {"year", "proposal_id"}), parent is not None,
        )  # fmt: skip
        assert any(rules), f"{sheet.table}: its card needs year_of= or not_archived="
        if not any(rules[:3]):
            # What a row hangs on is read before it.
            assert tables.index(sheet.card.foreign[parent]) < tables.index(sheet.table)


def test_it_holds_the_year_and_no_other(db, a_proposal, put_away):
    here = a_proposal(status=Status.RECOGNISED)
    conversation.add_more(db, here.code, "Thử buổi sáng trước.", channel="web", key="k", at=NOW)
    late = a_proposal(title="Ý của năm sau nữa")
    notes.set_year(db, late.code, 2027, "sau hạn", key="y", actor="an", at=NOW)

    path = put_away()

    assert [one["Mã số"].replace(" ", "") for one in rows(path, "so/csv/de-xuat.csv")] == [
        here.code
    ]
    assert rows(path, "so/csv/bo-sung.csv")[0]["Nội dung"] == "Thử buổi sáng trước."
    assert "Ý của năm sau nữa".encode() not in everything(path)
    book = openpyxl.load_workbook(io.BytesIO(read(path, "so/so-2026.xlsx")))
    assert book["de-xuat"]["B3"].value == here.title
    assert "so/cac-bang-2026.xlsx" in zipfile.ZipFile(path).namelist()


def test_its_papers_are_there_as_they_went_out_and_as_the_program_writes_them(
    db, instance, a_proposal, put_away
):
    a_proposal(status=Status.RECOGNISED)
    new = dispatches.NewPaper(2026, "Báo cáo năm 2026", "15/BC-UBND", "2026-11-20")
    paper = dispatches.add_paper(db, new, key="p", actor="an", at=NOW)
    kept = media.keep(instance.media, [REPORT])
    signed = office_files.NewFile("báo cáo.pdf", "document", "application/pdf", kept.sha256, 9)
    office_files.keep(db, "paper", paper, signed, actor="an", at=NOW)

    path = put_away()

    listed = {one["Tệp"]: one for one in rows(path, "muc-luc.csv")}
    assert read(path, "van-ban/da-gui/01-1.pdf") == REPORT
    assert listed["van-ban/da-gui/01-1.pdf"]["Số văn bản"] == "15/BC-UBND"
    assert listed["van-ban/da-gui/01-1.pdf"]["SHA-256"] == kept.sha256
    assert listed["van-ban/quyet-dinh-cong-nhan-1.docx"]["Số văn bản"] == "12/QĐ-UBND"
    assert {"van-ban/bao-cao-2026.docx", "van-ban/bang-tong-hop-2026.docx"} <= set(listed)
    assert rows(path, "so/csv/van-ban-di.csv")[0]["Số"] == "15/BC-UBND"


def test_without_names_there_is_no_name_no_number_and_no_file_of_a_sender(
    db, instance, a_proposal, put_away
):
    idea = a_proposal(status=Status.RECOGNISED, **KNOWN)
    a_file(db, instance, idea)

    plain, asked = put_away(), put_away(personal=True, name="b.zip")

    for words in (NAME.encode(), b"0912345678", b"0912 345 678", SOUND):
        assert words not in everything(plain)
    assert NAME.encode() in everything(asked)
    assert read(asked, f"de-xuat/{idea.code}/tep-1.m4a") == SOUND
    assert "tep-1.m4a" in read(asked, f"de-xuat/{idea.code}/index.html").decode()


def test_letters_come_with_names_alone(db, a_proposal, put_away):
    idea = a_proposal(status=Status.RECOGNISED, **KNOWN)
    one = award_steps.propose(
        db, idea.code, 1, "letter", key="h", today=date(2026, 8, 1), actor="an", at=NOW
    )
    printed_names.confirm(db, one.id, NAME, how="phone", actor="an", at=NOW)
    one = award_steps.approve(db, one.id, seen=one.version + 0, actor="chair", at=NOW)
    award_steps.issue(db, [one.id], "05/TK-UBND", "2026-08-02", one_number=True, actor="an", at=NOW)

    assert "van-ban/thu-khen-001.docx" not in zipfile.ZipFile(put_away()).namelist()
    letter = read(put_away(personal=True, name="b.zip"), "van-ban/thu-khen-001.docx")
    assert NAME.encode() in zipfile.ZipFile(io.BytesIO(letter)).read("word/document.xml")


def test_a_confidential_case_has_no_word_in_it_and_a_redacted_one_the_redacted(
    db, instance, a_proposal, put_away
):
    secret = a_proposal(status=Status.REDIRECTED, title="Tố cáo ông Bảy", **KNOWN)
    mine = staff.add(
        db, "an", name="Bà An", role="officer", password_hash="", must_change=False,
        actor="test", at=NOW,
    )  # fmt: skip
    proposals.flag(db, secret.code, spam=False, confidential=True, actor=mine.id, at=NOW)
    a_file(db, instance, secret)
    shown = a_proposal(title="Nhà bà Đượm xin hẹn giờ", solution="Bà Đượm kể", **KNOWN)
    a_file(db, instance, shown, SOUND + b"2")
    texts = dict.fromkeys(redactions.TEXTS, "") | {"title": "Xin hẹn giờ"}
    redactions.keep(db, shown.code, texts, actor=mine.id, at=NOW)

    path = put_away(personal=True)

    assert secret.code in read(path, "index.html").decode()
    for words in ("Tố cáo ông Bảy", "Đượm", "khiếu nại đất đai"):
        assert words.encode() not in everything(path)
    assert SOUND not in everything(path)
    assert "Xin hẹn giờ" in read(path, "index.html").decode()


def test_words_that_were_erased_are_not_in_it(db, instance, a_proposal, put_away):
    idea = a_proposal(title="Quả khế chín cho mọi nhà", **KNOWN)
    a_file(db, instance, idea)
    asked = ErasureAsked(Scope.ALL, "asked", "theo đơn", "an", NOW)
    erasing.erase(db, instance.media, idea.id, asked)

    found = everything(put_away(personal=True))

    assert idea.code.encode() in found
    for words in ("Quả khế chín".encode(), NAME.encode(), b"0912345678", SOUND):
        assert words not in found


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.tags = [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.found += [value for name, value in attrs if name in ("href", "src")]


def test_its_pages_lead_to_what_is_there_and_need_nothing_else(db, a_proposal, put_away):
    idea = a_proposal(title="<script>alert(1)</script> & hẹn giờ")
    path = put_away()
    names = set(zipfile.ZipFile(path).namelist())

    for page, folder in (("index.html", ""), (f"de-xuat/{idea.code}/index.html", "../..")):
        links = _Links()
        links.feed(read(path, page).decode())
        assert "script" not in links.tags
        for link in links.found:
            target = link if not folder else link.removeprefix("../../")
            assert target in names, link


def test_where_the_log_stood_is_inside_and_the_log_knows_the_archive(db, a_proposal, put_away):
    a_proposal(at=NOW - 2 * clock.DAY)
    sheet = daily_roots.close_day(db, at=NOW, zone=ZONE)
    head = event_log.head(db)

    path = put_away()

    said = read(path, "so-cai.txt").decode()
    assert head in said and sheet.head in said
    [noted] = event_log.of_kind(db, "archived")
    assert noted.data["year"] == 2026 and noted.data["personal"] is False
    assert noted.data["sums"] == put_away.made.sums
    assert path.stat().st_mode & 0o077 == 0


def test_sha256sum_itself_finds_it_whole(a_proposal, put_away, tmp_path):
    a_proposal()
    with zipfile.ZipFile(put_away()) as file:
        file.extractall(tmp_path / "out")
    listed = set(re.findall(r"  (\S+)$", (tmp_path / "out/SHA256SUMS").read_text(), re.M))

    said = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=tmp_path / "out", capture_output=True, text=True, env={"LC_ALL": "C"},
    )  # fmt: skip

    assert said.returncode == 0, said.stderr
    found = {
        one.relative_to(tmp_path / "out").as_posix()
        for one in (tmp_path / "out").rglob("*")
        if one.is_file()
    }
    assert listed == found - {"SHA256SUMS"}
    assert box.check(tmp_path / "out").damage == ()


def test_what_was_changed_taken_out_or_put_in_is_named(a_proposal, put_away, tmp_path):
    code = a_proposal().code
    path, out = put_away(), tmp_path / "out"
    assert box.check(path).damage == ()
    with zipfile.ZipFile(path) as file:
        file.extractall(out)
        entry = file.getinfo(f"de-xuat/{code}/index.html")
    (out / "so-cai.txt").write_text("khác")
    (out / "index.html").unlink()
    (out / "them.txt").write_text("thêm")
    broken = bytearray(path.read_bytes())
    broken[entry.header_offset + 30 + len(entry.filename) + 40] ^= 0xFF
    path.write_bytes(broken)

    assert set(box.check(out).damage) == {
        "so-cai.txt (changed)", "index.html (missing)", "them.txt (was not put in)",
    }  # fmt: skip
    assert box.check(path).damage == (f"de-xuat/{code}/index.html (changed)",)
    path.write_bytes(broken[:-30])
    with pytest.raises(box.NotAnArchive):
        box.check(path)


def test_a_lost_file_is_named_and_everything_else_is_there(db, instance, a_proposal, put_away):
    idea = a_proposal(**KNOWN)
    path_of(instance.media, a_file(db, instance, idea)).unlink()

    path = put_away(personal=True)

    assert len(put_away.made.missing) == 1
    assert "Thiếu trong hồ sơ này" in read(path, "index.html").decode()
    assert box.check(path).damage == ()


def test_a_full_disk_leaves_nothing(db, instance, a_proposal, put_away, monkeypatch, tmp_path):
    a_proposal()

    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(box.ArchiveWriter, "finish", full)
    before = sorted(tmp_path.iterdir())

    with pytest.raises(OSError, match="No space"):
        put_away()

    assert sorted(tmp_path.iterdir()) == before
    assert event_log.of_kind(db, "archived") == []


@pytest.fixture
def hienke(instance, monkeypatch):
    """Run `hienke archive …`."""
    monkeypatch.setenv("HIENKE_INSTANCE", str(instance.folder))
    return lambda *words: CliRunner().invoke(cli.main, ["archive", *map(str, words)])


def test_the_operator_makes_one_and_checks_it(db, a_proposal, hienke, tmp_path):
    a_proposal()
    folder = tmp_path / "kho"
    folder.mkdir()

    made = hienke(2026, "--to", folder)
    checked = hienke("--check", folder / "luu-tru-2026.zip")

    assert (made.exit_code, checked.exit_code) == (0, 0), made.output
    assert f"Wrote {folder}/luu-tru-2026.zip" in made.output
    assert checked.output.startswith("OK: ")
    [taken] = event_log.of_kind(db, "exported")
    assert (taken.data["what"], taken.data["personal"]) == ("archive 2026", False)


def test_the_operator_is_told_what_cannot_be(a_proposal, hienke, tmp_path):
    a_proposal()
    (tmp_path / "luu-tru-2026.zip").write_bytes(b"older")

    unknown = hienke(2031, "--to", tmp_path)
    taken = hienke(2026, "--to", tmp_path)
    nowhere = hienke(2026, "--to", tmp_path / "none")
    neither = hienke(2026)
    no_archive = hienke("--check", tmp_path / "luu-tru-2026.zip")

    assert (unknown.exit_code, unknown.output) == (
        1, "There is no campaign of 2031; there are: 2026.\n",
    )  # fmt: skip
    assert taken.exit_code == 2 and "is there already; nothing was written" in taken.output
    assert nowhere.exit_code == 2 and neither.exit_code == 2
    assert no_archive.exit_code == 1 and "is no archive" in no_archive.output
    assert (tmp_path / "luu-tru-2026.zip").read_bytes() == b"older"
