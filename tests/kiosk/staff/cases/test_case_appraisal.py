"""An officer's opinion and what it rests on, a roadmap that reminds, what is in use already."""

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from shared.db import event_log
from shared.db.pages import PAGE_LINES
from shared.documents import campaign_papers
from shared.documents.write import Desk
from shared.domain import clock
from shared.domain.council import ScoreSheet, VoteTally
from shared.domain.proposal import DROPPED, Status, in_order
from shared.store.cases import appraisals, moves, proposals, roadmap, scouting
from shared.store.council import agenda, judging, sessions
from shared.store.council import sheets as council_sheets
from shared.store.office import procedures
from shared.store.people import staff
from tests.conftest import DETAILS, ZONE
from tests.tables import as_workbook

NOW = clock.now()
TODAY = datetime.fromtimestamp(NOW / 1000, UTC).date()
FILE = """ma,ten,linh_vuc,tu_ngay,den_ngay
1.001193,Thủ tục đăng ký khai sinh,Hộ tịch,2025-07-01,
2.000815,Chứng thực bản sao từ bản chính,Chứng thực,,
1.000894,Đăng ký kết hôn cũ,Hộ tịch,,30/06/2025
"""


@pytest.fixture
def case(a_proposal):
    return a_proposal(title="Hẹn giờ chứng thực")


@pytest.fixture
def page(officer, case):
    """The address of the appraisal."""
    return f"/ho-so/{case.code}/tham-dinh"


@pytest.fixture
def listed(officer):
    """The list of procedures, brought in from a file."""
    return bring_in(officer, FILE)


def bring_in(officer, text):
    content = text if isinstance(text, bytes) else text.encode()
    return officer.post("/thu-tuc/tep", data={"file": (io.BytesIO(content), "tthc.csv")})


def seen_on(officer, page):
    return re.search(r'name="seen" value="([^"]*)"', officer.get(page).text)[1]


# --- the opinion


def test_an_opinion_its_proposal_and_what_it_expects_are_kept(officer, case, page, db):
    given = {
        "opinion": "Dễ làm, nên thử ở một quầy.", "proposed": "recognise", "verb": "cut",
        "timing": "in_steps", "days_before": "3", "days_after": "0,5", "cost_before": "1.200.000",
        "cost_after": "0", "operations_before": "12", "operations_after": "4",
    }  # fmt: skip
    for _ in range(2):
        assert officer.post(page, data=given).status_code == 303

    kept = appraisals.of(db, case.id)
    assert (kept.said.proposed, kept.said.verb, kept.said.timing) == (
        "recognise",
        "cut",
        "in_steps",
    )
    assert [(one.kind, one.before, one.after) for one in kept.expected] == [
        ("days", 3, 0.5), ("cost", 1200000, 0), ("operations", 12, 4),
    ]  # fmt: skip
    again = officer.get(page).text
    assert "Dễ làm, nên thử ở một quầy." in again and 'value="1.200.000"' in again
    assert "Công nhận" in officer.get(f"/ho-so/{case.code}").text
    assert event_log.has(db, case.id, "appraised", proposed="recognise")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"proposed": "praise"}, "proposed"),
        ({"verb": "burn"}, "verb"),
        ({"timing": "never"}, "timing"),
        ({"days_before": "ba"}, "days_before"),
        ({"days_before": "3"}, "days_after"),
        ({"opinion": "x" * 4001}, "opinion"),
        ({"procedure": "no-such"}, "procedure_words"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    officer, case, page, db, wrong, field
):
    answer = officer.post(
        page, data={"opinion": "đã viết dài", "steps_before": "7", "steps_after": "2"} | wrong
    )

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text and 'value="7"' in answer.text
    assert appraisals.of(db, case.id) is None


def test_a_colleague_who_wrote_meanwhile_is_not_overwritten(officer, logged_in, page, case, db):
    before = seen_on(officer, page)
    logged_in("binh").post(page, data={"opinion": "ý của Bình", "seen": before})

    answer = officer.post(page, data={"opinion": "ý của An", "seen": before})

    assert answer.status_code == 409
    assert "ý của An" in answer.text
    assert appraisals.of(db, case.id).said.opinion == "ý của Bình"
    assert (
        officer.post(page, data={"opinion": "ý của An", "seen": seen_on(officer, page)}).status_code
        == 303
    )


