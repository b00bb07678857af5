"""A case names those that may be the same idea, and finds others; a page shows both sides and what
a merge ends before it is made."""

from shared.db import event_log
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.store.cases import merges, moves, proposals, redactions
from shared.store.people import staff

TITLE = "Cho hẹn giờ trước khi đi chứng thực"


def test_the_later_case_is_merged_into_the_earlier_and_says_before_what_ends(
    officer, db, a_proposal
):
    first = a_proposal(title=TITLE, at=clock.now() - clock.DAY)
    later = a_proposal(title="Xin hẹn giờ trước khi đi chứng thực")

    page = officer.get(f"/ho-so/{first.code}").text
    assert "Có thể trùng" in page and later.title in page
    assert f'href="/ho-so/{first.code}/gop?voi={later.code}"' in page
    sides = officer.get(f"/ho-so/{first.code}/gop?voi={later.code}").text
    assert f'action="/ho-so/{later.code}/move"' in sides
    assert f'name="into" value="{first.code}"' in sides
    assert f"Hồ sơ {codes.grouped(later.code)} không xét riêng nữa" in sides
    reason = {"reason": "cùng một cách làm"}
    officer.post(
        f"/ho-so/{later.code}/move",
        data={"to": "merged", "seen": "received", "into": first.code, **reason},
    )

    assert proposals.by_code(db, later.code).status is Status.MERGED
    assert moves.of_proposal(db, later.id)[-1].details["reason"] == "cùng một cách làm"
    assert "Có thể trùng" not in officer.get(f"/ho-so/{first.code}").text


def test_a_suggestion_is_read_as_it_was_redacted(officer, logged_in, db, a_proposal):
    one, other = a_proposal(title=TITLE), a_proposal(title=TITLE + " cho bà Khế")
    holder = logged_in("binh")
    veiled = dict.fromkeys(redactions.TEXTS, "") | {"title": "Cho hẹn giờ […]"}
    binh = staff.by_login(db, "binh")
    redactions.keep(db, other.code, veiled, actor=binh.id, at=clock.now())

    page = officer.get(f"/ho-so/{one.code}").text

    assert "Cho hẹn giờ […]" in page and "bà Khế" not in page
    assert "bà Khế" in holder.get(f"/ho-so/{one.code}").text


def test_no_merge_into_a_withdrawn_case_is_offered(officer, a_proposal):
    gone = a_proposal(title=TITLE, at=clock.now() - clock.DAY, status=Status.WITHDRAWN)
    later = a_proposal(title="Xin hẹn giờ trước khi đi chứng thực")

    page = officer.get(f"/ho-so/{gone.code}").text
    sides = officer.get(f"/ho-so/{gone.code}/gop?voi={later.code}").text

    assert "Có thể trùng" not in page
    assert f'action="/ho-so/{later.code}/move"' not in sides
    assert "không gộp được" in sides


def test_the_other_case_is_found_by_words_a_part_of_its_code_or_a_name(officer, a_proposal):
    here = a_proposal(title="Mở cửa thêm sáng thứ Bảy")
    other = a_proposal(
        title="Đặt ghế ở sân nhà văn hóa", name="Trần Thị Mận", consents={"store": True}
    )
    found = f'href="/ho-so/{here.code}/gop?voi={other.code}"'

    for typed in ("nha van hoa", other.code[3:9], f"{other.code[:4]} {other.code[4:8]}", "man"):
        page = officer.get(f"/ho-so/{here.code}/gop", query_string={"q": typed}).text
        assert found in page, typed
    nothing = officer.get(f"/ho-so/{here.code}/gop?q=zzz").text
    assert "Không thấy hồ sơ nào" in nothing


def test_a_merge_into_a_merged_case_leads_to_the_one_that_is_kept(officer, db, a_proposal):
    long_ago, before = clock.now() - 2 * clock.DAY, clock.now() - clock.DAY
    kept, merged, here = a_proposal(at=long_ago), a_proposal(at=before), a_proposal()
    into = {"into": kept.code}
    moves.move(db, merged.code, Status.MERGED, actor="t", at=clock.now(), details=into)

    sides = officer.get(f"/ho-so/{here.code}/gop?voi={merged.code}").text
    back = officer.get(f"/ho-so/{kept.code}/gop?voi={merged.code}").text
    given = {"to": "merged", "seen": "received", "into": merged.code}
    for _ in range(2):
        assert officer.post(f"/ho-so/{here.code}/move", data=given).status_code == 303

    assert f"đã gộp vào {codes.grouped(kept.code)}" in sides
    assert f'name="into" value="{kept.code}"' in sides
    assert "đã gộp vào chính hồ sơ này" in back
    assert merges.kept_instead(db, here.id) == kept.id


def test_a_hidden_case_is_neither_found_nor_shown_beside(officer, logged_in, a_proposal):
    here, hidden = a_proposal(title=TITLE), a_proposal(title="Đặt ghế ở sân")
    logged_in("binh").post(f"/ho-so/{hidden.code}/flag", data={"confidential": "1"})

    for query in ({"q": "dat ghe"}, {"q": hidden.code[:6]}, {"voi": hidden.code}):
        page = officer.get(f"/ho-so/{here.code}/gop", query_string=query).text
        assert "Đặt ghế" not in page and f"voi={hidden.code}" not in page


def test_two_cases_told_apart_are_not_suggested_again_from_either_side(officer, db, a_proposal):
    one, other = a_proposal(title=TITLE), a_proposal(title=TITLE)

    for _ in range(2):
        officer.post(f"/ho-so/{one.code}/khac-nhau", data={"other": other.code})

    for case in (one, other):
        assert "Có thể trùng" not in officer.get(f"/ho-so/{case.code}").text
    told = [event for event in event_log.of_proposal(db, one.id) if event.kind == "told_apart"]
    assert len(told) == 1
    wrong = officer.post(f"/ho-so/{one.code}/khac-nhau", data={"other": "1"})
    assert wrong.status_code == 404


def test_a_confidential_case_is_suggested_to_nobody(officer, logged_in, db, a_proposal):
    here, hidden = a_proposal(title=TITLE), a_proposal(title=TITLE)
    binh = logged_in("binh")
    binh.post(f"/ho-so/{hidden.code}/flag", data={"confidential": "1"})

    assert hidden.code not in officer.get(f"/ho-so/{here.code}").text
    assert "Có thể trùng" not in binh.get(f"/ho-so/{hidden.code}").text


def test_who_only_reads_is_not_asked(logged_in, a_proposal):
    here = a_proposal(title=TITLE)
    a_proposal(title=TITLE)

    page = logged_in("tiep", role="receptionist").get(f"/ho-so/{here.code}").text

    assert "Có thể trùng" not in page
