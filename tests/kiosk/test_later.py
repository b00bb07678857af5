"""Four questions after the receipt: nobody has to answer them, an officer's word stays, and the day
the idea was received never moves."""

import re

import pytest

from kiosk.apps import public_app
from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, moves, proposals
from shared.texts import NOTICE_VERSION
from shared.workflows import subject_access
from tests.kiosk.conftest import PUBLIC, watched

SAID = {
    "effects": ["faster", "cheaper"],
    "maturity": "tried",
    "category": "3",
    "residence": "in_commune",
    "hamlet": "Ấp 3",
}
ANSWERED = ("effects", "maturity", "category", "residence", "hamlet")


@pytest.fixture
def asked(citizen, latest, secret_of):
    """A builder: an idea that a phone sent with these answers, and where it is asked more."""

    def build(**given):
        sent = citizen.post("/gui", data={"solution": "Cho bà con hẹn giờ trước.", **given})
        assert sent.status_code == 303, sent.text
        return latest(), f"/r/{secret_of(latest())}/hoi-them"

    return build


def answers_of(proposal):
    return tuple(getattr(proposal, name) for name in ANSWERED)


def test_what_is_answered_later_is_kept_and_moves_no_day(citizen, asked, db):
    before, address = asked()
    receipt = citizen.get(address.removesuffix("/hoi-them")).text
    assert f'href="{address}"' in receipt and "Trả lời thêm" in receipt
    assert "Trả lời thêm 4 câu" in citizen.get(address).text

    answer = citizen.post(address, data=SAID, follow_redirects=True)

    after = proposals.by_id(db, before.id)
    assert "Xã đã ghi thêm." in answer.text and "hoi-them" not in answer.text
    assert answers_of(after) == (("faster", "cheaper"), "tried", "3", "in_commune", "Ấp 3")
    unmoved = ("received_at", "arrived_at", "evaluation_year", "due_at", "code", "status")
    assert [getattr(after, one) for one in unmoved] == [getattr(before, one) for one in unmoved]
    [event] = [one for one in event_log.of_proposal(db, after.id) if one.kind == "answered_more"]
    assert event.data == {"questions": ["effects", "maturity", "category", "residence"]}


def test_only_what_nobody_said_is_asked_and_an_officers_word_stays(citizen, asked, db):
    before, address = asked(effects=["clearer"], maturity="idea")
    proposals.classify(db, before.code, category="7", field=None, actor="an", at=clock.now())
    assert "Trả lời thêm 1 câu" in citizen.get(address).text

    citizen.post(address, data=SAID)

    assert answers_of(proposals.by_id(db, before.id)) == (
        ("clearer",), "idea", "7", "in_commune", "Ấp 3",
    )  # fmt: skip
    assert citizen.get(address).location == address.removesuffix("/hoi-them")


def test_no_answer_at_all_changes_nothing(citizen, asked, db):
    before, address = asked()

    citizen.post(address, data={"category": "none", "maturity": "unknown"})

    assert proposals.by_id(db, before.id) == before
    assert not [one for one in event_log.of_proposal(db, before.id) if one.kind == "answered_more"]


@pytest.mark.parametrize(
    "wrong",
    [{"effects": "magic"}, {"maturity": "x"}, {"category": "99"}, {"hamlet": "ơ" * 121}],
)
def test_a_wrong_answer_is_asked_again_and_nothing_is_kept(citizen, asked, db, wrong):
    before, address = asked()

    page = citizen.post(address, data={**SAID, **wrong})

    assert page.status_code == 422 and 'role="alert"' in page.text
    assert proposals.by_id(db, before.id) == before


def test_a_busy_store_keeps_what_was_chosen(citizen, asked, locked):
    _, address = asked()

    with locked():
        page = citizen.post(address, data=SAID)

    assert page.status_code == 503 and re.search(r'value="tried"\s+checked', page.text)


def test_who_withdrew_is_asked_nothing(citizen, asked, db):
    before, address = asked()
    moves.move(db, before.code, Status.WITHDRAWN, actor="citizen", at=clock.now())

    assert citizen.get(address).status_code == 303
    assert "hoi-them" not in citizen.get(address.removesuffix("/hoi-them")).text


def test_who_left_a_name_may_agree_to_be_named_with_version_and_time(citizen, asked, db):
    named = {"name": "Trần Thị Mận", "consents.store": "yes"}
    before, address = asked(**named)
    page = citizen.get(address).text
    assert re.search(r'name="consents.name_me"\s+value="yes"\s+id="consents.name_me"\s*>', page)

    citizen.post(address, data={"consents.name_me": "yes"})

    author = authors.of(db, before.id)
    assert (author.consent_store, author.consent_sms, author.consent_name) == (True, False, True)
    last = subject_access.agreed(db, proposals.by_id(db, before.id))[-1]
    assert (last.name_me, last.sms, last.notice) == (True, None, NOTICE_VERSION)
    assert "consents.name_me" not in citizen.get(address).text


def test_nobody_without_a_name_is_named(citizen, asked, db):
    before, address = asked(phone="0912 345 678", **{"consents.store": "yes"})
    assert "consents.name_me" not in citizen.get(address).text

    citizen.post(address, data={"consents.name_me": "yes"})

    assert not authors.of(db, before.id).consent_name


def test_a_kiosk_asks_one_a_screen_and_leads_back_to_the_receipt(kiosk, latest, db):
    kiosk.post("/gui/6", data={"solution": "Cho bà con hẹn giờ trước."})
    receipt = kiosk.post("/gui/12").location.partition("?")[0]
    address = f"{receipt}/hoi-them"
    first = kiosk.get(address).text
    assert 'name="cau" value="effects"' in first and "maturity" not in first

    led = [kiosk.post(address, data={"cau": "effects", "effects": ["faster"]}).location]
    assert '<button class="tile" name="maturity" value="tried">' in kiosk.get(led[0]).text
    for name, value in (("maturity", "tried"), ("category", ""), ("residence", "in_commune")):
        led.append(kiosk.post(address, data={"cau": name, name: value}).location)

    names = ("maturity", "category", "residence")
    assert led == [*(f"{address}?cau={one}" for one in names), f"{receipt}?moi=hoi-them"]
    assert answers_of(latest()) == (("faster",), "tried", None, "in_commune", "")


def test_a_kiosk_shows_the_questions_of_nobody_elses_receipt(kiosk, a_proposal, secret_of):
    address = f"/r/{secret_of(a_proposal())}/hoi-them"

    assert kiosk.get(address).location == "/"
    assert kiosk.post(address, data=SAID).location == "/"


def test_the_hamlets_of_the_commune_are_chosen_by_name(a_site, latest, secret_of):
    app = watched(public_app(a_site(office={"hamlets": ("Ấp Một", "Ấp Hai")}), PUBLIC))
    citizen = app.test_client()
    citizen.post("/gui", data={"solution": "Cho bà con hẹn giờ trước."})
    address = f"/r/{secret_of(latest())}/hoi-them"
    assert "<option>Ấp Hai</option>" in citizen.get(address).text

    citizen.post(address, data={"where": "Ấp Hai"})

    assert (latest().residence, latest().hamlet) == ("in_commune", "Ấp Hai")
