"""An office's store moves to a server and back, row by row as it was."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from click.testing import CliRunner, Result

from shared import cli, founding, settings
from shared.backup import keys, making, restoring
from shared.commands import carrying
from shared.db import search
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.store.schema import one_unit
from shared.store.schema.tables import CARDS
from shared.workflows import verify

UNIT = 26068


@pytest.fixture(scope="module")
def founded_demo(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    made = Instance(tmp_path_factory.mktemp("office") / "instance")
    founding.found(made, UNIT, is_demo=True, at=clock.now())
    return made


@pytest.fixture
def office(
    founded_demo: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Instance]:
    """A demo with forty ideas, as it is before it moves."""
    here = Instance(Path(shutil.copytree(founded_demo.folder, tmp_path / "instance")))
    monkeypatch.setenv("HIENKE_INSTANCE", str(here.folder))
    yield here


def carried(*words: str) -> Result:
    return CliRunner().invoke(cli.main, ["carry", *words])


def rows(db: Store) -> dict[str, list[Any]]:
    return {card.name: db.raw(card) for card in CARDS if card.name != "search_row"}


def found(db: Store, words: str) -> set[str]:
    query = search.query_of(words)
    assert query is not None
    sql, values = search.found(db, query, 50)
    return {one for (one,) in db.rows(sql, **values)}


def test_a_store_moves_to_a_server_and_back_with_every_row_as_it_was(
    office: Instance, database: str
) -> None:
    before = office.open()
    was, hits = rows(before), found(before, "giấy tờ")
    before.close()
    assert len(was["proposal"]) == 40
    assert hits

    there = carried("--to", database)
    assert there.exit_code == 0, there.output
    assert "secrets" in there.output
    assert f"hienke carry --remove {carrying.FILE}" in there.output
    assert settings.load(office.folder).store.url == database
    assert not office.database.exists()
    moved = office.open()
    assert moved.engine.dialect == "postgres"
    assert rows(moved) == was
    assert found(moved, "giấy tờ") == hits
    assert verify.verify(moved, office.media).damage == ()
    moved.close()

    assert carried("--to", database).output == "The store is there already.\n"
    assert carried("--remove", carrying.FILE).exit_code == 0
    assert not [path for path in office.folder.iterdir() if path.name.startswith("hienke.db")]

    back = carried("--to", carrying.FILE)
    assert back.exit_code == 0, back.output
    again = office.open()
    assert again.engine.dialect == "sqlite"
    assert rows(again) == was
    assert found(again, "giấy tờ") == hits
    assert verify.verify(again, office.media).damage == ()
    again.close()

    assert carried("--remove", database).exit_code == 0
    left = Store(database, UNIT)
    assert not any(rows(left).values())
    left.close()


@pytest.mark.parametrize("step", ["_name_in_settings", "_put_aside"])
@pytest.mark.parametrize("target", ["URL", carrying.FILE])
def test_what_is_broken_off_is_done_again(
    step: str, target: str, office: Instance, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if target == carrying.FILE:
        assert carried("--to", database).exit_code == 0
    place = database if target == "URL" else carrying.FILE
    with monkeypatch.context() as broken:
        broken.setattr(carrying, step, _power_cut)
        assert isinstance(carried("--to", place).exception, KeyboardInterrupt | SystemExit)

    again = carried("--to", place)
    assert again.exit_code == 0, again.output
    db = office.open()
    assert db.engine.dialect == ("postgres" if target == "URL" else "sqlite")
    assert verify.verify(db, office.media).damage == ()
    db.close()
    assert (target == "URL") is not office.database.exists()


def test_half_of_the_rows_are_none(
    office: Instance, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (database, carrying.FILE):
        with monkeypatch.context() as broken:
            broken.setattr(search, "carry", _power_cut)
            carried("--to", place)
        left = Store(database, UNIT)
        assert left.engine.units(left.conn) == ([] if place == database else [UNIT])
        left.close()
        assert carried("--to", place).exit_code == 0


def test_a_row_that_arrives_otherwise_stops_the_move(
    office: Instance, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changing(source: Store, target: Store) -> None:
        target.write("UPDATE proposal SET title = 'another' WHERE commune_id = :commune_id")

    monkeypatch.setattr(search, "carry", changing)
    refused = carried("--to", database)

    assert refused.exit_code == 1
    assert "did not arrive as it was; nothing was changed" in refused.output
    assert settings.load(office.folder).store.url == ""
    left = Store(database, UNIT)
    assert left.engine.units(left.conn) == []
    left.close()


def test_a_server_that_holds_the_unit_otherwise_is_left_alone(
    office: Instance, database: str
) -> None:
    assert carried("--to", database).exit_code == 0
    office.database.with_suffix(".carried").rename(office.database)
    office.write_settings(
        settings.with_value(
            (office.folder / "settings.toml").read_text("utf-8"), "store", "url", ""
        )
    )
    db = office.open()
    with writing(db):
        db.write("UPDATE commune SET name = 'Another' WHERE commune_id = :commune_id")
    db.close()

    refused = carried("--to", database)
    assert refused.exit_code == 1
    assert "holds this unit already, and not alike (commune" in refused.output
    assert carried("--remove", carrying.FILE).exit_code == 2


def test_a_backup_of_a_store_on_a_server_is_a_file_of_its_unit_alone(
    office: Instance, database: str, tmp_path: Path
) -> None:
    before = office.open()
    was = rows(before)
    before.close()
    assert carried("--to", database).exit_code == 0
    db = office.open()
    one_unit.copy_unit(db, tmp_path / "copy.db")
    db.close()

    copy = Store(tmp_path / "copy.db", UNIT)
    assert rows(copy) == was
    assert verify.verify(copy, office.media, parts=verify.ROWS).damage == ()
    assert oct((tmp_path / "copy.db").stat().st_mode)[-3:] == "600"
    copy.close()


def test_a_backup_of_a_store_on_a_server_is_restored_as_a_file(
    office: Instance, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = office.open()
    was = rows(before)
    before.close()
    assert carried("--to", database).exit_code == 0
    identity, recipient = pyrage.x25519.Identity.generate(), None
    recipient = identity.to_public()
    (office.folder / keys.RECIPIENTS).write_text(f"{recipient}\n")
    db = office.open()
    made = making.make(office, settings.load(office.folder), db, at=clock.now())
    db.close()

    again = Instance(tmp_path / "again")
    restored = restoring.restore(
        made.path, [identity], again, at=clock.now(), lists=restoring.Lists(may_lack=True)
    )
    assert restored.report.damage == ()
    assert settings.load(again.folder).store.url == ""
    db = again.open()
    assert db.engine.dialect == "sqlite"
    assert rows(db)["proposal"] == was["proposal"]
    db.close()


def _power_cut(*words: object) -> None:
    raise KeyboardInterrupt
