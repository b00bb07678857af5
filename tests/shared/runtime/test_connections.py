"""Which stores a thread keeps open: a few files, and every store that holds nothing meanwhile."""

import shutil

import pytest

from shared.db.engines.sqlite import SqliteEngine
from shared.runtime.connections import Connections
from shared.runtime.instance import Instance


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
