"""How an export shows each row of the register: its columns, and the text of each cell.

store/reports reads the rows and knows whose words they keep back.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared import texts
from shared.db.connection import Store
from shared.documents.tables import Cell
from shared.domain import clock, codes, phone
from shared.domain.honours import State, is_in_force
from shared.domain.proposal import Status
from shared.store.reports import case_rows, table_rows
from shared.store.reports.case_rows import Praised, RegisterRow, SenderRow
from shared.store.reports.table_rows import Sheet, SheetColumn

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say
COLUMNS = {
    "so-theo-doi": (
        "stt", "code", "arrived", "registered", "channel", "participant", "insider", "title",
        "category", "field", "assignee", "status", "outcome", "praise", "year", "remark",
    ),
    "de-xuat": (
        "code", "title", "current_state", "solution", "expected_effect", "effects", "maturity",
        "category", "more_categories", "field", "channel", "device", "participant", "insider",
        "residence", "hamlet", "mobiliser", "received", "arrived", "registered", "due", "status",
        "since", "year", "rule", "assignee",
    ),
    "tac-gia": (
        "code", "place", "name", "phone", "unit", "position", "guardian", "under_16",
        "consent_store", "consent_sms", "consent_name", "notice", "consented", "erased",
        "participant", "insider", "year", "rule", "share",
    ),
    "cac-buoc": ("code", "at", "from", "to", "by", "details"),
    "bo-sung": ("code", "at", "channel", "text"),
    "tra-loi": ("code", "at", "by", "text"),
    "tep": ("code", "at", "kind", "mime", "bytes", "seconds", "source", "sha256", "transcript"),
    "khen-thuong": (
        "code", "form", "whom", "name", "praise_state", "number", "day", "book", "amount", "money",
        "handed_at", "handed_on",
    ),
    "nhat-ky": ("place", "at", "kind", "by", "code", "data", "hash"),
}  # fmt: skip
# Details of a move that only the program needs.
_FOR_THE_PROGRAM = frozenset({"into_received"})


class Show:
    """How one copy shows each row."""

    def __init__(self, db: Store, viewer: str, *, personal: bool, zone: ZoneInfo) -> None:
        self.personal, self.zone = personal, zone
        self.praise: dict[str, list[Praised]] = {}
        for one in case_rows.praise(db, viewer):
            if is_in_force(one.kind, State(one.state)):
                self.praise.setdefault(one.code, []).append(one)

    def line(self, number: int, one: RegisterRow) -> list[Cell]:
        """A line of the SỔ THEO DÕI."""
        idea = one.proposal
        return [
            number, codes.grouped(idea.code), self.moment(idea.arrived_at),
            self.moment(idea.registered_at), _channel(idea.channel),
            _participant(idea.participant_type), _tick(idea.insider),
            self.words(one.is_veiled, idea.title), idea.category or "", idea.field or "",
            one.assignee, _status(idea.status), self.words(one.is_veiled, outcome_of(one)),
            "; ".join(map(praise_of, self.praise.get(idea.code, ()))),
            idea.evaluation_year, remark_of(one),
        ]  # fmt: skip

    def entry(self, one: RegisterRow) -> list[Cell]:
        """The cells of an idea with its own words."""
        idea = one.proposal
        own = (idea.title, idea.current_state, idea.solution, idea.expected_effect)
        return [
            codes.grouped(idea.code), *(self.words(one.is_veiled, text) for text in own),
            ", ".join(_WORDS(f"choice.effects.{name}") for name in idea.effects),
            _WORDS(f"choice.maturity.{idea.maturity}"), idea.category or "",
            ", ".join(idea.more_categories), idea.field or "", _channel(idea.channel), one.device,
            _participant(idea.participant_type), _tick(idea.insider),
            _WORDS(f"choice.residence.{idea.residence}") if idea.residence else "", idea.hamlet,
            idea.mobiliser, self.moment(idea.received_at), self.moment(idea.arrived_at),
            self.moment(idea.registered_at), self.moment(idea.due_at), _status(idea.status),
            self.moment(idea.status_since), idea.evaluation_year,
            _WORDS(f"rule.{idea.evaluation_rule}"), one.assignee,
        ]  # fmt: skip

    def sender(self, one: SenderRow) -> list[Cell]:
        """The cells of an author; names and numbers only in a personal copy."""
        who = one.author
        may_know = self.personal and not one.is_veiled
        number = who.phone or ""
        return [
            codes.grouped(one.code), one.place,
            (who.name if may_know else _PAPER("mark.withheld")) if who.name else "",
            (phone.shown(number) if may_know else phone.masked(number)) if number else "",
            *((text or "") if may_know else "" for text in (who.unit, who.position, who.guardian)),
            _tick(who.under_16), _tick(who.consent_store), _tick(who.consent_sms),
            _tick(who.consent_name), who.notice, self.moment(who.consented_at),
            self.moment(who.erased_at), _participant(who.participant_type), _tick(who.insider),
            who.evaluation_year, _WORDS(f"rule.{who.evaluation_rule}"), who.share,
        ]  # fmt: skip

    def step(self, one: case_rows.MoveRow) -> list[Cell]:
        """The cells of a move: when, from which status to which, by whom."""
        details = "; ".join(
            f"{_detail(name)}: {value}"
            for name, value in one.details.items()
            if name not in _FOR_THE_PROGRAM
        )
        return [
            codes.grouped(one.code), self.moment(one.at),
            _status(one.from_status) if one.from_status else "", _status(one.to_status),
            _who(one.by), self.words(one.is_veiled, details),
        ]  # fmt: skip

    def added(self, one: case_rows.SaidRow) -> list[Cell]:
        """The cells of what a sender added."""
        return self._said(one, _channel(one.how))

    def replied(self, one: case_rows.SaidRow) -> list[Cell]:
        """The cells of what the office answered."""
        return self._said(one, one.how)

    def _said(self, one: case_rows.SaidRow, how: str) -> list[Cell]:
        text = self.words(one.is_veiled, one.text)
        return [codes.grouped(one.code), self.moment(one.at), how, text]

    def file(self, one: case_rows.File) -> list[Cell]:
        """The cells of an attachment."""
        return [
            codes.grouped(one.code), self.moment(one.arrived_at), one.kind, one.mime, one.bytes,
            one.seconds, one.source, one.sha256, self.words(one.is_veiled, one.transcript),
        ]  # fmt: skip

    def praised(self, one: Praised) -> list[Cell]:
        """The cells of a letter or an award."""
        may_know = self.personal and not one.is_veiled
        name = one.name if may_know or one.is_collective else _PAPER("mark.withheld")
        return [
            codes.grouped(one.code), one.form or _PAPER("award.letter"),
            _WORDS(f"staff.honours.whom.{'collective' if one.is_collective else 'individual'}"),
            name if one.name else "", _WORDS(f"staff.honours.state.{one.kind}.{one.state}"),
            one.number, day_of(one.day), one.book_number, one.amount or None, one.source,
            one.where, day_of(one.handed_on),
        ]  # fmt: skip

    def logged(self, one: case_rows.Logged) -> list[Cell]:
        """The cells of an event."""
        code = codes.grouped(one.code) if one.code else ""
        return [
            one.place, self.moment(one.at), one.kind, _who(one.by), code, one.said, one.hash,
        ]  # fmt: skip

    def row_of(self, sheet: Sheet, row: table_rows.Row) -> list[Cell]:
        """A row of one of SHEETS, each value as its column says."""
        return [
            self._value(column, value, row)
            for column, value in zip(sheet.columns, row.values, strict=True)
        ]

    def _value(self, column: SheetColumn, value: Any, row: table_rows.Row) -> Any:
        if value is None or value == "":
            return None
        match column.kind:
            case "moment":
                return self.moment(value)
            case "day":
                return clock.written_day(value)
            case "tick":
                return _tick(bool(value))
            case "idea" | "code":
                return codes.grouped(value)
            case "person":
                return _who(value)
            case "choice":
                return _chosen(column.words, value)
            case "said":
                return self.words(row.is_veiled, value)
            case "words":
                return self.words(row.is_hidden, value)
            case "name":
                may_know = self.personal and not row.is_hidden
                return value if may_know else _PAPER("mark.withheld")
            case "phone":
                return self._number(value, row)
            case "facts":
                return "; ".join(self._fact(name, said, row) for name, said in value.items())
            case "text" | "number":
                return value

    def _fact(self, name: str, said: Any, row: table_rows.Row) -> str:
        """One thing of a person, by its name; "" and no are said too, because it was changed."""
        label = _WORDS(f"staff.sender.fields.{name}")
        if isinstance(said, bool):
            shown = _WORDS("staff.case.yes" if said else "staff.case.no")
        elif not said:
            shown = _WORDS("staff.sender.empty")
        elif name == "phone":
            shown = self._number(said, row)
        elif name in ("participant_type", "residence"):
            shown = _WORDS(f"choice.{name}.{said}")
        else:
            may_know = self.personal and not row.is_hidden
            shown = said if may_know else _PAPER("mark.withheld")
        return f"{label}: {shown}"

    def _number(self, value: str, row: table_rows.Row) -> str:
        """A number, whole or masked; a sender that is a name has nothing to mask."""
        if not value.startswith("+"):
            return value
        may_know = self.personal and not row.is_hidden
        return phone.shown(value) if may_know else phone.masked(value)

    def moment(self, at: int | None) -> datetime | None:
        """Return an instant as local time to the second, without its zone."""
        if at is None:
            return None
        return clock.to_local(at, self.zone).replace(tzinfo=None, microsecond=0)

    def words(self, is_veiled: bool, text: str) -> str:
        """Return the text, or a mark in its place if this copy may not hold it."""
        return _PAPER("mark.confidential") if is_veiled and text else text


def outcome_of(one: RegisterRow) -> str:
    """Return the outcome of an idea in one line: the decision, the place, the office."""
    said = one.outcome
    match one.proposal.status:
        case Status.RECOGNISED | Status.NOT_RECOGNISED:
            day = clock.written_day(said["decision_date"])
            return _PAPER("outcome.decided", so=said["decision_number"], ngay=day)
        case Status.REPLICATED:
            return _PAPER("outcome.replicated", noi=said["where"])
        case Status.REDIRECTED:
            return _PAPER("outcome.redirected", noi=said["to_office"])
        case Status.CLOSED:
            return said["reason"]
        case _:
            return ""


def praise_of(one: Praised) -> str:
    """Return a letter or an award in one line: what, its number and day, the money."""
    said = _PAPER(
        "outcome.praised",
        loai=one.form or _PAPER("award.letter"), so=one.number, ngay=clock.written_day(one.day),
    )  # fmt: skip
    money = f"{one.amount:,}".replace(",", ".")
    return f"{said}, {_PAPER('outcome.money', n=money)}" if one.amount else said


def day_of(day: str) -> date | None:
    """Return the date of a day kept as YYYY-MM-DD; None for ""."""
    return date.fromisoformat(day) if day else None


def remark_of(one: RegisterRow) -> str:
    """Return the register's remark on an idea: doubtful day, merged into which, junk."""
    remarks = (
        _PAPER("remark.not_asked") if one.proposal.is_unasked else "",
        _PAPER("remark.on_the_line") if one.proposal.on_the_line else "",
        _PAPER("remark.merged", ma=codes.grouped(one.into)) if one.into else "",
        _PAPER("remark.spam") if one.proposal.is_spam else "",
    )
    return "; ".join(remark for remark in remarks if remark)


def _detail(name: str) -> str:
    """Return the word for a move's detail, or its own name if the papers have no word for it."""
    key = f"detail.{name}"
    return _PAPER(key) if key in texts.load("papers.vi") else name


def _chosen(words: str, value: str) -> str:
    """Return the words for a choice, or its own name if the texts have none."""
    key = f"{words}.{value}"
    return _WORDS(key) if key in texts.load("vi") else value


def _channel(name: str) -> str:
    return _WORDS(f"choice.channel.{name}")


def _participant(name: str) -> str:
    return _WORDS(f"choice.participant_type.{name}")


def _status(name: str) -> str:
    return _WORDS(f"status.{name}.label")


def _who(by: str) -> str:
    return _PAPER(f"who.{by}") if by in ("citizen", "system", "operator") else by


def _tick(is_so: bool) -> str:
    return "x" if is_so else ""
