"""Letters and awards: whose turn it is, what each step needs, and who is told."""

from datetime import date

import pytest

from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.honours import State, is_in_force
from shared.domain.measures import Figures
from shared.domain.proposal import Consents, Status
from shared.store.awards import awards, candidates, checks, decision_numbers, printed_names
from shared.store.awards.checks import AwardCheck
from shared.store.awards.decision_numbers import NumberTaken
from shared.store.cases import authors, moves
from shared.store.messages import threads
from shared.store.models import adoptions
from shared.workflows import award_steps, co_authors, withdraw
from shared.workflows.award_steps import NotTaken
from tests.conftest import ZONE
from tests.forgetting import forget_authors

AT = clock.now()
TODAY = date(2026, 7, 1)
CLEAR = AwardCheck("clear", "Công an xã, ông Tâm", "2026-07-01", "", "an", AT)
PENDING = AwardCheck("pending", "Thanh tra", "2026-07-01", "đơn tố cáo", "an", AT)


def known(name="Nguyễn Thị Đượm", *, sms=False, named=True):
    return {
        "name": name,
        "phone": "0912345678",
        "consents": {"store": True, "sms": sms, "name_me": named, "notice": "2026-1"},
    }


def in_force(db):
    return [one for one in awards.every(db) if is_in_force(one.kind, one.state)]


@pytest.fixture
def helped(db, a_proposal):
    """A builder: a recognised idea with a figure that got better."""

    def build(before=3.0, after=1.0, kind="days", **given):
        idea = a_proposal(status=Status.RECOGNISED, **{**known(), **given})
        figures = adoptions.NewMeasure(Figures(kind, before, after), "", "2026-07-01", "Sổ")
        adoptions.measure(db, idea.id, figures, key=f"m-{idea.id}", actor="an", at=AT)
        return idea

    return build


def propose(db, idea, kind="letter", key=""):
    return award_steps.propose(
        db, idea.code, 1, kind, key=key or f"{kind}-{idea.id}", today=TODAY, actor="an", at=AT
    )


def confirmed(db, honour, name="Nguyễn Thị Đượm"):
    printed_names.confirm(db, honour.id, name, how="phone", actor="an", at=AT)
    return awards.by_id(db, honour.id)


def approved(db, honour):
    return award_steps.approve(db, honour.id, seen=honour.version, actor="chair", at=AT)


def issue(db, *letters, number="05/TK-UBND", day="2026-07-02", one_number=False):
    return award_steps.issue(
        db, [one.id for one in letters], number, day, one_number=one_number, actor="an", at=AT
    )


def checked(db, award, answer=CLEAR):
    return award_steps.check(db, award.id, answer, seen=award.version)


def decide(db, award, number="30/QĐ-UBND", day="2026-07-03"):
    return award_steps.decide(
        db, award.id, number, day, seen=award.version, actor="chair", at=AT
    )  # fmt: skip


def why(fault):
    return fault.value.why


def test_any_valid_idea_may_get_a_letter_and_who_waits_longest_stands_first(db, a_proposal):
    later = a_proposal(status=Status.NOT_RECOGNISED, at=AT)
    first = a_proposal(
        status=Status.UNDER_APPRAISAL, at=AT - 9 * clock.DAY, participant_type="enterprise"
    )
    for status in (Status.RECEIVED, Status.NEEDS_INFO, Status.REDIRECTED, Status.WITHDRAWN):
        a_proposal(status=status)
    a_proposal(status=Status.UNDER_APPRAISAL, participant_type="official")

    found = candidates.page(db).found

    assert [(one.idea.code, one.may) for one in found] == [
        (first.code, ("letter",)), (later.code, ("letter",)),
    ]  # fmt: skip
    assert [one.group for one in found] == ["collective", "individual"]
    assert found[0].since == AT - 9 * clock.DAY


def test_an_officials_turn_is_an_award_once_the_idea_did_something(db, a_proposal, helped):
    idle = a_proposal(status=Status.RECOGNISED, participant_type="official")
    did = helped(participant_type="official")

    found = {one.idea.code: one for one in candidates.page(db).found}

    assert (found[idle.code].may, found[idle.code].needs_effect) == ((), True)
    assert found[did.code].may == ("award",)
    with pytest.raises(NotTaken) as letter:
        propose(db, did)
    with pytest.raises(NotTaken) as award:
        propose(db, idle, "award")
    assert (why(letter), why(award)) == ("official", "no_effect")


@pytest.mark.parametrize(("kind", "before", "after"), [("days", 1, 3), ("satisfaction", 4, 3)])
def test_an_idea_that_made_things_worse_earns_no_award(db, helped, kind, before, after):
    idea = helped(before, after, kind)

    with pytest.raises(NotTaken) as fault:
        propose(db, idea, "award")

    assert why(fault) == "no_effect"
    assert candidates.page(db).found[0].may == ("letter",)


