"""Sends files: what the form says about them, and how they are sent.

A paper is sent as DOCX, or as PDF if the form says so, or shown on a page before it is taken.
"""

import io
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import NUMBER_LETTERS, Reader
from kiosk.web import settings, site, store
from shared.documents import pdf, preview
from shared.documents.pdf import PDF, PdfRefused
from shared.documents.write import DOCX, Desk, Registered
from shared.domain import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The field in which a form says DOCX, PDF or a page to look at (components/paper_shape.html).
SHAPE, PREVIEW = "shape", "preview"


def this_desk() -> Desk:
    """Return where and for whom this request writes its papers."""
    office, media = settings().office, site().instance.media
    return Desk(store(), media, me().id, office.name, office.zone, clock.now())


def read_registered(given: Reader) -> Registered:
    """Return the number and the day that the records clerk gave a paper."""
    number, day = given.line("number", NUMBER_LETTERS), given.day("day", optional=True)
    return Registered(number, date.fromisoformat(day) if day else None)


def is_preview() -> bool:
    """Say whether the form asks only to see a paper: then nothing leaves the office."""
    return request.form.get(SHAPE) == PREVIEW


def send_paper(paper: bytes, name: str, *, back: str) -> Response:
    """Return a paper (DOCX) in the format that the form asks for; `name` is the file's without its
    ending, `back` where its form stands. Raises PdfRefused, which becomes a page that offers the
    DOCX."""
    if is_preview():
        page = render_template(
            "staff/paper_preview.html",
            sheets=preview.sheets(paper), name=name, back=back, typed=_typed(),
        )  # fmt: skip
        return _kept(make_response(page))
    if request.form.get(SHAPE) != "pdf":
        return send_kept(paper, f"{name}.docx", DOCX)
    return send_kept(pdf.from_docx(paper, site().instance.media), f"{name}.pdf", PDF)


def send_kept(content: bytes, name: str, mimetype: str) -> Response:
    """Return a file that was made for this one download."""
    return _kept(send_file(io.BytesIO(content), mimetype, as_attachment=True, download_name=name))


def download(path: Path, mimetype: str, *, name: str = "") -> Response:
    """Return a file as a download, under its own name or another; it may be deleted once this
    returns."""
    opened = path.open("rb")
    return _kept(send_file(opened, mimetype, as_attachment=True, download_name=name or path.name))


@bp.app_errorhandler(PdfRefused)
def no_pdf(refusal: PdfRefused) -> ResponseReturnValue:
    """Say why there is no PDF, with the form ready to ask for the DOCX."""
    page = render_template("staff/no_pdf.html", reason=refusal.reason, typed=_typed())
    return page, 503 if refusal.reason == "busy" else 422


def _typed() -> list[tuple[str, str]]:
    """Return what the form held, to ask for the file once more in another format."""
    return [(name, text) for name, text in request.form.items(multi=True) if name != SHAPE]


@bp.app_context_processor
def _shapes() -> dict[str, Any]:
    return {"makes_pdf": pdf.is_installed}


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
