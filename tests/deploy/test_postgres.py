"""What an office's server gets from deploy/postgres fits the store that this version makes."""

import re

from shared.db.schema import parents_first
from shared.store.schema.tables import CARDS
from tests.promises.conftest import ROOT

DISTRIBUTE = (ROOT / "deploy" / "postgres" / "distribute.sql").read_text("utf-8")
SETTINGS = (ROOT / "deploy" / "postgres" / "hienke.conf").read_text("utf-8")
OPERATE = (ROOT / "docs" / "operate.md").read_text("utf-8")


def test_every_table_is_spread_by_its_unit_after_those_it_refers_to() -> None:
    spread = re.findall(r"create_distributed_table\('(\w+)', 'commune_id'", DISTRIBUTE)

    assert spread == [card.name for card in parents_first(CARDS)]
    assert DISTRIBUTE.count("colocate_with => 'commune'") == len(spread) - 1
    assert "create_reference_table('_sqlite_migrations')" in DISTRIBUTE


def test_what_an_erasure_asks_of_the_server_is_set() -> None:
    _, _, erasing = OPERATE.partition("**Erasing.**")
    asked = re.findall(r"`(\w+ = \w+)`", erasing.partition("\n\n")[0])

    assert len(asked) == 3
    assert set(asked) <= set(SETTINGS.splitlines())
