"""A case names those that may be the same idea; one tap merges them or tells them apart."""

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import proposals, redactions
from shared.store.people import staff

TITLE = "Cho hẹn giờ trước khi đi chứng thực"


def test_the_later_case_is_merged_into_the_earlier_by_one_tap(officer, db, a_proposal):
    first = a_proposal(title=TITLE, at=clock.now() - clock.DAY)
    later = a_proposal(title="Xin hẹn giờ trước khi đi chứng thực")

    page = officer.get(f"/ho-so/{first.code}").text
    assert "Có thể trùng" in page and later.title in page
    assert (
        f'action="/ho-so/{later.code}/move"' in page and f'name="into" value="{first.code}"' in page
    )
    officer.post(
        f"/ho-so/{later.code}/move",
        data={"to": "merged", "seen": "received", "into": first.code},
    )

    assert proposals.by_code(db, later.code).status is Status.MERGED
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

    assert "Có thể trùng" in page and later.code in page
    assert f'action="/ho-so/{later.code}/move"' not in page


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
