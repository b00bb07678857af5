"""The office's own templates: sent, checked, tried, used, undone; and what becomes of a paper when
its template is gone."""

import io
from pathlib import Path

import pytest

from shared.documents import catalogue, fill, pdf
from shared.domain.proposal import Status
from shared.files import media
from shared.store.files import paper_templates
from shared.workflows import verify
from tests.shared.documents.test_template_check import changed

WHERE = "/mau-giay/to-trinh"
OWN = ("Kính trình", "Kính đề nghị")


def sent(client, content: bytes, name: str = "mau-cua-xa.docx"):
    return client.post(f"{WHERE}/gui-tep", data={"file": (io.BytesIO(content), name)})


def put_to_use(client, *change: tuple[str, str]) -> str:
    """Send an edited template and let the paper go by it; return the version's id."""
    version = sent(client, changed(*(change or (OWN,)))).location.rpartition("/")[2]
    assert client.post(f"{WHERE}/dung", data={"version": version}).status_code == 303
    return version


def the_paper(client) -> str:
    answer = client.post("/bao-cao/2026", data={"paper": "to-trinh"})
    assert answer.status_code == 200, answer.text
    return fill.words(answer.data)


def file_of(db, instance, version: str) -> Path:
    sha256 = paper_templates.version(db, "to-trinh", version).sha256
    return media.path_of(instance.media, sha256)


def test_every_paper_is_listed_with_its_template_to_download(officer):
    page = officer.get("/mau-giay").text

    for name in catalogue.names():
        paper = catalogue.paper(name)
        assert paper.title in page
        answer = officer.get(f"/mau-giay/{name}/dang-dung.docx")
        assert answer.data == paper.original.read_bytes()
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_page_of_a_paper_explains_each_of_its_blanks(officer):
    page = officer.get(WHERE).text

    for blank in catalogue.paper("to-trinh").blanks:
        assert f"<code>{blank.name}</code>" in page
        assert blank.what in page


def test_an_edited_template_is_tried_before_it_is_used(officer, db, a_proposal):
    answer = sent(officer, changed(OWN))

    assert answer.status_code == 303
    tried = officer.post(f"{answer.location}/xem-thu", data={"shape": "docx"})
    assert "Kính đề nghị Hội đồng thi đua, khen thưởng xã" in fill.words(tried.data)
    assert "Nguyễn Văn Mẫu" in fill.words(tried.data)
    assert "Kính trình" in the_paper(officer)
    assert paper_templates.in_use(db, "to-trinh") is None


def test_a_trial_is_shown_as_pdf_too(officer, monkeypatch):
    monkeypatch.setattr(pdf, "from_docx", lambda paper, folder: b"%PDF " + paper[:2])

    answer = officer.post(f"{sent(officer, changed(OWN)).location}/xem-thu", data={"shape": "pdf"})

    assert (answer.mimetype, answer.data) == ("application/pdf", b"%PDF PK")


def test_the_paper_goes_by_the_template_in_use_and_who_chose_it_is_told(officer, db, a_proposal):
    idea = a_proposal(status=Status.AT_COUNCIL)

    put_to_use(officer)

    said = the_paper(officer)
    assert "Kính đề nghị" in said and "Kính trình" not in said
    assert idea.title in said
    page = officer.get(WHERE).text
    assert "mau-cua-xa.docx" in page and "Đang dùng" in page
    [chosen] = db.rows("SELECT data FROM event WHERE kind = 'template_chosen'")
    assert '"paper":"to-trinh"' in chosen[0]


def test_the_original_and_an_earlier_version_come_back_in_one_tap(officer):
    first = put_to_use(officer)
    put_to_use(officer, ("Kính trình", "Trân trọng đề nghị"))
    assert "Trân trọng đề nghị" in the_paper(officer)

    officer.post(f"{WHERE}/dung", data={"version": first})
    assert "Kính đề nghị" in the_paper(officer)

    officer.post(f"{WHERE}/dung")
    assert "Kính trình" in the_paper(officer)
    assert officer.get(WHERE).text.count("chọn, ") == 4


