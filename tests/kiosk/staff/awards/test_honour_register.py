"""What was given: its papers, how it is handed over, the conference, and the office's rules."""

import io
import re

import docx
import pytest

from shared.db import event_log
from shared.db.pages import PAGE_LINES
from shared.domain import clock, codes
from shared.domain.honours import State
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.store.awards import awards, checks, conferences, printed_names, rules
from shared.store.cases import proposals
from shared.store.models import adoptions
from shared.workflows import award_steps
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD

AT = clock.now()
DAY = clock.day_words(AT, clock.ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY = "-".join(reversed(DAY.split("/")))
OLDER = "Hội nghị cũ hơn"
HELD = {"key": "c", "name": "Hội nghị tổng kết", "held_on": DAY, "place": "Hội trường"}


@pytest.fixture
def desk(office, a_member):
    """A builder: the browser of somebody of a role, which looks at every page."""
    watched(office)

    def build(role="officer"):
        a_member(f"{role}-an", role=role)
        client = office.test_client()
        client.post("/login", data={"login": f"{role}-an", "password": PASSWORD})
        return client

    return build


@pytest.fixture
def officer(desk):
    return desk()


@pytest.fixture
def given(db, a_proposal):
    """A builder: a letter or an award that is in force."""

    def build(kind="letter", name="Trần Thị Mận", *, named=True, status=Status.RECOGNISED):
        consents = {"store": True, "name_me": named, "notice": "2026-1"}
        idea = a_proposal(status=status, name=name, consents=consents)
        figures = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-07-01", "Sổ")
        adoptions.measure(db, idea.id, figures, key=idea.id, actor="an", at=AT)
        today = clock.to_local(AT, clock.ZoneInfo("Asia/Ho_Chi_Minh")).date()
        one = award_steps.propose(
            db, idea.code, 1, kind, key=idea.id, today=today, actor="an", at=AT
        )  # fmt: skip
        printed_names.confirm(db, one.id, name, how="phone", actor="an", at=AT)
        one = awards.by_id(db, one.id)
        if kind == "letter":
            award_steps.approve(db, one.id, seen=one.version, actor="chair", at=AT)
            [one] = award_steps.issue(
                db, [one.id], "15/TB-UBND", TODAY, one_number=True, actor="an", at=AT
            )
            return one
        clear = checks.AwardCheck("clear", "Công an", TODAY, "", "an", AT)
        one = award_steps.check(db, one.id, clear, seen=one.version)
        return award_steps.decide(
            db, one.id, "30/QĐ-UBND", TODAY, seen=one.version, actor="chair", at=AT
        )

    return build


def words_of(answer):
    paper = docx.Document(io.BytesIO(answer.data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


def conference(officer, db):
    """Open a conference and return it."""
    officer.post("/khen-thuong/hoi-nghi", data=HELD)
    return conferences.every(db)[0]


def called(db, here):
    return [one.honour_id for one in conferences.list_of(db, here.id)]


def test_letters_of_a_batch_are_one_file_and_each_look_at_a_name_is_noted(officer, given, db):
    letters = [given(name=f"Lê Thị {name}") for name in ("Một", "Hai")]
    award = given("award")

    answer = officer.post(
        "/khen-thuong/in", data={"paper": "thu-khen", "given": [*(o.id for o in letters), award.id]}
    )

    said = words_of(answer)
    assert "Lê Thị Một" in said and "Lê Thị Hai" in said
    assert "wordprocessingml" in answer.mimetype
    assert all(event_log.has(db, one.proposal_id, "honour_printed") for one in letters)
    assert not event_log.has(db, award.proposal_id, "honour_printed")


@pytest.mark.parametrize("paper", ["quyet-dinh-khen-thuong", "giay-khen"])
def test_the_papers_of_an_award_are_taken(officer, given, paper):
    answer = officer.post("/khen-thuong/in", data={"paper": paper, "given": given("award").id})

    assert answer.status_code == 200 and "Trần Thị Mận" in words_of(answer)


def test_a_paper_of_nothing_that_fits_is_none(officer, given):
    letter = given()

    for data in ({"paper": "thu-khen"}, {"paper": "giay-khen", "given": letter.id}, {"paper": "x"}):
        answer = officer.post("/khen-thuong/in", data=data)
        assert answer.status_code == 422 and "Xin đánh dấu" in answer.text


def test_the_register_tells_culture_only_whom_it_may_name(desk, given, db):
    given(name="Trần Thị Mận")
    silent = given(name="Lê Văn Kín", named=False, status=Status.NOT_RECOGNISED)
    withdrawn = given("award", "Phan Văn Nhầm")
    award_steps.take_back(db, withdrawn.id, "nhầm", seen=withdrawn.version, actor="c", at=AT)

    page = desk("culture").get("/khen-thuong/so").text

    idea = proposals.by_id(db, silent.proposal_id)
    assert "Trần Thị Mận" in page
    assert "L. V. K." not in page and "Lê Văn Kín" not in page and "Không nêu tên" in page
    assert codes.grouped(idea.code) in page and idea.title not in page
    assert "Phan Văn Nhầm" not in page and "<form" not in page.split("<main")[1]


def test_a_letter_is_handed_over_and_that_can_be_taken_back(officer, given, db):
    letter = given()
    address = f"/khen-thuong/ho-so/{letter.id}"

    wrong = officer.post(f"{address}/trao", data={"handed_on": "hôm qua"})
    officer.post(f"{address}/trao", data={"handed_on": DAY, "received_by": "con gái"})
    handed = conferences.of(db, letter.id)
    page = officer.get(address).text
    officer.post(f"{address}/trao", data={"undo": "yes"})

    assert wrong.status_code == 422 and "hôm qua" in wrong.text
    assert (handed.handed_on, handed.received_by) == (TODAY, "con gái")
    assert "con gái" in page and "Đã trao" in page
    assert awards.by_id(db, letter.id).state is State.ISSUED
    assert conferences.of(db, letter.id).handed_on == ""


def test_how_it_is_handed_over_is_chosen(officer, given, db):
    letter, here = given(), conference(officer, db)
    address = f"/khen-thuong/ho-so/{letter.id}/cach-trao"

    officer.post(address, data={"where": here.id})
    assert called(db, here) == [letter.id]
    officer.post(address, data={"where": "now"})
    assert called(db, here) == []
    assert officer.post(address, data={"where": "else"}).status_code == 422


def test_of_many_conferences_the_latest_are_offered_and_ones_own(officer, given, db):
    letter, own = given(), conference(officer, db)
    officer.post(f"/khen-thuong/ho-so/{letter.id}/cach-trao", data={"where": own.id})
    assert OLDER not in officer.get(f"/khen-thuong/ho-so/{letter.id}").text
    for number in range(PAGE_LINES + 1):
        conferences.open_one(
            db, f"Hội nghị {number}", f"20{30 + number}-01-01", "Hội trường", key=f"{number}",
            actor="an", at=AT,
        )  # fmt: skip

    page = officer.get(f"/khen-thuong/ho-so/{letter.id}").text

    offered = re.findall(r'<option value="[0-9a-f-]{36}"[^>]*>([^,]+)', page)
    latest = [f"Hội nghị {number}" for number in range(PAGE_LINES, 0, -1)]
    assert offered == [*latest, own.name]
    assert f'<a href="/khen-thuong/hoi-nghi/{own.id}">{own.name}</a>' in page and OLDER in page


def test_the_order_of_calling_is_changed_by_a_tap_and_by_a_number(officer, given, db):
    here = conference(officer, db)
    one, two, three = (given(name=f"Lê Thị {name}") for name in ("Một", "Hai", "Ba"))
    officer.post(
        f"/khen-thuong/hoi-nghi/{here.id}/them", data={"given": [one.id, two.id, three.id]}
    )

    def go(honour, turn):
        return officer.post(f"/khen-thuong/hoi-nghi/{here.id}/goi/{honour.id}", data={"turn": turn})

    assert called(db, here) == [one.id, two.id, three.id]
    go(three, "1")
    assert called(db, here) == [three.id, one.id, two.id]
    go(three, "2")
    assert called(db, here) == [one.id, three.id, two.id]
    for turn in ("0", "9", "-1", "hai", ""):
        assert go(one, turn).status_code == 422
    assert called(db, here) == [one.id, three.id, two.id]


def test_who_came_gets_theirs_and_who_did_not_is_marked_on_the_sheet(officer, given, db):
    here = conference(officer, db)
    there, away = given(name="Lê Thị Một"), given("award", "Lê Thị Hai")
    address = f"/khen-thuong/hoi-nghi/{here.id}"
    officer.post(f"{address}/them", data={"given": [there.id, away.id]})

    nobody = officer.post(f"{address}/trao")
    officer.post(f"{address}/goi/{there.id}", data={"presence": "present"})
    officer.post(f"{address}/goi/{away.id}", data={"presence": "absent"})
    officer.post(f"{address}/trao")

    assert nobody.status_code == 422 and "Chưa ghi ai có mặt" in nobody.text
    assert [awards.by_id(db, one.id).state for one in (there, away)] == [
        State.HANDED_OVER, State.DECIDED,
    ]  # fmt: skip
    sheet = officer.get(f"{address}/danh-sach").text
    assert re.search(r"Lê Thị Hai.*Vắng", sheet, re.S) and "Ký nhận" in sheet
    assert "Lê Thị Một" in words_of(officer.post(f"{address}/danh-sach/tai"))


def test_nothing_is_handed_over_before_the_conference(officer, given, db):
    officer.post("/khen-thuong/hoi-nghi", data=HELD | {"held_on": "31/12/2099"})
    [here] = conferences.every(db)
    letter = given()
    conferences.choose(db, letter.id, here.id, actor="an", at=AT)
    conferences.note_presence(db, letter.id, "present")

    answer = officer.post(f"/khen-thuong/hoi-nghi/{here.id}/trao")

    assert answer.status_code == 422 and "chưa tới ngày họp" in answer.text
    assert awards.by_id(db, letter.id).state is State.ISSUED


def test_what_was_withdrawn_meanwhile_is_not_called_up(officer, given, db):
    here, letter = conference(officer, db), given()
    conferences.choose(db, letter.id, here.id, actor="an", at=AT)
    award_steps.take_back(db, letter.id, "nhầm", seen=letter.version, actor="chair", at=AT)

    assert "Được gọi: 0" in officer.get(f"/khen-thuong/hoi-nghi/{here.id}").text


def test_a_conference_without_name_day_or_place_is_refused_with_what_was_typed(officer, db):
    answer = officer.post(
        "/khen-thuong/hoi-nghi", data={"name": "Tổng kết", "held_on": "mai", "place": ""}
    )

    assert answer.status_code == 422 and 'value="Tổng kết"' in answer.text
    assert conferences.every(db) == []


def rules_form(officer):
    """The form of the rules as the page fills it in."""
    page = officer.get("/khen-thuong/quy-dinh").text
    given = dict(re.findall(r'<input id="[^"]+" name="([^"]+)" type="text" value="([^"]*)"', page))
    return given | {"forms": "Giấy khen\nBiểu dương", "sources": "Quỹ xã"}


def test_the_rules_of_awards_are_the_offices_to_write(officer, db):
    form = rules_form(officer)

    officer.post(
        "/khen-thuong/quy-dinh",
        data=form | {
            "basis_3": "Nghị định mới", "since_3": "01/01/2027", "name_x": "42,5",
            "book_x": "", "book_y": "", "book_width": "", "shift_y": "-1,5",
        },
    )  # fmt: skip

    kept = rules.of(db)
    assert kept.forms == ("Giấy khen", "Biểu dương") and kept.sources == ("Quỹ xã",)
    assert kept.bases[3].since == "2027-01-01"
    assert kept.overlay.boxes["name"].x == 42.5 and "book" not in kept.overlay.boxes
    assert kept.overlay.shift_y == -1.5


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_x": "ba"}, {"name_x": "-1"}, {"width": "9999"}, {"shift_x": "60"},
        {"since_0": "hôm qua"}, {"since_0": "02/01/2026", "until_0": "01/01/2026"},
        {"forms": ""}, {"forms": "Đ" * 121}, {"name_y": ""},
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_refused_and_the_old_ones_stay(officer, db, wrong):
    before = rules.of(db)

    answer = officer.post("/khen-thuong/quy-dinh", data=rules_form(officer) | wrong)

    assert answer.status_code == 422
    assert rules.of(db) == before


def test_a_trial_sheet_names_each_line_where_it_will_stand(officer):
    said = words_of(officer.post("/khen-thuong/quy-dinh/thuoc"))

    assert "Họ tên: 30 – 96 – 237" in said and "DỰ THẢO" not in said


def test_what_honours_a_hidden_case_is_called_and_handed_over_by_its_assignee_alone(
    officer, given, db, a_member
):
    here = conference(officer, db)
    honour, other = given(name="Lê Thị Một"), given("award", "Lê Thị Hai")
    address = f"/khen-thuong/hoi-nghi/{here.id}"
    officer.post(f"{address}/them", data={"given": [honour.id, other.id]})
    for one in (honour, other):
        officer.post(f"{address}/goi/{one.id}", data={"presence": "present"})
    idea, binh = proposals.by_id(db, honour.proposal_id), a_member("binh")
    proposals.assign(db, idea.code, binh.id, actor="t", at=AT)
    proposals.flag(db, idea.code, spam=False, confidential=True, actor="t", at=AT)

    answer = officer.post(f"{address}/goi/{honour.id}", data={"off": "yes"})
    officer.post(f"{address}/trao")

    assert answer.status_code == 404 and called(db, here) == [honour.id, other.id]
    assert [awards.by_id(db, one.id).state for one in (honour, other)] == [
        State.ISSUED, State.HANDED_OVER,
    ]  # fmt: skip
