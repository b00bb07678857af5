"""Parts of pages that are drawn once: markup that depends only on its key is kept under that key.

So a kept part is never out of date: whatever changes on the page is in its key. A drawing function
uses nothing of the request except its language, which is in every key. Parts are kept while the
program runs and never on disk; the least used are dropped first.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from flask import current_app
from markupsafe import Markup

from kiosk.web import language

# About 1,500 bytes each with their keys: at most three megabytes together.
MOST_PIECES = 2000

Key = tuple[Hashable, ...]
Draw = Callable[..., Markup]


def pieces(draw: Draw) -> Callable[..., Markup]:
    """Return a function that gives the part for a key; `draw(*parts)` makes those not kept yet. The
    key's parts distinguish results of one `draw`, `draw` itself those of several."""
    kept = current_app.extensions.get("pieces")
    if kept is None:
        kept = current_app.extensions["pieces"] = _keeping()
    return partial(kept, draw, language())


def macro(template: str, name: str, *given: Any) -> Markup:
    """Return what a macro without context draws from its arguments."""
    drawn: Markup = getattr(current_app.jinja_env.get_template(template).module, name)(*given)
    return drawn


def _keeping() -> Callable[..., Markup]:
    most: int = current_app.config.get("MOST_PIECES", MOST_PIECES)

    @lru_cache(most)
    def piece(draw: Draw, _language: str, *parts: Hashable) -> Markup:
        return draw(*parts)

    return piece
