"""The commune's administrative procedures (TTHC), each with the days it is valid: a short list that
the office keeps, so that an idea can name its procedure (R10). Days are local, YYYY-MM-DD."""

from collections.abc import Sequence
from typing import Any

from shared.db.card import ExportSheet, Table, Whose, day, ident, in_export, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record, asdict
from shared.domain.vietnamese import fold

ADMINISTRATIVE_PROCEDURE: Table[Any] = Table(
    "administrative_procedure",
    None,
    {
        "id": ident(exported=in_export()),
        "code": ident(exported=in_export(head="procedure_code")),
        "name": text(Whose.NOBODY, exported=in_export(head="procedure_name")),
        "area": text(Whose.NOBODY, exported=in_export()),
        "since": day(exported=in_export()),
        "until": day(exported=in_export("day")),
        "words": text(Whose.NOBODY),
    },
    unique=(("code",),),
    sealed=True,
    sheet=ExportSheet("thu-tuc"),
    not_archived="a list of the state's own",
)


MOST_FOUND = 12


class NewProcedure(Record):
    """A procedure as it is published; `since` and `until` are "" if they are open."""

    code: str
    name: str
    area: str
    since: str = ""
    until: str = ""


class Procedure(Record):
    """A procedure on the list."""

    id: str
    said: NewProcedure

    def holds_on(self, day: str) -> bool:
        """Say whether it is valid on a day."""
        return self.said.since <= day and (not self.said.until or day <= self.said.until)


class Brought(Record):
    """The result of importing a list."""

    added: int
    changed: int


_COLUMNS = "id, code, name, area, since, until"


def everything(db: Store) -> list[Procedure]:
    """Return the whole list, by area and name, with those no longer valid."""
    return _many(db, "1 = 1 ORDER BY area, name, code")


def by_id(db: Store, procedure_id: str | None) -> Procedure | None:
    """Return one procedure, or None."""
    found = _many(db, "id = :id", id=procedure_id) if procedure_id else []
    return found[0] if found else None


def search(db: Store, words: str, day: str) -> list[Procedure]:
    """Return those that are valid on a day and have all these words in code, name or area, with or
    without accents; at most a dozen."""
    wanted = {f"word{at}": f"%{_plain(word)}%" for at, word in enumerate(fold(words).split()[:8])}
    if not wanted:
        return []
    conditions = " AND ".join(f"words LIKE :{name} ESCAPE '!'" for name in wanted)
    found = _many(db, f"{conditions} ORDER BY name, code", **wanted)
    return [one for one in found if one.holds_on(day)][:MOST_FOUND]


def bring_in(db: Store, new: Sequence[NewProcedure], *, actor: str, at: int) -> Brought:
    """Import procedures, all or none; one with the same code is replaced."""
    added = changed = 0
    with writing(db):
        known = {one.said.code: one.said for one in everything(db)}
        for one in new:
            row = {**asdict(one), "words": fold(f"{one.code} {one.name} {one.area}")}
            if one.code not in known:
                db.insert(ADMINISTRATIVE_PROCEDURE, {"id": new_id(), **row})
                added += 1
            elif known[one.code] != one:
                db.change(ADMINISTRATIVE_PROCEDURE, {"code": one.code}, row)
                changed += 1
            known[one.code] = one
        if added or changed:
            note(db, "procedures_brought_in", None, actor, at, added=added, changed=changed)
    return Brought(added, changed)


def _many(db: Store, condition: str, **params: str) -> list[Procedure]:
    return [
        Procedure(row[0], NewProcedure(*row[1:]))
        for row in db.rows(
            f"SELECT {_COLUMNS} FROM administrative_procedure"  # noqa: S608 columns are ours
            f" WHERE commune_id = :commune_id AND {condition}",
            **params,
        )
    ]


def _plain(word: str) -> str:
    """Return a word in which no sign has a meaning for LIKE."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
