"""What the office's own people proposed in a year, by which the chair rates them (R6, R7).

Every look and every copy is an event with the name of who looked (docs/decisions/0029).
"""

from collections.abc import Sequence
from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.download import XLSX, send_kept
from kiosk.web import fault_page, local_now, settings, store
from shared.db.pages import PAGE_LINES, Page, page_after, page_of
from shared.documents import trial_mark, year_record_book
from shared.domain import clock, year_record
from shared.domain.intake import Problem
from shared.domain.roles import CHAIR
from shared.domain.year_record import Person
from shared.store.people import staff
from shared.store.reports import case_rows, overview
from shared.store.reports import staff_year as kept

# How many ideas of a person stand on the page, the latest; the workbook has them all.
MOST_IDEAS = 20


@bp.get("/thanh-tich", allow=CHAIR)
def year_record_page() -> ResponseReturnValue:
    """Show the persons of a year, the year being counted where none is asked for."""
    return _page(_year_of(request.args.get("nam", "")))


@bp.post("/thanh-tich/<int:year>/xlsx", allow=CHAIR)
def take_year_record(year: int) -> ResponseReturnValue:
    """Send the persons of a year as a workbook, and record who took it."""
    if year not in _years():
        return fault_page(404)
    what, at = f"year_record {year}", clock.now()
    case_rows.note_export(store(), actor=me().id, at=at, what=what, personal=True)
    content = year_record_book.workbook(
        _of_year(_everyone(year), year), settings().office.zone, mark=trial_mark.of(store())
    )
    return send_kept(content, f"sang-kien-can-bo-{year}.xlsx", XLSX)


@bp.post("/thanh-tich/mot-nguoi", allow=CHAIR)
def say_of_people() -> ResponseReturnValue:
    """Keep that two names are one person, or that they are two."""
    year, given = _year_of(request.form.get("nam", "")), request.form
    one, other = given.get("one", ""), given.get("other", "")
    if given.get("do") not in ("join", "apart") or not one or one == other:
        return _page(year, [Problem("other", "staff.record.two_needed")], 422)
    is_same = given["do"] == "join"
    known = kept.say(store(), one, other, is_same=is_same, actor=me().id, at=clock.now())
    if not known:
        return _page(year, [Problem("other", "staff.record.gone")], 422)
    return redirect(url_for("staff.year_record_page", nam=year), 303)


@bp.post("/thanh-tich/mot-nguoi/<said_id>/bo", allow=CHAIR)
def take_back_of_people(said_id: str) -> ResponseReturnValue:
    """Undo what was said of two names; a second time changes nothing."""
    if not kept.take_back(store(), said_id, actor=me().id, at=clock.now()):
        abort(404)
    year = _year_of(request.form.get("nam", ""))
    return redirect(url_for("staff.year_record_page", nam=year), 303)


def _page(
    year: int, problems: list[Problem] | None = None, status: int = 200
) -> ResponseReturnValue:
    db = store()
    kept.note_view(db, year, actor=me().id, at=clock.now())
    everyone, said = _everyone(year), kept.said(db)
    people = page_after(partial(_people, _of_year(everyone, year)), request.args.get("after", ""))
    apart = [(one.author_id, one.other_id) for one in said if not one.is_same]
    by_author = {part.author_id: part for person in everyone for part in person.contributions}
    page = render_template(
        "staff/year_record.html",
        year=year,
        years=[(str(one), str(one)) for one in _years()],
        people=people,
        most=MOST_IDEAS,
        unnamed=kept.unnamed(db, year),
        most_unnamed=kept.MOST_UNNAMED,
        suggestions=year_record.suggestions(everyone, apart),
        everyone=everyone,
        said=[
            (one, by_author[one.author_id], by_author[one.other_id])
            for one in said
            if one.author_id in by_author and one.other_id in by_author
        ],
        names=staff.names(db),
        decision_of=year_record_book.decision_of,
        places_of=year_record_book.places_of,
        problems=problems or [],
        given=request.form,
    )
    return page, status


def _everyone(year: int) -> list[Person]:
    """Return all persons of a year, and of others those of whom somebody said something; those that
    were joined are one."""
    said = kept.said(store())
    joined = [(one.author_id, one.other_id) for one in said if one.is_same]
    parts = kept.contributions(store(), year, viewer=me().id)
    return year_record.people(parts, joined)


def _people(found: Sequence[Person], after: str) -> Page[Person]:
    """Return one page of persons: the first, or the one after a mark."""
    ids = [one.author_id for one in found]
    first = ids.index(after) + 1 if after in ids else 0
    return page_of(found[first : first + PAGE_LINES + 1], lambda one: (one.author_id,))


def _of_year(everyone: list[Person], year: int) -> list[Person]:
    return [found for one in everyone if (found := one.of(year))]


def _years() -> list[int]:
    return overview.years(store(), at=clock.now(), zone=settings().office.zone)


def _year_of(said: str) -> int:
    """Return the year in the address; this year if there is no such year."""
    this_year = local_now().year
    return next((one for one in _years() if str(one) == said), this_year)
