"""The store keeps a proposal whole and once, takes it back when asked, and counts rightly."""

import random
import threading

import pytest

from shared.db import event_log
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.intake import read_proposal
from shared.domain.proposal import (
    NEEDS,
    NEXT,
    DetailMissing,
    MoveRefused,
    NewProposal,
    Status,
    following,
)
from shared.runtime.instance import Instance
from shared.store.cases import (
    authors,
    conversation,
    merges,
    moves,
    proposals,
    queue,
    receiving,
    status_counts,
)
from shared.workflows import notices, verify, withdraw
from tests.conftest import DETAILS, ROAD, ZONE

NOW = clock.now()
WITH_NAME = {
    "name": "Nguyễn Thị Lan",
    "phone": "0912345678",
    "consents": {"store": True, "sms": True, "notice": "2026-1"},
}


def damage(db: Store, instance: Instance) -> tuple[str, ...]:
    return verify.verify(db, instance.media).damage


# --- kept once


def test_twenty_threads_with_one_key_keep_one_proposal(instance: Instance, db: Store):
    new = read_proposal(
        {"participant_type": "citizen", "title": "Hẹn giờ", "solution": "Nhắn tin."}, "web"
    )
    assert isinstance(new, NewProposal)
    key = instance.secrets().receipt_key
    together = threading.Barrier(20)
    added: list[receiving.Added] = []

    def send() -> None:
        own = instance.open()
        together.wait()
        added.append(
            receiving.add(
                own, new, receiving.Arrival(NOW, NOW), key="one sending", fingerprint="f",
                receipt_key=key, zone=ZONE,
            )
        )  # fmt: skip
        own.close()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(added) == 20 and sum(one.is_new for one in added) == 1
    assert len({one.proposal.code for one in added}) == 1
    assert status_counts.all_of(db)[Status.RECEIVED] == 1
    assert db.row("SELECT count(*) FROM receipt") == (1,)


def test_two_keys_keep_two_proposals_of_the_same_words(a_proposal):
    words = {"title": "Hẹn giờ", "solution": "Nhắn tin."}

    assert a_proposal(**words).code != a_proposal(**words).code


def test_a_proposal_that_fails_half_way_leaves_nothing(instance: Instance, db: Store, a_proposal):
    before = db.row("SELECT count(*) FROM event"), db.row("SELECT count(*) FROM receipt")

    with pytest.raises(RuntimeError), writing(db):
        a_proposal()
        raise RuntimeError("the power went")

    assert (db.row("SELECT count(*) FROM event"), db.row("SELECT count(*) FROM receipt")) == before
    assert queue.page(db, queue.QueueFilter("x")).cases == []
    assert not damage(db, instance)


# --- moved


def test_the_builder_reaches_every_status_but_merged(a_proposal):
    reached = {a_proposal(status=status).status for status in ROAD}

    assert reached == set(Status) - {Status.MERGED}


@pytest.mark.parametrize("status", ROAD)
def test_a_move_off_the_table_is_refused_and_changes_nothing(db, a_proposal, status):
    proposal = a_proposal(status=status)

    for wanted in set(Status) - set(NEXT[status]):
        with pytest.raises(MoveRefused):
            moves.move(db, proposal.code, wanted, actor="t", at=NOW, details=DETAILS.get(wanted))

    assert proposals.by_code(db, proposal.code) == proposal


@pytest.mark.parametrize("status", [one for one in NEEDS if one is not Status.MERGED])
def test_a_move_that_needs_words_is_refused_without_each_of_them(db, a_proposal, status):
    before = a_proposal(status=ROAD[status][-2] if len(ROAD[status]) > 1 else Status.RECEIVED)

    for name in NEEDS[status]:
        said = {**DETAILS[status], name: "   "}
        with pytest.raises(DetailMissing) as missing:
            moves.move(db, before.code, status, actor="t", at=NOW, details=said)
        assert missing.value.names == (name,)

    assert proposals.by_code(db, before.code) == before


