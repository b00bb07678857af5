"""What a form sent: kept as it was typed, and read as a proposal.

The rules are in shared/domain/intake.py. Only the shape changes here: ticked boxes become booleans,
"not known" becomes nothing.
"""

import hashlib
from typing import cast

from werkzeug.datastructures import MultiDict

from kiosk.citizen.questions import (
    OF_THE_BROWSER,
    PLACE,
    QUESTIONS,
    WRITTEN,
    Answers,
    how_many,
    is_recorded,
)
from shared.db.checksums import canonical
from shared.domain.intake import Problem, read_proposal
from shared.domain.proposal import (
    INSIDER_TYPES,
    TITLE_LETTERS,
    TYPED_CHANNELS,
    Channel,
    NewProposal,
)
from shared.domain.sms_idea import auto_title
from shared.domain.vietnamese import clean, one_line
from shared.texts import NOTICE_VERSION, NOTICE_VERSIONS

FIELDS = frozenset(name for question in QUESTIONS for name in question.fields)
# Asked again when a parked idea is opened: the sender's details, and what only this browser had.
PARKABLE = frozenset(
    name
    for question in WRITTEN
    if question.kind not in ("contact", "consents")
    for name in question.fields
)
MANY = frozenset({"effects", "more_categories"})
PERSONAL = ("name", "phone", "under_16", "guardian")
CONSENTS = ("store", "sms", "name_me")


def typed(form: MultiDict[str, str], fields: frozenset[str] = FIELDS) -> dict[str, object]:
    """Return what a form sent for `fields`, as it was typed except control characters, which no
    page could show again. Unknown fields are left out."""
    return {
        name: [clean(one) for one in form.getlist(name)] if name in MANY else clean(form[name])
        for name in sorted(fields)
        if name in form
    }


def without_name(answers: Answers) -> dict[str, object]:
    """Return the answers without anything that identifies the sender."""
    hidden = {*PERSONAL, *(f"consents.{name}" for name in CONSENTS)}
    if not is_recorded(answers):  # a voice, too, is given under the notice that stood beside it
        hidden.add("notice")
    return {name: value for name, value in answers.items() if name not in hidden}


def to_hold(answers: Answers) -> dict[str, object]:
    """Return what may be parked under a number that anybody could guess: what was written about the
    idea and where its writer was, nothing about its sender, and nothing that this browser recorded
    and will delete."""
    return {name: value for name, value in answers.items() if name in {*PARKABLE, PLACE}}


def read(answers: Answers, channel: Channel) -> NewProposal | list[Problem]:
    """Return the proposal in a visitor's answers, or every problem in them."""
    new = read_proposal(_as_given(answers), channel)
    of_the_rules = [] if isinstance(new, NewProposal) else new
    too_little = [Problem("solution", "err.title_short")] if _is_no_title(answers, channel) else []
    return [*of_the_rules, *too_little, *_problems_here(answers)] or new


def titled(answers: Answers) -> dict[str, object]:
    """Return answers with the title that they get where nobody gave one: their first words."""
    own = {name: value for name, value in answers.items() if value != ""}
    return own if "title" in own else {"title": auto_title(text(answers, "solution")), **own}


def fingerprint(new: NewProposal) -> str:
    """Return a value that is equal if two sendings say the same."""
    return hashlib.sha256(canonical({"proposal": repr(new)})).hexdigest()


def _as_given(answers: Answers) -> dict[str, object]:
    given: dict[str, object] = {
        name: value
        for name, value in answers.items()
        if not name.startswith(("consents.", "hints.", "road."))
        and name not in {"notice", *OF_THE_BROWSER}
        and value not in ("", "none")
    }
    if is_recorded(answers):
        for name in ("title", "current_state", "solution"):
            given.pop(name, None)
    if not one_line(text(given, "title")):
        given.pop("title", None)  # the idea's first words are the title
    for name in ("insider", "under_16"):
        if name in given:
            given[name] = given[name] == "yes"
    if given.get("participant_type") not in INSIDER_TYPES:
        # A box that stays ticked after the first answer was changed means nothing any more.
        for name in ("insider", "unit", "position"):
            given.pop(name, None)
    given["consents"] = {
        **{name: answers.get(f"consents.{name}") == "yes" for name in CONSENTS},
        "notice": notice_shown(answers),
    }
    return given


def notice_shown(answers: Answers) -> str:
    """Return the version of the notice that a page showed: the one it names, else today's."""
    named = text(answers, "notice")
    return named if named in NOTICE_VERSIONS else NOTICE_VERSION


def _problems_here(answers: Answers) -> list[Problem]:
    """Return the problems in a visitor's answers that only this form checks."""
    problems = []
    if is_recorded(answers) and not how_many(answers, "takes"):
        problems.append(Problem("takes", "err.nothing_recorded"))
    if _wants_sms_without_phone(answers):
        problems.append(Problem("phone", "err.phone_for_sms"))
    return problems


def _is_no_title(answers: Answers, channel: Channel) -> bool:
    """Say whether the words, which are the title too where none was typed, are too few for one."""
    if channel not in TYPED_CHANNELS or one_line(text(answers, "title")):
        return False
    return 0 < len(one_line(text(answers, "solution"))) < TITLE_LETTERS[0]


def _wants_sms_without_phone(answers: Answers) -> bool:
    return answers.get("consents.sms") == "yes" and not str(answers.get("phone") or "").strip()


def text(answers: Answers, name: str) -> str:
    """Return one answer as text."""
    return cast(str, answers.get(name) or "")
