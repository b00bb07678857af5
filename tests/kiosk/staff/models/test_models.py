"""An officer publishes what was recognised, keeps the register of units, notes figures."""

import re
from datetime import UTC, datetime

import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import moves, proposals, redactions
from shared.store.models import adoptions, follow_up, model_requests, recognitions, registry, trials
from shared.store.people import staff
from tests.conftest import DETAILS

TEXT = {
    "title": "Hẹn giờ chứng thực", "problem": "Chờ lâu.", "solution": "Nhắn tin trước.",
    "effect": "Đỡ chờ.", "redacted": "yes", "seen": "",
}  # fmt: skip
UNIT = {"unit": "Ấp 3", "state": "applying", "since": "2026-08-01", "note": ""}
FIGURE = {
    "key": "m1", "kind": "days", "before": "3", "after": "1,5", "measured_on": "2026-08-01",
    "evidence": "Sổ lấy số tháng 7",
}  # fmt: skip


@pytest.fixture
def case(a_proposal):
    """A recognised case."""
    return a_proposal(status=Status.RECOGNISED, solution="Gọi anh Ba 0912345678 xin giờ.")


def publish(officer, case, **changes):
    return officer.post(f"/ho-so/{case.code}/mo-hinh", data=TEXT | changes)


def measure(officer, case, **changes):
    return officer.post(f"/ho-so/{case.code}/so-do", data=FIGURE | changes)


def test_the_officer_starts_from_the_senders_words_and_nothing_goes_out_unread(
    officer, case, db, citizen
):
    page = officer.get(f"/ho-so/{case.code}/mo-hinh").text

    answer = publish(officer, case, redacted="")

    assert "Gọi anh Ba" in page
    assert answer.status_code == 422 and "Nhắn tin trước." in answer.text
    assert registry.of_proposal(db, case.id) is None
    assert publish(officer, case).status_code == 303
    assert "Nhắn tin trước." in citizen.get("/mo-hinh/hen-gio-chung-thuc").text


def test_a_double_tap_publishes_once_and_a_colleague_is_not_overwritten(officer, case, db):
    publish(officer, case)
    again = publish(officer, case)
    entry = registry.of_proposal(db, case.id)

    stale = publish(officer, case, title="Tên khác hẳn")
    kept = publish(officer, case, title="Tên khác hẳn", seen=entry.seen)

    assert again.status_code == 303
    assert stale.status_code == 409 and "Tên khác hẳn" in stale.text
    assert kept.status_code == 303
    now = registry.of_proposal(db, case.id)
    assert (now.words.title, now.slug) == ("Tên khác hẳn", "hen-gio-chung-thuc")


def test_what_is_not_recognised_cannot_be_published(officer, a_proposal, db):
    case = a_proposal(status=Status.AT_COUNCIL)

    assert publish(officer, case).status_code == 422
    assert registry.of_proposal(db, case.id) is None


def test_a_model_is_taken_down_and_published_again(officer, case, citizen, db):
    publish(officer, case)

    officer.post(f"/ho-so/{case.code}/mo-hinh/go", data={"reason": "ghi nhầm"})
    assert citizen.get("/mo-hinh/hen-gio-chung-thuc").status_code == 404

    publish(officer, case, seen=registry.of_proposal(db, case.id).seen)
    assert citizen.get("/mo-hinh/hen-gio-chung-thuc").status_code == 200


def test_a_step_to_replicated_begins_with_the_unit_that_applies_it(
    officer, logged_in, a_proposal, db
):
    case = a_proposal(status=Status.AT_COUNCIL)
    unsigned = {**DETAILS[Status.RECOGNISED], "spread": ""}
    moves.move(db, case.code, Status.RECOGNISED, actor="t", at=clock.now(), details=unsigned)
    officer.post(f"/ho-so/{case.code}/ap-dung", data=UNIT | {"unit": "Ấp 4"})

    page = logged_in("chi", role="chair").get(f"/ho-so/{case.code}").text

    assert re.search(r'id="replicated-where"[^>]*value="Ấp 4"', page)
    assert re.search(r'id="replicated-since"[^>]*value="2026-08-01"', page)