def test_whose_idea_was_merged_shares_in_the_effect_of_the_kept_one(db, a_proposal, helped):
    kept, merged = helped(), a_proposal(**known("Trần Văn Bé"))
    moves.move(db, merged.code, Status.MERGED, actor="an", at=AT, details={"into": kept.code})

    found = {one.idea.code: one.may for one in candidates.page(db).found}

    assert found[merged.code] == ("letter", "award")
    assert propose(db, merged, "award").state is State.PROPOSED


def test_an_author_is_proposed_once_for_each_and_the_same_sending_is_one(db, helped):
    idea = helped()

    first, again = propose(db, idea, key="k"), propose(db, idea, key="k")
    award = propose(db, idea, "award")
    with pytest.raises(NotTaken) as fault:
        propose(db, idea, key="other")

    assert first == again and award.kind == "award"
    assert why(fault) == "already"
    assert candidates.page(db).found == []


def test_a_letter_has_no_number_before_its_name_is_confirmed_or_answered_for(db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, **known())
    letter = approved(db, propose(db, idea))

    with pytest.raises(NotTaken) as fault:
        issue(db, letter)
    printed_names.waive(db, letter.id, "Nguyễn Thị Đượm", "không gọi được", actor="an", at=AT)
    [issued] = issue(db, letter)

    assert why(fault) == "name_open"
    assert (issued.state, issued.number, issued.day) == (State.ISSUED, "05/TK-UBND", "2026-07-02")
    assert issued.code and awards.by_code(db, issued.code) == issued


def test_a_batch_gets_one_number_after_the_other_or_one_for_all(db, a_proposal):
    letters = [
        approved(db, confirmed(db, propose(db, a_proposal(status=Status.RECOGNISED, **known()))))
        for _ in range(4)
    ]

    own = issue(db, *letters[:2], number="09/TK-UBND")
    shared = issue(db, *letters[2:], number="15/TB-UBND", one_number=True)

    assert [one.number for one in own] == ["09/TK-UBND", "10/TK-UBND"]
    assert [one.number for one in shared] == ["15/TB-UBND"] * 2


def test_a_batch_of_which_one_letter_cannot_be_issued_is_not_issued_at_all(db, a_proposal):
    ready = approved(db, confirmed(db, propose(db, a_proposal(status=Status.RECOGNISED))))
    waiting = approved(db, propose(db, a_proposal(status=Status.RECOGNISED)))

    with pytest.raises(NotTaken):
        issue(db, ready, waiting)

    assert awards.by_id(db, ready.id).state is State.DECIDED


def test_a_number_of_a_letter_is_given_once_a_year(db, a_proposal):
    letters = [
        approved(db, confirmed(db, propose(db, a_proposal(status=Status.RECOGNISED))))
        for _ in range(3)
    ]
    issue(db, letters[0])

    for number, one_number in (("5/tk-ubnd", False), ("5/TK-UBND", True)):
        with pytest.raises(NumberTaken):
            issue(db, letters[1], number=number, day="2026-07-09", one_number=one_number)
    issue(db, letters[1], day="2026-07-02", one_number=True)
    issue(db, letters[2], day="2027-01-04")

    assert [one.number for one in in_force(db)] == ["05/TK-UBND"] * 3


def test_whoever_agreed_to_sms_is_told_of_the_letter_once(db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, **known(sms=True))
    silent = a_proposal(status=Status.RECOGNISED, **known(sms=False))

    issue(db, *(approved(db, confirmed(db, propose(db, one))) for one in (idea, silent)))

    told = {
        code: [one for one in threads.of_proposal(db, key)[1] if one.text_key == "notify_commended"]
        for code, key in ((idea.code, idea.id), (silent.code, silent.id))
    }
    assert [dict(one.blanks) for one in told[idea.code]] == [
        {"ma": idea.code, "so": "05/TK-UBND", "ngay": "02/07/2026"}
    ]
    assert told[silent.code] == []


def test_an_award_needs_a_clear_answer_and_waits_while_something_is_pending(db, helped):
    award = confirmed(db, propose(db, helped(), "award"))

    with pytest.raises(NotTaken) as unasked:
        decide(db, award)
    held = checked(db, award, PENDING)
    with pytest.raises(NotTaken) as pending:
        decide(db, held)
    ready = checked(db, held)
    given = decide(db, ready)

    assert (why(unasked), why(pending)) == ("unchecked", "unchecked")
    assert [one.answer for one in checks.of(db, award.id)] == ["clear", "pending"]
    assert (given.state, given.number, given.book_number) == (State.DECIDED, "30/QĐ-UBND", 1)


