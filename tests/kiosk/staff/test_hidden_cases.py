"""A confidential case exists for its assignee alone. To everybody else each address and each form
with its code answers as to a code which nobody was given, and what is kept beside it stays shut."""

import io
import re

import pytest

from shared.db import event_log
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.store.cases import proposals

UNKNOWN = "482173950688"


@pytest.fixture
def hidden(db, a_proposal, a_member):
    """A confidential case of somebody else's, received in another month."""
    case, binh = a_proposal(at=clock.now() - 90 * clock.DAY), a_member("binh")
    proposals.assign(db, case.code, binh.id, actor="test", at=clock.now())
    proposals.flag(db, case.code, spam=False, confidential=True, actor="test", at=clock.now())
    return case


@pytest.fixture
def own(a_proposal):
    return a_proposal(status=Status.UNDER_APPRAISAL)


def merging(own, into, seen="under_appraisal"):
    data = {"to": "merged", "into": into, "seen": seen, "merged-into": into}
    return f"/ho-so/{own.code}/move", data


FORMS = {
    "merging": merging,
    "merging what moved meanwhile": lambda own, code: merging(own, code, seen="received"),
    "a data request": lambda own, code: (
        "/du-lieu",
        {"kind": "access", "way": "counter", "code": code, "name": "Mận", "identities": "known"},
    ),
    "the month's end": lambda own, code: ("/giay/doi-chieu?thang=2026-05", {"extra": code}),
    "another idea": lambda own, code: (f"/ho-so/{own.code}/khac-nhau", {"other": code}),
    "several at once": lambda own, code: ("/hang-loat", {"code": code, "what": "appraise"}),
    "an award": lambda own, code: ("/khen-thuong/de-nghi", {"letter": f"{code}:1"}),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("role", ["officer", "chair"])
def test_a_hidden_case_answers_as_one_that_does_not_exist(logged_in, own, hidden, db, form, role):
    client = logged_in("an", role=role)

    answers = []
    for code in (hidden.code, UNKNOWN):
        address, data = FORMS[form](own, code)
        answer = client.post(address, data=data)
        location = (answer.location or "").replace(code, "")
        page = re.sub(r'value="[0-9a-f-]{20,}"', "", answer.text)
        for said in (code, codes.grouped(code)):
            page = page.replace(said, "")
        answers.append((answer.status_code, location, page))

    assert answers[0] == answers[1]
    assert answers[0][0] != 405
    assert proposals.by_code(db, own.code) == own


def _plain(answer, code):
    """An answer without what was asked for."""
    location, page = answer.location or "", answer.text
    for said in (code, codes.grouped(code)):
        location, page = location.replace(said, ""), page.replace(said, "")
    return answer.status_code, location, page


@pytest.mark.parametrize("role", ["receptionist", "officer", "chair"])
@pytest.mark.parametrize("address", ["/?q={}", "/ho-so/{}", "/ho-so/{}/phieu", "/nhap-ho-so/{}"])
def test_whoever_looks_for_a_hidden_case_finds_nothing(logged_in, hidden, role, address):
    client = logged_in("an", role=role)

    found, none = (
        _plain(client.get(address.format(code)), code) for code in (hidden.code, UNKNOWN)
    )

    assert found == none


def test_a_scanned_receipt_of_a_hidden_case_leads_its_assignee_alone_to_it(
    logged_in, hidden, secret_of
):
    client = logged_in("an", role="officer")

    assert client.get(f"/?q={secret_of(hidden)}").status_code == 200
    assert client.get(f"/?q={hidden.code}").status_code == 200


def test_the_number_of_a_hidden_case_takes_no_photograph(logged_in, hidden):
    client = logged_in("tiep", role="receptionist")

    answers = [
        client.post(
            "/giay/gui-tep", data={"number": code, "file": [(io.BytesIO(b"no picture"), "a.jpg")]}
        ).text.replace(code, "")
        for code in (hidden.code, UNKNOWN)
    ]

    assert answers[0] == answers[1]


@pytest.mark.parametrize("role", ["receptionist", "officer", "chair"])
def test_no_address_with_the_code_of_a_hidden_case_opens(office, logged_in, hidden, db, role):
    client, seen = logged_in("an", role=role), 0
    before = event_log.of_proposal(db, hidden.id)

    for rule in office.url_map.iter_rules():
        if "code" not in rule.arguments or role not in office.allowed[rule.endpoint]:
            continue
        blanks = dict.fromkeys(rule.arguments, "none") | {"code": hidden.code}
        address = office.url_map.bind("localhost").build(rule.endpoint, blanks)
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(address, method=method)
            seen += 1
            assert answer.status_code == 404, f"{method} {address}: ask for visible_case first"
    assert seen >= (9 if role == "receptionist" else 40)
    assert event_log.of_proposal(db, hidden.id) == before
