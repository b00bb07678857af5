"""Citizens' pages drawn once (decision 85): finished, with their headers and compressed, and kept
under exactly the values that they are drawn from.

What is one visitor's own (a code, a day, words somebody wrote about a case) is never kept: the page
is drawn with a mark in its place. So a template prints `own.NAME` and never asks about it; what it
asks is in the key. A kiosk's page shows its visit too, and an answer to a form may hold what was
typed: both are drawn anew.
"""

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from flask import Response, current_app, render_template, request
from markupsafe import escape

from kiosk import assets
from kiosk.compression import compressing, is_read, joined
from kiosk.speaking import language
from kiosk.visitor import this_kiosk
from shared.runtime.base_app import Finished, headers_of

# A page is kept as it goes out, and its parts: some twelve thousand bytes, three megabytes
# together. The least used are dropped first.
MOST_PAGES = 250
NOTHING: Mapping[str, str] = {}

# Signs that no text of ours has; what is typed is never in a page that is split at them.
_MARK = "\ue000%d\ue001"
_MARKS = re.compile("\ue000([0-9]+)\ue001")


def page(
    template: str, own: Mapping[str, str] = NOTHING, *, is_asked_again: bool = False,
    **given: Hashable,
) -> Response:  # fmt: skip
    """Return a page as an answer. `own` is printed, `given` is all else that it depends on beside
    the office and its visitor's language. A page that `is_asked_again` is kept as a whole for a
    while: only one without a person's words in `own`."""
    if is_drawn_anew():
        return Response(render_template(template, own=own, **given), mimetype="text/html")
    kept = _kept()
    drawn = kept.drawn(template, language(), request.is_secure, tuple(own), **given)
    said = drawn.said(own)
    if not is_read():
        return Finished(joined(drawn.texts, said), headers=drawn.headers)
    body = kept.whole(drawn, said) if is_asked_again else drawn.compressed(said)
    return Finished(body, headers=drawn.zipped)


def is_drawn_anew() -> bool:
    """Say whether pages of this request are drawn anew: at a kiosk, and as answers to a form."""
    return this_kiosk() is not None or request.method == "POST"


class _DrawnPage:
    """A page as it was drawn: the bytes before, between and behind what is one's own, the names of
    that, and the headers of its answers."""

    def __init__(self, made: Response, names: tuple[str, ...]) -> None:
        first, *rest = _MARKS.split(made.get_data(as_text=True))
        self.texts = [text.encode() for text in (first, *rest[1::2])]
        self.names = [names[int(place)] for place in rest[::2]]
        self.compressed = compressing(self.texts)
        self.headers = headers_of(made)
        self.zipped = [*self.headers, ("Content-Encoding", "gzip")]

    def said(self, own: Mapping[str, str]) -> tuple[bytes, ...]:
        """Return what is one's own as it stands in the page, in the order of its places."""
        return tuple([escape(own[name]).encode() for name in self.names])


class _KeptPages:
    """What one app keeps: pages as they were drawn, and answers that are asked for again."""

    def __init__(self, most: int) -> None:
        self.drawn = lru_cache(most)(_draw)
        self.whole = lru_cache(most)(lambda drawn, said: drawn.compressed(said))


def _kept() -> _KeptPages:
    kept: _KeptPages | None = current_app.extensions.get("drawn_once")
    if kept is None:
        most = current_app.config.get("MOST_PAGES", MOST_PAGES)
        kept = current_app.extensions["drawn_once"] = _KeptPages(most)
    return kept


def _draw(
    template: str, _language: str, _is_secure: bool, names: tuple[str, ...], **given: Any
) -> _DrawnPage:
    assets.forget()
    own = {name: _MARK % place for place, name in enumerate(names)}
    made = Response(render_template(template, own=own, **given), mimetype="text/html")
    return _DrawnPage(made, names)