def test_a_receptionist_appraises_nothing(logged_in, page):
    assert logged_in("tiep", role="receptionist").get(page).status_code == 403


# --- the administrative procedure


def test_a_procedure_is_picked_by_searching_with_everything_typed_still_there(
    officer, listed, case, page, db
):
    found = officer.post(
        page, data={"act": "find", "procedure_words": "khai sinh", "opinion": "đang viết dở"}
    )
    chosen = re.search(r'name="procedure" value="([0-9a-f-]{36})"', found.text)[1]

    assert "Thủ tục đăng ký khai sinh" in found.text and "đang viết dở" in found.text
    assert appraisals.of(db, case.id) is None
    officer.post(page, data={"opinion": "xong", "procedure": chosen, "seen": ""})
    assert (
        procedures.by_id(db, appraisals.of(db, case.id).said.procedure_id).said.code == "1.001193"
    )
    assert f'value="{chosen}" checked' in officer.get(page).text


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("chung thuc", ["2.000815"]), ("CHỨNG sao", ["2.000815"]), ("1.0011", ["1.001193"]),
        ("ho tich", ["1.001193"]), ("%", []), ("_", []), ("", []), ("ket hon", []),
    ],
)  # fmt: skip
def test_a_search_minds_no_accents_and_finds_what_is_in_force(officer, listed, db, words, codes):
    assert [one.said.code for one in procedures.search(db, words, TODAY.isoformat())] == codes


def test_a_list_is_brought_in_anew_and_changes_what_changed(officer, listed, db):
    assert "Thêm 3, sửa 0 thủ tục" in listed.text

    again = bring_in(officer, FILE.replace("Hộ tịch,2025-07-01", "Tư pháp,2025-07-01"))

    assert "Thêm 0, sửa 1 thủ tục" in again.text
    assert len(procedures.everything(db)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "", "a;b\n1;2\n", "ma,ten\n", "ma,ten\n,Không mã\n", "ma,ten\n1,\n",
        FILE + "9,Sai ngày,x,hôm qua,\n", FILE + "9,Ngược,x,2026-01-01,2025-01-01\n",
        "ma,ten\n1,Hô\u0323 ti\u0323ch".encode("cp1258"), 'ma,ten\n1,"' + "Hộ tịch\n" * 20_000,
        "ma,ten\n1,Hộ tịch,thừa\n", "ma,ten\n1,#REF!\n", "ma,ten,Mã số\n1,Hộ tịch,2\n",
        b"ma,ten\n1,\0\0\0\n", b"PK\x03\x04\0\0", b"%PDF-1.7", b"\xff\xfe\0",
    ],
)  # fmt: skip
def test_a_file_with_one_wrong_line_brings_nothing_in(officer, db, text):
    answer = bring_in(officer, text)

    assert answer.status_code == 422
    assert 'class="problem-list"' in answer.text
    assert procedures.everything(db) == []


@pytest.mark.parametrize(
    "text",
    [
        "ma;ten\n1;Khai sinh\n", "\ufeffMa\tTen\n1\tKhai sinh\n\n",
        "STT,MÃ SỐ TTHC,Tên\n1,1,Khai sinh",
        "ma,ten\n1,Khai sinh".encode("utf-16"), "ma\tten\n1\tKhai sinh\n".encode("utf-16-be"),
    ],
)  # fmt: skip
def test_a_list_may_come_from_any_spreadsheet(officer, db, text):
    bring_in(officer, text)

    assert [one.said.name for one in procedures.everything(db)] == ["Khai sinh"]