def test_the_same_file_twice_is_one_version(officer, db):
    first, second = sent(officer, changed(OWN)), sent(officer, changed(OWN))

    assert first.location == second.location
    assert len(paper_templates.versions(db, "to-trinh")) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Chưa chọn tệp nào"),
        (b"%PDF", "Đây không phải tệp Word (.docx)"),
        (changed(("{{ council_name }}", "{{ hoi_dong }}")), "không có chỗ trống hoi_dong"),
        (changed(("{{ council_name }}", "{{ council_nam }}")), "gần giống: council_name"),
        (changed(("{{ signer }}", "")), "Mẫu thiếu chỗ trống signer (Họ tên người ký)"),
        (changed(("{{ signer }}", "{{ signer")), "dấu ngoặc ở đoạn"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_words_and_nothing_is_kept(
    officer, db, instance, content, said
):
    answer = sent(officer, content)

    assert answer.status_code == 422
    assert said in answer.text
    assert paper_templates.versions(db, "to-trinh") == []
    assert [path for path in instance.media.rglob("*") if path.is_file()] == []


def test_a_file_that_is_too_large_is_told_so(officer):
    answer = sent(officer, b"x" * (3 * 1024 * 1024))

    assert answer.status_code == 413
    assert "Tệp lớn quá 2 MB" in answer.text


def test_verify_reads_templates_back_and_a_backup_has_their_files(officer, db, instance):
    version = put_to_use(officer)
    assert verify.verify(db, instance.media).damage == ()

    file_of(db, instance, version).write_bytes(b"x")

    [found] = verify.verify(db, instance.media).damage
    assert found == f"paper_template {version} (its file is gone or changed)"


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(b"PK")])
def test_a_template_whose_file_is_harmed_makes_no_paper_and_says_how_to_go_back(
    officer, db, instance, harm
):
    harm(file_of(db, instance, put_to_use(officer)))

    answer = officer.post("/bao-cao/2026", data={"paper": "to-trinh"})

    assert answer.status_code == 422
    assert "Mẫu riêng của văn bản này không dùng được" in answer.text
    officer.post(f"{WHERE}/dung")
    assert "Kính trình" in the_paper(officer)


def test_a_template_that_asks_for_a_blank_of_another_version_makes_no_paper(
    officer, db, instance, a_proposal
):
    content = changed(("{{ council_name }}", "{{ gone_since }}"))
    kept = media.keep(instance.media, [content])
    version = paper_templates.keep(db, "to-trinh", kept, "a.docx", actor="t", at=1)
    paper_templates.choose(db, "to-trinh", version.id, actor="t", at=1)

    answer = officer.post("/bao-cao/2026", data={"paper": "to-trinh"})

    assert answer.status_code == 422
    assert "Mẫu riêng của văn bản này không dùng được" in answer.text


def test_a_kept_version_that_is_not_sound_any_more_is_not_put_to_use(officer, db, instance):
    kept = media.keep(instance.media, [changed(("{{ signer }}", ""))])
    version = paper_templates.keep(db, "to-trinh", kept, "a.docx", actor="t", at=1)

    answer = officer.post(f"{WHERE}/dung", data={"version": version.id})

    assert answer.status_code == 422
    assert "Mẫu thiếu chỗ trống signer" in answer.text
    assert paper_templates.in_use(db, "to-trinh") is None


def test_versions_belong_to_their_paper(officer):
    version = put_to_use(officer)

    for address in ("/mau-giay/khong-co", f"/mau-giay/thu-khen/ban/{version}", f"{WHERE}/ban/x"):
        assert officer.get(address).status_code == 404, address
    assert officer.post("/mau-giay/thu-khen/dung", data={"version": version}).status_code == 404


def test_a_receptionist_sees_no_templates(logged_in):
    client = logged_in("tiep", role="receptionist")

    assert client.get("/mau-giay").status_code == 403
    assert sent(client, changed(OWN)).status_code == 403
