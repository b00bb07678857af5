"""One letter or award: what an officer writes of it, whose name it bears, what was asked before."""

from collections.abc import Callable, Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.effect_table import effect_rows
from kiosk.staff.access import me
from kiosk.staff.awards.honour_form import (
    ANSWERS,
    HOWS,
    read_check,
    read_content,
    read_name,
)
from kiosk.staff.awards.page import HonourRow, row_of, tabs
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import Form, read_seen, reading
from kiosk.web import settings, store
from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.honours import EDITABLE, OFFICIAL_TYPES, State, is_in_force
from shared.domain.intake import Problem
from shared.domain.roles import DESK, READERS
from shared.store.awards import checks, conferences, printed_names, rules
from shared.store.awards.decision_numbers import NumberTaken
from shared.store.cases import merges
from shared.store.models import adoptions
from shared.store.people import staff
from shared.texts import NOTICE_VERSION
from shared.workflows import award_steps, case_steps
from shared.workflows.award_steps import NotTaken

# The papers of a letter or an award, by its kind.
PAPERS = {"thu-khen": "letter", "quyet-dinh-khen-thuong": "award", "giay-khen": "award"}


@bp.get("/khen-thuong/ho-so/<honour_id>", allow=READERS)
def honour(honour_id: str) -> ResponseReturnValue:
    """Show one; its name is a personal detail, so the look is recorded, once an hour."""
    here, at = row_of(honour_id), clock.now()
    with writing(store()):
        seen = {"honour": here.honour.id, "by": me().id}
        kind = "viewed_honour_name"
        if not event_log.has(store(), here.idea.id, kind, since=at - clock.HOUR, **seen):
            event_log.note(store(), kind, here.idea.id, me().id, at, **seen)
    return dossier(here)


@bp.post("/khen-thuong/ho-so/<honour_id>/so", allow=READERS)
def show_honour_number(honour_id: str) -> ResponseReturnValue:
    """Show the number for asking how the name is spelt, and record who looked."""
    here = row_of(honour_id)
    case_steps.note_view(
        store(), here.idea.id, "viewed_personal_details", actor=me().id, at=clock.now()
    )
    return dossier(here, open_form="name-form", is_number_shown=True)


@bp.post("/khen-thuong/ho-so/<honour_id>/noi-dung", allow=DESK)
def rewrite_honour(honour_id: str) -> ResponseReturnValue:
    """Keep what an officer writes of it."""
    here = row_of(honour_id)
    with reading(lambda wrong: dossier(here, wrong, "content")) as given:
        content = read_content(given, here.honour.kind)
    return done(
        here,
        lambda: award_steps.rewrite(
            store(), honour_id, content, seen=read_seen(request.form), actor=me().id,
            at=clock.now(),
        ),
        "content",
    )  # fmt: skip


@bp.post("/khen-thuong/ho-so/<honour_id>/ten", allow=READERS)
def settle_name(honour_id: str) -> ResponseReturnValue:
    """Keep how the name is spelt and who said so, or why nobody could be asked."""
    here = row_of(honour_id)
    if not _is_open(here):
        return dossier(here, [Problem("", "staff.honours.refused.stale")], "name-form", 409)
    with reading(lambda wrong: dossier(here, wrong, "name-form")) as given:
        name = read_name(
            given, is_collective=here.honour.is_collective, needs_consent=needs_consent(here)
        )
    db, at = store(), clock.now()
    if name.how:
        notice = NOTICE_VERSION if needs_consent(here) else ""
        printed_names.confirm(
            db, honour_id, name.name, how=name.how, actor=me().id, at=at, notice=notice
        )
    else:
        printed_names.waive(db, honour_id, name.name, name.why, actor=me().id, at=at)
    return back(here)


