"""Sends a file that belongs to a proposal: only clean copies, with their true type.

The routes check before who may have it.
"""

from flask import Response, abort, request, send_file

from kiosk.web import site
from shared.files import media
from shared.files.media import Anew
from shared.store.files.attachments import Attachment

# Kinds whose bytes our own encoder wrote; an unreadable file is never sent.
_ENDINGS = {"audio": "m4a", "video": "mp4", "image": "jpg"}


def send(file: Attachment) -> Response:
    """Return the file's bytes, or those of the requested range; 404 if it cannot be shown."""
    if file.kind not in _ENDINGS:
        abort(404)
    return send_kept(file.sha256, file.mime, f"{file.id}.{_ENDINGS[file.kind]}")


def send_kept(sha256: str, mime: str, name: str, *, as_attachment: bool = False) -> Response:
    """Return a kept file's bytes, or those of the requested range; 404 if it is not there. A range
    that is none, or several, is not looked at (RFC 9110, 14.2): the whole file comes."""
    path = media.path_of(site().instance.media, sha256)
    if not path.is_file():
        abort(404)
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        request.environ.pop("HTTP_RANGE", None)
    answer = send_file(
        path,
        mimetype=mime,
        download_name=name,
        as_attachment=as_attachment,
        conditional=True,
        etag=sha256,
    )
    return _closed(answer)


def send_anew(anew: Anew) -> Response:
    """Return what was drawn or encoded again to be looked at once."""
    return _closed(Response(anew.content, mimetype=anew.mime))


def _closed(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox;default-src 'none'"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
