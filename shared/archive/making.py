"""Makes the archive of a campaign year: every paper that was sent, the registers, the report, the
decisions, each idea with its words and files, and the state of the log on that day.

No reader's rights apply (decisions 22 and 41): it holds no words of a confidential case, and only
the redacted words of a redacted idea. Without `personal` it holds no name, no whole number, and
nothing that shows or names a sender: none of their files, no letter, no award.
"""

import io
import mimetypes
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from shared import texts
from shared.archive import pages, papers
from shared.archive.box import ArchiveWriter
from shared.archive.pages import ArchivedIdea, ArchiveFile, Contents
from shared.db import daily_roots, event_log
from shared.db.connection import Store, reading, writing
from shared.documents import export, spreadsheet, trial_mark, year_report
from shared.documents import write as documents_write
from shared.documents.campaign_papers import NothingDecided
from shared.documents.tables import PaperTable
from shared.documents.write import DOCX, Desk, Registered, TemplateUnusable
from shared.domain import clock, codes
from shared.domain.record import Record, replace
from shared.files.media import is_whole, path_of
from shared.store.files import office_files
from shared.store.files.office_files import OfficeFile
from shared.store.office import campaigns, dispatches
from shared.store.reports import case_rows, year_rows
from shared.store.reports.year_rows import YearRows

_NOBODY = ""
_PAPER = texts.load("papers.vi").say
_ENDING = re.compile(r"\.[a-z0-9]{1,5}")


class YearUnknown(Exception):
    """The office had no campaign in that year, and no idea counts to it."""


class ArchiveRequest(Record):
    """What somebody wants archived: the year, with names or without; `public_url` is the office's
    public address, which letters name, or ""."""

    year: int
    personal: bool
    public_url: str


class ArchiveMade(Record):
    """The result: how many files, what should be there and is missing, and the SHA-256 of the list
    of checksums."""

    files: int
    missing: tuple[str, ...]
    sums: str


def name_of(year: int) -> str:
    """Return the file name of an archive."""
    return f"luu-tru-{year}.zip"


def check_year(db: Store, year: int) -> None:
    """Raise YearUnknown unless there is something to archive."""
    if campaigns.of_year(db, year) is None and not year_rows.codes_of(db, year):
        raise YearUnknown(year)


def size(db: Store, year: int) -> int:
    """Return how many steps an archive takes: one for each idea."""
    return len(year_rows.codes_of(db, year))


def write(
    desk: Desk, target: Path, asked: ArchiveRequest, *, actor: str, on_step: Callable[[], None]
) -> ArchiveMade:
    """Write the archive of a year to `target`, complete or not at all, readable only by its owner.
    An event records that it was made and the checksum of its list. The caller has recorded before
    who takes a copy. Raises OSError."""
    desk = replace(desk, viewer=_NOBODY)
    with export.whole(target) as made, zipfile.ZipFile(made, "w") as file:
        box = ArchiveWriter(file, _local(desk))
        missing = _Filling(desk, asked, box).fill(on_step)
        sums = box.finish()
    with writing(desk.db):
        event_log.note(
            desk.db, "archived", None, actor, clock.now(),
            year=asked.year, personal=asked.personal, sums=sums,
        )  # fmt: skip
    return ArchiveMade(len(box.files), tuple(missing), sums)