@bp.post("/khen-thuong/ho-so/<honour_id>/kiem-tra", allow=DESK)
def check_honour(honour_id: str) -> ResponseReturnValue:
    """Keep the answer to the question whether something is pending."""
    here, at = row_of(honour_id), clock.now()
    today = clock.to_local(at, settings().office.zone).date()
    with reading(lambda wrong: dossier(here, wrong, "check")) as given:
        answer = read_check(given, today=today, actor=me().id, at=at)
    seen = read_seen(request.form)
    return done(here, lambda: award_steps.check(store(), honour_id, answer, seen=seen), "check")


@bp.post("/khen-thuong/ho-so/<honour_id>/thoi", allow=DESK)
def drop_honour(honour_id: str) -> ResponseReturnValue:
    """Take a proposal back before the chair has decided, with a reason."""
    here = row_of(honour_id)
    with reading(lambda wrong: dossier(here, wrong, "drop"), within="drop") as given:
        reason = given.reason()
    if here.honour.state not in EDITABLE:
        return dossier(here, [Problem("", "staff.honours.refused.stale")], "drop", 409)
    return done(
        here,
        lambda: award_steps.take_back(
            store(), honour_id, reason, seen=read_seen(request.form), actor=me().id, at=clock.now()
        ),
        "drop",
    )


def _is_open(here: HonourRow) -> bool:
    """Say whether its name may still be settled: no paper has it yet, and there is a person."""
    one = here.honour
    is_under_way = one.state in EDITABLE or (one.kind, one.state) == ("letter", State.DECIDED)
    return is_under_way and not here.is_gone


def needs_consent(here: HonourRow) -> bool:
    """Say whether nobody has agreed yet that the name is kept: an idea without a name was claimed
    later, with its receipt (A13)."""
    return not here.honour.is_collective and not here.author.consent_store


def done(here: HonourRow, change: Callable[[], object], open_form: str) -> ResponseReturnValue:
    """Make a change and go back; or say why not, with what was typed."""
    try:
        change()
    except NotTaken as fault:
        problem = Problem("", f"staff.honours.refused.{fault.why}")
        return dossier(row_of(here.honour.id), [problem], open_form, 409)
    except NumberTaken as fault:
        blanks = {"ngay": clock.written_day(fault.day), "ma": fault.code}
        problem = Problem("number", "staff.sign.number_taken", blanks)
        return dossier(here, [problem], open_form, 422)
    return back(here)


def back(here: HonourRow) -> ResponseReturnValue:
    """Lead back to the page of one."""
    return redirect(url_for("staff.honour", honour_id=here.honour.id), 303)


def dossier(
    here: HonourRow, problems: Sequence[Problem] = (), open_form: str = "", status: int = 200, *,
    is_number_shown: bool = False,
) -> ResponseReturnValue:  # fmt: skip
    """Return the page of one; what was typed stays in the form `open_form`."""
    if me().role not in DESK and not here.idea.is_open_to_all:
        abort(404)
    db, at = store(), clock.now()
    considered = merges.kept_instead(db, here.idea.id) or here.idea.id
    delivery, latest = conferences.of(db, here.honour.id), conferences.page(db, "")
    chosen = [delivery.conference_id] if delivery and delivery.conference_id else []
    page = render_template(
        "staff/honour.html",
        tabs=tabs(),
        row=here,
        rules=rules.of(db),
        delivery=delivery,
        conferences={**{one.id: one for one in latest.lines}, **conferences.by_ids(db, chosen)},
        has_older=bool(latest.after),
        papers=[name for name, kind in PAPERS.items() if kind == here.honour.kind],
        checks=checks.of(db, here.honour.id),
        effects=effect_rows(adoptions.measures(db, considered)),
        is_open=_is_open(here),
        is_editable=here.honour.state in EDITABLE,
        in_force=is_in_force(here.honour.kind, here.honour.state),
        is_official=here.author.participant_type in OFFICIAL_TYPES,
        needs_consent=needs_consent(here),
        number=here.author.phone or "",
        is_number_shown=is_number_shown,
        hows=HOWS,
        answers=ANSWERS,
        names=staff.names(db),
        today=clock.to_local(at, settings().office.zone).date().isoformat(),
        problems=list(problems),
        open_form=open_form,
        given=request.form if problems else Form(),
    )
    return page, status
