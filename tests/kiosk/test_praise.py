"""What a citizen sees of being praised: badges, the name to confirm, and whether a paper is
genuine."""

from datetime import date

import pytest

from kiosk.apps import public_app
from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock, codes
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.store.awards import checks, printed_names
from shared.store.cases import proposals
from shared.store.models import adoptions
from shared.texts import NOTICE_VERSION
from shared.workflows import award_steps
from tests.forgetting import forget_authors
from tests.kiosk.conftest import PUBLIC, watched

AT = clock.now()
NAME = "Trần Thị Mận"


@pytest.fixture
def proposed(db, a_proposal):
    """A builder: a letter or an award that an officer has proposed."""

    def build(kind="letter", *, named=True, known=True, **given):
        consents = {"store": True, "name_me": named, "notice": "2026-1"}
        whose = {"name": NAME, "consents": consents} if known else {}
        idea = a_proposal(status=Status.RECOGNISED, **whose, **given)
        figures = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-07-01", "Sổ")
        adoptions.measure(db, idea.id, figures, key=idea.id, actor="an", at=AT)
        return award_steps.propose(
            db, idea.code, 1, kind, key=idea.id, today=date(2026, 7, 1), actor="an", at=AT
        )

    return build


@pytest.fixture
def given(db, proposed):
    """A builder: one that is in force."""

    def build(kind="letter", **more):
        one = proposed(kind, **more)
        name = printed_names.of(db, one.id).name or NAME
        printed_names.confirm(db, one.id, name, how="phone", actor="an", at=AT)
        if kind == "letter":
            award_steps.approve(db, one.id, seen=one.version, actor="chair", at=AT)
            [one] = award_steps.issue(
                db, [one.id], "05/TK-UBND", "2026-07-02", one_number=True, actor="an", at=AT
            )
            return one
        clear = checks.AwardCheck("clear", "Công an", "2026-07-01", "", "an", AT)
        one = award_steps.check(db, one.id, clear, seen=one.version)
        return award_steps.decide(
            db, one.id, "30/QĐ-UBND", "2026-07-03", seen=one.version, actor="chair", at=AT
        )

    return build


def idea_of(db, honour):
    return proposals.by_id(db, honour.proposal_id)


def test_a_genuine_letter_is_told_by_its_code_with_the_name_of_who_agreed(citizen, given):
    letter = given()

    page = citizen.get(f"/xac-minh?ma={codes.grouped(letter.code)}").text

    for words in ("Giấy thật.", "Thư khen số 05/TK-UBND ngày 02/07/2026", NAME):
        assert words in page, words


def test_a_genuine_award_is_told_by_its_form(citizen, given):
    page = citizen.get(f"/xac-minh?ma={given('award').code}").text

    assert "Giấy khen số 30/QĐ-UBND ngày 03/07/2026" in page


def test_who_did_not_agree_to_be_named_is_not_named(citizen, given, db):
    letter = given(named=False)

    page = citizen.get(f"/xac-minh?ma={letter.code}").text

    assert "Giấy thật." in page and NAME not in page and "Không nêu tên" in page
    assert idea_of(db, letter).title not in page
    assert codes.grouped(idea_of(db, letter).code) not in page


def test_a_body_is_named(citizen, given):
    letter = given(named=False, participant_type="enterprise", unit="Công ty Hoa Mai")

    assert "Công ty Hoa Mai" in citizen.get(f"/xac-minh?ma={letter.code}").text


def test_a_withdrawn_paper_is_told_as_such_and_names_nobody(citizen, given, db):
    letter = given()
    award_steps.take_back(db, letter.id, "nhầm người", seen=letter.version, actor="chair", at=AT)

    page = citizen.get(f"/xac-minh?ma={letter.code}").text

    assert "đã bị thu hồi" in page and "Giấy thật" not in page
    assert NAME not in page and "nhầm người" not in page


def test_an_erased_author_is_named_no_more_and_the_paper_stays_genuine(citizen, given, db):
    letter = given()
    with writing(db):
        forget_authors(db, letter.proposal_id, at=AT)

    page = citizen.get(f"/xac-minh?ma={letter.code}").text

    assert "Giấy thật." in page and NAME not in page


def test_what_is_not_in_force_yet_has_no_code_and_a_code_of_nothing_is_unknown(
    citizen, proposed, db
):
    assert proposed().code is None

    answer = citizen.get(f"/xac-minh?ma={codes.new_code()}")

    assert answer.status_code == 404 and "Chưa thấy mã số này" in answer.text


def test_guessing_codes_of_letters_is_slowed_down_like_any_guessing(a_site, given):
    site = a_site(limits={"lookup_misses_per_hour_ip": 3, "lookup_misses_per_minute": 99})
    visitor = watched(public_app(site, PUBLIC)).test_client()
    letter = given()

    answers = [visitor.get(f"/xac-minh?ma={codes.new_code()}").status_code for _ in range(4)]

    assert answers == [404, 404, 404, 429]
    assert visitor.get(f"/xac-minh?ma={letter.code}").status_code == 429


