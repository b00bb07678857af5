"""What is typed at the desk for requests about personal data."""

from collections.abc import Sequence

from kiosk.staff.cases.sender_form import check
from kiosk.staff.forms import ANSWER_LETTERS, REASON_LETTERS, Reader
from shared.domain import codes
from shared.domain.intake import SHORT_LETTERS
from shared.domain.record import Record, replace
from shared.store.cases.proposals import Proposal
from shared.store.cases.sender_changes import REQUEST
from shared.store.privacy.data_requests import (
    DESK_WAYS,
    IDENTITIES,
    KINDS,
    MORE_DAYS,
    NewDataRequest,
)
from shared.store.privacy.erasures import Scope
from shared.texts import NOTICE_VERSION
from shared.workflows.correct_sender import Correction, SenderFacts

WHY = "staff.data.wrong.why"
DETAILS = ("name", "unit", "position", "guardian")


class Erasing(Record):
    """What an officer erases and why; `whole` are ids of rows whose texts are erased entirely,
    `author_id` whose details are erased, None for everybody's."""

    scope: Scope
    reason: str
    whole: frozenset[str]
    author_id: str | None


def read_request(given: Reader, proposal_id: str | None) -> NewDataRequest:
    """Return what somebody asks at the desk. `proposal_id` belongs to the typed code, None if there
    is none."""
    kind, way = given.choice("kind", KINDS), given.choice("way", DESK_WAYS)
    if codes.tidy(given.said("code")) and proposal_id is None:
        given.wrong("code", "staff.data.wrong.code")
    number = given.telephone("phone", "staff.data.wrong.phone", optional=True)
    name = given.line("name", SHORT_LETTERS)
    if not proposal_id and not name and not number:
        given.wrong("name", "staff.data.wrong.who")
    needed = "staff.data.wrong.said" if kind == "complaint" else ""
    said = given.text("said", ANSWER_LETTERS, empty=needed, must=len)
    identity = given.said("identity")
    return NewDataRequest(
        kind, way, proposal_id, name, number, said,
        identity=identity if identity in IDENTITIES else "",
        third_party=given.tick("third_party"),
        is_answered=given.tick("told"),
    )  # fmt: skip


def read_extension(given: Reader) -> tuple[int, str]:
    """Return by how many days a request is extended and why."""
    days = given.whole("days", 1, MORE_DAYS, wrong="staff.data.wrong.days")
    return days, given.line("why", REASON_LETTERS, empty=WHY, must=len)


def read_end(given: Reader, outcomes: tuple[str, ...]) -> tuple[str, str]:
    """Return the result of a request and what is said about it. Declined, or done in part, needs a
    reason."""
    outcome = given.choice("outcome", outcomes)
    given.check()
    needed = "" if outcome == "done" else WHY
    return outcome, given.text("answer", ANSWER_LETTERS, empty=needed, must=len)


def read_details(given: Reader, now: SenderFacts) -> Correction:
    """Return the correction that a person asks for who has shown who they are. All else that is
    kept of them `now` stays; what is new needs the consent that its box says."""
    number = given.telephone("phone", "staff.data.wrong.phone", optional=True)
    name, unit, position, guardian = (given.line(one, SHORT_LETTERS) for one in DETAILS)
    facts = replace(
        now, name=name, phone=number, unit=unit, position=position, guardian=guardian,
        consent_store=now.consent_store or given.tick("consent_store"),
    )  # fmt: skip
    check(given, facts, now)
    return Correction(facts, REQUEST, given.reason(), NOTICE_VERSION, given.said("seen"))


def read_erasure(given: Reader, case: Proposal, of_whom: Sequence[str]) -> Erasing:
    """Return what is erased. To erase everything, the code must be typed again; to erase details,
    those of one author (`of_whom` are the ids there are)."""
    scope = given.choice("scope", Scope)
    author_id = given.choice("author", of_whom, optional=True) or of_whom[0]
    if scope == Scope.ALL and codes.tidy(given.said("confirm")) != case.code:
        given.wrong("confirm", "staff.data.wrong.confirm")
    reason = given.line("reason", REASON_LETTERS, empty=WHY, must=len)
    whole = frozenset(given.form.getlist("whole"))
    return Erasing(scope, reason, whole, None if scope == Scope.ALL else author_id)
