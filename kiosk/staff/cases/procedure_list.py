"""The commune's list of administrative procedures: imported from a file, corrected one by one."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.appraisal_form import read_procedure
from kiosk.staff.cases.procedure_file import MOST_BYTES, read_list
from kiosk.staff.forms import Form, reading
from kiosk.web import local_now, settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK
from shared.store.office import procedures
from shared.store.office.procedures import Brought


@bp.get("/thu-tuc", allow=DESK)
def procedure_list() -> ResponseReturnValue:
    """Show the list, or the part of it that the words find."""
    return _page()


@bp.post("/thu-tuc", allow=DESK)
def keep_procedure() -> ResponseReturnValue:
    """Keep one procedure; it replaces one with the same code."""
    with reading(_page) as given:
        new = read_procedure(given)
    procedures.bring_in(store(), [new], actor=me().id, at=clock.now())
    return redirect(url_for("staff.procedure_list"), 303)


@bp.post("/thu-tuc/tep", allow=DESK)
def bring_in_procedures() -> ResponseReturnValue:
    """Import a workbook or a CSV: all its lines or none."""
    request.max_content_length = MOST_BYTES
    file = request.files.get("file")
    content = file.read() if file else b""
    if not content:
        return _page([Problem("file", "staff.procedures.no_file")], status=422)
    read = read_list(content, settings().office.zone, request.form.get("ignored", ""))
    if read and isinstance(read[0], Problem):
        return _page([one for one in read if isinstance(one, Problem)], status=422)
    new = [one for one in read if not isinstance(one, Problem)]
    brought = procedures.bring_in(store(), new, actor=me().id, at=clock.now())
    return _page(brought=brought)


def _page(
    problems: Sequence[Problem] = (), *, brought: Brought | None = None, status: int = 200
) -> ResponseReturnValue:
    db = store()
    today = local_now().date().isoformat()
    every = procedures.everything(db)
    changing = procedures.by_id(db, request.args.get("sua"))
    page = render_template(
        "staff/procedures.html",
        procedures=every,
        today=today,
        brought=brought,
        problems=list(problems),
        given=request.form if problems else _written_out(changing),
    )
    return page, status


def _written_out(changing: procedures.Procedure | None) -> Form:
    if changing is None:
        return Form()
    said = changing.said
    return Form(
        {
            "code": said.code, "name": said.name, "area": said.area,
            "since": said.since, "until": said.until,
        }
    )  # fmt: skip
