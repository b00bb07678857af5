"""The right to serve each unit: held as long as the file names it, by itself, and given back only
after the programs left the unit."""

import os
from contextlib import ExitStack, closing, contextmanager

import pytest

from shared.runtime import house
from shared.runtime.alone import Held
from shared.runtime.house import editing, rights
from shared.runtime.house import open as opening
from shared.runtime.house.open import NotOpen, OpenHouses
from shared.runtime.house.rights import Rights, why_not
from shared.runtime.house.table import HostTable
from shared.runtime.instance import AlreadyServed
from tests.serving import wait_until
from tests.shared.runtime.house.conftest import FILE, PUBLIC, A, B
from tests.shared.runtime.house.test_two_houses import Caller

ME = os.getpid()


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Nobody waits long."""
    for name in ("AGAIN_SECONDS", "LOOK_SECONDS", "LOST_SECONDS", "_LEFT_SECONDS"):
        monkeypatch.setattr(rights, name, 0.01)
    monkeypatch.setattr(opening, "AGAIN_SECONDS", 0.0)


@pytest.fixture
def houses(deployment):
    """The two units, in a file that a test may change."""
    path = deployment.houses.path
    yield house.read(path, {})
    path.write_text(FILE)


@pytest.fixture
def closed(houses):
    """Close a unit in the file."""
    return lambda unit: editing.write(houses.path, editing.closed(houses.path, unit))


def test_a_unit_whose_settings_are_no_toml_keeps_no_other_from_being_served(
    houses, ours, theirs, caplog
):
    settings = theirs.folder / "settings.toml"
    whole = settings.read_text()
    settings.write_text(whole + "[[[")
    units = OpenHouses(houses, "test", PUBLIC, ME)
    try:
        with Rights(houses):
            wait_until(lambda: "settings.toml" in why_not(theirs.instance, ME))
            assert units.site(ours).commune.is_demo
            with pytest.raises(NotOpen, match=r"settings\.toml"):
                units.site(theirs)
            assert "settings.toml" in units.faults()[theirs.unit]
            wait_until(lambda: "unit_not_held" in caplog.text)

            settings.write_text(whole)

            wait_until(lambda: not why_not(theirs.instance, ME))
            assert units.site(theirs)
            assert units.faults() == {}
        assert sum("unit_not_held" in line for line in caplog.messages) == 1
    finally:
        settings.write_text(whole)


def test_what_others_serve_is_not_served_here_until_they_end(houses, ours, theirs):
    units = OpenHouses(houses, "test", PUBLIC, ME)
    with closing(ours.instance.lock()) as other, Rights(houses):
        wait_until(lambda: not why_not(theirs.instance, ME))
        with pytest.raises(NotOpen, match="does not hold the right"):
            units.site(ours)
        other.close()
        wait_until(lambda: not why_not(ours.instance, ME))
    with ExitStack() as others:
        for one in houses:
            others.enter_context(one.instance.lock())
        with pytest.raises(AlreadyServed, match="already runs on"), Rights(houses):
            raise AssertionError


def test_a_closed_unit_is_left_before_others_get_its_right(houses, ours, theirs, closed):
    units = OpenHouses(houses, "test", PUBLIC, ME)
    with Rights(houses):
        wait_until(lambda: not why_not(theirs.instance, ME))
        with units.inside(theirs):  # somebody is in the middle of a request
            closed(theirs.unit)
            wait_until(lambda: why_not(theirs.instance, ME))
            units.agree()
            with pytest.raises(NotOpen):
                units.site(theirs)
            with pytest.raises(AlreadyServed):
                theirs.instance.lock()
        wait_until(lambda: _is_free(theirs))
        assert units.site(ours)


def test_a_right_that_was_lost_ends_one_unit_alone(houses, ours, theirs, monkeypatch):
    units, given = OpenHouses(houses, "test", PUBLIC, ME), {}

    @contextmanager
    def serving(instance):
        given[instance] = Held()
        yield given[instance]

    monkeypatch.setattr(rights.alone, "serving", serving)
    with Rights(houses):
        wait_until(lambda: not any(why_not(one.instance, ME) for one in houses))
        before = [units.site(one) for one in houses]
        monkeypatch.setattr(rights, "AGAIN_SECONDS", 3600.0)

        given[theirs.instance].is_lost.set()

        wait_until(lambda: units.agree() or not units.serves(theirs, before[1]))
        assert units.serves(ours, before[0])
        with pytest.raises(NotOpen):
            units.site(theirs)
        wait_until(lambda: _is_free(theirs))


def test_a_program_follows_its_file(houses, deployment, ours, theirs, closed):
    units = OpenHouses(houses, "test", PUBLIC)
    table = HostTable(units, lambda one, site, like: deployment.kiosks.public.app(one), None)
    caller = Caller(table)
    assert [caller.get(name, "/").status_code for name in (A, B)] == [200, 200]
    first = units.site(theirs)

    closed(theirs.unit)
    units.agree()

    assert [caller.get(name, "/").status_code for name in (A, B)] == [200, 400]
    assert [one.unit for one, _ in units.opened()] == [ours.unit]
    assert units.houses.path.read_text().count("closed = true") == 1

    units.houses.path.write_text(FILE.replace(B, "new.example"))
    units.agree()

    assert [caller.get(name, "/").status_code for name in (A, B)] == [200, 400]
    assert table.unit_of("new.example") == theirs.unit
    [again] = [one for one in units.houses if one.unit == theirs.unit]
    assert units.site(again) is not first
    assert units.site(again).own_names == {"new.example"}


def test_a_file_that_is_wrong_changes_nothing_and_is_said_once(houses, ours, theirs, caplog):
    units = OpenHouses(houses, "test", PUBLIC)
    before = units.site(ours)

    houses.path.write_text(FILE.replace(B, A))
    units.agree()
    units.agree()

    assert units.house_of(B) == theirs
    assert units.site(ours) is before
    assert sum("houses_unchanged" in line for line in caplog.messages) == 1
    assert f"the name {A} belongs to units" in caplog.text


def test_a_folder_that_was_left_and_holds_another_store_is_opened_anew(houses, theirs, closed):
    units = OpenHouses(houses, "test", PUBLIC)
    old = units.site(theirs).store()
    closed(theirs.unit)
    units.agree()
    houses.path.write_text(FILE)
    units.agree()

    assert units.site(theirs).store() is not old


def _is_free(one):
    try:
        one.instance.lock().close()
    except AlreadyServed:
        return False
    return True
