"""A table's card: what it must say, and that rows, seals and encryption go by it."""

import re

import pytest

from shared.db import card as cards
from shared.db import schema
from shared.db.card import CardIncomplete, ExportSheet, Table, Whose, ident, in_export, instant
from shared.db.checksums import seal_of
from shared.db.connection import writing
from shared.db.encryption import Cipher
from shared.domain.record import Record
from shared.store.schema.tables import CARDS


class Pet(Record):
    """A row of the table below."""

    id: str
    name: str
    phone: str | None
    tags: tuple[str, ...]
    owner: dict[str, str]
    is_tame: bool


PET = Table(
    "pet",
    Pet,
    {
        "id": ident(),
        "name": cards.text(Whose.WORDS, spoken=True),
        "phone": cards.text(Whose.DETAILS, null=True, encrypted=True),
        "tags": cards.names(),
        "owner": cards.structure(Whose.DETAILS, encrypted=True),
        "is_tame": cards.tick(),
        "at": instant(null=True),
    },
    sealed=True,
    left_out="a trial",
)
LUNA = Pet("1", "Luna", "0987654321", ("cat", "grey"), {"name": "Lan"}, True)


@pytest.fixture
def kept(db):
    for sql in schema.statements([*(one for one in CARDS if one.name == "commune"), PET]):
        if "TABLE pet" in sql:
            db.conn.execute(sql)
    with writing(db):
        db.insert(PET, LUNA, salt="s")
    return db


def test_a_row_comes_back_as_the_value_that_went_in(kept):
    assert kept.get(PET, "id = :id", id="1") == LUNA
    assert kept.all(PET) == [LUNA]
    assert kept.all(PET, "name = 'other'") == []
    assert kept.get(PET, "name = 'other'") is None


def test_what_is_encrypted_is_read_back_and_spelled_in_letters_that_an_address_may_hold():
    cipher = Cipher(bytes(32))
    given = [f"số {number}" for number in range(300)]

    encrypted = [cipher.encrypt(one) for one in given]

    assert [cipher.decrypt(one) for one in encrypted] == given
    assert all(re.fullmatch(r"~[A-Za-z0-9_-]+=*", one) for one in encrypted)


def test_a_number_lies_encrypted_and_a_list_as_json(kept):
    [raw] = kept.raw(PET, id="1")

    assert "0987" not in raw["phone"] and kept.decrypt(raw["phone"]) == "0987654321"
    assert kept.decrypt(raw["owner"]) == '{"name": "Lan"}' != raw["owner"]
    assert (raw["tags"], raw["is_tame"], raw["at"]) == ('["cat", "grey"]', 1, None)


def test_a_row_is_sealed_when_it_comes_and_when_it_changes(kept):
    [before] = kept.raw(PET, id="1")
    with writing(kept):
        assert kept.change(PET, {"id": "1"}, {"phone": None, "is_tame": False})
        assert not kept.change(PET, {"id": "2"}, {"phone": None})
    [after] = kept.raw(PET, id="1")

    assert before["content_hash"] == seal_of(before) != after["content_hash"] == seal_of(after)
    assert (after["phone"], after["is_tame"]) == (None, 0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "must say one of sheet=, in_register= and left_out="),
        ({"left_out": "x", "in_register": True}, "must say one of sheet="),
        ({"sheet": ExportSheet("x")}, "must have exported columns where it has a sheet"),
        ({"left_out": "x", "unique": (("who",),)}, "names columns that it lacks: who"),
        ({"left_out": "x", "key": ("at",)}, "names columns that it lacks: at"),
        (
            {"left_out": "x", "row": Pet},
            "fields that are no columns: is_tame, name, owner, phone, tags",
        ),
        ({"left_out": "x", "via": "id"}, "must lead via a column that is in foreign="),
    ],
)
def test_a_half_filled_card_stops_the_program_with_one_sentence(given, said):
    with pytest.raises(CardIncomplete, match=f"^The card of table half .*{said}"):
        Table(**{"name": "half", "row": None, "columns": {"id": ident()}, **given})


def test_a_text_says_whom_it_tells_of():
    with pytest.raises(TypeError, match="whose"):
        cards.text()


def test_an_exported_column_needs_a_sheet():
    with pytest.raises(CardIncomplete, match="only there"):
        Table("half", None, {"id": ident(exported=in_export())}, left_out="x")
