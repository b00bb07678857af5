"""Is a letter of commendation or a certificate genuine? By the code on it: what it is, its number
and day; the name only if its owner agreed to be named."""

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk.web import store
from shared.domain.honours import is_in_force
from shared.store.awards import awards, printed_names
from shared.store.awards.awards import Honour
from shared.store.cases import authors


def letter_page(code: str) -> ResponseReturnValue | None:
    """Return the page of the paper with a sound code, or None if the code belongs to something else
    or to nothing."""
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
    """Return whose it is, if that may be shown: an organisation, or a person who agreed."""
    author = authors.at_place(store(), found.proposal_id, found.place)
    may_tell = found.is_collective or author.consent_name
    return printed_names.of(store(), found.id).name if may_tell else ""
