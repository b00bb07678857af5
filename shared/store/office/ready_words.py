"""The sentences that the office has ready: what it asks for, where it sends people, why it closes
or refuses, what it answers. The office's own lists; where it has none, a few come with the program.
"""

from typing import Literal, get_args

from shared.db.card import EVERY_YEAR, ExportSheet, Table, Whose, choice, ident, in_export, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record

# What is asked for, a place with its address and number, why it belongs there, why a case ends,
# an answer.
Kind = Literal["missing", "to_office", "elsewhere", "reason", "answer"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def _lines(kept: str) -> tuple[str, ...]:
    return tuple(kept.splitlines())


class ReadyWords(Record):
    """One list: its kind and its sentences in their order."""

    kind: str
    sentences: tuple[str, ...]


READY_WORDS = Table(
    "ready_words",
    ReadyWords,
    {
        "id": ident(),
        "kind": choice(KINDS, exported=in_export("choice", words="staff.ready.kind")),
        "sentences": text(
            Whose.NOBODY, read=_lines, write="\n".join, exported=in_export(head="note")
        ),
    },
    unique=(("kind",),),
    sealed=True,
    sheet=ExportSheet("cau-san"),
    year_of=EVERY_YEAR,
)


def own(db: Store) -> dict[str, tuple[str, ...]]:
    """Return the office's own sentences by kind, without the kinds it keeps none of."""
    return {one.kind: one.sentences for one in db.all(READY_WORDS) if one.sentences}


def keep(db: Store, kind: Kind, sentences: tuple[str, ...], *, actor: str, at: int) -> None:
    """Replace the office's list of a kind; an empty one brings the program's own back."""
    with writing(db):
        kept = db.get(READY_WORDS, "kind = :kind", kind=kind)
        if sentences == (kept.sentences if kept else ()):
            return
        if kept is None:
            db.insert(READY_WORDS, ReadyWords(kind, sentences), id=new_id())
        else:
            db.change(READY_WORDS, {"kind": kind}, {"sentences": sentences})
        note(db, "ready_words_set", None, actor, at, of=kind, n=len(sentences))
