"""The year a proposal counts to (plan II.4; R24–R27, A1–A7): to the second, at the cut-off and at
New Year, and once and for all."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.evaluation_year import Cutoff, EvaluationYear, evaluation_year, moment_of_receipt
from shared.domain.intake import read_proposal
from shared.domain.proposal import PARTICIPANT_TYPES, NewProposal, Status
from shared.runtime.instance import Instance
from shared.store.cases import conversation, moves, proposals, public_status, receiving
from shared.store.office import campaigns
from tests.conftest import ZONE

# Around the cut-off of 31/10, local time → does it still count to this year for an insider?
AROUND_THE_CUTOFF = [
    ("2026-10-30 23:59:59", True),
    ("2026-10-31 00:00:00", True),
    ("2026-10-31 23:59:59", True),
    ("2026-11-01 00:00:00", False),
]
BEFORE, AFTER, RECEIPT = "insider_before_cutoff", "insider_after_cutoff", "by_receipt"
MINUTE, HOUR = clock.MINUTE, clock.HOUR


def local(text: str) -> datetime:
    """Return a moment of Ho Chi Minh City."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# --- the rule


@pytest.mark.parametrize("who", ["official", "part_time_official"])
@pytest.mark.parametrize(("at", "this_year"), AROUND_THE_CUTOFF)
def test_an_insider_counts_to_this_year_through_the_whole_cutoff_day(who, at, this_year):
    counted = evaluation_year(who, True, local(at), Cutoff())

    assert (counted.year, counted.rule) == ((2026, BEFORE) if this_year else (2027, AFTER))


@pytest.mark.parametrize("who", [one for one in PARTICIPANT_TYPES if "official" not in one])
@pytest.mark.parametrize(("at", "_"), AROUND_THE_CUTOFF)
def test_nobody_else_is_an_insider_whatever_they_say(who, at, _):
    for says_insider in (True, False):
        counted = evaluation_year(who, says_insider, local(at), Cutoff())

        assert counted == EvaluationYear(2026, RECEIPT)


@pytest.mark.parametrize("who", ["official", "part_time_official"])
@pytest.mark.parametrize(("at", "_"), AROUND_THE_CUTOFF)
def test_an_official_of_another_office_counts_at_receipt(who, at, _):
    assert evaluation_year(who, False, local(at), Cutoff()) == EvaluationYear(2026, RECEIPT)


@pytest.mark.parametrize(
    ("at", "year"),
    [
        ("2026-10-30 23:59:59", 2026),
        ("2026-10-31 00:00:00", 2027),
        ("2026-10-31 23:59:59", 2027),
        ("2026-11-01 00:00:00", 2027),
    ],
)
def test_an_exclusive_cutoff_ends_the_day_before(at, year):
    counted = evaluation_year("official", True, local(at), Cutoff(inclusive=False))

    assert counted.year == year


def test_an_insider_s_proposal_of_the_cutoff_day_is_flagged_for_a_second_look():
    flagged = {
        at: evaluation_year("official", True, local(at), Cutoff()).on_the_line
        for at, _ in AROUND_THE_CUTOFF
    }

    assert list(flagged.values()) == [False, True, True, False]
    assert not evaluation_year("citizen", False, local("2026-10-31 12:00"), Cutoff()).on_the_line


def test_new_year_s_eve_parts_the_years_of_a_citizen():
    years = [
        evaluation_year("citizen", False, local(at), Cutoff()).year
        for at in ("2026-12-31 23:59:59", "2027-01-01 00:00:00")
    ]

    assert years == [2026, 2027]


def test_a_campaign_may_end_on_another_day():
    june = Cutoff(6, 15)

    assert evaluation_year("official", True, local("2026-06-15 23:59:59"), june).year == 2026
    assert evaluation_year("official", True, local("2026-06-16 00:00:00"), june).year == 2027


# --- the rule on the real store


@pytest.mark.parametrize(
    ("at", "year", "rule"),
    [
        ("2026-10-31T16:59:59.999Z", 2026, BEFORE),
        ("2026-10-31T17:00:00.000Z", 2027, AFTER),
        ("2026-12-31T16:59:59.999Z", 2027, AFTER),
        ("2026-12-31T17:00:00.000Z", 2027, BEFORE),
    ],
)
def test_the_day_ends_in_ho_chi_minh_city_not_in_greenwich(a_proposal, at, year, rule):
    moment = clock.from_local(datetime.fromisoformat(at))

    kept = a_proposal(participant_type="official", insider=True, at=moment)

    assert (kept.evaluation_year, kept.evaluation_rule) == (year, rule)
    assert kept.received_at == moment


