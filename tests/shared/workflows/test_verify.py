"""What was written is what is read: one flipped bit, one missing link, and verify tells where."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import pytest

from shared.db import event_log, search
from shared.db.card import Table
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.files import media
from shared.runtime.instance import Instance
from shared.store.cases import (
    proposals,
)
from shared.store.cases.conversation import ADDITION
from shared.store.office import campaigns
from shared.store.schema.tables import CARDS
from shared.workflows import (
    verify,
    withdraw,
)
from tests.life import Life, live

NOW = clock.now()
SEALED = [card for card in CARDS if card.sealed]


def flips(card: Table[Any]) -> Iterator[tuple[str, str]]:
    """Yield each column of a table that can hold another value of its kind, and the SQL for it."""
    for name, column in card.columns.items():
        if name not in card.key and not column.check:
            is_text = column.type == "TEXT"
            yield name, f"coalesce({name}, '') || 'x'" if is_text else f"coalesce({name}, 0) + 1"


@pytest.fixture
def lived(instance: Instance, db: Store, a_proposal) -> Store:
    """A store in which every sealed table has rows."""
    live(Life(db, instance, a_proposal, at=NOW))
    return db


def _put(db: Store, card: Table[Any], victim: str, change: str, *values: Any) -> None:
    """Change a row behind the program's back."""
    sql = f"UPDATE {card.name} SET {change} WHERE {card.key[0]} = ?"
    db.conn.execute(sql, (*values, victim))


def damage(db: Store, instance: Instance) -> tuple[str, ...]:
    return verify.verify(db, instance.media).damage


def test_a_store_that_lived_is_whole(lived, instance):
    report = verify.verify(lived, instance.media)

    assert report.damage == ()
    assert (report.proposals, report.files) == (6, 2)
    assert report.events == lived.row("SELECT count(*) FROM event")[0]


def test_a_flipped_bit_is_found_in_every_column_of_every_sealed_table(lived, instance):
    """Each table's first column at once, then each table's second, and so on: every row that was
    changed is named."""
    lived.conn.execute("PRAGMA foreign_keys=OFF")
    victims = {}
    for card in SEALED:
        key = card.key[0]
        [victims[card.name]] = lived.row(f"SELECT {key} FROM {card.name} ORDER BY {key} LIMIT 1")
    rows = {card.name: lived.raw(card, **{card.key[0]: victims[card.name]})[0] for card in SEALED}
    for round_ in zip_longest(*(flips(card) for card in SEALED)):
        flipped = [(card, *flip) for card, flip in zip(SEALED, round_, strict=True) if flip]
        for card, name, other in flipped:
            _put(lived, card, victims[card.name], f"{name} = {other}")
        found = set(damage(lived, instance))
        for card, name, _ in flipped:
            assert f"{card.name} {victims[card.name]}" in found, f"{card.name}.{name}"
            _put(lived, card, victims[card.name], f"{name} = ?", rows[card.name][name])
    assert damage(lived, instance) == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET actor = 'nobody' WHERE place = 4",
        "UPDATE event SET at = at + 1 WHERE place = 4",
        "UPDATE event SET kind = 'other' WHERE place = 4",
        "DELETE FROM event WHERE place = 4",
        "UPDATE event SET previous_hash = hash WHERE place = 4",
    ],
)
def test_the_chain_tells_of_a_link_that_was_changed(lived, instance, change):
    lived.conn.execute(change)

    assert [one for one in damage(lived, instance) if one.startswith("event ")]


def test_the_chain_tells_of_words_changed_together_with_their_seal(lived, instance):
    [key] = lived.row("SELECT id FROM addition")
    with writing(lived):
        lived.change(ADDITION, {"id": key}, {"text": "never said"})

    assert [one for one in damage(lived, instance) if "its words are gone or changed" in one]


def test_the_chain_tells_of_a_row_that_is_gone(lived, instance):
    lived.conn.execute("PRAGMA foreign_keys=OFF")
    lived.conn.execute("DELETE FROM addition")

    assert damage(lived, instance)


def test_a_file_that_is_gone_or_changed_is_told(lived, instance):
    [(key, sha256)] = lived.rows("SELECT id, sha256 FROM attachment")
    file = media.path_of(instance.media, sha256)

    file.chmod(0o600)
    file.write_bytes(b"other")
    changed = damage(lived, instance)
    file.unlink()

    for found in (changed, damage(lived, instance)):
        assert f"attachment {key} (its file is gone or changed)" in found


def test_a_wrong_counter_is_told(lived, instance):
    lived.conn.execute("UPDATE status_count SET count = count + 1 WHERE status = 'received'")

    assert "status_count received" in damage(lived, instance)


def test_an_event_carries_no_word_name_or_number_of_a_citizen(lived):
    said = " ".join(str(row) for row in lived.rows("SELECT * FROM event"))

    for word in ("Lan", "912345678", "chứng thực", "thêm một ý", "xã trả lời", "ai làm"):
        assert word not in said


def test_an_erasure_leaves_the_chain_whole(lived, instance):
    [code] = lived.row("SELECT code FROM proposal")

    withdraw.withdraw(lived, code, at=NOW)

    assert damage(lived, instance) == ()


def test_the_head_changes_with_every_event(lived):
    before = event_log.head(lived)

    with writing(lived):
        event_log.note(lived, "tried", None, "t", NOW)

    assert event_log.head(lived) != before
    assert lived.row("SELECT previous_hash FROM event ORDER BY place DESC") == (before,)


def test_a_second_commune_in_the_same_file_is_another_world(lived, instance):
    other = Store(lived.engine.path, commune_id=2, cipher=instance.cipher())
    with writing(other):
        campaigns.create(other, "UBND xã Bình Lợi", is_demo=False, at=NOW)

    assert campaigns.this(lived).name != campaigns.this(other).name
    assert [one.place for one in event_log.every(other)] == [1]
    assert damage(lived, instance) == damage(other, instance) == ()
    [code] = lived.row("SELECT code FROM proposal")
    with pytest.raises(proposals.ProposalUnknown):
        proposals.by_code(other, code)
    other.close()


def test_what_is_damaged_in_a_second_commune_is_told_there_alone(lived, instance):
    other = Store(lived.engine.path, commune_id=2, cipher=instance.cipher())
    other.conn.execute("PRAGMA foreign_keys=OFF")
    with writing(other):
        campaigns.create(other, "UBND xã Bình Lợi", is_demo=False, at=NOW)
        search.index(other, "no such idea", "chữ")

    assert damage(lived, instance) == ()
    [told] = damage(other, instance)
    assert told.startswith("foreign key search_row ")
    other.close()
