"""Who should be thanked or rewarded next, the longest waiting first: the worklist (R5). One tap
proposes; the chair decides."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from kiosk.staff.access import me
from kiosk.staff.awards.page import tabs
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.batch import BatchResult
from kiosk.staff.forms import sending_key
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.honours import KINDS, VALID, Kind
from shared.domain.proposal import Status
from shared.domain.record import Record
from shared.domain.roles import DESK
from shared.store.awards import candidates
from shared.store.awards.candidates import PAGE_SIZE, AwardDue, DueFilter
from shared.store.cases.award_turns import GROUPS
from shared.workflows import award_steps
from shared.workflows.award_steps import NotTaken

# From how many waiting days the list says so; our own choice, no law's.
SOON_DAYS, LATE_DAYS = 30, 60


class PraiseLine(Record):
    """One author on the list, and for how many days they have waited."""

    due: AwardDue
    days: int
    tone: str


@bp.get("/khen-thuong", allow=DESK)
def praise_due() -> ResponseReturnValue:
    """Show who should be thanked or rewarded next."""
    return _page()


@bp.post("/khen-thuong/de-nghi", allow=DESK)
def propose_honours() -> ResponseReturnValue:
    """Propose a letter or an award for one author, or letters for all who were chosen."""
    for kind in KINDS:
        if kind in request.form:
            return _propose_one(request.form[kind], kind)
    chosen = list(dict.fromkeys(request.form.getlist("one")))[:PAGE_SIZE]
    if not chosen:
        return _page("staff.honours.none_chosen", 422)
    results = [_proposed(one) for one in chosen]
    return render_template(
        "staff/bulk.html", results=results, problems=[], back=url_for("staff.open_honours")
    )


def _propose_one(whom: str, kind: Kind) -> ResponseReturnValue:
    try:
        honour_id = _propose(whom, kind)
    except NotTaken as fault:
        return _page(f"staff.honours.refused.{fault.why}", 409)
    return redirect(url_for("staff.honour", honour_id=honour_id), 303)


def _proposed(whom: str) -> BatchResult:
    code = whom.partition(":")[0][:12]
    try:
        here = visible_case(code)
        _propose(whom, "letter")
    except NotFound:
        return BatchResult(code, "", "staff.bulk.not_found", is_done=False)
    except NotTaken as fault:
        return BatchResult(
            here.code, here.title, f"staff.honours.refused.{fault.why}", is_done=False
        )
    return BatchResult(here.code, here.title, "staff.honours.proposed", is_done=True)


def _propose(whom: str, kind: Kind) -> str:
    """Propose for an author named as code:place. Raises NotFound, NotTaken."""
    code, _, said = whom.partition(":")
    here = visible_case(code)
    place = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 1
    at = clock.now()
    try:
        proposed = award_steps.propose(
            store(), here.code, place, kind,
            key=f"{sending_key(request.form)}|{here.code}|{place}|{kind}",
            today=clock.to_local(at, settings().office.zone).date(), actor=me().id, at=at,
        )  # fmt: skip
    except LookupError:
        raise NotFound from None
    return proposed.id


def _page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    db, at = store(), clock.now()
    wanted, given = _wanted(request.args), request.args
    found = candidates.page(
        db, wanted, after=given.get("sau", ""), before=given.get("truoc", "")
    )  # fmt: skip
    counts = candidates.counts(db)
    page = render_template(
        "staff/praise.html",
        tabs=tabs(),
        lines=[_line(one, at) for one in candidates.as_read_by(db, found.found, me().id)],
        counts={
            group: sum(n for (_, whose, _), n in counts.items() if whose == group)
            for group in GROUPS
        },
        groups=GROUPS,
        years=sorted({year for year, _, _ in counts}, reverse=True),
        statuses=[one for one in VALID if any(status == one for _, _, status in counts)],
        wanted=wanted,
        href=_href,
        newer=_href(wanted, truoc=found.before) if found.before else None,
        older=_href(wanted, sau=found.after) if found.after else None,
        form_key=new_id(),
        problem=problem,
    )
    return page, status


def _line(one: AwardDue, at: int) -> PraiseLine:
    days = max(0, at - one.since) // clock.DAY
    tone = "late" if days >= LATE_DAYS else "soon" if days >= SOON_DAYS else "fine"
    return PraiseLine(one, days, tone)


def _wanted(given: Mapping[str, str]) -> DueFilter:
    """Return the filter in an address; an unknown one is ignored."""
    year, group, status = given.get("nam", ""), given.get("ai", ""), given.get("buoc")
    return DueFilter(
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        group if group in GROUPS else "",
        Status(status) if status in set(VALID) else None,
    )


def _href(wanted: DueFilter, **changes: object) -> str:
    """Return the address of the list with some filters changed."""
    given = {"nam": wanted.year, "ai": wanted.group, "buoc": wanted.status, **changes}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/khen-thuong?{query}" if query else "/khen-thuong"
