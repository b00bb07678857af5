"""What is past its time is forgotten at night, so much and no more; a wrong clock forgets none."""

from datetime import datetime

import pytest

from shared import nightly
from shared.db import event_log, throttle
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.phone import read_sender
from shared.domain.proposal import Status
from shared.nightly.forgetting import forget
from shared.nightly.jobs import Night
from shared.privacy import retaining
from shared.settings import Settings
from shared.store.cases import authors, merges, moves, proposals
from shared.store.jobs import clock_watch, job_runs
from shared.store.messages import call_backs, inbox, outgoing, sending, threads
from shared.store.models import model_requests, registry
from shared.store.people import staff
from shared.store.privacy import erasures
from shared.workflows import retention, verify
from tests import residue
from tests.conftest import ZONE

NUMBER = "+84987654321"
KNOWN = {
    "name": "Lê Thị Khế", "phone": "0987654321", "consents": {"store": True, "sms": True},
}  # fmt: skip
SETTINGS = Settings()


def day(words):
    return clock.from_local(datetime.fromisoformat(words).replace(tzinfo=ZONE))


NOW = clock.now()
LONG_AGO = clock.months_before(NOW, 12, ZONE) - clock.HOUR
LATELY = clock.months_before(NOW, 12, ZONE) + clock.HOUR


@pytest.fixture
def run(instance, db):
    """Do the night's work at a moment."""
    return lambda at=NOW: forget(Night(instance, SETTINGS, db, at))


def due(db, at=NOW):
    return {
        one.rule: len(one.ids) for one in retaining.plan(db, SETTINGS.retention, ZONE, at=at)
        if one.ids
    }  # fmt: skip


def is_known(db, idea):
    return authors.of(db, idea.id).phone is not None


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        (Status.NOT_RECOGNISED, True),
        (Status.REDIRECTED, True),
        (Status.CLOSED, True),
        (Status.RECOGNISED, False),
        (Status.REPLICATED, False),
        (Status.UNDER_APPRAISAL, False),
        (Status.RECEIVED, False),
    ],
)
def test_twelve_months_after_its_end_an_idea_that_was_not_recognised_has_no_name(
    db, a_proposal, run, status, ends
):
    old, young = (a_proposal(status=status, at=at, **KNOWN) for at in (LONG_AGO, LATELY))

    done = run()

    assert done.is_well and done.blanks == {"n": int(ends)}
    assert is_known(db, old) is not ends
    assert is_known(db, young)
    assert proposals.by_id(db, old.id).title == old.title
    assert [one.cause for one in erasures.of_proposal(db, old.id)] == ["retention"] * ends


def test_the_months_are_those_of_the_calendar(db, a_proposal):
    assert clock.months_before(day("2026-03-31T08:00"), 1, ZONE) == day("2026-02-28T08:00")
    assert clock.months_before(day("2026-01-15T08:00"), 12, ZONE) == day("2025-01-15T08:00")


def test_a_merged_idea_goes_with_the_one_it_was_merged_into(db, a_proposal, run):
    kept = a_proposal(status=Status.NOT_RECOGNISED, at=LONG_AGO)
    merged = a_proposal(at=LONG_AGO, **KNOWN)
    moves.move(db, merged.code, Status.MERGED, actor="t", at=LONG_AGO, details={"into": kept.code})

    assert merges.into(db, kept.id) == [merged.id]
    run()

    assert not is_known(db, merged)


def test_a_denunciation_is_left_to_its_own_law(db, a_proposal, run):
    idea = a_proposal(status=Status.REDIRECTED, at=LONG_AGO, **KNOWN)
    holder = staff.add(
        db, "lan", name="Lan", role="officer", password_hash="h", must_change=False, actor="t",
        at=NOW,
    )  # fmt: skip
    proposals.flag(db, idea.code, spam=False, confidential=True, actor=holder.id, at=NOW)

    run()

    assert is_known(db, idea)


