"""What a form sent, kept as it was typed and read as a proposal.

The rules are in shared/intake.py; here only the shape changes: ticked boxes become booleans,
"not known" becomes nothing.
"""

import hashlib
from typing import cast

from werkzeug.datastructures import MultiDict

from kiosk.citizen.questions import QUESTIONS, Answers
from shared.intake import Problem, read_proposal
from shared.proposal import Channel, NewProposal
from shared.store.sealed import canonical
from shared.texts import NOTICE_VERSION
from shared.vietnamese import clean

FIELDS = frozenset(name for question in QUESTIONS for name in question.fields)
MANY = frozenset({"effects"})
PERSONAL = ("name", "phone", "under_16", "guardian")
CONSENTS = ("store", "sms", "name_me")


def typed(form: MultiDict[str, str], fields: frozenset[str] = FIELDS) -> dict[str, object]:
    """Return what a form sent for `fields`, as it was typed but for control characters, which no
    page could show again; unknown fields are left out."""
    return {
        name: [clean(one) for one in form.getlist(name)] if name in MANY else clean(form[name])
        for name in sorted(fields)
        if name in form
    }


def without_name(answers: Answers) -> dict[str, object]:
    """Return the answers without anything by which their giver can be known."""
    hidden = {*PERSONAL, *(f"consents.{name}" for name in CONSENTS)}
    return {name: value for name, value in answers.items() if name not in hidden}


def read(answers: Answers, channel: Channel) -> NewProposal | list[Problem]:
    """Return the proposal that a visitor's answers make, or every problem in them."""
    read_or_problems = read_proposal(_as_given(answers), channel)
    if _wants_sms_without_phone(answers):
        problem = Problem("phone", "err.phone_for_sms")
        if isinstance(read_or_problems, NewProposal):
            return [problem]
        return [*read_or_problems, problem]
    return read_or_problems


def fingerprint(new: NewProposal) -> str:
    """Return what tells whether two sendings say the same."""
    return hashlib.sha256(canonical({"proposal": repr(new)})).hexdigest()


def _as_given(answers: Answers) -> dict[str, object]:
    given: dict[str, object] = {
        name: value
        for name, value in answers.items()
        if not name.startswith("consents.") and value not in ("", "none")
    }
    for name in ("insider", "under_16"):
        if name in given:
            given[name] = given[name] == "yes"
    if given.get("participant_type") not in ("official", "part_time_official"):
        # A box left ticked after the first answer was changed means nothing any more.
        for name in ("insider", "unit", "position"):
            given.pop(name, None)
    given["consents"] = {
        **{name: answers.get(f"consents.{name}") == "yes" for name in CONSENTS},
        "notice": NOTICE_VERSION,
    }
    return given


def _wants_sms_without_phone(answers: Answers) -> bool:
    return answers.get("consents.sms") == "yes" and not str(answers.get("phone") or "").strip()


def text(answers: Answers, name: str) -> str:
    """Return one answer as text."""
    return cast(str, answers.get(name) or "")
