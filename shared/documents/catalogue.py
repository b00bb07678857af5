"""Every paper that the office prints, and the blanks of its template.

To add a paper, put two files into templates/documents: NAME.docx, which a word processor opens
(deploy/papers writes the originals), and NAME.toml with its title, its symbol and its blanks. The
blanks of frame.toml belong to all papers. `write.write` fills a paper in. There is no other list.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from shared.domain.record import Record

FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "documents"
_FRAME = "frame"
# Whose paper it is: the People's Committee's, its council's, the unit's that drafts.
ISSUERS = ("committee", "council", "unit")
_NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*")


class PaperUnknown(KeyError):
    """There is no paper of that name."""


class Blank(Record):
    """One blank. `name` stands in a template as it is; "ideas.title" is the title of each item of
    the list `ideas`. `what` says in Vietnamese what it will hold. `sample` is what a trial fills
    in (None for a part of another blank, whose sample holds it)."""

    name: str
    what: str
    sample: Any = None


class Paper(Record):
    """A paper: `symbol` follows its number ("QĐ-UBND"; "" if it has no number); `required` names
    the blanks that every template of it must have; `issuer` is whose paper it is, one of ISSUERS;
    `recipients` get it before those of the campaign's list, or instead of them (`is_own_list`)."""

    name: str
    title: str
    symbol: str
    required: tuple[str, ...]
    blanks: tuple[Blank, ...]
    issuer: str = "committee"
    recipients: tuple[str, ...] = ()
    is_own_list: bool = False

    @property
    def known(self) -> frozenset[str]:
        """The names of all blanks, parts of others too."""
        return frozenset(blank.name for blank in self.blanks)

    @property
    def outer(self) -> frozenset[str]:
        """The names of the blanks that are part of no other."""
        return frozenset(name for name in self.known if "." not in name)

    @property
    def own_first(self) -> tuple[Blank, ...]:
        """The blanks for a person who edits the template: the paper's own, then the common ones."""
        of_all = {blank.name for blank in _frame()}
        return tuple(sorted(self.blanks, key=lambda blank: blank.name in of_all))

    @property
    def samples(self) -> dict[str, Any]:
        """What a trial fills in."""
        return {blank.name: blank.sample for blank in self.blanks if "." not in blank.name}

    @property
    def original(self) -> Path:
        """The template that comes with the programs."""
        return FOLDER / f"{self.name}.docx"


@cache
def names() -> tuple[str, ...]:
    """Return the names of all papers, in the order of their titles."""
    found = (path.stem for path in FOLDER.glob("*.toml") if path.stem != _FRAME)
    return tuple(sorted(found, key=lambda name: paper(name).title))


@cache
def paper(name: str) -> Paper:
    """Return the paper of a name. Raises PaperUnknown."""
    if not _NAME.fullmatch(name) or name == _FRAME or not (FOLDER / f"{name}.toml").is_file():
        raise PaperUnknown(name)
    own = _read(name)
    return Paper(
        name,
        own["title"],
        own.get("symbol", ""),
        tuple(own["required"]),
        _frame() + _blanks(own),
        own.get("issuer", ISSUERS[0]),
        tuple(own.get("recipients", ())),
        own.get("is_own_list", False),
    )


def _frame() -> tuple[Blank, ...]:
    return _blanks(_read(_FRAME))


def _blanks(read: dict[str, Any]) -> tuple[Blank, ...]:
    return tuple(Blank(one["name"], one["what"], one.get("sample")) for one in read["blank"])


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
