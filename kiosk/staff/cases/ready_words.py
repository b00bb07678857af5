"""The office's ready sentences: what the forms of a case offer, and the page that edits them."""

from collections.abc import Sequence
from functools import cache

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import REASON_LETTERS, reading
from kiosk.web import language, say, store
from shared import texts
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK
from shared.store.office import ready_words
from shared.store.office.ready_words import KINDS

# More would be slower to read through than to type.
MOST_SENTENCES = 12


@bp.get("/cau-san", allow=DESK)
def ready_sentences() -> ResponseReturnValue:
    """Show the ready sentences, each list with one a line."""
    return _page()


@bp.post("/cau-san", allow=DESK)
def keep_ready_sentences() -> ResponseReturnValue:
    """Keep the lists as they stand on the page."""
    with reading(_page) as given:
        typed = {kind: given.lines(kind, MOST_SENTENCES, REASON_LETTERS) for kind in KINDS}
    for kind, said in typed.items():
        own = () if said == _preset(kind) else said
        ready_words.keep(store(), kind, own, actor=me().id, at=clock.now())
    return redirect(url_for("staff.ready_sentences"), 303)


def sentences() -> dict[str, tuple[str, ...]]:
    """Return the ready sentences of each kind (ready_words.KINDS): the office's own, or those that
    come with the program."""
    own = ready_words.own(store())
    return {kind: own.get(kind) or _preset(kind) for kind in KINDS}


def _preset(kind: str) -> tuple[str, ...]:
    return tuple(map(say, _preset_keys(kind, language())))


@cache
def _preset_keys(kind: str, lang: str) -> tuple[str, ...]:
    """Return the texts that there are: asked for by each page of a case, and always the same."""
    keys = (f"staff.prepared.{kind}.{number}" for number in range(1, MOST_SENTENCES + 1))
    return tuple(key for key in keys if key in texts.load(lang))


def _page(problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    shown = {kind: "\n".join(said) for kind, said in sentences().items()}
    return render_template(
        "staff/ready_sentences.html",
        lists=request.form if problems else shown,
        kinds=KINDS,
        problems=list(problems),
        most=MOST_SENTENCES,
    )
