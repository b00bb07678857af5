"""The whole road without a network: a telephone writes, the store keeps, an answer arrives."""

from shared.store.cases import proposals
from shared.store.messages import threads
from sms import inbound
from tests.sms.conftest import MAN


def test_an_idea_sent_from_the_simulator_comes_back_as_a_receipt(client, db, desk, outbox):
    client.post("/phone", data={"sender": MAN, "text": "SK cho bà con hẹn giờ chứng thực"})
    inbound.handle_waiting(db, desk)
    while outbox.send_one(db, at=10**13):
        pass

    came, went = threads.between(db, MAN)
    kept = proposals.by_id(db, came[0].proposal_id)
    assert kept.solution == "cho bà con hẹn giờ chứng thực"
    assert [one.state for one in went] == ["delivered", "delivered"]
    assert f"Ma so: {kept.code}." in went[0].text
    page = client.get("/phone/tin", query_string={"so": MAN}).text
    assert kept.code in page
    assert "cho bà con hẹn giờ chứng thực" in page
