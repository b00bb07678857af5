"""Ready sentences: chosen with one tap, changed before they are sent, kept as the office's own."""

import re

from shared.domain.proposal import Status
from shared.store.cases import conversation, pending_acts, proposals
from shared.store.office import ready_words

PLACE = "Công an xã, 12 Lê Lợi, 0251 386 1113"


def ticked(page: str, name: str) -> list[str]:
    """Return what may be ticked under a name."""
    return re.findall(rf'name="{name}"\s+value="([^"]+)"', page)


def test_a_case_is_redirected_without_typing(officer, db, a_proposal, when_due):
    case = a_proposal()
    lists = dict.fromkeys(ready_words.KINDS, "") | {"to_office": f"{PLACE}\n\nHội Nông dân xã"}
    assert officer.post("/cau-san", data=lists).status_code == 303

    page = officer.get(f"/ho-so/{case.code}").text
    places, reasons = ticked(page, "to_office"), ticked(page, "reason")
    given = {"to": "redirected", "seen": "received", "to_office": places[0], "reason": reasons[0]}
    answer = officer.post(f"/ho-so/{case.code}/move", data=given)

    assert places == [PLACE, "Hội Nông dân xã"]
    assert answer.status_code == 303
    [act] = pending_acts.waiting(db, case.id)
    assert (act.kind, act.details["to_office"]) == ("redirect", PLACE)
    when_due()
    assert proposals.by_code(db, case.code).status is Status.REDIRECTED


def test_an_answer_is_what_was_chosen_and_what_was_typed(officer, db, a_proposal):
    case = a_proposal()
    ready = ticked(officer.get(f"/ho-so/{case.code}").text, "said")

    said = {"said": ready[:2], "text": "Chị Lan, quầy 3.", "key": "k"}
    assert officer.post(f"/ho-so/{case.code}/answer", data=said).status_code == 303
    empty = officer.post(f"/ho-so/{case.code}/answer", data={"text": " ", "key": "l"})

    [kept] = conversation.replies(db, case.id)
    assert kept.text == "\n".join([*ready[:2], "Chị Lan, quầy 3."])
    assert empty.status_code == 422 and "Xin viết lời trả lời" in empty.text


def test_a_list_that_is_too_long_or_not_the_desks_is_not_kept(officer, logged_in, db):
    long = {"missing": "x" * 301, "reason": "\n".join("abcdefghijklmn")}

    answer = officer.post("/cau-san", data=long)

    assert answer.status_code == 422
    assert 'href="#missing"' in answer.text and 'href="#reason"' in answer.text
    assert "x" * 301 in answer.text and "reason" not in ready_words.own(db)
    assert logged_in("tiep", role="receptionist").get("/cau-san").status_code == 403


def test_an_emptied_list_brings_the_programs_own_back(officer, db, a_proposal):
    case, lists = a_proposal(), dict.fromkeys(ready_words.KINDS, "")
    before = ticked(officer.get(f"/ho-so/{case.code}").text, "to_office")
    officer.post("/cau-san", data={**lists, "to_office": PLACE})

    officer.post("/cau-san", data=lists)

    assert "to_office" not in ready_words.own(db)
    assert ticked(officer.get(f"/ho-so/{case.code}").text, "to_office") == before != []
