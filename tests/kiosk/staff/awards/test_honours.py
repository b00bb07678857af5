"""The praise desk: who waits, one tap to propose, names confirmed, the chair decides, letters get
number and day."""

import re

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.domain.honours import State
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.store.awards import awards, printed_names
from shared.store.cases import redactions
from shared.store.models import adoptions
from shared.store.people import staff
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD

KNOWN = {
    "name": "Trần Thị Mận", "phone": "0912345678",
    "consents": {"store": True, "notice": "2026-1"},
}  # fmt: skip
CONTENT = {
    "whom": "individual", "merit": "đề xuất cách hẹn giờ", "form": "Giấy khen",
    "amount": "1.500.000", "source": "Quỹ xã", "basis": "Luật Thi đua, khen thưởng",
}  # fmt: skip
CLEAR = {"answer": "clear", "answered_by": "Công an xã, ông Tâm", "answered_on": "01/07/2026"}


@pytest.fixture
def desk(office, a_member):
    """A builder: the browser of somebody of a role, which looks at every page."""
    watched(office)

    def build(role="officer", login=""):
        login = login or f"{role}-an"
        a_member(login, role=role)
        client = office.test_client()
        client.post("/login", data={"login": login, "password": PASSWORD})
        return client

    return build


@pytest.fixture
def officer(desk):
    return desk()


@pytest.fixture
def chair(desk):
    return desk("chair")


@pytest.fixture
def idea(db, a_proposal):
    """A recognised idea that made things better."""
    idea = a_proposal(status=Status.RECOGNISED, **KNOWN)
    figures = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-07-01", "Sổ")
    adoptions.measure(db, idea.id, figures, key="m", actor="an", at=clock.now())
    return idea


def propose(client, idea, kind="letter"):
    """Propose, and return the address of the dossier."""
    answer = client.post("/khen-thuong/de-nghi", data={"key": "k", kind: f"{idea.code}:1"})
    assert answer.status_code == 303, answer.text
    return answer.location


def kept(db, address):
    return awards.by_id(db, address.rpartition("/")[2])


def confirm(client, address, **changes):
    return client.post(f"{address}/ten", data={"name": "Trần Thị Mận", "how": "phone"} | changes)


def ticked(honour):
    return f"{honour.id}:{honour.version}"


def test_the_worklist_shows_who_waits_how_long_and_is_narrowed(officer, a_proposal):
    old = a_proposal(
        status=Status.NOT_RECOGNISED, at=clock.now() - 70 * clock.DAY, title="Ý đã chờ lâu"
    )
    a_proposal(status=Status.UNDER_APPRAISAL, participant_type="enterprise", title="Ý của hãng")

    everything = officer.get("/khen-thuong").text
    bodies = officer.get("/khen-thuong?ai=collective").text
    none = officer.get("/khen-thuong?nam=1999&buoc=recognised").text

    assert "Đã chờ 70 ngày" in everything and everything.index(old.title) < everything.index(
        "Ý của hãng"
    )
    assert "Ý của hãng" in bodies and old.title not in bodies
    assert "Không còn sáng kiến nào chờ đề nghị khen" in none


def test_one_tap_proposes_and_the_very_same_tap_again_is_one(officer, idea, db):
    first, again = propose(officer, idea), propose(officer, idea)

    assert first == again
    assert kept(db, first).state is State.PROPOSED
    assert "Đề nghị thư khen</button>" not in officer.get("/khen-thuong").text


def test_letters_are_proposed_for_all_who_were_chosen_and_each_is_told_of(officer, a_proposal, db):
    ideas = [a_proposal(status=Status.RECOGNISED) for _ in range(3)]
    official = a_proposal(status=Status.RECOGNISED, participant_type="official")

    page = officer.post(
        "/khen-thuong/de-nghi",
        data={"key": "k", "one": [f"{one.code}:1" for one in [*ideas, official]] + ["000:1"]},
    )

    assert page.text.count("Đã đề nghị thư khen.") == 3
    assert "xét khen thưởng, không dùng thư khen" in page.text
    assert "Không có hồ sơ này" in page.text
    assert len(awards.every(db)) == 3
    assert officer.post("/khen-thuong/de-nghi", data={"key": "k"}).status_code == 422


