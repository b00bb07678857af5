"""The month's end: the list of a month's ideas to compare with the binder of paper forms, to tick
on the screen or to print, and what was found there."""

import re
from collections.abc import Collection
from datetime import date
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import scanning
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import Reader, reading, sending_key
from kiosk.staff.visibility import seen_case
from kiosk.web import fault_page, settings, store
from shared.domain import clock, codes
from shared.domain.intake import Problem
from shared.domain.proposal import TEXT_LETTERS
from shared.domain.record import Record
from shared.domain.roles import READERS
from shared.store.cases import paper_checks, paper_forms
from shared.store.cases.paper_checks import MonthList
from shared.store.people import staff

MONTHS = 13
MOST_EXTRA = 50
# More papers than a binder holds.
MOST_TICKED = 5000
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
_BETWEEN_CODES = re.compile(r"[\n\r,;]+")


class Extra(Record):
    """A code in the binder that its month's list does not have: of an idea entered in another month
    (`month`, YYYY-MM), of a blank form that was not photographed (`is_form`), or of neither."""

    code: str
    month: str
    is_form: bool


@bp.get("/giay/doi-chieu", allow=READERS)
def month_end() -> ResponseReturnValue:
    """Show a month's ideas to tick; without a month, the one before this."""
    month = _month()
    return fault_page(404) if month is None else _page(month)


@bp.post("/giay/doi-chieu", allow=READERS)
def reconcile() -> ResponseReturnValue:
    """Keep what was found in the binder of a month."""
    month = _month()
    if month is None:
        return fault_page(404)
    with reading(partial(_page, month)) as given:
        typed = _read_extra(given)
        remark = given.text("note", TEXT_LETTERS)
    ticked, when = set(request.form.getlist("code")[:MOST_TICKED]), _time_of(month)
    here = paper_checks.of_month(store(), ticked | typed, *when)
    expected = [one.code for one in _listed(month).papers]
    paper_checks.keep(
        store(), month, expected, here, typed - here, remark, actor=me().id, at=clock.now(),
        key=sending_key(request.form),
    )  # fmt: skip
    return redirect(url_for("staff.month_end", thang=month, _anchor="found"), 303)


@bp.get("/giay/doi-chieu/in", allow=READERS)
def month_end_sheet() -> ResponseReturnValue:
    """Show the same list as a sheet to print, tick by hand, sign and file."""
    month = _month()
    if month is None:
        return fault_page(404)
    return render_template("print/month_end.html", **_shown(month), at=clock.now())


def previous_month() -> str:
    """Return the month before this one in the office's time, YYYY-MM."""
    return _months_back(1)


def _month() -> str | None:
    """Return the month in the address, the last one if there is none; None if it is no month."""
    said = request.values.get("thang", "") or previous_month()
    return said if _MONTH.fullmatch(said) else None


def _months() -> list[str]:
    """Return the latest months, this one first."""
    return [_months_back(count) for count in range(MONTHS)]


def _months_back(count: int) -> str:
    return _month_of(clock.months_before(clock.now(), count, settings().office.zone))


def _month_of(at: int) -> str:
    return f"{clock.to_local(at, settings().office.zone):%Y-%m}"


def _time_of(month: str) -> tuple[int, int]:
    """Return the first instant of a local month and that of the next one (ms UTC)."""
    year, number = (int(part) for part in month.split("-"))
    following = date(year + number // 12, number % 12 + 1, 1)
    since = clock.start_of_day(date(year, number, 1), settings().office.zone)
    until = clock.start_of_day(following, settings().office.zone)
    return since, until


def _listed(month: str, asked: Collection[str] = ()) -> MonthList:
    since, until = _time_of(month)
    return paper_checks.month_list(store(), since, until, viewer=me().id, asked=asked)


def _read_extra(given: Reader) -> set[str]:
    """Return the typed codes of papers that are not on the list."""
    said = map(str.strip, _BETWEEN_CODES.split(given.form.get("extra", "")))
    typed = [one for one in said if one]
    found = [(one, scanning.code_in(one)) for one in typed]
    wrong = [one for one, code in found if not codes.is_code(code)]
    if len(typed) > MOST_EXTRA:
        given.wrong("extra", "staff.reconcile.too_many", n=MOST_EXTRA)
    elif wrong:
        given.wrong("extra", "staff.reconcile.wrong", ma=wrong[0][:40])
    return {code for _, code in found}


def _extra(code: str) -> Extra:
    """Return what is known of a code now: it may have been filed since."""
    here = seen_case(code)
    if here is None:
        return Extra(code, "", paper_forms.by_code(store(), code) is not None)
    return Extra(code, _month_of(here.registered_at), False)


def _shown(month: str) -> dict[str, Any]:
    """Return what both the page and the printed sheet show of a month."""
    kept = paper_checks.latest(store(), month)
    ticked = [one for one in request.form.getlist("code")[:MOST_TICKED] if codes.is_code(one)]
    return {
        "month": month,
        "here": _listed(month, {*ticked, *(kept[0].found if kept else ())}),
        "latest": kept[0] if kept else None,
        "found": frozenset(kept[0].found if kept else ()),
        "earlier": kept[1:],
        "extra": [_extra(code) for code in kept[0].extra] if kept else [],
        "names": staff.names(store()),
    }


def _page(month: str, problems: list[Problem] | None = None) -> str:
    shown = _shown(month)
    return render_template(
        "staff/month_end.html",
        **shown,
        months=[(one, clock.written_day(one)) for one in sorted({*_months(), month}, reverse=True)],
        ticked=frozenset(request.form.getlist("code") if problems else shown["found"]),
        most=MOST_EXTRA,
        key=sending_key(request.form),
        problems=problems or [],
        given=request.form,
    )