def test_an_answer_that_turns_pending_takes_an_award_back_from_the_chair(db, helped):
    ready = checked(db, confirmed(db, propose(db, helped(), "award")))

    held = checked(db, ready, PENDING)

    assert held.state is State.PROPOSED
    with pytest.raises(NotTaken):
        decide(db, held)


def test_figures_struck_meanwhile_leave_an_award_undecided(db, helped):
    idea = helped()
    ready = checked(db, confirmed(db, propose(db, idea, "award")))
    [figure] = adoptions.measures(db, idea.id)
    adoptions.strike(db, idea.id, figure.id, actor="an", at=AT)

    with pytest.raises(NotTaken) as fault:
        decide(db, ready)

    assert why(fault) == "no_effect"


def test_a_number_of_a_decision_is_not_used_for_another_day_whatever_it_decided(db, helped):
    ready = checked(db, confirmed(db, propose(db, helped(), "award")))

    with pytest.raises(NumberTaken):
        decide(db, ready, number="012/QĐ - ubnd", day="2026-08-01")  # recognised an idea on 1/7
    decide(db, ready)
    with pytest.raises(NumberTaken):
        decision_numbers.check(db, "30/QĐ-UBND", "2026-07-04")
    decision_numbers.check(db, "30/QĐ-UBND", "2026-07-03")
    decision_numbers.check(db, "30/QĐ-UBND", "2027-07-04")


def test_of_two_people_who_decide_at_once_the_second_is_told(db, helped):
    idea = helped()
    letter = propose(db, idea)
    award = checked(db, confirmed(db, propose(db, idea, "award")))
    seen = letter.version

    approved(db, letter)
    decide(db, award)

    with pytest.raises(NotTaken) as late:
        award_steps.send_back(
            db, letter.id, "trùng", for_good=True, seen=seen, actor="other", at=AT
        )  # fmt: skip
    with pytest.raises(NotTaken) as again:
        award_steps.decide(
            db, award.id, "31/QĐ-UBND", "2026-07-03", seen=award.version, actor="other", at=AT
        )  # fmt: skip
    assert (why(late), why(again)) == ("stale", "stale")
    assert awards.by_id(db, award.id).number == "30/QĐ-UBND"


def test_a_second_tap_of_the_same_chair_changes_nothing(db, helped):
    idea = helped()
    letter = propose(db, idea)
    award = checked(db, confirmed(db, propose(db, idea, "award")))

    assert approved(db, letter) == approved(db, letter)
    assert decide(db, award) == decide(db, award)


def test_a_returned_proposal_is_written_anew_and_a_refused_one_is_the_end(db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED)
    letter = propose(db, idea)

    back = award_steps.send_back(
        db, letter.id, "ghi rõ hơn", for_good=False, seen=1, actor="chair", at=AT
    )
    content = awards.Content("", False, "Nghĩ ra cách hẹn giờ.")
    anew = award_steps.rewrite(db, letter.id, content, seen=back.version, actor="an", at=AT)
    no = award_steps.send_back(
        db, letter.id, "đã khen", for_good=True, seen=anew.version, actor="chair", at=AT
    )

    assert (back.state, back.reason) == (State.RETURNED, "ghi rõ hơn")
    assert (anew.state, anew.merit) == (State.PROPOSED, "Nghĩ ra cách hẹn giờ.")
    assert no.state is State.REFUSED
    with pytest.raises(NotTaken) as fault:
        propose(db, idea, key="again")
    assert why(fault) == "refused_before"
    assert candidates.page(db).found == []


def test_a_mistaken_approval_is_undone_and_a_paper_that_went_out_is_withdrawn(db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, **known())
    letter = approved(db, confirmed(db, propose(db, idea)))

    undone = award_steps.take_back(
        db, letter.id, "bấm nhầm", seen=letter.version, actor="chair", at=AT
    )
    [issued] = issue(db, approved(db, undone))
    gone = award_steps.take_back(
        db, issued.id, "nhầm người", seen=issued.version, actor="chair", at=AT
    )

    assert (undone.state, undone.reason) == (State.PROPOSED, "bấm nhầm")
    assert (gone.state, gone.code) == (State.WITHDRAWN, issued.code)
    assert in_force(db) == []
    assert propose(db, idea, key="anew").state is State.PROPOSED


def test_an_erasure_leaves_that_a_paper_was_given_and_no_word_of_whom(db, a_proposal):
    idea = a_proposal(status=Status.UNDER_APPRAISAL, **known())
    letter = propose(db, idea)
    content = awards.Content("", False, "Bà Đượm nghĩ ra.")
    letter = award_steps.rewrite(db, letter.id, content, seen=1, actor="an", at=AT)
    [issued] = issue(db, approved(db, confirmed(db, letter)))

    withdraw.withdraw(db, idea.code, at=AT)

    now, name = awards.by_id(db, issued.id), printed_names.of(db, issued.id)
    assert (now.number, now.code, now.merit) == (issued.number, issued.code, "")
    assert (name.name, name.note) == ("", "")
    kept = " ".join(str(row) for table in ("honour", "honour_name") for row in _rows(db, table))
    assert "Đượm" not in kept