def test_the_code_of_an_idea_is_still_that_of_its_receipt(citizen, given, db):
    page = citizen.get(f"/xac-minh?ma={idea_of(db, given()).code}").text

    assert "Phiếu thật." in page and "Thư khen" not in page


@pytest.mark.parametrize(
    ("kind", "badge"), [("letter", "Đã tuyên dương"), ("award", "Đã khen thưởng")]
)
def test_a_badge_stands_beside_the_status_as_long_as_the_paper_holds(
    citizen, given, db, secret_of, kind, badge
):
    honour = given(kind)
    idea = idea_of(db, honour)
    pages = (f"/t/{idea.code}", f"/r/{secret_of(idea)}")

    assert all(badge in citizen.get(page).text for page in pages)
    assert NAME not in citizen.get(pages[0]).text

    award_steps.take_back(db, honour.id, "nhầm", seen=honour.version, actor="chair", at=AT)
    assert not any(badge in citizen.get(page).text for page in pages)


def test_what_is_only_proposed_is_no_badge(citizen, proposed, db):
    idea = idea_of(db, proposed())

    assert "Đã tuyên dương" not in citizen.get(f"/t/{idea.code}").text


def test_an_idea_that_counts_to_another_year_says_so(citizen, a_proposal, db):
    idea = a_proposal()
    db.write(
        "UPDATE proposal SET evaluation_year = evaluation_year + 1 WHERE code = :c", c=idea.code
    )

    assert f"Tính cho năm {idea.evaluation_year + 1}" in citizen.get(f"/t/{idea.code}").text


def test_who_holds_the_receipt_confirms_the_name_with_one_tap(citizen, proposed, db, secret_of):
    honour = proposed()
    address = f"/r/{secret_of(idea_of(db, honour))}"

    assert f"{address}/ten-in" in citizen.get(address).text
    page = citizen.get(f"{address}/ten-in").text
    done = citizen.post(f"{address}/ten-in", data={"name": NAME})

    assert f'value="{NAME}"' in page
    assert done.status_code == 303 and "Xã đã ghi họ tên" in citizen.get(done.location).text
    name = printed_names.of(db, honour.id)
    assert (name.state, name.how, name.actor) == ("confirmed", "receipt", "citizen")
    assert f"{address}/ten-in" not in citizen.get(address).text
    assert citizen.get(f"{address}/ten-in").location == address


def test_another_name_waits_for_an_officer(citizen, proposed, db, secret_of):
    honour = proposed()
    address = f"/r/{secret_of(idea_of(db, honour))}/ten-in"

    citizen.post(address, data={"name": "Trần Thị  Mẫn "})

    name = printed_names.of(db, honour.id)
    assert (name.state, name.name, name.suggested) == ("open", NAME, "Trần Thị Mẫn")
    assert 'value="Trần Thị Mẫn"' in citizen.get(address).text


def test_who_left_no_name_gives_it_with_the_receipt_and_agrees_that_it_is_kept(
    citizen, proposed, db, secret_of
):
    honour = proposed(known=False)
    address = f"/r/{secret_of(idea_of(db, honour))}/ten-in"

    unasked = citizen.post(address, data={"name": NAME})
    citizen.post(address, data={"name": NAME, "agreed": "yes"})

    assert unasked.status_code == 422 and "Xin đánh dấu ô đồng ý" in unasked.text
    assert f'value="{NAME}"' in unasked.text
    assert printed_names.of(db, honour.id).suggested == NAME
    assert event_log.has(db, honour.proposal_id, "honour_name_suggested", notice=NOTICE_VERSION)


@pytest.mark.parametrize("name", ["", "…", "T. T. M.", "Đ" * 121])
def test_a_name_that_cannot_be_printed_is_asked_for_again(citizen, proposed, db, secret_of, name):
    honour = proposed()

    answer = citizen.post(
        f"/r/{secret_of(idea_of(db, honour))}/ten-in", data={"name": name}
    )  # fmt: skip

    assert answer.status_code == 422 and 'id="name-wrong"' in answer.text
    assert printed_names.of(db, honour.id).suggested == ""


def test_one_answer_settles_the_letter_and_the_award_of_an_idea(citizen, proposed, db, secret_of):
    letter = proposed()
    idea = idea_of(db, letter)
    award = award_steps.propose(
        db, idea.code, 1, "award", key="a", today=date(2026, 7, 1), actor="an", at=AT
    )

    citizen.post(f"/r/{secret_of(idea)}/ten-in", data={"name": NAME})

    assert all(printed_names.of(db, one.id).state == "confirmed" for one in (letter, award))


def test_a_name_is_not_asked_for_once_the_paper_bears_it(citizen, given, db, secret_of):
    honour = given()
    address = f"/r/{secret_of(idea_of(db, honour))}"

    assert "ten-in" not in citizen.get(address).text
    citizen.post(f"{address}/ten-in", data={"name": "Người Khác Hẳn"})
    assert printed_names.of(db, honour.id).name == NAME
