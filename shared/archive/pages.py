"""The pages that people read in an archive: one that leads to everything, and one for each idea.
Plain HTML in Vietnamese, without script or anything from elsewhere."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared import texts
from shared.documents import write
from shared.documents.tables import Cell, PaperTable
from shared.domain import clock, codes
from shared.domain.record import Record
from shared.runtime.style_sheets import joined
from shared.runtime.template_lines import JoinedLines

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "archive"

_PAPER = texts.load("papers.vi").say
# The first table on every idea's page, and the tables whose rows are shown in other places.
_IDEA, _REGISTER, _LOG = "de-xuat", "so-theo-doi", "nhat-ky"
# The columns of the register that the list of ideas shows.
_LISTED = ("title", "participant", "status", "outcome")


class ArchiveFile(Record):
    """A file in an archive that a page links to: its name there, what it is, the number and the
    day (YYYY-MM-DD) of a paper, or ""."""

    name: str
    what: str
    number: str = ""
    day: str = ""


class Contents(Record):
    """What an archive holds besides the ideas. `head` says when it was made and the state of the
    log, `missing` what should be there and is not."""

    year: int
    office: str
    plan: str
    personal: bool
    head: Sequence[str]
    books: Sequence[ArchiveFile]
    papers: Sequence[ArchiveFile]
    missing: Sequence[str]


class IdeaLine(Record):
    """One idea in the list of all: its code and the cells that the list shows."""

    code: str
    cells: tuple[str, ...]


class ArchivedIdea(Record):
    """One idea of the archive: its line in the list, its own words, and its rows by table."""

    listed: IdeaLine
    words: list[tuple[str, str]]
    tables: list[PaperTable]

    @property
    def code(self) -> str:
        """The idea's code."""
        return self.listed.code


def ideas(tables: Sequence[PaperTable]) -> Iterator[ArchivedIdea]:
    """Yield the ideas of a year's tables, in the order of the register, one at a time, because ten
    thousand of them would fill the memory of a small PC."""
    by_name = {table.name: table for table in tables}
    register = by_name[_REGISTER]
    code_at = list(register.columns).index(_PAPER("column.code"))
    shown = [list(register.columns).index(_PAPER(f"column.{name}")) for name in _LISTED]
    rows = {table.name: _by_code(table) for table in tables}
    for line in register.rows:
        code = str(line[code_at])
        [words] = rows[_IDEA][code]
        its = [
            _trimmed(table, rows[table.name][code])
            for table in tables
            if table.name not in (_IDEA, _REGISTER, _LOG) and code in rows[table.name]
        ]
        said = [
            (name, _cell(cell)) for name, cell in zip(by_name[_IDEA].columns, words, strict=True)
        ]
        listed = IdeaLine(codes.tidy(code), tuple(_cell(line[at]) for at in shown))
        yield ArchivedIdea(listed, said, its)


def page_of(idea: ArchivedIdea, files: Sequence[ArchiveFile], contents: Contents) -> bytes:
    """Return the page of one idea."""
    return _drawn("idea.html", idea=idea, files=files, contents=contents)


def first_page(found: Sequence[IdeaLine], contents: Contents) -> bytes:
    """Return the page that leads to everything."""
    heads = [_PAPER(f"column.{name}") for name in _LISTED]
    return _drawn("index.html", ideas=found, heads=heads, contents=contents)


def _by_code(table: PaperTable) -> dict[str, list[Sequence[Cell]]]:
    """Return a table's rows by the code of their idea; nothing if it has no such column."""
    at = _code_column(table)
    found: dict[str, list[Sequence[Cell]]] = {}
    if at is not None:
        for row in table.rows:
            found.setdefault(str(row[at]), []).append(row)
    return found


def _trimmed(table: PaperTable, rows: Sequence[Sequence[Cell]]) -> PaperTable:
    """Return an idea's rows of a table without its code and without empty columns."""
    shown = [
        at
        for at, name in enumerate(table.columns)
        if name not in _code_heads() and any(row[at] not in (None, "") for row in rows)
    ]
    return PaperTable(
        table.name,
        table.title,
        [table.columns[at] for at in shown],
        [[row[at] for at in shown] for row in rows],
    )


def _code_column(table: PaperTable) -> int | None:
    return next((at for at, name in enumerate(table.columns) if name in _code_heads()), None)


def _code_heads() -> tuple[str, str]:
    return _PAPER("column.code"), _PAPER("head.proposal_id")


def _cell(cell: Cell) -> str:
    return "" if cell is None else write.cell_words(cell)


def _drawn(name: str, **given: Any) -> bytes:
    return _templates().get_template(name).render(given).encode()


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # imported late: fast start
    from markupsafe import Markup

    found = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        extensions=[JoinedLines],
    )  # fmt: skip
    found.globals |= {
        "paper": _PAPER, "cell": _cell, "grouped": codes.grouped, "day": clock.written_day,
        "style": Markup(joined((FOLDER / "archive.css").read_text("utf-8"))),  # noqa: S704 our own
    }  # fmt: skip
    return found
