"""Places that units share: in turn, and never all to one."""

import threading

from shared.runtime import whose
from shared.runtime.places import Lines, Places


def test_lines_are_served_in_turn_however_long_one_is():
    lines = Lines(most=99)
    for number in range(5):
        lines.join(1, f"a{number}")
    lines.join(2, "b0")
    lines.join(3, "c0")

    assert [one for _, one in iter(lines.take, None)] == [
        "a0", "b0", "c0", "a1", "a2", "a3", "a4",
    ]  # fmt: skip


def test_a_unit_that_has_its_most_in_work_waits_and_the_next_one_does_not():
    lines = Lines(most=2)
    for number in range(3):
        lines.join(1, f"a{number}")
    assert [lines.take(), lines.take(), lines.take()] == [(1, "a0"), (1, "a1"), None]
    lines.join(2, "b0")
    assert lines.take() == (2, "b0")
    lines.done(1)
    assert lines.take() == (1, "a2")


def test_where_one_unit_is_served_it_may_take_all():
    places = Places(2)
    with places.one(), places.one(), places.one_if_free() as third:
        assert not third
    with places.one_if_free() as first:
        assert first


def test_a_flood_at_one_office_leaves_a_place_to_the_others():
    places, floods, end = Places(2), threading.Barrier(2), threading.Event()
    inside = []

    def flood():
        with whose.working_for(1), places.one():
            inside.append(1)
            if len(inside) == 1:
                floods.wait()
            end.wait()

    threads = [threading.Thread(target=flood) for _ in range(20)]
    for thread in threads:
        thread.start()
    floods.wait()
    # Twenty of the first office want a place, one holds one; the second office waits for nobody.
    with whose.working_for(2), places.one():
        assert inside == [1]
    with whose.working_for(2), places.one_if_free() as free:
        assert free
    with whose.working_for(1), places.one_if_free() as free:
        assert not free
    end.set()
    for thread in threads:
        thread.join()
    assert len(inside) == 20


def test_who_did_not_wait_leaves_no_trace_in_the_line():
    places = Places(1)
    with places.one():
        for _ in range(3):
            with places.one_if_free() as free:
                assert not free
    with places.one_if_free() as free:
        assert free