@pytest.mark.parametrize("day", ["31/12/2026", "2026-02-30", "tomorrow", "2026-13-01"])
def test_a_day_that_is_none_is_refused(db, a_proposal, day):
    kept = a_proposal()

    with pytest.raises(DetailMissing) as missing:
        moves.move(
            db, kept.code, Status.NEEDS_INFO, actor="t", at=NOW,
            details={"missing": "ai làm", "until": day},
        )  # fmt: skip

    assert missing.value.names == ("until",)


def test_one_who_saw_an_older_status_moves_nothing(db, a_proposal):
    kept = a_proposal(status=Status.UNDER_APPRAISAL)

    with pytest.raises(moves.MoveStale):
        moves.move(db, kept.code, Status.AT_COUNCIL, actor="t", at=NOW, seen=Status.RECEIVED)

    assert proposals.by_code(db, kept.code) == kept


def test_an_unknown_code_moves_nothing(db):
    with pytest.raises(proposals.ProposalUnknown):
        moves.move(db, "482173950688", Status.AT_COUNCIL, actor="t", at=NOW)


# --- merged and parted


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.UNDER_APPRAISAL, Status.AT_COUNCIL])
def test_a_merge_is_undone_to_where_it_came_from_and_nowhere_else(db, a_proposal, status):
    first, second = a_proposal(), a_proposal(status=status)
    into = {"into": first.code}

    moves.move(db, second.code, Status.MERGED, actor="t", at=NOW, details=into)
    merged = proposals.by_code(db, second.code)

    assert (merged.status, merged.merged_from) == (Status.MERGED, status)
    for wanted in set(Status) - {status}:
        with pytest.raises(MoveRefused):
            moves.move(
                db, second.code, wanted, actor="t", at=NOW, details=DETAILS.get(wanted, into)
            )
    parted = moves.move(db, second.code, status, actor="t", at=NOW)
    assert (parted.status, parted.merged_from) == (status, None)
    assert following(parted.status) == NEXT[status]


def test_nothing_is_merged_into_itself_a_withdrawn_or_an_unknown_case(db, a_proposal):
    withdrawn, merged = a_proposal(status=Status.WITHDRAWN), a_proposal()
    other = a_proposal()
    moves.move(db, merged.code, Status.MERGED, actor="t", at=NOW, details={"into": other.code})

    for into in (other.code, withdrawn.code, merged.code):
        with pytest.raises(MoveRefused):
            moves.move(db, other.code, Status.MERGED, actor="t", at=NOW, details={"into": into})
    with pytest.raises(DetailMissing):
        moves.move(
            db, other.code, Status.MERGED, actor="t", at=NOW, details={"into": "000000000000"}
        )

    assert proposals.by_code(db, other.code).status is Status.RECEIVED


def test_a_merge_into_a_merged_case_is_one_into_the_case_considered_instead(db, a_proposal):
    kept, merged, other = a_proposal(), a_proposal(), a_proposal()
    moves.move(db, merged.code, Status.MERGED, actor="t", at=NOW, details={"into": kept.code})

    into = {"into": merged.code}
    moves.move(db, other.code, Status.MERGED, actor="t", at=NOW, details=into)

    assert merges.kept_instead(db, other.id) == kept.id
    assert moves.of_proposal(db, other.id)[-1].details["into"] == kept.code


# --- taken back


@pytest.mark.parametrize(
    ("status", "told", "after"),
    [
        *((one, "withdraw_ok", Status.WITHDRAWN) for one in ROAD if Status.WITHDRAWN in NEXT[one]),
        (Status.RECOGNISED, "withdraw_late", Status.RECOGNISED),
        (Status.REPLICATED, "withdraw_late", Status.REPLICATED),
        (Status.REDIRECTED, "withdraw_ok", Status.REDIRECTED),
        (Status.WITHDRAWN, "st_withdrawn", Status.WITHDRAWN),
    ],
)
def test_a_sender_may_take_a_proposal_back(instance, db, a_proposal, status, told, after):
    kept = a_proposal(status=status, **WITH_NAME)

    answer = withdraw.withdraw(db, kept.code, at=NOW)

    author = authors.of(db, kept.id)
    is_erased = (author.name, author.phone, author.consent_sms) == (None, None, False)
    assert (answer, proposals.by_code(db, kept.code).status) == (told, after)
    assert is_erased == (told == "withdraw_ok")
    assert not damage(db, instance)