def test_nothing_is_proposed_or_issued_for_somebody_who_was_erased(db, a_proposal):
    letter = approved(
        db, confirmed(db, propose(db, a_proposal(status=Status.RECOGNISED, **known())))
    )
    idea = a_proposal(status=Status.RECOGNISED, **known())
    with writing(db):
        forget_authors(db, idea.id, at=AT)
        forget_authors(db, letter.proposal_id, at=AT)

    faults = []
    for step in (lambda: propose(db, idea), lambda: issue(db, letter)):
        with pytest.raises(NotTaken) as fault:
            step()
        faults.append(why(fault))

    assert faults == ["erased", "erased"]


def test_who_holds_the_receipt_confirms_the_very_name_and_suggests_another(db, a_proposal):
    same, other = (
        propose(db, a_proposal(status=Status.RECOGNISED, **known())) for _ in range(2)
    )  # fmt: skip

    is_confirmed = printed_names.answer_by_receipt(db, same.id, "Nguyễn Thị Đượm", at=AT)
    is_taken = printed_names.answer_by_receipt(db, other.id, "Nguyễn Thị Đượm Em", at=AT)

    assert (is_confirmed, is_taken) == (True, False)
    name = printed_names.of(db, other.id)
    assert (name.name, name.suggested, name.is_settled) == (
        "Nguyễn Thị Đượm", "Nguyễn Thị Đượm Em", False,
    )  # fmt: skip
    assert printed_names.of(db, same.id).how == "receipt"
    assert event_log.has(db, other.proposal_id, "honour_name_suggested")


def _rows(db, table):
    return db.rows(f"SELECT * FROM {table} WHERE commune_id = :commune_id")


def further(db, idea, name="Lê Văn Hai", *, who="citizen", phone="+84912345679", sms=True):
    """Note a further author of an idea and return their place."""
    new = authors.NewAuthor(
        name, phone, "", "", who, False, False, "", Consents(True, sms, True, "2026-1")
    )
    co_authors.add(db, idea.code, new, zone=ZONE, actor="an", at=AT)
    return authors.all_of(db, idea.id)[-1].place


def test_each_author_has_a_turn_of_their_own_by_what_they_are(db, helped):
    idea = helped(participant_type="enterprise", unit="Hãng Hoa")
    official = further(db, idea, who="official")

    found = {one.place: one for one in candidates.page(db).found}

    assert (found[1].group, found[1].may) == ("collective", ("letter", "award"))
    assert (found[official].group, found[official].may) == ("official", ("award",))
    with pytest.raises(NotTaken) as fault:
        award_steps.propose(
            db, idea.code, official, "letter", key="x", today=TODAY, actor="an", at=AT
        )
    assert why(fault) == "official"


def test_a_letter_is_told_to_its_own_author_alone(db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, **known(sms=True))
    place = further(db, idea)
    letter = award_steps.propose(
        db, idea.code, place, "letter", key="x", today=TODAY, actor="an", at=AT
    )
    assert printed_names.of(db, letter.id).name == "Lê Văn Hai"

    issue(db, approved(db, confirmed(db, letter, "Lê Văn Hai")))

    told = threads.of_proposal(db, idea.id)[1]
    assert [one.phone for one in told if one.text_key == "notify_commended"] == ["+84912345679"]


def test_an_erased_co_author_leaves_the_senders_letter_as_it_is(db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, **known())
    place = further(db, idea)
    mine = confirmed(db, propose(db, idea))
    theirs = award_steps.propose(
        db, idea.code, place, "letter", key="x", today=TODAY, actor="an", at=AT
    )
    [who] = [one for one in authors.all_of(db, idea.id) if one.place == place]

    co_authors.erase(db, idea.code, who.id, actor="an", at=AT)

    assert printed_names.of(db, theirs.id).name == ""
    assert printed_names.of(db, mine.id).name == "Nguyễn Thị Đượm"


def test_what_was_given_under_an_organisations_code_is_counted(db, helped, a_proposal):
    here = helped(mobiliser="hoi-nong-dan")
    a_proposal(status=Status.RECOGNISED, mobiliser="khac")
    letter = approved(db, confirmed(db, propose(db, here)))
    decide(db, checked(db, confirmed(db, propose(db, here, "award"))))

    before = awards.count_called_by(db, "hoi-nong-dan", here.evaluation_year)
    issue(db, letter)

    assert before == {"letter": 0, "award": 1}
    assert awards.count_called_by(db, "hoi-nong-dan", here.evaluation_year) == {
        "letter": 1, "award": 1,
    }  # fmt: skip
