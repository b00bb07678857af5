"""Several cases at once: each passes its own checks, and what became of each is told."""

from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.messages import threads
from shared.store.people import staff

AGREED = {"phone": "0912345678", "consents": {"store": True, "sms": True}}


def do(client, what, *cases, **given):
    return client.post(
        "/hang-loat", data={"what": what, "code": [case.code for case in cases], **given}
    )


def test_cases_are_put_under_appraisal_each_by_its_own_rules_and_told_once(officer, db, a_proposal):
    new, decided = a_proposal(**AGREED), a_proposal(status=Status.RECOGNISED)

    pages = [do(officer, "appraise", new, decided) for _ in range(2)]

    for page in pages:
        assert page.status_code == 200
        assert page.text.count("Đã làm") == 1 and "không làm được từ tình trạng" in page.text
    assert proposals.by_code(db, new.code).status is Status.UNDER_APPRAISAL
    assert proposals.by_code(db, decided.code).status is Status.RECOGNISED
    assert len(threads.of_proposal(db, new.id)[1]) == 1


def test_cases_are_assigned_and_classified_together(officer, db, a_proposal):
    cases = [a_proposal(), a_proposal()]
    [an] = staff.everyone(db)

    do(officer, "assign", *cases, assignee=an.id)
    do(officer, "category", *cases, category="3")

    for case in cases:
        now = proposals.by_code(db, case.code)
        assert (now.assignee_id, now.category) == (an.id, "3")


def test_what_is_not_ours_to_see_stays_unknown_and_untouched(officer, logged_in, db, a_proposal):
    hidden = a_proposal(title="Chuyện kín")
    logged_in("binh").post(f"/ho-so/{hidden.code}/flag", data={"confidential": "1"})
    before = proposals.by_code(db, hidden.code)

    page = do(officer, "appraise", hidden)

    assert "Không có hồ sơ này" in page.text and "Chuyện kín" not in page.text
    assert proposals.by_code(db, hidden.code) == before


def test_nothing_chosen_and_nonsense_are_told(officer, logged_in, db, a_proposal):
    case = a_proposal()
    tiep = logged_in("tiep", role="receptionist")
    receptionist = next(one for one in staff.everyone(db) if one.login == "tiep")

    assert do(officer, "appraise").status_code == 422
    for given in ({"what": "burn"}, {"what": "category", "category": "9"},
                  {"what": "assign", "assignee": receptionist.id}):  # fmt: skip
        assert officer.post("/hang-loat", data={"code": case.code, **given}).status_code == 422
    assert do(tiep, "appraise", case).status_code == 403
    assert proposals.by_code(db, case.code) == case