def test_a_merged_proposal_taken_back_stays_merged_without_its_sender(instance, db, a_proposal):
    first, second = a_proposal(), a_proposal(**WITH_NAME)
    moves.move(db, second.code, Status.MERGED, actor="t", at=NOW, details={"into": first.code})

    assert withdraw.withdraw(db, second.code, at=NOW) == "withdraw_ok"

    assert proposals.by_code(db, second.code).status is Status.MERGED
    assert authors.of(db, second.id).erased_at == NOW
    assert not damage(db, instance)


def test_who_took_a_proposal_back_is_not_found_by_name_nor_noticed_any_more(db, a_proposal):
    kept = a_proposal(**WITH_NAME)
    assert queue.page(db, queue.QueueFilter("x", words="nguyen thi lan")).cases

    withdraw.withdraw(db, kept.code, at=NOW)

    assert not queue.page(db, queue.QueueFilter("x", words="nguyen thi lan")).cases
    assert not notices.recipients(db, kept.id)


def test_what_was_not_recognised_is_looked_at_again_when_its_sender_asks(db, a_proposal):
    kept = a_proposal(status=Status.NOT_RECOGNISED)

    again = moves.ask_again(db, kept.code, at=NOW)

    assert again.status is Status.UNDER_APPRAISAL
    assert moves.of_proposal(db, kept.id)[-1].actor == event_log.CITIZEN
    with pytest.raises(moves.MoveStale):
        moves.ask_again(db, kept.code, at=NOW)


# --- added to


@pytest.mark.parametrize("status", [*ROAD])
def test_what_a_sender_adds_is_kept_and_what_waited_for_it_goes_on(db, a_proposal, status):
    kept = a_proposal(status=status)
    waited = status in (Status.NEEDS_INFO, Status.CLOSED)

    if status is Status.WITHDRAWN:
        with pytest.raises(conversation.AdditionRefused):
            conversation.add_more(db, kept.code, "thêm", channel="web", key="k", at=NOW)
        assert conversation.additions(db, kept.id) == []
        return
    after = conversation.add_more(db, kept.code, "thêm", channel="web", key="k", at=NOW)

    assert after.status is (Status.RECEIVED if waited else status)
    assert after.received_at == kept.received_at
    assert conversation.additions(db, kept.id) == [conversation.Addition("web", "thêm", NOW)]


def test_the_same_addition_again_is_kept_once_and_moves_once(db, a_proposal):
    kept = a_proposal(status=Status.NEEDS_INFO)

    for _ in range(3):
        conversation.add_more(db, kept.code, "thêm", channel="sms", key="one", at=NOW)

    assert len(conversation.additions(db, kept.id)) == 1
    assert len(moves.of_proposal(db, kept.id)) == 2


# --- counted


@pytest.mark.parametrize("seed", range(4))
def test_the_counters_are_right_after_any_walk(instance, db, a_proposal, seed):
    rng = random.Random(seed)
    kept = [a_proposal(**WITH_NAME) for _ in range(6)]

    for step in range(50):
        now = proposals.by_code(db, rng.choice(kept).code)
        ways = following(now.status, now.merged_from)
        doing = rng.random()
        if doing < 0.08:
            withdraw.withdraw(db, now.code, at=NOW + step)
        elif doing < 0.2 and now.status is not Status.WITHDRAWN:
            conversation.add_more(db, now.code, "x", channel="web", key=f"{step}", at=NOW + step)
        elif ways:
            wanted = rng.choice(ways)
            said = DETAILS.get(wanted, {"into": rng.choice(kept).code})
            try:
                moves.move(db, now.code, wanted, actor="t", at=NOW + step, details=said)
            except MoveRefused:
                assert wanted is Status.MERGED
    stand = [proposals.by_code(db, one.code).status for one in kept]

    assert status_counts.all_of(db) == {status: stand.count(status) for status in Status}
    assert not damage(db, instance)