def test_a_name_is_shown_to_who_opens_the_dossier_which_is_noted_and_initials_in_lists(
    officer, idea, db
):
    address = propose(officer, idea)

    listed = officer.get("/khen-thuong/dang-xet").text
    opened = officer.get(address).text

    assert "T. T. M." in listed and "Trần Thị Mận" not in listed
    assert "Trần Thị Mận" in opened
    assert event_log.has(db, idea.id, "viewed_honour_name")


def test_the_receptionist_asks_how_a_name_is_spelt(officer, desk, idea, db):
    address = propose(officer, idea)
    reception = desk("receptionist")

    assert idea.title in reception.get("/khen-thuong/ten").text
    assert confirm(reception, address, name="Trần Thị Mẫn").status_code == 303

    name = printed_names.of(db, kept(db, address).id)
    assert (name.name, name.how, name.state) == ("Trần Thị Mẫn", "phone", "confirmed")
    assert name.actor == staff.by_login(db, "receptionist-an").id
    assert idea.title not in reception.get("/khen-thuong/ten").text
    assert reception.post(f"{address}/noi-dung", data=CONTENT).status_code == 403


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"name": ""}, "Xin ghi họ tên in ra."),
        ({"name": "..."}, "Xin ghi họ tên in ra."),
        ({"name": "N. T. Đ."}, "Tên chỉ có chữ viết tắt"),
        ({"name": "NTĐ"}, "Tên chỉ có chữ viết tắt"),
        ({"name": "Đ" * 121}, "120"),
        ({"how": ""}, "Xin chọn đã hỏi thế nào"),
        ({"how": "waived", "why": " - "}, "Xin ghi vì sao không hỏi được"),
    ],
)
def test_a_name_that_cannot_be_printed_is_refused_and_what_was_typed_stays(
    officer, idea, db, given, problem
):
    address = propose(officer, idea)

    answer = confirm(officer, address, **given)

    assert answer.status_code == 422 and problem in answer.text
    assert not printed_names.of(db, kept(db, address).id).is_settled
    if given.get("name"):
        assert given["name"] in answer.text


@pytest.mark.parametrize("name", ["Đ" + "ươ" * 59 + "n", "Nguyễn Thị Hoàng Phương Quỳnh Như"])
def test_a_long_name_is_a_name(officer, idea, db, name):
    address = propose(officer, idea)

    assert confirm(officer, address, name=name).status_code == 303

    assert printed_names.of(db, kept(db, address).id).name == name


def test_somebody_who_left_no_name_is_asked_whether_it_may_be_kept(officer, a_proposal, db):
    address = propose(officer, a_proposal(status=Status.RECOGNISED))

    unasked = confirm(officer, address, how="counter")
    asked = confirm(officer, address, how="counter", agreed="yes")

    assert unasked.status_code == 422 and "chưa đồng ý lưu tên" in unasked.text
    assert asked.status_code == 303


def test_an_officer_may_answer_for_a_name_and_says_why(officer, idea, db):
    address = propose(officer, idea)

    confirm(officer, address, how="waived", why="gọi ba lần không nghe máy")

    page = officer.get(address).text
    assert "gọi ba lần không nghe máy" in page and "chịu trách nhiệm" in page


def test_a_letter_goes_from_proposal_to_number_and_day(officer, chair, idea, db):
    address = propose(officer, idea)

    chair.post("/khen-thuong/dong-y", data={"letter": ticked(kept(db, address))})
    too_early = officer.post(
        "/khen-thuong/ban-hanh",
        data={"ready": ticked(kept(db, address)), "number": "05/TK-UBND", "day": "01/07/2026"},
    )
    confirm(officer, address)
    issued = officer.post(
        "/khen-thuong/ban-hanh",
        data={"ready": ticked(kept(db, address)), "number": "05/TK-UBND", "day": "01/07/2026"},
    )

    assert too_early.status_code == 409 and "Tên chưa được xác nhận" in too_early.text
    assert "05/TK-UBND" in too_early.text
    assert issued.status_code == 200 and "Đã ban hành 1 thư" in issued.text
    assert re.search(rf'name="given" value="{kept(db, address).id}"', issued.text)
    now = kept(db, address)
    assert (now.state, now.number, now.day) == (State.ISSUED, "05/TK-UBND", "2026-07-01")


