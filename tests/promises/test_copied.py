"""A copy of everything is a copy of everything: each table is exported, or it is said why not."""

from shared import texts
from shared.db.connection import Store
from shared.store.reports import table_rows
from shared.store.reports.table_rows import SHEETS
from shared.store.schema.tables import CARDS
from tests.promises.test_store import tables

# What no copy may hold: what opens something, and what is made for the program alone.
SECRET = {
    "password_hash", "totp_secret", "totp_last_step", "secret_hash", "salt", "content_hash",
    "enrolment", "idempotency_key", "fingerprint", "raw", "gateway_id",
}  # fmt: skip


def test_every_table_has_a_card_that_says_whether_a_copy_holds_it(db: Store) -> None:
    # A card says one of sheet=, in_register= and left_out=, or it is refused (test_card.py).
    assert set(tables(db)) == {card.name for card in CARDS}


def test_a_sheet_holds_columns_there_are_under_names_people_read(db: Store) -> None:
    words = texts.load("papers.vi")
    for sheet in SHEETS:
        known = {row[1] for row in db.rows(f"PRAGMA table_info({sheet.table})")}

        assert {one.name for one in sheet.columns} <= known - SECRET, sheet.table
        assert f"table.{sheet.name}" in words and len(sheet.name) <= 31, sheet.table
        assert all(f"head.{one.head}" in words for one in sheet.columns), sheet.table
        list(table_rows.rows(db, sheet, ""))  # is read without a fault


def test_no_two_sheets_have_one_name() -> None:
    names = [one.name for one in SHEETS]

    assert len(names) == len(set(names))