@pytest.mark.parametrize("before", [None, "asked"])
def test_what_is_replicated_stands_in_the_register(officer, case, db, before):
    if before:
        officer.post(f"/ho-so/{case.code}/ap-dung", data=UNIT | {"unit": "Ấp 3", "state": before})

    officer.post(
        f"/ho-so/{case.code}/move",
        data={"to": "replicated", "where": "Ấp 3", "since": "2026-08-01"},
    )

    assert proposals.by_code(db, case.code).status is Status.REPLICATED
    [unit] = adoptions.in_use(db, case.id)
    assert (unit.unit, unit.state, unit.since) == ("Ấp 3", "applied", "2026-08-01")


def test_a_unit_moves_along_the_register_and_two_people_learn_of_each_other(officer, case, db):
    officer.post(f"/ho-so/{case.code}/ap-dung", data=UNIT)
    [unit] = adoptions.of_proposal(db, case.id)
    address = f"/ho-so/{case.code}/ap-dung/{unit.id}"
    change = {"state": "stopped", "since": "2026-09-01", "effect": "", "note": "hết người"}

    first = officer.post(address, data=change | {"seen": unit.seen})
    late = officer.post(address, data=change | {"note": "khác", "seen": unit.seen})

    assert (first.status_code, late.status_code) == (303, 409)
    assert "khác" in late.text
    [now] = adoptions.of_proposal(db, case.id)
    assert (now.state, now.since, now.note) == ("stopped", "2026-09-01", "hết người")


def test_a_unit_stands_on_a_register_once(officer, case, db):
    address = f"/ho-so/{case.code}/ap-dung"

    answers = [officer.post(address, data=UNIT).status_code for _ in range(2)]
    other = officer.post(address, data=UNIT | {"state": "asked"})

    assert answers == [303, 303] and other.status_code == 409
    assert len(adoptions.of_proposal(db, case.id)) == 1


def test_figures_are_kept_once_shown_as_bars_and_struck(officer, case, db):
    measure(officer, case)
    measure(officer, case)
    [kept] = adoptions.measures(db, case.id)

    page = officer.get(f"/ho-so/{case.code}/mo-hinh").text

    assert (kept.figures.before, kept.figures.after) == (3, 1.5)
    assert "1,5 ngày" in page and '<rect class="is" y="5" width="50"' in page
    asked = officer.post(f"/ho-so/{case.code}/so-do/{kept.id}/go").text
    assert re.search("<h1>Gạch một số đo: <bdi>.*: 3 ngày → 1,5 ngày</bdi></h1>", asked)
    officer.post(f"/ho-so/{case.code}/so-do/{kept.id}/go", data={"reason": "ghi nhầm"})
    assert adoptions.measures(db, case.id) == []


@pytest.mark.of_sqlite
@pytest.mark.parametrize("what", ["mo-hinh", "so-do"])
def test_what_is_taken_out_stays_if_the_reason_cannot_be_kept(officer, case, db, what):
    publish(officer, case)
    measure(officer, case)
    [kept] = adoptions.measures(db, case.id)
    which = f"/{kept.id}" if what == "so-do" else ""
    db.conn.execute(
        "CREATE TRIGGER cuts BEFORE INSERT ON case_note BEGIN SELECT RAISE(ABORT, 'cut'); END"
    )

    answer = officer.post(f"/ho-so/{case.code}/{what}{which}/go", data={"reason": "ghi nhầm"})

    assert answer.status_code == 500
    assert adoptions.measures(db, case.id) == [kept]
    assert registry.of_proposal(db, case.id).withdrawn_at is None


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    "wrong",
    [
        {"before": "ba"}, {"after": "-1"}, {"kind": "satisfaction", "before": "9"},
        {"kind": "zz"}, {"kind": "other"}, {"measured_on": "hôm qua"}, {"evidence": ""},
        {"adoption": "none"}, {"file": "none"},
    ],
)  # fmt: skip
def test_a_figure_that_says_nothing_sound_is_refused_with_what_was_typed(officer, case, db, wrong):
    answer = measure(officer, case, **wrong)

    assert answer.status_code == 422
    assert adoptions.measures(db, case.id) == []