def test_the_chair_agrees_to_many_letters_at_once(officer, chair, a_proposal, db):
    addresses = [
        officer.post(
            "/khen-thuong/de-nghi", data={"key": f"k{n}", "letter": f"{one.code}:1"}
        ).location
        for n, one in enumerate(a_proposal(status=Status.RECOGNISED) for _ in range(3))
    ]
    chosen = [ticked(kept(db, one)) for one in addresses]

    page = chair.post("/khen-thuong/dong-y", data={"letter": [*chosen[:2], chosen[0]]}).text

    assert page.count("Đã đồng ý, chờ số") == 2
    assert [kept(db, one).state for one in addresses] == [
        State.DECIDED, State.DECIDED, State.PROPOSED,
    ]  # fmt: skip
    assert chair.post("/khen-thuong/dong-y", data={}).status_code == 422


def test_an_officer_decides_nothing(officer, idea, db):
    address = propose(officer, idea)
    chosen = ticked(kept(db, address))

    for where in ("/khen-thuong/dong-y", "/khen-thuong/quyet-dinh", f"{address}/tra-lai",
                  f"{address}/thu-hoi"):  # fmt: skip
        assert officer.post(where, data={"letter": chosen, "reason": "x"}).status_code == 403
    assert kept(db, address).state is State.PROPOSED


def test_an_award_is_written_checked_and_signed(officer, chair, idea, db):
    address = propose(officer, idea, "award")
    assert "đang bị xem xét kỷ luật" in officer.get(address).text

    officer.post(f"{address}/noi-dung", data=CONTENT | {"seen": kept(db, address).version})
    confirm(officer, address)
    officer.post(f"{address}/kiem-tra", data=CLEAR | {"seen": kept(db, address).version})
    signing = {"award": ticked(kept(db, address)), "number": "30/QĐ-UBND", "day": "02/07/2026"}
    signed = chair.post("/khen-thuong/quyet-dinh", data=signing)

    assert "Đã có quyết định" in signed.text
    now = kept(db, address)
    assert (now.amount, now.source, now.number) == (1_500_000, "Quỹ xã", "30/QĐ-UBND")
    assert "1.500.000 đồng · Quỹ xã" in officer.get(address).text


def test_a_pending_complaint_holds_an_award_and_the_chair_reads_so(officer, chair, idea, db):
    address = propose(officer, idea, "award")
    confirm(officer, address)

    officer.post(
        f"{address}/kiem-tra",
        data=CLEAR | {"answer": "pending", "seen": kept(db, address).version, "note": "đơn ngày 3"},
    )
    page = chair.post(
        "/khen-thuong/quyet-dinh",
        data={"award": ticked(kept(db, address)), "number": "30", "day": "02/07/2026"},
    ).text

    assert "Chưa có trả lời là không có kỷ luật" in page
    assert "đơn ngày 3" in chair.get(address).text
    assert kept(db, address).state is State.PROPOSED


def test_for_an_official_the_law_is_shown_and_nothing_is_concluded(officer, a_proposal, db):
    idea = a_proposal(status=Status.RECOGNISED, participant_type="official", insider=True, **KNOWN)
    figures = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-07-01", "Sổ")
    adoptions.measure(db, idea.id, figures, key="m2", actor="an", at=clock.now())

    page = officer.get(propose(officer, idea, "award")).text

    assert "có thể không phải thành tích đột xuất" in page


@pytest.mark.parametrize("amount", ["-5", "1.5", "một triệu", "1.500,000", "1e9", "9" * 20])
def test_an_amount_that_is_no_money_is_refused_and_stays_as_typed(officer, idea, db, amount):
    address = propose(officer, idea, "award")

    answer = officer.post(
        f"{address}/noi-dung", data=CONTENT | {"amount": amount, "seen": kept(db, address).version}
    )

    assert answer.status_code == 422 and "Xin ghi số tiền bằng đồng" in answer.text
    assert f'value="{amount}"' in answer.text
    assert kept(db, address).amount == 0


