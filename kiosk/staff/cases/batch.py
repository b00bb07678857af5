"""Does one thing to several cases of the list: those ticked, or all of the list.

A page says first what will happen, to which, and which are left out and why; it finds that by doing
it and keeping nothing. Then each case is dealt with by itself, and its result is shown.
"""

from collections.abc import Callable

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from kiosk.staff.blueprint import bp
from kiosk.staff.cases import queue_filters
from kiosk.staff.cases.batch_acts import Act, read_act
from kiosk.staff.forms import reading
from kiosk.staff.visibility import visible_case
from kiosk.web import store
from shared.db.connection import rehearsing
from shared.domain.intake import Problem
from shared.domain.record import Record
from shared.domain.roles import DESK
from shared.store.cases import queue
from shared.store.cases.proposals import Proposal
from shared.workflows import notices

# So many cases are dealt with in one go; those of a longer list come after them.
MOST = 200


class BatchResult(Record):
    """The result for one case: `key` is its sentence; `is_done` whether it was done as wished."""

    code: str
    title: str
    key: str
    is_done: bool


@bp.post("/hang-loat", allow=DESK)
def bulk() -> ResponseReturnValue:
    """Say what one thing would do to several cases; do it where the form says that one is sure."""
    with reading(_refused) as given:
        act = read_act(given)
    codes = _chosen()
    if not codes:
        return _refused([Problem("", "staff.bulk.none_chosen")]), 422
    if request.form.get("sure") == "yes":
        results = [_result(code, act, _done) for code in codes]
        return render_template("staff/bulk.html", results=results, problems=[], back=_list())
    return _asked(act, codes)


def _asked(act: Act, codes: list[str]) -> str:
    """Return the page that asks whether to go on."""
    results = [_result(code, act, _rehearsed) for code in codes]
    will = [one for one in results if one.is_done]
    told = 0
    if act.step:
        told = sum(len(notices.recipients(store(), visible_case(one.code).id)) for one in will)
    return render_template(
        "staff/bulk_sure.html",
        act=act,
        will=will,
        left=[one for one in results if not one.is_done],
        told=told,
        query=queue_filters.query_of(queue_filters.of_this_page()),
        back=_list(),
    )


def _chosen() -> list[str]:
    """Return the codes of the cases that are meant, each once."""
    if request.form.get("whole") == "yes":
        wanted = queue_filters.of_this_page()
        return [line.code for line in queue.first(store(), wanted, queue_filters.days(), MOST)]
    return list(dict.fromkeys(request.form.getlist("code")))[:MOST]


def _result(code: str, act: Act, way: Callable[[Act, Proposal], str]) -> BatchResult:
    try:
        here = visible_case(code)
    except NotFound:
        return BatchResult(code[:12], "", "staff.bulk.not_found", is_done=False)
    key = way(act, here)
    return BatchResult(here.code, here.title, key or "staff.bulk.done", is_done=not key)


def _done(act: Act, here: Proposal) -> str:
    return act.do(here)


def _rehearsed(act: Act, here: Proposal) -> str:
    with rehearsing(store()):
        return act.do(here)


def _refused(problems: list[Problem]) -> str:
    return render_template("staff/bulk.html", results=[], problems=problems, back=_list())


def _list() -> str:
    wanted = queue_filters.of_this_page()
    return queue_filters.href(wanted, after=wanted.after)