def test_junk_is_gone_thirty_days_after_it_was_marked(db, instance, a_proposal, run):
    junk = [a_proposal(title="Mua quả khế chín giá rẻ", **KNOWN) for _ in range(2)]
    for one, days in zip(junk, (31, 29), strict=True):
        proposals.flag(
            db, one.code, spam=True, confidential=False, actor="an", at=NOW - days * clock.DAY
        )

    run()

    old, young = (proposals.by_id(db, one.id) for one in junk)
    assert (old.title, old.is_spam, old.status) == ("", True, Status.RECEIVED)
    assert young.title == "Mua quả khế chín giá rẻ"
    assert verify.verify(db, instance.media).damage == ()


def test_sms_and_calls_that_led_nowhere_lose_number_and_words(db, instance, run):
    for days, text in ((91, "Khuyen mai khe chin"), (89, "Tin moi")):
        _sms(db, text, at=NOW - days * clock.DAY)
    with writing(db):
        old = NOW - 91 * clock.DAY
        call_backs.add(db, key="a", phone=NUMBER, why="asked", at=old)
        call_backs.add(db, key="b", phone="+84912345678", why="asked", at=old)
    call_backs.done(db, call_backs.by_key(db, "a").id, actor="an", at=NOW)

    assert due(db) == {"sms_in": 1, "sms_out": 1, "calls": 1}
    run()

    assert due(db) == {}
    residue.at_rest(db)
    assert residue.where(instance.folder, "Khuyen mai khe chin") == []
    assert [one.text for one in threads.between(db, NUMBER)[0]] == ["Tin moi"]
    assert [one.phone for one in call_backs.waiting(db, now=NOW)] == ["+84912345678"]
    assert verify.verify(db, instance.media).damage == ()


def test_whom_a_unit_wanted_called_is_forgotten_a_year_after_it_was_settled(db, a_proposal, run):
    idea = a_proposal(status=Status.RECOGNISED)
    words = registry.Words("Hẹn giờ", "Chờ lâu", "nhắn tin", "", False, False)
    registry.publish(db, idea.code, words, seen="", actor="t", at=LONG_AGO)
    model = registry.find(db, registry.ModelFilter()).models[0]
    for key in ("a", "b"):
        asked = model_requests.NewModelRequest("Ấp 3", "Ba", NUMBER, "", "n")
        model_requests.ask(db, model, asked, key=key, at=LONG_AGO)
    first, _ = model_requests.waiting(db)
    model_requests.settle(db, first.id, "declined", "", actor="t", at=LONG_AGO)

    run()

    assert [one.phone for one in model_requests.settled(db)] == [""]
    assert [one.phone for one in model_requests.waiting(db)] == [NUMBER]


def test_counters_against_guessing_are_gone_after_a_week(db, run):
    brake = throttle.Brake("lookup_miss", 1, clock.HOUR)
    throttle.count(db, brake, "somebody", NOW - 8 * clock.DAY)

    run()

    assert db.rows("SELECT count(*) FROM throttle") == [(0,)]


def test_more_than_a_fifth_waits_for_an_officer_who_looks_once(db, a_proposal, run):
    for _ in range(retaining.ALWAYS + 1):
        a_proposal(status=Status.NOT_RECOGNISED, at=LONG_AGO, **KNOWN)

    waits = run()

    assert (waits.is_well, waits.text_key, waits.blanks) == (
        False, "job.retention.waits", {"n": retaining.ALWAYS + 1},
    )  # fmt: skip
    assert due(db) == {"contacts": retaining.ALWAYS + 1}
    retention.allow(db, "contacts", retaining.ALWAYS + 1, actor="an", at=NOW)
    assert run().is_well
    assert due(db) == {}
    ran = [one for one in event_log.every(db) if one.kind == "retention_ran"]
    assert [one.data for one in ran] == [{"contacts": retaining.ALWAYS + 1}]
    assert retention.allowed(db, "contacts", since=0) == 0