@pytest.mark.parametrize(
    ("typed", "read"), [("1.250.000", 1_250_000), ("2,5", 2.5), ("2.5", 2.5), ("12 000", 12_000)]
)  # fmt: skip
def test_numbers_are_read_as_people_here_write_them(officer, case, db, typed, read):
    measure(officer, case, kind="cost", before=typed)

    [kept] = adoptions.measures(db, case.id)
    assert kept.figures.before == read


def test_a_request_waits_for_staff_and_is_taken_up_into_the_register(officer, case, citizen, db):
    publish(officer, case)
    citizen.post(
        "/mo-hinh/hen-gio-chung-thuc/ap-dung",
        data={"key": "k", "unit": "UBND xã Vĩnh Tân", "name": "Anh Ba", "phone": "0912345678",
              "consent": "yes"},
    )  # fmt: skip
    [waiting] = model_requests.waiting(db)
    desk = officer.get("/nhan-rong").text

    for _ in range(2):
        officer.post(f"/nhan-rong/{waiting.id}", data={"outcome": "taken_up", "note": "đã gọi"})

    assert "Hôm nay (1)" in desk and "0912 345 678" in desk
    assert "Hôm nay (" not in officer.get("/nhan-rong").text
    [unit] = adoptions.of_proposal(db, case.id)
    assert (unit.unit, unit.state) == ("UBND xã Vĩnh Tân", "asked")


def test_the_case_tells_what_was_published_and_counted(officer, case):
    publish(officer, case)
    measure(officer, case)
    officer.post(f"/ho-so/{case.code}/ap-dung", data=UNIT)

    page = officer.get(f"/ho-so/{case.code}").text

    for said in ("Đăng lên danh mục", "Ghi số đo trước và sau", "Ghi đơn vị vào sổ nhân rộng"):
        assert said in page


def test_a_trial_begins_with_the_days_of_its_move_and_is_kept(officer, a_proposal, db):
    case = a_proposal(status=Status.ON_TRIAL)
    page = officer.get(f"/ho-so/{case.code}/mo-hinh").text
    said = {
        "place": "Ấp 3", "run_by": "Chị Hoa", "from_day": "2026-04-01", "to_day": "2026-06-30",
        "result": "Đỡ chờ.",
    }  # fmt: skip

    backwards = officer.post(f"/ho-so/{case.code}/lam-thu", data=said | {"to_day": "2026-03-01"})
    officer.post(f"/ho-so/{case.code}/lam-thu", data=said)

    assert 'name="from_day" type="date" value="2026-04-01"' in page
    assert backwards.status_code == 422 and "Chị Hoa" in backwards.text
    assert trials.of_proposal(db, case.id) == trials.Trial(
        "Ấp 3", "2026-04-01", "2026-06-30", "Chị Hoa", "Đỡ chờ."
    )


@pytest.mark.parametrize(
    ("begins", "due"),
    [("2026-01-15", "2026-04-15"), ("2026-11-30", "2027-02-28"), ("2026-10-01", "2027-01-01")],
)
def test_the_decrees_clock_of_three_months_counts_from_the_day_given(
    officer, case, db, begins, due
):
    officer.post(
        f"/ho-so/{case.code}/cong-nhan",
        data={
            "rule": "statutory", "first_applied_on": "2026-01-02", "clock_from": begins,
            "contributions": "Lê Thị Mận: 60%\nTrần Văn Ba 40",
        },
    )  # fmt: skip

    kept = recognitions.of_proposal(db, case.id)
    assert kept.due_on == due
    assert kept.contributions == "Lê Thị Mận: 60%\nTrần Văn Ba: 40%"