@pytest.mark.parametrize(("at", "year"), [("16:59:59Z", 2026), ("17:00:00Z", 2027)])
def test_a_citizen_s_year_ends_at_local_midnight(a_proposal, at, year):
    moment = clock.from_local(datetime.fromisoformat(f"2026-12-31T{at}"))

    assert a_proposal(at=moment).evaluation_year == year


def test_a_worker_who_ticked_insider_is_kept_as_none(a_proposal):
    kept = a_proposal(
        participant_type="worker",
        insider=True,
        at=clock.from_local(local("2026-11-02 08:00")),
    )

    assert (kept.insider, kept.evaluation_year, kept.evaluation_rule) == (False, 2026, RECEIPT)


def test_the_campaign_s_own_cutoff_decides(
    instance: Instance, db: Store, a_proposal: Callable[..., proposals.Proposal]
):
    with writing(db):
        campaigns.add_campaign(
            db,
            campaigns.Campaign(2027, "kế hoạch 2027", "Hội đồng", Cutoff(inclusive=False), 10),
            at=clock.now(),
        )
    on_the_day = clock.from_local(local("2027-10-31 09:00"))

    kept = a_proposal(participant_type="official", insider=True, at=on_the_day)

    assert (kept.evaluation_year, kept.on_the_line) == (2028, True)


@pytest.mark.parametrize("year", [2025, 2027, 2031])
def test_intake_is_open_in_a_year_without_a_campaign(a_proposal, year):
    at = clock.from_local(local(f"{year}-03-16 09:12"))

    assert a_proposal(at=at).evaluation_year == year


def test_nothing_that_happens_later_moves_the_moment_of_receipt(db, a_proposal):
    day = clock.from_local(local("2026-10-31 23:59:59"))
    first = a_proposal(participant_type="official", insider=True, at=day)

    conversation.add_more(
        db, first.code, "thêm phần hai", channel="web", key="a", at=day + 3 * clock.DAY
    )
    moves.move(
        db, first.code, Status.NEEDS_INFO, actor="t", at=day + 4 * clock.DAY,
        details={"missing": "ai làm", "until": "2026-12-01"},
    )  # fmt: skip
    after = conversation.add_more(
        db, first.code, "thêm nữa", channel="sms", key="b", at=day + 70 * clock.DAY
    )

    assert (after.received_at, after.evaluation_year) == (day, 2026)
    assert after.evaluation_rule == BEFORE and after.due_at == first.due_at
    assert public_status.by_code(db, first.code).received_at == day


def test_the_same_sending_again_next_year_keeps_its_first_year(instance, db):
    new = read_proposal(
        {"participant_type": "citizen", "title": "Hẹn giờ", "solution": "Nhắn tin."}, "web"
    )
    assert isinstance(new, NewProposal)

    def send(at: str) -> receiving.Added:
        moment = clock.from_local(local(at))
        return receiving.add(
            db, new, receiving.Arrival(moment, moment), key="one", fingerprint="",
            receipt_key=instance.secrets().receipt_key, zone=ZONE,
        )  # fmt: skip

    first, again = send("2026-12-31 23:59:59"), send("2027-01-01 00:00:01")

    assert (first.is_new, again.is_new) == (True, False)
    assert again.proposal == first.proposal and again.proposal.evaluation_year == 2026


# --- the moment of receipt of an SMS (A6)


ARRIVED = clock.from_local(datetime(2026, 11, 1, 0, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("sent", "counts"),
    [
        (ARRIVED - 4 * MINUTE, "sent"),
        (ARRIVED, "sent"),
        (ARRIVED - 24 * HOUR, "sent"),
        (ARRIVED - 24 * HOUR - 1, "arrived"),
        (ARRIVED + 5 * MINUTE, "sent"),
        (ARRIVED + 5 * MINUTE + 1, "arrived"),
        (0, "arrived"),
        (-(10**15), "arrived"),
        (ARRIVED + 365 * 24 * HOUR, "arrived"),
        (None, "arrived"),
    ],
)
def test_the_operator_s_time_counts_only_where_it_can_be_true(sent, counts):
    assert moment_of_receipt(sent, ARRIVED) == (sent if counts == "sent" else ARRIVED)
