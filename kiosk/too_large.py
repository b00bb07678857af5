"""What is answered to a body that is refused before it is read (shared/runtime/serving.py). Nobody
knows its sender's language by then."""

import json

from kiosk import taking
from shared.texts import LANGUAGES, load


def said(path: str) -> tuple[str, str]:
    """Return the type and the words of the answer to a body that is too large for this path."""
    if path.startswith("/api/"):
        problem = {"type": "about:blank", "title": load("vi").say("fault.413.title"), "status": 413}
        return "application/problem+json; charset=utf-8", json.dumps(problem, ensure_ascii=False)
    key = "upload.refused.too_big" if taking.is_form(path) else "fault.413.todo"
    words = [load(one).say(key, n=taking.FORM_BYTES // taking.MIB) for one in LANGUAGES]
    return "text/plain; charset=utf-8", "\n\n".join(words)
