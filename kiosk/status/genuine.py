"""Is a letter of commendation or a certificate genuine? By the code that stands on it: what it is,
its number and day; a name only where its bearer agreed to be named."""

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk.web import store
from shared.domain.honours import is_in_force
from shared.store.awards import awards, printed_names
from shared.store.awards.awards import Honour
from shared.store.cases import authors


def letter_page(code: str) -> ResponseReturnValue | None:
    """Return the page of the paper that is checked by a sound code, or None: it is another's, or
    none."""
    found = awards.by_code(store(), code)
    if found is None:
        return None
    return render_template(
        "status/verify_letter.html",
        honour=found,
        in_force=is_in_force(found.kind, found.state),
        name=_told_name(found),
    )


def _told_name(found: Honour) -> str:
    """Return whom it is for, where that may be told: a body, or who agreed to be named."""
    author = authors.at_place(store(), found.proposal_id, found.place)
    may_tell = found.is_collective or author.consent_name
    return printed_names.of(store(), found.id).name if may_tell else ""
