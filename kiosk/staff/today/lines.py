"""What waits, as lines of one list: in words, with where it leads and what one does there."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import url_for

from kiosk.staff.due import DueLabel, label_of
from kiosk.staff.pending import ShownAct, shown_acts
from kiosk.staff.today.kinds import Asker, WaitingOfKind
from kiosk.web import say
from shared.domain import clock, phone
from shared.domain.record import Record
from shared.domain.vietnamese import one_line
from shared.store.cases.pending_acts import ListedAct
from shared.store.messages.sms_list import SmsLine

SMS_EXCERPT_LETTERS = 60
# Stands before all that has a day: it can be taken back for minutes only, or somebody stands there.
AT_ONCE = 0


class TodayLine(Record):
    """One line. `sort` is when it is due or since when it waits (ms UTC); `when` says so in words,
    `tone` is late, soon or fine, `is_due` False for what has no day; `what` is its kind's words,
    `title` what it is about, `href` where the next act (`act`, in words) is done; `act_id` takes a
    pending act back and `seen` is the code of a case whose answer can be noted as read, each ""
    for none."""

    sort: int
    kind: str
    title: str
    href: str
    when: str = ""
    tone: str = "fine"
    is_due: bool = False
    what: str = ""
    act: str = ""
    act_id: str = ""
    seen: str = ""

    @property
    def turn(self) -> int:
        """Which part of the list it stands in."""
        if self.sort == AT_ONCE:
            return 0
        if self.tone in ("late", "soon"):
            return 1
        return 3 if self.is_due else 2


def lines_of(found: list[WaitingOfKind], asker: Asker) -> list[TodayLine]:
    """Return what waits: what cannot wait, what is due today or soon or was due, what waits since
    long, and what is due later."""
    drawn: list[TodayLine] = []
    for one in found:
        if one.kind.name == "act":
            drawn += _acts(list(one.rows), asker)
        else:
            drawn += [_LINES[one.kind.name](row, asker, one.kind.name) for row in one.rows]
    return sorted(drawn, key=lambda line: (line.turn, line.sort))


def _line(kind: str, sort: int, title: str, href: str, **more: Any) -> TodayLine:
    if "what" not in more:
        more["what"] = say(f"staff.today.what.{kind}")
    return TodayLine(sort, kind, title, href, act=say(f"staff.today.act.{kind}"), **more)


def _acts(listed: list[ListedAct], asker: Asker) -> list[TodayLine]:
    shown = shown_acts([one.act for one in listed])
    return [_act(one, act, asker) for one, act in zip(listed, shown, strict=True)]


def _act(one: ListedAct, shown: ShownAct, asker: Asker) -> TodayLine:
    left = max(clock.MINUTE, one.act.due_at - asker.now)
    hours, minutes = divmod(-(-left // clock.MINUTE), 60)
    when = say("staff.today.hours", n=hours) if hours else say("staff.today.minutes", n=minutes)
    may_take = asker.leads and not shown.only
    sort = one.act.due_at if shown.only else AT_ONCE
    return _line(
        "act", sort, _title(one.title), _case(one.code), what=shown.what,
        when="" if shown.is_lapsed else when, tone="late" if shown.is_lapsed else "soon",
        act_id=one.act.id if may_take and not shown.is_lapsed else "",
    )  # fmt: skip


def _due(row: Any, asker: Asker, kind: str) -> TodayLine:
    return _dated(row.at, asker, kind, _title(row.title), _case(row.code))


def _answer(row: Any, asker: Asker, kind: str) -> TodayLine:
    return _since(row.at, asker, kind, _title(row.title), _case(row.code), seen=row.code)


def _trial(row: Any, asker: Asker, kind: str) -> TodayLine:
    href = url_for("staff.trial_ends", code=row.code)
    return _on_day(row.day, asker, kind, _title(row.title), href)


def _step(row: Any, asker: Asker, kind: str) -> TodayLine:
    href = url_for("staff.appraisal", code=row.code)
    title = f"{row.step.what} · {_title(row.title)}"
    return _on_day(row.step.due_on, asker, kind, title, href)


def _returned(row: Any, asker: Asker, kind: str) -> TodayLine:
    href = url_for("staff.council_session", session_id=row.session_id)
    what = say("staff.today.what.returned", ly_do=row.reason)
    return _since(row.at, asker, kind, _title(row.title), href, what=what)


def _unsigned(row: Any, asker: Asker, kind: str) -> TodayLine:
    href = url_for("staff.sign_off_queue")
    return _since(row.at, asker, kind, _title(row.title), href)


def _session(row: Any, asker: Asker, kind: str) -> TodayLine:
    href = url_for("staff.council_session", session_id=row.id)
    what = say("staff.today.what.sheets", n=row.sheets) if kind == "sheets" else None
    more = {"what": what} if what else {}
    title = f"{clock.written_day(row.held_on)} · {row.place}".strip(" ·")
    return _on_day(row.held_on, asker, kind, title, href, **more)


def _invited(row: Any, asker: Asker, kind: str) -> TodayLine:
    href = url_for("staff.council_session", session_id=row.id, _anchor="moi")
    what = say("staff.today.what.invited", co=row.coming, vang=row.away, doc=row.said)
    title = f"{clock.written_day(row.held_on)} · {row.place}".strip(" ·")
    return _on_day(row.held_on, asker, kind, title, href, what=what)


def _call_back(row: Any, asker: Asker, kind: str) -> TodayLine:
    what = say("staff.today.what.call_back", vi_sao=say(f"staff.call_backs.why.{row.why}"))
    href = url_for("staff.call_back_list")
    return _since(row.at, asker, kind, phone.masked(row.phone), href, what=what)


def _set_aside(row: SmsLine, asker: Asker, kind: str) -> TodayLine:
    who = phone.masked(row.phone) if row.is_person else row.phone
    said = phone.without_numbers(one_line(row.text))[:SMS_EXCERPT_LETTERS]
    href = url_for("staff.sms_message", message_id=row.id)
    return _since(row.at, asker, kind, f"{who}: {said}" if said else who, href)


def _data(row: Any, asker: Asker, kind: str) -> TodayLine:
    href = url_for("staff.data_request", request_id=row.id)
    what = say(f"staff.data.kind.{row.kind}")
    return _dated(row.next_at, asker, kind, f"{row.number}/{row.year}", href, what=what)


def _lasting(row: Any, asker: Asker, kind: str) -> TodayLine:
    key = f"staff.today.what.lasting_{row.said}" if row.said else "staff.today.what.lasting"
    what = say(key, n=row.days)
    title = f"{row.unit} · {row.title}".strip(" ·")
    day = (_day_of(row.since) + timedelta(days=row.days)).isoformat()
    return _on_day(day, asker, kind, title, url_for("staff.spreading"), what=what)


def _unit(row: Any, asker: Asker, kind: str) -> TodayLine:
    return _since(row.at, asker, kind, f"{row.unit} · {row.title}", url_for("staff.spreading"))


def _paper(row: Any, asker: Asker, kind: str) -> TodayLine:
    href = url_for("staff.outgoing_paper", paper_id=row.id)
    what = say("staff.today.what.paper", n=len(row.missing))
    return _day_line(_day_of(row.issued_on), asker, kind, row.title, href, what=what)


def _ring(row: Any, asker: Asker, kind: str) -> TodayLine:
    hour = clock.hour_words(row.rung_at, asker.zone)
    return _line(
        kind, AT_ONCE, say("staff.rings.calls", may=row.kiosk), url_for("staff.ring_list"),
        when=say("staff.today.since", luc=hour), tone="late",
    )  # fmt: skip


def _counted(endpoint: str) -> Callable[[Any, Asker, str], TodayLine]:
    """Return what draws a line that stands for `n` things at one desk."""

    def draw(waiting: Any, asker: Asker, kind: str) -> TodayLine:
        title = say(f"staff.today.many.{kind}", n=waiting)
        return _line(kind, asker.now, title, url_for(endpoint), what="")

    return draw


_LINES: dict[str, Callable[[Any, Asker, str], TodayLine]] = {
    "ring": _ring, "due": _due, "answer": _answer, "trial": _trial, "step": _step,
    "returned": _returned, "unsigned": _unsigned, "session": _session, "sheets": _session,
    "invited": _invited,
    "call_back": _call_back, "set_aside": _set_aside, "data": _data, "lasting": _lasting,
    "unit": _unit, "paper": _paper,
    "failed_sms": _counted("staff.sms_failures"), "honours": _counted("staff.open_honours"),
    "names": _counted("staff.open_names"), "printer": _counted("staff.printer"),
    "reds": _counted("staff.daily_check"),
}  # fmt: skip


def _dated(at: int, asker: Asker, kind: str, title: str, href: str, **more: str) -> TodayLine:
    """Return a line with an instant by which it is due."""
    left = (clock.to_local(at, asker.zone).date() - asker.today).days
    return _labelled(label_of(left), at, kind, title, href, **more)


def _on_day(day: str, asker: Asker, kind: str, title: str, href: str, **more: str) -> TodayLine:
    """Return a line with a day (YYYY-MM-DD) by which it is due."""
    return _dated(clock.end_of_day(_day_of(day), asker.zone), asker, kind, title, href, **more)


def _labelled(label: DueLabel, at: int, kind: str, title: str, href: str, **more: str) -> TodayLine:
    when = say(label.key, n=label.days)
    return _line(kind, at, title, href, when=when, tone=label.tone, is_due=True, **more)


def _since(at: int, asker: Asker, kind: str, title: str, href: str, **more: str) -> TodayLine:
    """Return a line that waits since an instant."""
    day = clock.to_local(at, asker.zone).date()
    if day != asker.today:
        return _day_line(day, asker, kind, title, href, sort=at, **more)
    when = say("staff.today.since", luc=clock.hour_words(at, asker.zone))
    return _line(kind, at, title, href, when=when, **more)


def _day_line(
    day: date, asker: Asker, kind: str, title: str, href: str, *, sort: int | None = None,
    **more: str,
) -> TodayLine:  # fmt: skip
    """Return a line that waits since a day."""
    at = clock.start_of_day(day, asker.zone) if sort is None else sort
    when = say("staff.today.since", luc=f"{day:%d/%m}")
    return _line(kind, at, title, href, when=when, **more)


def _day_of(day: str) -> date:
    return date.fromisoformat(day)


def _case(code: str) -> str:
    return url_for("staff.case", code=code)


def _title(title: str) -> str:
    return title or say("staff.case.no_title")