@pytest.mark.parametrize(
    ("amount", "dong"),
    [
        ("1.500.000", 1_500_000), ("1,500,000 đ", 1_500_000), ("1 500 000 đồng", 1_500_000),
        ("300000", 300_000), ("", 0), ("500.000VNĐ", 500_000),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(officer, idea, db, amount, dong):
    address = propose(officer, idea, "award")

    officer.post(
        f"{address}/noi-dung", data=CONTENT | {"amount": amount, "seen": kept(db, address).version}
    )

    assert kept(db, address).amount == dong


def test_an_amount_beyond_any_award_and_money_from_nowhere_are_refused(officer, idea, db):
    address = propose(officer, idea, "award")
    seen = {"seen": kept(db, address).version}

    much = officer.post(f"{address}/noi-dung", data=CONTENT | seen | {"amount": "2.000.000.000"})
    nowhere = officer.post(f"{address}/noi-dung", data=CONTENT | seen | {"source": ""})

    assert much.status_code == nowhere.status_code == 422
    assert "Nhiều nhất là 1.000.000.000 đồng" in much.text
    assert "xin ghi nguồn tiền" in nowhere.text


def test_a_decision_number_of_another_day_is_noticed(officer, chair, idea, db):
    address = propose(officer, idea, "award")
    confirm(officer, address)
    officer.post(f"{address}/kiem-tra", data=CLEAR | {"seen": kept(db, address).version})

    page = chair.post(
        "/khen-thuong/quyet-dinh",
        data={"award": ticked(kept(db, address)), "number": "12/qđ-ubnd", "day": "09/07/2026"},
    ).text

    assert "đã dùng cho ngày khác" in page  # recognised an idea on 01/07/2026
    assert kept(db, address).state is State.CHECKED


def test_who_writes_on_what_a_colleague_changed_meanwhile_loses_no_word(officer, idea, db):
    address = propose(officer, idea, "award")
    seen = kept(db, address).version
    officer.post(f"{address}/noi-dung", data=CONTENT | {"seen": seen})

    late = officer.post(
        f"{address}/noi-dung", data=CONTENT | {"seen": seen, "merit": "lời của người sau"}
    )

    assert late.status_code == 409 and "lời của người sau" in late.text
    assert kept(db, address).merit == CONTENT["merit"]


def test_the_chair_returns_with_a_reason_and_the_officer_proposes_anew(officer, chair, idea, db):
    address = propose(officer, idea)
    seen = kept(db, address).version

    silent = chair.post(f"{address}/tra-lai", data={"seen": seen, "to": "returned", "reason": " "})
    chair.post(f"{address}/tra-lai", data={"seen": seen, "to": "returned", "reason": "ghi rõ việc"})
    page = officer.get("/khen-thuong/dang-xet").text
    officer.post(
        f"{address}/noi-dung",
        data={"whom": "individual", "merit": "Nghĩ ra", "seen": kept(db, address).version},
    )

    assert silent.status_code == 422
    assert "Chủ tịch trả lại" in page and "ghi rõ việc" in page
    assert kept(db, address).state is State.PROPOSED


def test_a_mistaken_agreement_is_taken_back_with_a_reason(officer, chair, idea, db):
    address = propose(officer, idea)
    chair.post("/khen-thuong/dong-y", data={"letter": ticked(kept(db, address))})

    answer = chair.post(
        f"{address}/thu-hoi", data={"seen": kept(db, address).version, "reason": "bấm nhầm"}
    )

    assert answer.status_code == 303
    assert (kept(db, address).state, kept(db, address).reason) == (State.PROPOSED, "bấm nhầm")


def test_a_confidential_idea_is_nobodys_turn_and_a_redacted_one_is_read_redacted(
    officer, a_proposal, db, a_member
):
    secret = a_proposal(status=Status.UNDER_APPRAISAL, title="Chuyện phải giữ kín")
    db.write("UPDATE proposal SET is_confidential = 1 WHERE code = :c", c=secret.code)
    other = a_proposal(status=Status.RECOGNISED, title="Nhà bà Đượm xin hẹn giờ")
    texts = dict.fromkeys(redactions.TEXTS, "") | {"title": "Xin hẹn giờ"}
    redactions.keep(db, other.code, texts, actor=a_member("khac").id, at=clock.now())

    page = officer.get("/khen-thuong").text

    assert "Chuyện phải giữ kín" not in page and "Đượm" not in page
    assert re.search(r"<bdi>Xin hẹn giờ</bdi>", page)
    assert "Đượm" not in officer.get(propose(officer, other)).text


def test_the_number_to_ask_at_is_shown_when_asked_for_and_that_is_noted(officer, idea, db):
    address = propose(officer, idea)

    opened = officer.get(address).text
    asked = officer.post(f"{address}/so").text

    assert "0912 345 678" not in opened
    assert "0912 345 678" in asked
    assert event_log.has(db, idea.id, "viewed_personal_details")
