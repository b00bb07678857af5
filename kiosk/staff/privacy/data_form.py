"""What is typed at the desk for requests about personal data, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.staff.forms import ANSWER_LETTERS, KEY_LETTERS, REASON_LETTERS, Form
from shared.domain import codes, phone
from shared.domain.intake import SHORT_LETTERS, Problem
from shared.domain.vietnamese import clean, one_line
from shared.store.cases.proposals import Proposal
from shared.store.privacy.data_requests import IDENTITIES, KINDS, MORE_DAYS, NewRequest
from shared.workflows.erase import Scope

# How somebody may ask at the desk: what comes by SMS or from the receipt's page comes by itself.
DESK_WAYS = ("counter", "phone", "post")
DETAILS = ("name", "phone", "unit", "position", "guardian")
_CALLABLE = ("mobile", "landline", "foreign")


@dataclass(frozen=True)
class Erasing:
    """What an officer erases and why; `whole` are ids of rows whose texts go entirely, `author_id`
    whose details go, None for everybody's."""

    scope: Scope
    reason: str
    whole: frozenset[str]
    author_id: str | None


def read_request(form: Form, proposal_id: str | None) -> NewRequest | list[Problem]:
    """Return what somebody asks at the desk, or what must be put right. `proposal_id` is that of
    the code that was typed, None where there is none."""
    kind, way = form.get("kind", ""), form.get("way", "")
    name, said = one_line(form.get("name", "")), clean(form.get("said", ""))
    number = _number(form.get("phone", ""))
    problems = []
    if kind not in KINDS:
        problems.append(Problem("kind", "err.choice"))
    if way not in DESK_WAYS:
        problems.append(Problem("way", "err.choice"))
    if codes.tidy(form.get("code", "")) and proposal_id is None:
        problems.append(Problem("code", "staff.data.wrong.code"))
    if number is None:
        problems.append(Problem("phone", "staff.data.wrong.phone"))
    if not proposal_id and not name and not number:
        problems.append(Problem("name", "staff.data.wrong.who"))
    if len(name) > SHORT_LETTERS:
        problems.append(Problem("name", "err.too_long", {"n": SHORT_LETTERS}))
    if len(said) > ANSWER_LETTERS:
        problems.append(Problem("said", "err.too_long", {"n": ANSWER_LETTERS}))
    if kind == "complaint" and not said:
        problems.append(Problem("said", "staff.data.wrong.said"))
    return problems or NewRequest(
        kind, way, proposal_id, name, number or "", said,
        identity=_identity(form),
        third_party=form.get("third_party") == "yes",
        is_answered=form.get("told") == "yes",
    )  # fmt: skip


def read_key(form: Form) -> str:
    """Return the key of this tap, "" for none that can be one."""
    key = form.get("key", "")
    return key if key.isascii() and key.isprintable() and len(key) <= KEY_LETTERS else ""


def read_identity(form: Form) -> str | list[Problem]:
    """Return how whoever asks showed who they are, or what must be put right."""
    return _identity(form) or [Problem("identity", "err.choice")]


def read_extension(form: Form) -> tuple[int, str] | list[Problem]:
    """Return by how many days a request is put off and why, or what must be put right."""
    days, why = form.get("days", ""), one_line(form.get("why", ""))
    problems = []
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:4]) <= MORE_DAYS):
        problems.append(Problem("days", "staff.data.wrong.days", {"n": MORE_DAYS}))
    return problems + _wrong_text("why", why, REASON_LETTERS) or (int(days), why)


def read_end(form: Form, outcomes: tuple[str, ...]) -> tuple[str, str] | list[Problem]:
    """Return what became of a request and what is said of it, or what must be put right. Declined,
    or done in part, needs its reason."""
    outcome, answer = form.get("outcome", ""), clean(form.get("answer", ""))
    if outcome not in outcomes:
        return [Problem("outcome", "err.choice")]
    if outcome == "done" and not answer:
        return outcome, ""
    return _wrong_text("answer", answer, ANSWER_LETTERS) or (outcome, answer)


def read_details(form: Form) -> Mapping[str, str] | list[Problem]:
    """Return a sender's details as they should be ("" for none), or what must be put right."""
    number = _number(form.get("phone", ""))
    details = {name: one_line(form.get(name, "")) for name in DETAILS}
    problems = [
        Problem(name, "err.too_long", {"n": SHORT_LETTERS})
        for name in DETAILS
        if len(details[name]) > SHORT_LETTERS
    ]
    if number is None:
        problems.append(Problem("phone", "staff.data.wrong.phone"))
    return problems or {**details, "phone": number or ""}


def read_erasure(form: Form, case: Proposal, of_whom: Sequence[str]) -> Erasing | list[Problem]:
    """Return what is erased, or what must be put right. To erase everything, the code is typed once
    more; of details, those of one author (`of_whom` are the ids there are)."""
    scope, why = form.get("scope", ""), one_line(form.get("reason", ""))
    problems = [] if scope in set(Scope) else [Problem("scope", "err.choice")]
    author_id = form.get("author", "") or of_whom[0]
    if author_id not in of_whom:
        problems.append(Problem("author", "err.choice"))
    if scope == Scope.ALL and codes.tidy(form.get("confirm", "")) != case.code:
        problems.append(Problem("confirm", "staff.data.wrong.confirm"))
    problems += _wrong_text("reason", why, REASON_LETTERS)
    if problems:
        return problems
    whole = frozenset(form.getlist("whole"))
    return Erasing(Scope(scope), why, whole, None if scope == Scope.ALL else author_id)


def _identity(form: Form) -> str:
    identity = form.get("identity", "")
    return identity if identity in IDENTITIES else ""


def _number(typed: str) -> str | None:
    """Return the number (E.164) that was typed, "" for none, None for what is none."""
    if not typed.strip():
        return ""
    read = phone.read_sender(typed)
    return read.number if read.kind in _CALLABLE and len(read.number) <= 16 else None


def _wrong_text(field: str, text: str, most: int) -> list[Problem]:
    if not text:
        return [Problem(field, "staff.data.wrong.why")]
    return [Problem(field, "err.too_long", {"n": most})] if len(text) > most else []
