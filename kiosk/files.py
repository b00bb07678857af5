"""Sends a file that belongs to a proposal: only clean copies, with their true type.

The routes check before who may have it.
"""

from flask import Response, abort, send_file

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
    path = media.path_of(site().instance.media, file.sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(
        path,
        mimetype=file.mime,
        download_name=f"{file.id}.{_ENDINGS[file.kind]}",
        conditional=True,
        etag=file.sha256,
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
