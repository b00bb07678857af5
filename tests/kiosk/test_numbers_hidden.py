"""Whatever door a telephone number comes in by, no file of the instance holds it in plain."""

import logging

from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, drafts, parked_drafts
from shared.store.messages import call_backs, opt_outs
from shared.store.models import model_requests, registry
from shared.store.models.registry import Words
from shared.workflows.verify import verify
from tests import residue

SPELLED = residue.spellings("987654321")
NUMBER = "+84987654321"
AGREED = {"consents.store": "yes", "consents.sms": "yes"}


def left_over(db, instance):
    residue.at_rest(db)
    return residue.where(instance.folder, *SPELLED)


def test_a_search_of_the_bytes_finds_what_is_there(db, instance, a_proposal):
    a_proposal(solution="Gọi cho tôi theo số 0987 654 321 nhé.")

    assert left_over(db, instance) == ["hienke.db: 987 654 321"]


def test_no_number_of_a_form_stands_in_a_file(citizen, db, instance, a_form, latest, caplog):
    caplog.set_level(logging.INFO)
    form = a_form(name="Lê Thị Mận", phone="0987.654.321", **AGREED)

    citizen.post("/gui", data=form)
    citizen.post("/gui", data={**form, "title": "Một tên khác hẳn"})  # kept as a correction

    assert authors.of(db, latest().id).phone == NUMBER
    assert left_over(db, instance) == []
    assert not any(spelled in caplog.text for spelled in SPELLED)


def test_no_number_of_the_api_stands_in_a_file(citizen, db, instance, latest):
    body = {
        "participant_type": "citizen", "title": "Hẹn giờ", "solution": "Nhắn tin trước khi đến.",
        "name": "Em Tí", "phone": "84987654321", "under_16": True,
        "guardian": "Chị Hai 0987 654 321", "consents": {"store": True, "sms": True},
    }  # fmt: skip

    for _ in range(2):
        sent = citizen.post("/api/v1/proposals", json=body, headers={"Idempotency-Key": "k"})
        assert sent.status_code in (200, 201), sent.text

    assert authors.of(db, latest().id).guardian == "Chị Hai 0987 654 321"
    assert left_over(db, instance) == []


def test_no_number_of_a_half_done_idea_stands_in_a_file(kiosk, db, instance):
    kiosk.get("/gui/1")
    kiosk.post("/gui/10", data={"name": "Lê Thị Mận", "phone": "0987 654 321"})
    assert left_over(db, instance) == []
    ((visit, _),) = db.rows("SELECT visit_hash, answers FROM draft")
    draft = drafts.of_visit(db, visit, at=clock.now())
    assert draft.answers["phone"] == "0987 654 321"

    parked_drafts.park(db, visit, draft, numbers=["1234"], at=1, until=clock.now() + clock.DAY)

    assert left_over(db, instance) == []
    assert parked_drafts.pick_up(db, "1234", "another", at=2).answers == draft.answers


def test_no_number_of_the_desk_stands_in_a_file(db, instance, a_proposal):
    case = a_proposal(status=Status.RECOGNISED)
    words = Words("Hẹn giờ", "Chờ lâu.", "Nhắn tin.", "Đỡ chờ.", False, False)
    model = registry.publish(db, case.code, words, seen="", actor="an", at=1)
    asked = model_requests.NewModelRequest("UBND xã Bình Lợi", "Anh Ba", NUMBER, "Chờ lâu", "n1")

    model_requests.ask(db, registry.by_slug(db, model.slug), asked, key="k", at=2)
    call_backs.missed(db, NUMBER, key="c", actor="an", at=3)
    opt_outs.add_for(db, NUMBER, actor="an", at=4)

    assert [one.phone for one in model_requests.waiting(db)] == [NUMBER]
    assert [one.phone for one in call_backs.waiting(db, now=5)] == [NUMBER]
    assert [one.phone for one in opt_outs.page(db)] == [NUMBER]
    with writing(db):
        opt_outs.remove(db, NUMBER)
    assert not opt_outs.has(db, NUMBER)
    assert left_over(db, instance) == []
    assert verify(db, instance.media).damage == ()
    assert NUMBER not in repr(list(event_log.every(db)))
