"""Each step is told once to everybody it concerns, about the code on their own receipt."""

import pytest

from shared.db import event_log
from shared.domain import status_message
from shared.domain.proposal import NEXT, Status
from shared.store.cases import conversation, merges, proposals
from shared.store.messages import threads
from shared.workflows import case_steps, notices, withdraw
from tests.conftest import DETAILS, ZONE

LAN, MAN, HOA = "+84912345671", "+84912345672", "+84912345673"
SMS = {"store": True, "sms": True}
NOW = 1_790_000_000_000


@pytest.fixture
def moved(db):
    """A builder: what an officer does to a case, `at` so many minutes later."""
    minutes = iter(range(1, 100))

    def build(proposal, wanted, **details):
        said = details or DETAILS.get(wanted)
        at = NOW + next(minutes) * 60_000
        return case_steps.move(
            db, proposal.code, wanted, actor="an", at=at, zone=ZONE, details=said
        )

    return build


@pytest.fixture
def three(a_proposal, moved):
    """Lan's idea, and before it Hoa's and after it Man's, both merged into hers."""
    hoa = a_proposal(phone=HOA, consents=SMS, at=NOW - 3000)
    lan = a_proposal(phone=LAN, consents=SMS, at=NOW - 2000)
    man = a_proposal(phone=MAN, consents=SMS, at=NOW - 1000)
    moved(man, Status.MERGED, into=lan.code)
    moved(hoa, Status.MERGED, into=lan.code)
    return lan, hoa, man


def told_of(db, proposal):
    """Return (number, text, code) of each notice about a proposal, oldest first."""
    sent = threads.of_proposal(db, proposal.id)[1]
    return [(one.phone, one.text_key, one.blanks["ma"]) for one in sent if one.kind == "notice"]


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.WITHDRAWN])
def test_every_step_is_told_once_to_who_agreed(db, a_proposal, moved, status):
    before = next(one for one, following in NEXT.items() if status in following)
    details = {"into": a_proposal().code} if status is Status.MERGED else {}
    kept = a_proposal(status=before if before in NEXT else Status.RECEIVED, phone=LAN, consents=SMS)

    moved(kept, status, **details)

    assert told_of(db, kept) == [(LAN, status_message.notice_key(status), kept.code)]


@pytest.mark.parametrize("consents", [{"store": True}, {"store": True, "name_me": True}])
def test_who_did_not_agree_is_not_told(db, a_proposal, moved, consents):
    kept = a_proposal(phone=LAN, consents=consents)

    moved(kept, Status.UNDER_APPRAISAL)

    assert not told_of(db, kept)


def test_senders_of_merged_ideas_hear_of_later_steps_each_by_their_own_code(db, three, moved):
    lan, hoa, man = three

    moved(lan, Status.UNDER_APPRAISAL)

    assert told_of(db, lan) == [(LAN, "st_under_appraisal", lan.code)]
    assert told_of(db, hoa)[1:] == [(HOA, "st_under_appraisal", hoa.code)]
    assert told_of(db, man)[1:] == [(MAN, "st_under_appraisal", man.code)]
    assert [one.phone for one in notices.recipients(db, lan.id)] == [LAN, HOA, MAN]


def test_one_person_with_two_of_the_merged_ideas_is_told_once(db, a_proposal, moved):
    first, second = (a_proposal(phone=LAN, consents=SMS, at=NOW) for _ in range(2))
    moved(second, Status.MERGED, into=first.code)

    moved(first, Status.UNDER_APPRAISAL)

    assert told_of(db, first) == [(LAN, "st_under_appraisal", first.code)]
    assert [text for _, text, _ in told_of(db, second)] == ["st_merged"]


def test_a_chain_of_merges_is_followed_to_its_end(db, three, a_proposal, moved):
    lan, _, man = three
    oldest = a_proposal(at=NOW - 9000)

    moved(lan, Status.MERGED, into=oldest.code)
    moved(oldest, Status.UNDER_APPRAISAL)

    texts = [[text for _, text, _ in told_of(db, one)] for one in three]
    assert texts == [["st_merged", "st_under_appraisal"]] * 3
    assert merges.kept_instead(db, man.id) == oldest.id


def test_an_undone_merge_ends_it(db, three, moved):
    lan, hoa, _ = three

    moved(hoa, Status.RECEIVED)
    moved(lan, Status.UNDER_APPRAISAL)

    assert [text for _, text, _ in told_of(db, hoa)] == ["st_merged", "st_received"]


def test_an_answer_is_told_to_the_one_who_can_read_it(db, three, a_proposal):
    lan, hoa, _ = three
    officer = event_log.new_id()
    db.conn.execute("PRAGMA foreign_keys = OFF")

    case_steps.answer(db, lan.code, "xã trả lời", staff_id=officer, key="k", at=NOW, zone=ZONE)

    assert told_of(db, lan) == [(LAN, "notify_answer", lan.code)]
    assert len(told_of(db, hoa)) == 1


def test_what_a_merged_sender_adds_wakes_the_kept_idea(db, three, moved):
    lan, hoa, _ = three
    moved(lan, Status.NEEDS_INFO)

    conversation.add_more(db, hoa.code, "làm ở quầy số 2", channel="sms", key="a", at=NOW)

    assert proposals.by_code(db, lan.code).status is Status.RECEIVED
    assert proposals.by_code(db, hoa.code).status is Status.MERGED


def test_who_took_a_merged_idea_back_hears_no_more(db, three, moved):
    lan, hoa, _ = three
    withdraw.withdraw(db, hoa.code, at=NOW)

    moved(lan, Status.UNDER_APPRAISAL)

    assert [text for _, text, _ in told_of(db, hoa)] == ["st_merged"]
