"""A day is closed once, what was closed can be proven from its own rows, and verify sees every
later change of the past."""

from datetime import date

import pytest

from shared.db import daily_roots, event_log
from shared.db.connection import Store, writing
from shared.domain import clock, ledger
from shared.domain.record import asdict
from shared.runtime.instance import Instance
from shared.workflows import verify
from tests.conftest import ZONE

DAY = date(2026, 3, 15)
EVENING = clock.end_of_day(DAY, ZONE) - clock.HOUR
NEXT_MORNING = EVENING + 9 * clock.HOUR


@pytest.fixture
def close(db: Store):
    """Close what is due so many days after the morning of 16 March 2026."""
    return lambda days=0: daily_roots.close_day(db, at=NEXT_MORNING + days * clock.DAY, zone=ZONE)


def happen(db: Store, count: int, at: int) -> None:
    with writing(db):
        for _ in range(count):
            event_log.note(db, "device_added", None, "test", at)


def damage(db: Store, instance: Instance) -> list[str]:
    found = verify.verify(db, instance.media).damage
    return [one for one in found if "status_count" not in one]


@pytest.fixture
def a_past(db: Store, a_proposal):
    """A proposal of the evening, with other events before and after it."""
    with writing(db):  # founding the instance happens now, which is after that evening
        db.write("DELETE FROM event WHERE commune_id = :commune_id")
    happen(db, 3, EVENING)
    proposal = a_proposal(at=EVENING)
    happen(db, 5, EVENING + 1)
    return proposal


def received(db: Store, proposal) -> event_log.Event:
    found = event_log.first_of(db, proposal.id, "received")
    assert found is not None
    return found


def test_a_day_is_closed_once_and_names_what_it_covers(db, a_past, close):
    happen(db, 1, NEXT_MORNING)  # of the next day already

    kept = close()

    assert kept is not None
    assert (kept.sheet.number, kept.sheet.day) == (1, "2026-03-15")
    assert (kept.sheet.first, kept.sheet.last) == (1, 9)
    assert kept.sheet.chain == list(event_log.every(db))[8].hash
    assert kept.head == kept.sheet.head
    assert close() is None
    assert daily_roots.latest(db) == daily_roots.of_day(db, "2026-03-15") == kept


def test_a_day_on_which_nothing_happened_needs_no_sheet(db, a_past, close):
    close()

    assert close(days=1) is None
    happen(db, 1, NEXT_MORNING + 2 * clock.DAY)
    later = close(days=3)
    assert later is not None
    assert (later.sheet.number, later.sheet.day) == (2, "2026-03-18")


def test_a_machine_that_was_off_closes_all_that_it_missed_on_one_sheet(db, a_past, close):
    kept = close(days=30)

    assert kept is not None
    assert (kept.sheet.day, kept.sheet.last) == ("2026-04-14", 9)


def test_sheets_follow_each_other_without_a_gap_whatever_the_clock_does(
    db, a_past, close, instance
):
    first = close()
    happen(db, 2, NEXT_MORNING + 3650 * clock.DAY)  # the clock ran ahead by ten years
    ahead = close(days=3651)
    happen(db, 2, NEXT_MORNING)

    back = close(days=1)

    assert first and ahead and back
    assert [one.sheet.number for one in daily_roots.every(db)] == [1, 2, 3]
    assert (back.sheet.first, back.sheet.before) == (ahead.sheet.last + 1, ahead.head)
    assert damage(db, instance) == []


def test_a_received_idea_is_proven_by_the_sheet_of_its_day(db, a_past, close):
    assert daily_roots.prove(db, received(db, a_past)) is None
    kept = close()

    proof = daily_roots.prove(db, received(db, a_past))

    assert proof and proof.holds
    assert proof.sheets == (kept,)
    assert ledger.follow(proof.event.hash, proof.path) == kept.sheet.root


def test_a_later_sheet_proves_it_too_by_the_sheets_between(db, a_past, close):
    close()
    for day in (1, 2):
        happen(db, 2, NEXT_MORNING + (day - 1) * clock.DAY)
        close(days=day)

    proof = daily_roots.prove(db, received(db, a_past), "2026-03-17")

    assert proof and proof.holds
    assert [one.sheet.day for one in proof.sheets] == ["2026-03-15", "2026-03-16", "2026-03-17"]


@pytest.mark.parametrize("day", ["", "2026-03-14", "2030-01-01", "not a day"])
def test_a_day_without_a_later_sheet_proves_by_its_own(db, a_past, close, day):
    kept = close()

    proof = daily_roots.prove(db, received(db, a_past), day)

    assert proof and proof.holds and proof.sheets == (kept,)


def test_a_sound_past_is_found_sound(db, a_past, close, instance):
    close()
    happen(db, 1, NEXT_MORNING)
    close(days=1)

    assert damage(db, instance) == []


def rewrite_the_past(db: Store, place: int) -> None:
    """Change one event and everything after it, so that the chain itself is whole again."""
    with writing(db):
        previous = event_log.GENESIS_HASH
        for event in list(event_log.every(db)):
            kind = "device_revoked" if event.place == place else event.kind
            forged = event_log.Event(**{**asdict(event), "kind": kind, "previous_hash": previous})
            digest = event_log._hash(event_log._content(db, forged))
            db.write(
                "UPDATE event SET kind = :kind, previous_hash = :previous, hash = :hash"
                " WHERE commune_id = :commune_id AND id = :id",
                kind=kind, previous=previous, hash=digest, id=event.id,
            )  # fmt: skip
            previous = digest


def test_a_chain_that_was_rewritten_without_a_gap_no_longer_carries_its_heads(
    db, a_past, close, instance
):
    close()

    rewrite_the_past(db, 2)

    assert damage(db, instance) == ["daily_head 2026-03-15 (its head no longer lies in the chain)"]
    proof = daily_roots.prove(db, received(db, a_past))
    assert proof and not proof.holds


def test_a_sheet_that_was_changed_or_taken_away_is_named(db, a_past, close, instance):
    close()
    with writing(db):
        db.write("UPDATE daily_head SET head = root WHERE commune_id = :commune_id")

    assert any("daily_head 2026-03-15" in one for one in damage(db, instance))

    with writing(db):
        db.write("DELETE FROM daily_head WHERE commune_id = :commune_id")
    assert any("the daily head it speaks of is gone" in one for one in damage(db, instance))


def test_events_that_went_missing_prove_nothing(db, a_past, close):
    close()
    event = received(db, a_past)
    with writing(db):
        db.write("DELETE FROM event WHERE commune_id = :commune_id AND place > 6")

    proof = daily_roots.prove(db, event)

    assert proof is not None and not proof.holds
