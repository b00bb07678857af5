"""Parts III and IV of a year's report: what fell short and why, what comes next and what is asked
for. Only a person knows them; they are written on the report's page and stand in the paper."""

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, number, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record, asdict

# How long one part may be.
LETTERS = 5000
PARTS = ("shortfalls", "directions")


class ReportWordsStale(Exception):
    """A colleague wrote meanwhile."""


class ReportWords(Record):
    """Both parts of one year, each "" until it is written, by whom (a staff id, "" for nobody yet)
    and when (ms UTC)."""

    year: int
    shortfalls: str = ""
    directions: str = ""
    actor: str = ""
    at: int = 0

    @property
    def seen(self) -> str:
        """Return what a form carries to notice that a colleague was faster."""
        return str(self.at)


REPORT_WORDS = Table(
    "report_words",
    ReportWords,
    {
        "id": ident(),
        "year": number(exported=in_export()),
        "shortfalls": text(Whose.OFFICE, exported=in_export("said")),
        "directions": text(Whose.OFFICE, exported=in_export("said")),
        "actor": ident(exported=in_export("person")),
        "at": instant(exported=in_export()),
    },
    unique=(("year",),),
    sealed=True,
    sheet=ExportSheet("loi-bao-cao"),
    year_of="year",
)


def of(db: Store, year: int) -> ReportWords:
    """Return what was written for a year's report; empty parts before the first save."""
    return db.get(REPORT_WORDS, "year = :year", year=year) or ReportWords(year)


def keep(db: Store, new: ReportWords, *, seen: str) -> None:
    """Replace both parts; the same again changes nothing. `seen` is that of the words their writer
    looked at. Raises ReportWordsStale."""
    with writing(db):
        known = of(db, new.year)
        if all(getattr(known, part) == getattr(new, part) for part in PARTS):
            return
        if seen != known.seen:
            raise ReportWordsStale(str(new.year))
        if known.actor:
            db.change(REPORT_WORDS, {"year": new.year}, asdict(new))
        else:
            db.insert(REPORT_WORDS, new, id=new_id())
        note(db, "report_words_kept", None, new.actor, new.at, year=new.year)
