"""Which stores a thread keeps open: a few files, and every store that holds nothing meanwhile."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from shared.db.engines.sqlite import SqliteEngine
from shared.runtime.connections import Connections
from shared.runtime.instance import Instance
from tests.conftest import UNIT


@pytest.mark.parametrize(("is_light", "anew"), [(True, 0), (False, 1)])
def test_a_thread_keeps_few_files_and_any_number_of_stores_on_a_server(
    founded, tmp_path, monkeypatch, is_light, anew
):
    """Given three units, two files at most, and the first is asked for again."""
    instances = [Instance(shutil.copytree(founded, tmp_path / name)) for name in "abc"]
    monkeypatch.setattr(SqliteEngine, "is_light", is_light)
    kept = Connections(2)
    first = kept.of(instances[0])
    for one in instances[1:]:
        kept.of(one)

    assert (kept.of(instances[0]) is not first) == anew
    assert kept.of(instances[2]) is kept.of(instances[2])
    for one in instances:
        kept.forget(one)


@pytest.mark.parametrize(("is_light", "opened"), [(True, 1), (False, 3)])
def test_a_store_that_holds_nothing_is_opened_once_for_all_threads_and_again_after_a_fault(
    founded, monkeypatch, is_light, opened
):
    opens, instance, kept = [], Instance(founded), Connections()
    monkeypatch.setattr(SqliteEngine, "is_light", is_light)
    real = Instance.open
    monkeypatch.setattr(Instance, "open", lambda self: opens.append(1) or real(self))

    def lines():
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: _asked(kept.of(instance))).result()

    assert [lines() for _ in range(3)] == [UNIT] * 3
    assert len(opens) == opened

    kept.forget(instance)
    lines()
    kept.renew(instance)
    lines()
    assert len(opens) == opened + 2


def _asked(db):
    with closing(db):
        [(unit,)] = db.rows("SELECT commune_id FROM commune WHERE commune_id = :commune_id")
    return unit
