"""Pieces of pages that are drawn once: markup that follows from its key and from nothing else is
kept by just that.

So a kept piece is never out of date: whatever changes on the page is part of its key. What draws
one asks for nothing else of the request than its language, which every key has. It is kept for as
long as the program runs and never on disk, the least used go first.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from flask import current_app
from markupsafe import Markup

from kiosk.web import language

# Some 1,500 bytes each with their keys: at their most they are three megabytes.
MOST = 2000

Key = tuple[Hashable, ...]
Draw = Callable[..., Markup]


def pieces(draw: Draw) -> Callable[..., Markup]:
    """Return what gives the piece of a key's parts; `draw(*parts)` makes those not kept yet. The
    parts tell pieces of one `draw` apart, `draw` itself those of several."""
    kept = current_app.extensions.get("pieces")
    if kept is None:
        kept = current_app.extensions["pieces"] = _keeping()
    return partial(kept, draw, language())


def macro(template: str, name: str, *given: Any) -> Markup:
    """Return what a macro without context draws of what it is given."""
    drawn: Markup = getattr(current_app.jinja_env.get_template(template).module, name)(*given)
    return drawn


def _keeping() -> Callable[..., Markup]:
    @lru_cache(MOST)
    def piece(draw: Draw, _language: str, *parts: Hashable) -> Markup:
        return draw(*parts)

    return piece