def test_a_list_may_be_a_workbook_whose_codes_and_days_are_cells(officer, db, tmp_path):
    book = as_workbook(
        tmp_path / "tthc.xlsx", ("Mã", "Tên thủ tục", "Ghi chú", "Từ ngày"),
        (2.00081, "Khai sinh", "hay hỏi", datetime(2025, 7, 1)),  # noqa: DTZ001
    ).read_bytes()  # fmt: skip

    refused = bring_in(officer, book)
    taken = officer.post(
        "/thu-tuc/tep", data={"file": (io.BytesIO(book), "tthc.xlsx"), "ignored": "ghi chú"}
    )

    assert refused.status_code == 422 and "“Ghi chú”" in refused.text
    assert "Thêm 1, sửa 0 thủ tục" in taken.text
    [kept] = procedures.everything(db)
    assert (kept.said.code, kept.said.since) == ("2.000810", "2025-07-01")


def test_one_procedure_is_put_right_by_hand(officer, listed, db):
    given = {"code": "2.000815", "name": "Chứng thực", "area": "Tư pháp", "until": "2025-12-31"}

    assert officer.post("/thu-tuc", data=given).status_code == 303
    assert officer.post("/thu-tuc", data=given | {"name": " "}).status_code == 422

    assert procedures.search(db, "chung thuc", TODAY.isoformat()) == []


# --- the roadmap


def step(officer, case, what="In bảng hướng dẫn", days=3, key="k"):
    given = {"what": what, "due_on": (TODAY + timedelta(days=days)).isoformat(), "key": key}
    return officer.post(f"/ho-so/{case.code}/lo-trinh", data=given)


def test_a_step_reminds_from_a_week_before_until_it_is_settled(officer, case, db):
    for _ in range(2):
        assert step(officer, case).status_code == 303
    step(officer, case, "Việc còn xa", days=20, key="far")

    home, due = officer.get("/").text, officer.get("/lo-trinh").text

    assert "Hôm nay (1)" in home
    assert due.count("In bảng hướng dẫn") >= 1 and "Việc còn xa" not in due
    [near] = roadmap.due(db, now=clock.now())
    address = f"/ho-so/{case.code}/lo-trinh/{near.step.id}"
    for _ in range(2):
        answer = officer.post(address, data={"state": "done", "note": "đã treo", "from": "list"})
        assert answer.location == "/lo-trinh"
    assert "Hôm nay (" not in officer.get("/").text
    assert "đã treo" in officer.get(f"/ho-so/{case.code}/tham-dinh").text


def test_steps_that_are_due_go_on_page_by_page_the_first_due_first(officer, case, db):
    days = [n % 7 for n in range(2 * PAGE_LINES + 3)]
    for n, day in enumerate(days):
        roadmap.add(
            db, case.id, f"Việc số {n}.", (TODAY + timedelta(days=day)).isoformat(),
            key=f"k{n}", actor="an", at=NOW + n,
        )  # fmt: skip

    seen, road = [], "/lo-trinh"
    while road:
        page = officer.get(road).text
        seen.append([int(n) for n in re.findall(r"<h2>Việc số (\d+)\.</h2>", page)])
        following = re.search(r'href="(/lo-trinh\?after=[^"]+)"', page)
        road = following and unescape(following[1])

    assert [len(one) for one in seen] == [PAGE_LINES, PAGE_LINES, 3]
    together = [n for one in seen for n in one]
    assert together == sorted(range(len(days)), key=lambda n: (days[n], n))


@pytest.mark.parametrize("mark", ["", "~", "x", "2026-01-01~%00~y", "%00", "a~b~c", "9999~z"])
def test_a_mark_that_is_none_shows_the_first_page(officer, case, mark):
    step(officer, case)

    assert "In bảng hướng dẫn" in officer.get(f"/lo-trinh?after={mark}").text


def test_an_overdue_step_says_so(officer, case):
    step(officer, case, days=-2)

    assert "Đã quá ngày" in officer.get("/lo-trinh").text


@pytest.mark.parametrize("to", in_order(DROPPED))
def test_nobody_is_reminded_of_an_idea_that_is_not_applied(officer, a_proposal, db, to):
    case = a_proposal(status=Status.UNDER_APPRAISAL)
    step(officer, case)
    moves.move(db, case.code, to, actor="t", at=NOW, details=DETAILS.get(to, {}))

    assert roadmap.due(db, now=clock.now()) == []


