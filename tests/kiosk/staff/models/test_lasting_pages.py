"""Who is asked whether an idea is still used answers on a page: the sender on the receipt, the unit
on one of its own. The answer stands in the registry and on "Hôm nay", and names no person."""

import re
from datetime import UTC, timedelta
from html import unescape

import pytest

from shared.db.pages import PAGE_LINES
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.store.models import adoptions, follow_up, lasting_questions, model_requests, registry
from shared.store.models.model_requests import NewModelRequest
from shared.workflows import ask_lasting
from tests.kiosk.staff.models.test_models import publish

HOA = "+84987654321"


def days_ago(days):
    return (clock.to_local(clock.now(), UTC).date() - timedelta(days=days)).isoformat()


@pytest.fixture
def case(a_proposal, officer):
    """A published idea whose sender, Lan, has a receipt."""
    case = a_proposal(status=Status.RECOGNISED, name="Lan", phone="0912345678",
                      consents={"store": True})  # fmt: skip
    publish(officer, case)
    return case


@pytest.fixture
def key(instance):
    """The key that receipts' secrets are made with."""
    return instance.secrets().receipt_key


def use(db, case, unit="Ấp 3", days=31):
    return adoptions.add(db, case.id, unit, "applying", days_ago(days), actor="t", at=1)


def said(db, case, kind):
    [one] = [one for one in lasting_questions.of_proposal(db, case.id) if one.kind == kind]
    return one


def test_the_sender_answers_on_the_receipt_once(officer, citizen, case, key, db):
    secret = codes.secret_of(case.code, key=key, commune_id=db.commune_id)
    assert "còn dùng không" not in citizen.get(f"/r/{secret}").text
    use(db, case)
    ask_lasting.ask_due(db, key=key, at=clock.now())

    page = citizen.get(f"/r/{secret}").text
    assert "Áp dụng đã 30 ngày, nơi này còn dùng không?" in page and "Ấp 3" in page
    question = said(db, case, "author").id
    for wrong in ({"cau": question, "con": "maybe"}, {"cau": "another", "con": "lasts"}):
        citizen.post(f"/r/{secret}/con-dung", data=wrong)
        assert said(db, case, "author").outcome == ""
    for answer in ("stopped", "lasts"):
        done = citizen.post(f"/r/{secret}/con-dung", data={"cau": question, "con": answer})
        assert done.status_code == 303

    assert "Cảm ơn" in citizen.get(f"/r/{secret}?moi=con-dung").text
    assert "còn dùng không" not in citizen.get(f"/r/{secret}").text
    assert said(db, case, "author").outcome == "stopped", "what is said first stands"
    assert "Trả lời: không còn dùng sau 30 ngày" in officer.get("/hom-nay").text
    public = citizen.get("/mo-hinh/hen-gio-chung-thuc").text
    assert "sau 30 ngày không còn dùng (tác giả cho biết)" in public
    assert "Lan" not in public and "0912" not in public


def test_a_unit_answers_on_its_page_and_the_office_may_still_check(officer, citizen, case, key, db):
    model = registry.by_slug(db, "hen-gio-chung-thuc")
    asked = NewModelRequest("Xã Vĩnh Tân", "Anh Ba", HOA, "", "1")
    model_requests.ask(db, model, asked, key="k", at=1)
    [request] = model_requests.waiting(db)
    officer.post(f"/nhan-rong/{request.id}", data={"outcome": "taken_up"})
    [waits] = adoptions.of_proposal(db, case.id)
    adoptions.change(
        db, waits.id, state="applying", since=days_ago(91), effect="", text="", seen=waits.seen,
        actor="t", at=1,
    )  # fmt: skip
    ask_lasting.ask_due(db, key=key, at=clock.now())
    ask_lasting.ask_due(db, key=key, at=clock.now())

    sent = db.rows("SELECT phone, text_key FROM outbox")
    assert [(db.decrypt(phone), text) for phone, text in sent] == [(HOA, "ask_lasting")]
    question = said(db, case, "unit")
    secret = ask_lasting.secret_of(question.id, key=key, commune_id=db.commune_id)
    desk = officer.get("/nhan-rong").text
    assert f"/con-dung/{secret}" in desk and "chưa trả lời" in desk

    assert citizen.get(f"/con-dung/{secret[:-1]}").status_code == 404
    assert citizen.get(f"/con-dung/{'0' * 16}").status_code == 404
    page = citizen.get(f"/con-dung/{secret.lower()}").text
    assert "Xã Vĩnh Tân" in page and "đã 90 ngày" in page
    assert "Lan" not in page and "Anh Ba" not in page
    for answer in ("lasts", "stopped"):
        citizen.post(f"/con-dung/{secret}", data={"con": answer})
    assert "Cảm ơn" in citizen.get(f"/con-dung/{secret}").text
    assert (said(db, case, "unit").outcome, said(db, case, "unit").way) == ("lasts", "page")
    assert "Trả lời: còn dùng sau 90 ngày" in officer.get("/hom-nay").text
    public = citizen.get("/mo-hinh/hen-gio-chung-thuc").text
    assert "sau 90 ngày còn dùng (nơi áp dụng cho biết)" in public and "Anh Ba" not in public

    checked = {"days": "90", "outcome": "partly", "note": ""}
    officer.post(f"/nhan-rong/kiem-tra/{waits.id}", data=checked)
    public = citizen.get("/mo-hinh/hen-gio-chung-thuc").text
    assert "sau 90 ngày dùng một phần (xã cho biết)" in public
    assert follow_up.due(db, now=clock.now()) == []


def test_whom_to_ask_and_who_wants_a_model_go_on_page_by_page(officer, case, db):
    model = registry.by_slug(db, "hen-gio-chung-thuc")
    for number in range(PAGE_LINES + 2):
        adoptions.add(
            db, case.id, f"Ấp {number}", "applied", days_ago(60 - number), actor="t", at=1
        )
        asked = NewModelRequest(f"Xã {number}", "Anh Ba", HOA, "", "1")
        model_requests.ask(db, model, asked, key=f"k{number}", at=number + 1)

    first = officer.get("/nhan-rong").text
    after, requests = (
        unescape(re.findall(rf'href="(/nhan-rong\?{mark}=[^"]+)"', first)[0])
        for mark in ("after", "requests")
    )
    second, third = officer.get(after).text, officer.get(requests).text

    for number, page in ((0, first), (PAGE_LINES - 1, first), (PAGE_LINES, second)):
        assert f"<h2>Ấp {number}</h2>" in page
    for number, page in ((0, first), (PAGE_LINES, third), (PAGE_LINES + 1, third)):
        assert f"<h2>Xã {number}</h2>" in page
    assert f"<h2>Ấp {PAGE_LINES}</h2>" not in first and "<h2>Ấp 0</h2>" not in second
    [unit] = [one for one in adoptions.of_proposal(db, case.id) if one.unit == f"Ấp {PAGE_LINES}"]
    said = {"days": "30", "outcome": "lasts", "after": after.partition("=")[2]}
    assert f'value="{said["after"]}"' in second
    wrong = officer.post(f"/nhan-rong/kiem-tra/{unit.id}", data=said | {"outcome": "?"})
    assert wrong.status_code == 422 and f"<h2>{unit.unit}</h2>" in wrong.text
    done = officer.post(f"/nhan-rong/kiem-tra/{unit.id}", data=said)
    assert officer.get(done.location).text.count("<h2>Ấp ") == 1
