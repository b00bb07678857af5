"""What is shown before an SMS goes is letter for letter what goes, its price and its cuts told."""

import re
from html import unescape

import pytest

from kiosk.apps import staff_app
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import MAKERS, NEXT, Status
from shared.runtime.listening import Address
from shared.settings import Settings
from shared.store.messages import budgets, threads
from shared.texts import sms_text
from shared.workflows import pending
from tests.conftest import ROAD, ZONE
from tests.kiosk.staff.cases.test_case import GIVEN, TOLD, move
from tests.kiosk.staff.conftest import PASSWORD

MOVES = [
    (now, to) for now in ROAD for to in NEXT[now] if to not in (Status.MERGED, Status.WITHDRAWN)
]
LONG = "làm ở quầy số 2 mỗi sáng thứ hai, và cả chiều thứ sáu nữa"


@pytest.fixture
def awake(a_site, a_member):
    """A builder: the browser of an officer whose office has these settings of `[sms]`."""

    def build(role="officer", **sms):
        sms = {"quiet_from": "00:00", "quiet_to": "00:00", **sms}
        app = staff_app(a_site(staff={"require_totp": False}, sms=sms), Address("127.0.0.1", 8081))
        client = app.test_client()
        a_member("binh", role=role)
        client.post("/login", data={"login": "binh", "password": PASSWORD})
        return client

    return build


def shown(page):
    """Return the SMS a page shows before it goes."""
    (text,) = re.findall(r'<p class="sms-text">(.*?)</p>', page.text)
    return unescape(text)


def went(db, proposal):
    """Return the last notice in the words the SMS program would give it."""
    last = threads.of_proposal(db, proposal.id)[1][-1]
    office = sms_text.office_blanks(Settings(), "http://127.0.0.1:8080")
    return sms_text.compose(last.text_key, last.blanks, office)


@pytest.mark.parametrize(("status", "to"), MOVES)
def test_what_is_shown_is_what_goes(awake, db, a_proposal, status, to):
    role = "officer" if "officer" in MAKERS[status, to] else "chair"
    client, proposal = awake(role), a_proposal(status=status, **TOLD)
    given = {"to": to, "seen": status, **GIVEN.get(to, {})}

    page = client.post(f"/ho-so/{proposal.code}/xem-truoc", data=given)
    alone = client.post(f"/ho-so/{proposal.code}/xem-truoc/tin", data=given)

    assert not threads.of_proposal(db, proposal.id)[1]
    move(client, proposal, to)
    # Of what waits ten minutes: they are over, and it is still the same day.
    db.conn.execute("UPDATE pending_act SET due_at = at")
    pending.do_due(db, at=clock.now(), zone=ZONE)
    assert shown(page) == shown(alone) == went(db, proposal)
    for value in GIVEN.get(to, {}).values():
        assert f'value="{value}"' in page.text


def test_an_answers_sms_is_shown_and_its_text_stays(awake, db, a_proposal):
    client, proposal = awake(), a_proposal(**TOLD)
    given = {"key": "k", "text": "Xã đã mở thêm một quầy."}

    page = client.post(f"/ho-so/{proposal.code}/xem-truoc", data=given)
    client.post(f"/ho-so/{proposal.code}/answer", data=given)

    assert given["text"] in page.text
    assert shown(page) == went(db, proposal)


def test_what_will_be_cut_is_shown_and_so_is_the_length_and_the_price(awake, a_proposal):
    proposal = a_proposal(**TOLD)

    page = awake(price_per_segment=1250).post(
        f"/ho-so/{proposal.code}/xem-truoc/tin",
        data={"to": "needs_info", "missing": ["ai làm", f"{LONG} 😀"]},
    )

    assert "<q>ai lam; lam o quay so 2 moi sang thu hai, va</q>" in page.text
    assert "<del>ca chieu thu sau nua</del>" in page.text
    assert "<del>😀</del>" in page.text
    assert f"{sms_text.septets(shown(page))}/160" in page.text
    assert "1.250 đồng" in page.text


def test_an_empty_form_shows_where_its_words_will_stand(awake, a_proposal):
    proposal = a_proposal(**TOLD)

    page = awake().post(f"/ho-so/{proposal.code}/xem-truoc/tin", data={"to": "needs_info"})

    assert "can ro them: .... Moi soan" in shown(page)


def test_what_several_people_get_is_priced_for_all(awake, a_proposal):
    client, kept = awake(price_per_segment=300), a_proposal(**TOLD)
    other = a_proposal(phone="0987654321", consents={"store": True, "sms": True})
    move(client, other, Status.MERGED, into=kept.code)

    page = client.post(f"/ho-so/{kept.code}/xem-truoc", data={"to": "under_appraisal"})

    assert "gửi 2 người" in page.text and "600 đồng" in page.text
    assert f'href="/ho-so/{other.code}"' in page.text


def test_nobody_to_tell_is_no_sms(awake, a_proposal):
    client, proposal = awake(), a_proposal()

    page = client.post(f"/ho-so/{proposal.code}/xem-truoc/tin", data={"to": "under_appraisal"})
    case = client.get(f"/ho-so/{proposal.code}")

    assert "sms-text" not in page.text
    assert "Xem trước tin nhắn" not in case.text


@pytest.mark.parametrize(
    "given",
    [
        {"to": "nowhere"},
        {"to": "withdrawn"},
        {},
        {"to": "merged"},
        {"to": "on_trial", "trial_from": "x", "trial_to": "31/31/31"},
    ],
)
def test_anything_may_be_asked_about(awake, a_proposal, given):
    client, proposal = awake(), a_proposal(**TOLD)

    for address in ("xem-truoc", "xem-truoc/tin"):
        assert client.post(f"/ho-so/{proposal.code}/{address}", data=given).status_code == 200


def test_a_spent_budget_and_quiet_hours_are_said(awake, db, a_proposal):
    proposal = a_proposal(**TOLD)
    with writing(db):
        budgets.count(db, at=clock.now(), zone=ZONE)
    client = awake(monthly_budget=1, quiet_from="00:00", quiet_to="23:59")

    page = client.post(f"/ho-so/{proposal.code}/xem-truoc/tin", data={"to": "under_appraisal"})

    assert "Tháng này đã hết mức tin báo, tin này đi lúc 23:59 ngày 01/" in page.text


@pytest.mark.parametrize(
    ("role", "where"), [("officer", "/"), ("chair", "/"), ("admin", "/nhan-su")]
)
@pytest.mark.parametrize(("used", "says"), [(3, None), (4, "còn 1"), (5, "Đã hết 5 tin báo")])
def test_a_budget_that_runs_out_is_told_to_its_readers(awake, db, role, where, used, says):
    with writing(db):
        for _ in range(used):
            budgets.count(db, at=clock.now(), zone=ZONE)

    page = awake(role, monthly_budget=5).get(where).text

    assert ("tin báo" in page.casefold()) is (says is not None)
    assert says is None or says in page