def test_a_fifth_and_no_more_needs_nobody(db, a_proposal, run):
    for _ in range(retaining.ALWAYS + 1):
        a_proposal(status=Status.NOT_RECOGNISED, at=LONG_AGO, **KNOWN)
    for _ in range(4 * (retaining.ALWAYS + 1) - 1):
        a_proposal(**KNOWN)

    too_many = retaining.plan(db, SETTINGS.retention, ZONE, at=NOW)[0]
    assert (too_many.held, too_many.waits) == (5 * (retaining.ALWAYS + 1) - 1, True)
    a_proposal(**KNOWN)

    fifth = retaining.plan(db, SETTINGS.retention, ZONE, at=NOW)[0]
    assert (fifth.held, fifth.waits) == (None, False)
    assert run().is_well
    assert due(db) == {}


def test_an_officers_word_is_for_what_they_saw(db, a_proposal, run):
    for _ in range(retaining.ALWAYS + 2):
        a_proposal(status=Status.NOT_RECOGNISED, at=LONG_AGO, **KNOWN)

    retention.allow(db, "contacts", retaining.ALWAYS + 1, actor="an", at=NOW)

    assert not run().is_well
    assert not run(NOW + retaining.OK_LASTS + clock.DAY).is_well


def test_a_few_among_many_need_nobody(db, a_proposal, run):
    for _ in range(3):
        a_proposal(status=Status.NOT_RECOGNISED, at=LONG_AGO, **KNOWN)

    assert run().is_well


@pytest.mark.parametrize("leap", [2 * clock.DAY, 365 * clock.DAY, 10 * 365 * clock.DAY])
def test_after_the_clock_leapt_nothing_is_forgotten(instance, db, a_proposal, leap):
    idea = a_proposal(status=Status.NOT_RECOGNISED, at=NOW - 300 * clock.DAY, **KNOWN)
    job = next(one for one in nightly.JOBS if one.name == retaining.NAME)
    for hour in range(4 * 24):  # a clock that runs steadily for days
        clock_watch.look(db, at=NOW + hour * clock.HOUR)
    at = NOW + 4 * clock.DAY + leap

    ran = nightly.run_due(instance, SETTINGS, db, now=lambda: at, jobs=(job,))

    assert ran == []
    assert is_known(db, idea)


def test_after_a_pause_that_no_office_makes_an_officer_has_to_look(db, a_proposal, run):
    a_proposal(status=Status.NOT_RECOGNISED, at=LONG_AGO, **KNOWN)
    run_id = job_runs.begin(db, retaining.NAME, at=NOW - 41 * clock.DAY)
    job_runs.end(db, run_id, job_runs.OK, "", {}, at=NOW - 41 * clock.DAY)

    assert not run().is_well
    retention.allow(db, "contacts", 1, actor="an", at=NOW)
    assert run().is_well


def test_a_clock_behind_the_log_forgets_nothing(db, a_proposal, run):
    a_proposal(status=Status.NOT_RECOGNISED, at=LONG_AGO, **KNOWN)
    with writing(db):
        event_log.note(db, "tried", None, "t", NOW + clock.DAY)

    done = run()

    assert (done.is_well, done.text_key) == (False, "job.retention.clock")
    assert due(db) == {"contacts": 1}


def test_planning_changes_nothing(db, a_proposal):
    a_proposal(status=Status.NOT_RECOGNISED, at=LONG_AGO, **KNOWN)
    before = db.rows("SELECT * FROM event"), db.rows("SELECT * FROM author")

    assert due(db) == {"contacts": 1}

    assert (db.rows("SELECT * FROM event"), db.rows("SELECT * FROM author")) == before


def _sms(db, text, *, at):
    read = read_sender(NUMBER)
    inbox.keep(
        db,
        inbox.Arrived("simulator", text, read.number, read.kind, text, f"From={NUMBER}", None, at),
    )
    with writing(db):
        [kept] = inbox.waiting(db)
        inbox.handled(db, kept.id, outcome="unknown_command", at=at)
        db.write_all(
            outgoing.replying(db, NUMBER, "unknown_command", {}, message_id=kept.id, at=at)
        )
    [answer] = sending.claim(db, at=at, lease=at + 1)
    sending.note_outcome(db, answer.id, "sent", at=at)
