"""One thing has one word: no text holds a word that docs/words.md sets aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared import texts
from tests.promises.conftest import ROOT

VI, PAPERS = texts.load("vi"), texts.load("papers.vi")
# What people of the office read, and the lists that they print.
DESKS = ("staff.", "job.", "month_end.", "printer.", "table.", "sending_log.", "group_list.")
# What offices write and the program reads, and the name of a plan as the commune gave it.
NOT_WRITTEN = ("also.", "council.speaker", "founding.legal_basis")


@dataclass(frozen=True)
class Chosen:
    """A row of the table: the word, what is not written for it, and what may hold that."""

    word: str
    never: tuple[str, ...]
    may_hold: tuple[str, ...]
    at_desks_only: bool


def test_no_text_holds_a_word_that_the_glossary_sets_aside() -> None:
    found = [
        f"{key}: {other!r}, where docs/words.md says {row.word!r}"
        for row in _rows()
        for key in VI
        if not row.at_desks_only or key.startswith(DESKS)
        for other in _held(VI.say(key), row)
    ]

    assert not found, "\n".join(found)


def test_no_paper_holds_a_word_that_the_glossary_sets_aside() -> None:
    found = [
        f"{key}: {other!r}, where docs/words.md says {row.word!r}"
        for row in _rows()
        for key in PAPERS
        if not key.startswith(NOT_WRITTEN)
        for other in _held(PAPERS.say(key), row)
    ]

    assert not found, "\n".join(found)


def test_no_text_has_a_day_as_the_store_keeps_it() -> None:
    assert [key for key in VI if re.search(r"\d{4}-\d\d-\d\d", VI.say(key))] == []


def _rows() -> list[Chosen]:
    lines = (ROOT / "docs" / "words.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line[:1] == "|"]
    rows = [
        Chosen(word, _parts(never), (*_parts(but), word), where == "desks")
        for word, _, never, but, where in cells[2:]
    ]
    assert rows
    return rows


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _held(text: str, row: Chosen) -> Iterator[str]:
    """Yield each word set aside that stands in a text, but for where it is part of another."""
    text = re.sub(r"\{[^}]*\}", "·", text)
    for longer in row.may_hold:
        text = re.sub(rf"\b{re.escape(longer)}\b", "·", text, flags=re.IGNORECASE)
    for other in row.never:
        if re.search(rf"\b{re.escape(other)}\b", text, re.IGNORECASE):
            yield other
