"""The office's own templates: download, edit in a word processor, upload, try, use, undo.

shared/documents/template_check.py decides whether a template may be used at all.
"""

from functools import partial

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk import taking
from kiosk.office_files import FILE_NAME_LETTERS
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.download import send_kept, send_paper
from kiosk.staff.forms import reading
from kiosk.taking import FileRefused
from kiosk.web import site, store
from shared.documents import catalogue, fill, template_check, write
from shared.documents.catalogue import Paper, PaperUnknown
from shared.documents.docx_clean import MIB, MOST_BYTES
from shared.documents.template_problems import FIELD
from shared.documents.write import DOCX, TemplateUnusable
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK
from shared.domain.vietnamese import one_line
from shared.files import media
from shared.store.files import paper_templates
from shared.store.files.paper_templates import TemplateUnknown, Version

# Around the file of the form: the lines between its parts.
_FORM_EXTRA = 64 * 1024


@bp.get("/mau-giay", allow=DESK)
def templates() -> ResponseReturnValue:
    """List every paper with its present template."""
    return render_template(
        "staff/templates.html",
        papers=[catalogue.paper(name) for name in catalogue.names()],
        chosen=paper_templates.chosen(store()),
    )


@bp.get("/mau-giay/<paper>", allow=DESK)
def template(paper: str) -> ResponseReturnValue:
    """Show one paper: its templates, its blanks, and where to upload an edited one."""
    return _page(_paper(paper))


@bp.get("/mau-giay/<paper>/goc.docx", allow=DESK)
def original_template(paper: str) -> Response:
    """Send the template that came with the programs."""
    here = _paper(paper)
    return send_kept(here.original.read_bytes(), f"mau-{here.name}-goc.docx", DOCX)


@bp.get("/mau-giay/<paper>/dang-dung.docx", allow=DESK)
def used_template(paper: str) -> Response:
    """Send the template that the paper uses."""
    here = _paper(paper)
    own = paper_templates.in_use(store(), here.name)
    if own is None:
        return original_template(paper)
    return send_kept(_file(own), f"mau-{here.name}.docx", DOCX)


@bp.post("/mau-giay/<paper>/gui-tep", allow=DESK)
def send_template(paper: str) -> ResponseReturnValue:
    """Keep an edited template that is sound; it is on trial until somebody puts it to use."""
    here = _paper(paper)
    request.max_content_length = MOST_BYTES + _FORM_EXTRA
    try:
        given = request.files.get(FIELD)
        content = given.stream.read() if given and given.filename else b""
        taking.check_room(len(content))
    except RequestEntityTooLarge:
        return _page(here, [_wrong("too_big", n=MOST_BYTES // MIB)], 413)
    except FileRefused as refusal:
        return _page(here, [Problem(FIELD, refusal.key, refusal.blanks)], refusal.status)
    if not content:
        return _page(here, [_wrong("none")], 422)
    with reading(partial(_page, here)) as form:
        checked = form.sound(template_check.checked(content, here))
    folder, name = site().instance.media, one_line(given.filename or "") if given else ""
    kept = media.keep(folder, [checked], most=MOST_BYTES * 2)
    version = paper_templates.keep(
        store(), here.name, kept, name[:FILE_NAME_LETTERS], actor=me().id, at=clock.now()
    )
    where = url_for("staff.template_version", paper=here.name, version_id=version.id)
    return redirect(where, 303)


@bp.get("/mau-giay/<paper>/ban/<version_id>", allow=DESK)
def template_version(paper: str, version_id: str) -> ResponseReturnValue:
    """Show a version before it is used: filled with samples, as DOCX or PDF."""
    here = _paper(paper)
    version = _version(here, version_id)
    used = paper_templates.in_use(store(), here.name)
    is_used = used is not None and used.id == version.id
    return render_template(
        "staff/template_version.html", paper=here, version=version, is_used=is_used
    )


@bp.get("/mau-giay/<paper>/ban/<version_id>/mau.docx", allow=DESK)
def version_file(paper: str, version_id: str) -> Response:
    """Send a version as it is kept."""
    here = _paper(paper)
    return send_kept(_file(_version(here, version_id)), f"mau-{here.name}.docx", DOCX)


@bp.post("/mau-giay/<paper>/ban/<version_id>/xem-thu", allow=DESK)
def try_template(paper: str, version_id: str) -> Response:
    """Send the paper that a version makes of the samples."""
    here = _paper(paper)
    template = _file(_version(here, version_id))
    filled = fill.fill(template, template_check.trial_blanks(here))
    back = url_for("staff.template_version", paper=here.name, version_id=version_id)
    return send_paper(filled, f"xem-thu-{here.name}", back=back)


@bp.post("/mau-giay/<paper>/dung", allow=DESK)
def use_template(paper: str) -> ResponseReturnValue:
    """Let the paper use a version from now on, or the original again."""
    here = _paper(paper)
    wanted = request.form.get("version") or None
    if wanted is not None:
        # What the programs ask of a template may have changed since it was sent.
        with reading(partial(_page, here)) as form:
            form.sound(template_check.checked(_file(_version(here, wanted)), here))
    paper_templates.choose(store(), here.name, wanted, actor=me().id, at=clock.now())
    return redirect(url_for("staff.template", paper=here.name), 303)


@bp.app_errorhandler(TemplateUnusable)
def template_gone(fault: TemplateUnusable) -> ResponseReturnValue:
    """Say that no paper was made, and how to go back to the original."""
    here = catalogue.paper(fault.paper)
    return render_template("staff/template_gone.html", paper=here), 422


def _page(
    here: Paper, problems: list[Problem] | None = None, status: int = 200
) -> ResponseReturnValue:
    db = store()
    page = render_template(
        "staff/template.html",
        paper=here,
        versions=paper_templates.versions(db, here.name),
        choices=paper_templates.choices(db, here.name),
        most=MOST_BYTES // MIB,
        problems=problems or [],
    )
    return page, status


def _paper(name: str) -> Paper:
    try:
        return catalogue.paper(name)
    except PaperUnknown:
        abort(404)


def _version(here: Paper, version_id: str) -> Version:
    try:
        return paper_templates.version(store(), here.name, version_id)
    except TemplateUnknown:
        abort(404)


def _file(version: Version) -> bytes:
    return write.kept_template(site().instance.media, version)


def _wrong(reason: str, **blanks: object) -> Problem:
    return Problem(FIELD, f"staff.template.wrong.{reason}", blanks)