def test_shares_that_do_not_make_a_whole_are_refused(officer, case, db):
    said = {"rule": "statutory", "first_applied_on": "2026-01-02", "clock_from": "2026-01-15"}

    for shares in ("", "Mận: 60%", "Mận: 60%\nBa: 50%", "Mận"):
        answer = officer.post(
            f"/ho-so/{case.code}/cong-nhan", data=said | {"contributions": shares}
        )  # fmt: skip
        assert answer.status_code == 422, shares
    assert recognitions.of_proposal(db, case.id) is None


def days_ago(days):
    return datetime.fromtimestamp(clock.now() / 1000 - days * 86400, UTC).date().isoformat()


def test_a_unit_is_asked_after_thirty_and_ninety_days_whether_it_lasted(officer, case, db):
    fresh, month, quarter = (
        adoptions.add(db, case.id, unit, "applying", days_ago(days), actor="t", at=1)
        for unit, days in (("Ấp 1", 29), ("Ấp 2", 30), ("Ấp 3", 95))
    )
    desk = officer.get("/nhan-rong").text

    officer.post(f"/nhan-rong/kiem-tra/{month}", data={"days": "30", "outcome": "lasts"})
    answer = {"days": "90", "outcome": "stopped", "note": "hết người"}
    for _ in range(2):
        officer.post(f"/nhan-rong/kiem-tra/{quarter}", data=answer)

    assert "Hôm nay (2)" in desk and "Ấp 1" not in desk
    assert follow_up.due(db, now=clock.now()) == []
    assert adoptions.by_id(db, quarter).state == "stopped"
    assert {one.outcome for one in follow_up.of_proposal(db, case.id)} == {"lasts", "stopped"}
    assert adoptions.by_id(db, fresh).state == "applying"


def test_the_words_to_publish_begin_with_the_redacted_ones(officer, case, db):
    texts = {**dict.fromkeys(redactions.TEXTS, ""), "title": "Một ý", "solution": "Gọi xin giờ."}
    redactions.keep(db, case.code, texts, actor=staff.everyone(db)[0].id, at=1)

    page = officer.get(f"/ho-so/{case.code}/mo-hinh").text

    assert "Gọi xin giờ." in page and "0912345678" not in page


def test_requests_and_units_of_a_hidden_case_are_its_assignees_alone(
    officer, case, citizen, db, logged_in
):
    publish(officer, case)
    citizen.post(
        "/mo-hinh/hen-gio-chung-thuc/ap-dung",
        data={"key": "k", "unit": "UBND xã Vĩnh Tân", "name": "Anh Ba", "phone": "0912345678",
              "consent": "yes"},
    )  # fmt: skip
    unit = adoptions.add(db, case.id, "Ấp 3", "applying", days_ago(40), actor="t", at=1)
    [asked] = model_requests.waiting(db)
    binh, owner = logged_in("binh"), staff.by_login(db, "binh").id
    proposals.assign(db, case.code, owner, actor="t", at=2)
    proposals.flag(db, case.code, spam=False, confidential=True, actor=owner, at=3)

    desk = officer.get("/nhan-rong").text
    refused = officer.post(f"/nhan-rong/{asked.id}", data={"outcome": "taken_up", "note": ""})
    officer.post(f"/nhan-rong/kiem-tra/{unit}", data={"days": "30", "outcome": "stopped"})

    assert "Hẹn giờ chứng thực" not in desk and case.code not in re.sub(r"\s", "", desk)
    assert "Nhân rộng (" not in desk and refused.status_code == 404
    assert adoptions.by_id(db, unit).state == "applying"
    assert [one.id for one in model_requests.waiting(db, owner)] == [asked.id]
    assert "Hẹn giờ chứng thực" in binh.get("/nhan-rong").text
    binh.post(f"/nhan-rong/{asked.id}", data={"outcome": "declined", "note": "chưa"})
    assert model_requests.waiting(db, owner) == []
