"""The month's end: what is in the binder and what is on the screen are the same, or it is told."""

import re
from datetime import date

import pytest

from shared.domain import clock, codes
from shared.domain.intake import read_proposal
from shared.domain.kept_file import Examined, KeptFile
from shared.store.cases import paper_checks, paper_forms, redactions
from shared.store.files import attachments
from shared.store.reports import table_rows
from shared.workflows import verify
from shared.workflows.enter_for_citizen import Entry
from shared.workflows.enter_for_citizen import add as enter
from tests.conftest import ZONE

MAY = clock.start_of_day(date(2026, 5, 1), ZONE)
JUNE = clock.start_of_day(date(2026, 6, 1), ZONE)
ADDRESS = "/giay/doi-chieu?thang=2026-05"
PRINTED = "/giay/doi-chieu/in?thang=2026-05"


@pytest.fixture
def by_hand(instance, db):
    """A builder: an idea that a clerk entered from a paper, at an instant of its own."""

    def build(number, at, way="by_hand", channel="paper"):
        new = read_proposal(
            {"participant_type": "citizen", "title": f"Ý trên giấy số {number}",
             "solution": "Mở cửa buổi trưa."}, channel,
        )  # fmt: skip
        return enter(
            db, new, Entry(way, at), key=f"k{number}", fingerprint="", zone=ZONE, actor="test",
            receipt_key=instance.secrets().receipt_key, at=at,
        ).proposal  # fmt: skip

    return build


def listed(db, viewer="nobody"):
    return paper_checks.month_list(db, MAY, JUNE, viewer=viewer).lines


def plain(page):
    """Return a page with its codes as twelve digits."""
    return re.sub(r"(?<=\d{4})[\s\u00a0](?=\d{4})", "", page)


def kept(db):
    return paper_checks.latest(db, "2026-05")


def send(client, *found, **more):
    return client.post(
        "/giay/doi-chieu", data={"thang": "2026-05", "key": "k", "code": [*found], **more}
    )


def test_the_list_is_of_those_entered_in_the_local_month(db, by_hand, a_proposal):
    by_hand(1, MAY - 1)
    first, last = by_hand(2, MAY), by_hand(3, JUNE - 1, way="by_post")
    by_hand(4, JUNE)
    sent = a_proposal(at=MAY + clock.DAY)

    here = listed(db)

    assert [line.code for line in here] == [first.code, sent.code, last.code]
    assert [line.paper for line in here] == ["by_hand", "", "by_post"]


def test_a_recording_from_a_stick_needs_no_paper_and_a_form_printed_to_sign_does(
    officer, db, by_hand, a_proposal
):
    by_hand(1, MAY, way="stick_audio", channel="audio")
    sent = a_proposal(at=MAY + 1)
    officer.get(f"/ho-so/{sent.code}/phieu-de-xuat")

    assert [line.paper for line in listed(db)] == ["", "twin"]


def test_a_form_that_filed_itself_has_its_paper_and_its_pictures(db, a_proposal):
    form = a_proposal(channel="paper", at=MAY)
    picture = Examined("image", "image/jpeg", KeptFile("ab" * 32, 9), None)
    attachments.add(db, form.id, picture, source="staff", key="a", actor="test", at=MAY)

    [line] = listed(db)

    assert (line.paper, line.pictures) == ("form", 1)


def test_all_that_is_on_the_list_was_found(officer, db, by_hand, instance):
    one, other = by_hand(1, MAY), by_hand(2, MAY + 1)

    answer = send(officer, one.code, other.code)
    page = officer.get(ADDRESS).text

    assert answer.status_code == 303 and "thang=2026-05" in answer.location
    [found] = kept(db)
    assert (found.expected, len(found.found), found.agrees) == (2, 2, True)
    assert "Giấy và máy khớp nhau." in page and "còn lệch" not in page
    assert not verify.verify(db, instance.media).damage


def test_what_is_missing_and_what_is_too_many_is_named_with_what_is_known_of_it(
    officer, db, by_hand, instance
):
    there, missing, of_june = by_hand(1, MAY), by_hand(2, MAY + 1), by_hand(3, JUNE)
    [blank] = paper_forms.issue(
        db, 1, mobiliser="", actor="test", key=instance.secrets().receipt_key, at=MAY
    )
    nobodys = codes.new_code()
    typed = f"{of_june.code[:4]} {of_june.code[4:8]} {of_june.code[8:]}\n{blank.code}; {nobodys}"

    send(officer, there.code, extra=typed, note="Phiếu tháng 6 để nhầm tập")
    page = officer.get(ADDRESS).text

    [found] = kept(db)
    assert found.missing == (missing.code,)
    assert set(found.extra) == {of_june.code, blank.code, nobodys}
    told = page.split('id="found"')[1].split("</section>")[0]
    assert "Thiếu giấy: 1" in told and missing.code in told
    assert "vào sổ tháng 06/2026" in told and "phiếu trắng đã phát" in told
    assert "không có trong máy" in told and "Phiếu tháng 6 để nhầm tập" in told