@pytest.mark.parametrize("wrong", [{"what": " . "}, {"due_on": "mai"}, {"what": "x" * 201}])
def test_a_step_without_work_or_day_is_not_kept(officer, case, db, wrong):
    given = {"what": "In bảng", "due_on": "2026-12-31", "key": "k"} | wrong

    assert officer.post(f"/ho-so/{case.code}/lo-trinh", data=given).status_code == 422
    assert roadmap.of_proposal(db, case.id) == []


# --- where it goes on


def test_the_figures_expected_begin_the_real_ones(officer, case, page):
    officer.post(page, data={"operations_before": "12", "operations_after": "4"})
    model = f"/ho-so/{case.code}/mo-hinh"

    offered = officer.get(model).text
    begun = officer.get(f"{model}?du-kien=1").text

    assert "Số thao tác: 12 → 4" in offered
    assert 'value="Số thao tác"' in begun and 'name="before" type="text" value="12"' in begun
    for odd in ("2", "-1", "x"):
        assert officer.get(f"{model}?du-kien={odd}").status_code == 200


def test_the_councils_table_holds_opinion_points_and_proposal(
    officer, page, case, db, instance, a_member
):
    officer.post(page, data={"opinion": "Nên thử ngay.", "proposed": "replicate"})
    for move in (Status.UNDER_APPRAISAL, Status.AT_COUNCIL):
        moves.move(db, case.code, move, actor="t", at=NOW)
    here = Desk(db, instance.media, "", "UBND xã Tân An", ZONE, NOW)
    year = proposals.by_code(db, case.code).evaluation_year

    def row():
        [found] = campaign_papers._CampaignIdeas(here, year).council_table().rows
        return found[-3:]

    assert row() == ["Nên thử ngay.", "", "Công nhận, nhân rộng"]
    seat = a_member("hai", role="council").id
    an = staff.by_login(db, "an").id
    opened = sessions.open_session(
        db,
        sessions.NewSession(year, "2026-07-01", "A", seat, an, (seat,)),
        key="k",
        actor="t",
        at=NOW,
    )
    agenda.list_ideas(db, opened, (case.code,), actor="t", at=NOW)
    [one] = judging.whole(db, opened).judged
    sheet = ScoreSheet((True,) * 5, (15, 15, 20, 10, 10), ("",) * 5)
    council_sheets.score(db, one.item.id, seat, sheet, hand_in=True, at=NOW)
    assert row() == ["Nên thử ngay.", "70,0", "Công nhận, nhân rộng"]
    judging.count_hands(db, one.item.id, VoteTally(1, 0, 0), actor=an, at=NOW)
    judging.conclude(db, one.item.id, "recognise", "mới", actor=an, at=NOW)
    assert row()[1:] == ["70,0", "Công nhận (đồng ý 1/1)"]


def test_what_somebody_does_already_waits_to_be_looked_at_once(officer, logged_in, a_proposal, db):
    used = a_proposal(title="Bảng mẫu điền sẵn", maturity="in_use_not_replicated")
    elsewhere = a_proposal(title="Hẹn qua Zalo", maturity="used_elsewhere")
    a_proposal(title="Một ý mới", maturity="idea")
    a_proposal(title="Đã rút", maturity="used_elsewhere", status=Status.WITHDRAWN)

    listed = officer.get("/nhan-rong").text
    for _ in range(2):
        officer.post(f"/nhan-rong/co-san/{used.code}", data={"outcome": "fit", "note": "hỏi ấp 3"})

    assert "Bảng mẫu điền sẵn" in listed and "Hẹn qua Zalo" in listed
    assert "Một ý mới" not in listed and "Đã rút" not in listed
    assert [one.code for one in scouting.waiting(db, "")] == [elsewhere.code]
    assert officer.post(f"/nhan-rong/co-san/{used.code}", data={"outcome": "x"}).status_code == 422
    assert scouting.of(db, used.id) == scouting.Scouted("fit", "hỏi ấp 3")