class _Filling:
    """One archive while it is filled."""

    def __init__(self, desk: Desk, asked: ArchiveRequest, box: ArchiveWriter) -> None:
        self.desk, self.asked, self.box = desk, asked, box
        self.lines: list[ArchiveFile] = []
        self.missing: list[str] = []

    def fill(self, on_step: Callable[[], None]) -> list[str]:
        """Put everything in; return what should be there and is missing."""
        tables, files = self._read()
        books = self._books(tables)
        sent, written = self._sent(), self._written()
        head = self._head()
        contents = self._contents(head, books, [*sent, *written])
        found = []
        for idea in pages.ideas(tables):
            self._idea(idea, files.get(idea.code, ()), contents)
            found.append(idea.listed)
            on_step()
        first = pages.first_page(found, contents)
        self._put(ArchiveFile("index.html", _PAPER("archive.first_page")), first)
        self.box.put("muc-luc.csv", self._list())
        return self.missing

    def _read(self) -> tuple[list[PaperTable], dict[str, list[case_rows.File]]]:
        """Return the year's tables, and the files that its ideas may show, all read at one
        moment."""
        db, personal = self.desk.db, self.asked.personal
        with reading(db):
            only = YearRows(self.asked.year, year_rows.codes_of(db, self.asked.year))
            copy = export.Copy(_NOBODY, personal, self.desk.zone)
            tables = [
                replace(table, rows=list(table.rows)) for table in export.tables(db, copy, only)
            ]
            files: dict[str, list[case_rows.File]] = {}
            for one in case_rows.files(db, _NOBODY) if personal else ():
                if one.code in only.codes and not one.is_veiled and one.sha256:
                    files.setdefault(one.code, []).append(one)
        return tables, files

    def _books(self, tables: Sequence[PaperTable]) -> list[ArchiveFile]:
        """Put in the registers, as one workbook and as CSV, and the tables of the report."""
        year, made = self.asked.year, io.BytesIO()
        spreadsheet.write_workbook(made, tables, lambda: None, mark=trial_mark.of(self.desk.db))
        figures = year_report.workbook(self.desk.db, year, at=self.desk.at, zone=self.desk.zone)
        books = [
            self._put(
                ArchiveFile(f"so/so-{year}.xlsx", _PAPER("archive.registers")), made.getvalue()
            ),
            self._put(ArchiveFile(f"so/cac-bang-{year}.xlsx", _PAPER("archive.figures")), figures),
        ]
        for table in tables:
            file = ArchiveFile(f"so/csv/{table.name}.csv", table.title)
            self._put(file, spreadsheet.as_csv(table.columns, table.rows))
        return books

    def _sent(self) -> list[ArchiveFile]:
        """Put in the papers that were sent, as they were filed, and the proofs that they
        arrived."""
        db, found = self.desk.db, []
        for turn, paper in enumerate(dispatches.papers(db, self.asked.year), start=1):
            about = ArchiveFile(
                f"van-ban/da-gui/{turn:02}", paper.title, paper.number, paper.issued_on
            )
            found += self._kept(about, office_files.of(db, "paper", paper.id))
            for one in dispatches.of_paper(db, paper.id):
                what = _PAPER(
                    "archive.proof", noi=one.recipient, ngay=clock.written_day(one.sent_on)
                )
                proof = ArchiveFile(f"van-ban/da-gui/{turn:02}-bang-chung-{len(found)}", what)
                found += self._kept(proof, office_files.of(db, "dispatch", one.id))
        return found

    def _kept(self, about: ArchiveFile, files: Iterable[OfficeFile]) -> list[ArchiveFile]:
        """Put in the files of a paper under its name, numbered."""
        found = []
        for turn, one in enumerate(files, start=1):
            ending = Path(one.name).suffix.lower()
            if not _ENDING.fullmatch(ending):
                ending = _ending(one.mime)
            named = replace(about, name=f"{about.name}-{turn}{ending}")
            if self._put_kept(named, one.sha256):
                found.append(named)
        return found

    def _written(self) -> list[ArchiveFile]:
        """Put in the papers that the program writes itself."""
        year, found = self.asked.year, []
        wanted = list(papers.of_year(self.desk, year))
        if self.asked.personal:
            wanted += papers.of_honours(self.desk, year, self.asked.public_url)
        for one in wanted:
            file = ArchiveFile(f"van-ban/{one.name}{_ending(DOCX)}", one.what, one.number, one.day)
            try:
                found.append(self._put(file, one.write()))
            except TemplateUnusable as fault:
                self.missing.append(_PAPER("archive.no_template", ten=one.what, mau=fault.paper))
            except NothingDecided:
                pass  # its decision is about a confidential case
        return found

    def _idea(
        self, idea: ArchivedIdea, files: Iterable[case_rows.File], contents: Contents
    ) -> None:
        """Put in an idea's page and its files."""
        folder, shown = f"de-xuat/{idea.code}", []
        for turn, one in enumerate(files, start=1):
            what = _PAPER("archive.file_of", ma=codes.grouped(idea.code), loai=one.kind)
            file = ArchiveFile(f"{folder}/tep-{turn}{_ending(one.mime)}", what)
            if self._put_kept(file, one.sha256):
                shown.append(replace(file, name=Path(file.name).name))
        page = ArchiveFile(
            f"{folder}/index.html", _PAPER("archive.idea", ma=codes.grouped(idea.code))
        )
        self._put(page, pages.page_of(idea, shown, contents))

    def _head(self) -> list[str]:
        """Put in the state of the log, and return it as lines."""
        db = self.desk.db
        lines = [
            _PAPER("archive.made", luc=documents_write.cell_words(_local(self.desk))),
            _PAPER("archive.chain", ma=event_log.head(db)),
        ]
        sheet = daily_roots.latest(db)
        if sheet is not None:
            day = clock.written_day(sheet.sheet.day)
            lines.append(_PAPER("archive.sheet", so=sheet.sheet.number, ngay=day, ma=sheet.head))
        text = "".join(f"{line}\n" for line in lines)
        self._put(ArchiveFile("so-cai.txt", _PAPER("archive.head")), text.encode())
        return lines

    def _contents(
        self, head: Sequence[str], books: Sequence[ArchiveFile], written: Sequence[ArchiveFile]
    ) -> Contents:
        campaign = replace(
            campaigns.campaign_of(self.desk.db, self.asked.year), year=self.asked.year
        )  # fmt: skip
        frame = documents_write.frame(self.desk, campaign, Registered(), "bao-cao-nam")
        return Contents(
            self.asked.year, frame["office"], frame["plan"], self.asked.personal, head, books,
            written, self.missing,
        )  # fmt: skip

    def _list(self) -> bytes:
        """Return the index as CSV: everything except itself and the checksums."""
        heads = [_PAPER(f"archive.column.{name}") for name in ("file", "what", "number", "day")]
        heads += [_PAPER(f"archive.column.{name}") for name in ("bytes", "sha256")]
        packed = self.box.files
        rows = [
            (one.name, one.what, one.number, clock.written_day(one.day),
             packed[one.name].bytes, packed[one.name].sha256)
            for one in self.lines
        ]  # fmt: skip
        return spreadsheet.as_csv(heads, rows)

    def _put(self, file: ArchiveFile, content: bytes) -> ArchiveFile:
        self.box.put(file.name, content)
        self.lines.append(file)
        return file

    def _put_kept(self, file: ArchiveFile, sha256: str) -> bool:
        """Put in a file of the store; say whether it was there and unchanged."""
        media = self.desk.media
        if not is_whole(media, sha256):
            self.missing.append(f"{file.what} ({file.name})")
            return False
        self.box.put_file(file.name, path_of(media, sha256))
        self.lines.append(file)
        return True


def _local(desk: Desk) -> datetime:
    return clock.to_local(desk.at, desk.zone).replace(tzinfo=None, microsecond=0)


def _ending(mime: str) -> str:
    return mimetypes.guess_extension(mime) or ".bin"