def test_of_many_without_a_paper_the_first_are_listed_and_those_that_were_found(
    officer, db, by_hand, a_proposal
):
    paper = by_hand(1, MAY + 500)
    sent = [a_proposal(at=MAY + number) for number in range(paper_checks.MOST_OTHERS + 3)]
    last = sent[-1]
    page, sheet = officer.get(ADDRESS).text, officer.get(PRINTED).text

    for said in (page, sheet):
        assert sent[0].code in plain(said) and paper.code in plain(said)
        assert last.code not in plain(said) and "3 hồ sơ gửi bằng máy nữa" in said
    send(officer, sent[1].code, paper.code, extra=last.code)

    [found] = kept(db)
    assert set(found.found) == {sent[1].code, paper.code, last.code} and found.agrees
    assert f'value="{last.code}" checked' in " ".join(officer.get(ADDRESS).text.split())
    assert "2 hồ sơ gửi bằng máy nữa" in officer.get(ADDRESS).text


def test_a_typed_code_of_the_month_itself_was_found(officer, db, by_hand):
    one = by_hand(1, MAY)

    send(officer, extra=one.code)

    [found] = kept(db)
    assert found.agrees and found.found == (one.code,)


@pytest.mark.parametrize("extra", ["1234", "482173950689", "x" * 5000, "\n".join(["1"] * 51)])
def test_a_wrong_code_is_told_and_nothing_ticked_or_typed_is_lost(officer, db, by_hand, extra):
    one = by_hand(1, MAY)

    answer = send(officer, one.code, extra=extra, note="Đếm <hai> lần")

    assert answer.status_code == 422 and not kept(db)
    assert f'value="{one.code}" checked' in answer.text
    assert extra.split()[0] in answer.text and "Đếm &lt;hai&gt; lần" in answer.text


def test_a_note_that_is_too_long_is_told(officer, db):
    answer = send(officer, note="a" * 2001)

    assert answer.status_code == 422 and "2000" in answer.text and not kept(db)


def test_what_was_sent_twice_is_kept_once_and_another_look_stands_beside_it(officer, db, by_hand):
    one = by_hand(1, MAY)

    send(officer)
    send(officer)
    send(officer, one.code, key="k2")
    page = officer.get(ADDRESS).text

    assert [found.agrees for found in kept(db)] == [True, False]
    assert f'value="{one.code}" checked' in page
    assert "Các lần trước" in page and "Giấy và máy còn lệch." in page.split("Các lần trước")[1]


def test_another_s_confidential_case_and_a_redacted_one_show_no_words_of_their_own(
    officer, db, by_hand, a_member
):
    closed, redacted = by_hand(1, MAY), by_hand(2, MAY + 1)
    binh = a_member("binh").id
    db.conn.execute("UPDATE proposal SET is_confidential = 1 WHERE id = ?", (closed.id,))
    texts = {**dict.fromkeys(redactions.TEXTS, "x"), "title": "Ý đã che"}
    redactions.keep(db, redacted.code, texts, actor=binh, at=MAY + 2)

    assert [line.title for line in listed(db)] == ["", "Ý đã che"]
    for page in (officer.get(ADDRESS).text, officer.get(ADDRESS.replace("?", "/in?")).text):
        assert "số 1" not in page and "số 2" not in page
        assert codes.grouped(closed.code) in page and "Hồ sơ kín" in page and "Ý đã che" in page


def test_the_sheet_to_print_has_a_box_for_each_paper_and_says_what_was_found(
    officer, by_hand, a_proposal
):
    one, _ = by_hand(1, MAY), by_hand(2, MAY + 1)
    a_proposal(at=MAY + 5)
    send(officer, one.code)

    sheet = officer.get("/giay/doi-chieu/in?thang=2026-05").text

    assert (sheet.count("☑"), sheet.count("☐"), sheet.count("<tr>")) == (1, 1, 4)
    assert "tháng 05/2026: 3 hồ sơ, 2 hồ sơ có giấy" in sheet and "còn lệch" in sheet


def test_the_paper_desk_says_whether_last_month_was_done(officer, db, by_hand):
    at = clock.months_before(clock.now(), 1, ZONE)
    one, month = by_hand(1, at), f"{clock.to_local(at, ZONE):%Y-%m}"
    before = officer.get("/giay").text
    officer.post("/giay/doi-chieu", data={"thang": month, "key": "k", "code": [one.code]})

    assert "chưa đối chiếu" in before
    assert "chưa đối chiếu" not in officer.get("/giay").text
    assert officer.get("/giay/doi-chieu").text.count(one.code) >= 1


@pytest.mark.parametrize("month", ["2026-13", "2026-5", "1999-05", "x", "2026-05-01"])
def test_what_is_no_month_is_not_found(officer, month):
    assert officer.get(f"/giay/doi-chieu?thang={month}").status_code == 404
    assert officer.get(f"/giay/doi-chieu/in?thang={month}").status_code == 404
    assert officer.post("/giay/doi-chieu", data={"thang": month}).status_code == 404


def test_a_copy_holds_what_was_found(officer, db, by_hand):
    one = by_hand(1, MAY)
    send(officer)
    sheets = {sheet.table: sheet for sheet in table_rows.SHEETS}

    [found] = table_rows.rows(db, sheets["reconciliation"], "")
    [missing] = table_rows.rows(db, sheets["reconciliation_paper"], "")

    assert "2026-05" in found.values and one.code in missing.values
