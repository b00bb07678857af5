"""`/api/v1/proposals`: send one under an Idempotency-Key, and ask for its status.

Errors are RFC 9457 problems; the rules are the same as everywhere (shared/domain/intake.py).
"""

import hashlib
import json
from functools import partial
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from kiosk import limits, receipts
from kiosk.api import bp, taken
from kiosk.api.taken import Taken
from kiosk.citizen import answers
from kiosk.citizen.questions import RECORDED
from kiosk.citizen.sending import keep_correction
from kiosk.visitor import this_kiosk
from kiosk.web import problem_json, say, settings, site, store
from shared.db.checksums import canonical
from shared.db.connection import writing
from shared.domain import clock, codes, status_message
from shared.domain.intake import Problem, read_proposal
from shared.domain.proposal import Channel, NewProposal, Standing, Status
from shared.runtime.guarded import ANYBODY
from shared.store.cases import (
    authors,
    conversation,
    proposals,
    public_status,
    receiving,
    reserved_codes,
)
from shared.workflows import notices

LONGEST_KEY = 255
# The status of a proposal that a kiosk has not handed in yet.
WAITING = "waiting"
# The possible `errors[].code` for a proposal; every other fault of the input is err.generic with
# its sentence in `detail`.
CODES = frozenset(
    ("err.title_short", "err.solution_empty", "err.phone", "err.consent", "err.generic")
)


class _BodyUnreadable(Exception):
    """The body is no JSON."""


@bp.post("/api/v1/proposals", allow=ANYBODY)
def send() -> ResponseReturnValue:
    """Keep a proposal once under its Idempotency-Key: 201 the first time, 200 with the same answer
    for the same key and body, 422 for the same key and another body. The receipt's address goes
    only to a caller who has shown that they sent the proposal."""
    if request.mimetype != "application/json":
        return problem_json(415, "Content-Type must be application/json")
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= LONGEST_KEY:
        return problem_json(400, "Header Idempotency-Key is missing or longer than 255 letters")
    try:
        body = _read_body()
    except _BodyUnreadable as fault:
        return problem_json(400, str(fault))
    if limits.too_many_sent():
        return problem_json(429, "Too many proposals a minute", headers={"Retry-After": "60"})
    at = clock.now()
    try:
        idea = taken.taken(key, at)
    except taken.NotItsCode:
        return _not_its_code()
    channel, refused = _channel(body, idea)
    new = read_proposal(body, channel)
    problems = refused + ([] if isinstance(new, NewProposal) else new)
    if problems or not isinstance(new, NewProposal):
        return problem_json(422, say("fault.422.title"), errors=[_error(one) for one in problems])
    if idea and not idea.is_its:
        return _not_its_code()
    return _keep(new, body, key, idea, at)


@bp.get("/api/v1/proposals/<code>", allow=ANYBODY)
def standing(code: str) -> ResponseReturnValue:
    """Return the status of a proposal: never a name, a number or a word of it."""
    code = codes.tidy(code)
    found: Standing | Response | None = None
    try:
        found = limits.look_up(partial(_standing, code)) if codes.is_code(code) else None
    except limits.TooManyGuesses as fault:
        minutes = fault.minutes
        return problem_json(
            429, say("err.code_locked", n=minutes), headers={"Retry-After": str(minutes * 60)}
        )
    if found is None:
        return problem_json(404, say("err.code_notfound"))
    if not isinstance(found, Standing):
        return found
    office, waits = settings().office, found.withdrawal_due_at
    return jsonify(
        code=found.code,
        status=found.status,
        label=say(status_message.text_keys(found, clock.now(), office.zone)[0]),
        received_at=clock.iso(found.received_at, office.zone),
        changed_at=clock.iso(found.status_since, office.zone),
        withdrawal_due_at=waits and clock.iso(waits, office.zone),
        office=office.name,
        next=say(f"state.after.{found.status}"),
    )


def _standing(code: str) -> Standing | Response | None:
    """Return the standing of a sound code, or the answer for one that waits; None for no code."""
    try:
        return public_status.by_code(store(), code)
    except proposals.ProposalUnknown:
        return _still_waiting(code) if reserved_codes.is_waiting(store(), code) else None


def _still_waiting(code: str) -> Response:
    """Answer for a code that a kiosk gave: what was sent under it has not come yet."""
    answer: Response = jsonify(
        code=code,
        status=WAITING,
        label=say("waiting.label"),
        received_at=None,
        changed_at=None,
        withdrawal_due_at=None,
        office=settings().office.name,
        next=say("waiting.next"),
    )
    return answer


def _keep(
    new: NewProposal, body: object, key: str, idea: Taken | None, at: int
) -> ResponseReturnValue:
    kiosk = idea.kiosk if idea else this_kiosk() if new.channel == "kiosk" else None
    print_of = hashlib.sha256(canonical({"body": body})).hexdigest()
    kept_as = _kept_as(key, idea)
    with writing(store()):
        kept = _sent_with_the_line_up(idea, kept_as)
        if idea and kept:
            return _come_again(kept, new, idea, kept_as, at)
        added = receiving.add(
            store(),
            new,
            receiving.Arrival(idea.received_at if idea else at, at, kiosk.id if kiosk else None),
            key=kept_as,
            fingerprint=print_of,
            receipt_key=site().secrets.receipt_key,
            zone=settings().office.zone,
            code=idea.code if idea else None,
        )
        if idea and added.is_new:
            taken.note(store(), added.proposal.id, idea, at=at)
        if new.phone or not added.is_new:
            notices.of_receipt(store(), added.proposal, at=at)
    if not added.is_same:
        return _used_with_another_body()
    return _receipt(added.proposal, added.is_new, is_proven=not added.is_erased)


def _kept_as(key: str, idea: Taken | None) -> str:
    """Return the key of a sending in the store. A kiosk's code has a key of its own: a stranger who
    reads the code on a slip and sends something under it does not block the kiosk."""
    if idea is not None:
        return f"taken|{idea.code}"
    return "api|" + hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _come_again(
    kept: proposals.Proposal, new: NewProposal, idea: Taken, kept_as: str, at: int
) -> ResponseReturnValue:
    """Answer a kiosk that hands in an idea whose form had arrived. The same words are the same
    sending. Other words are kept beside it, once, because nothing shows whose they are: the answer
    has no receipt address, the idea keeps its status, and its sender's details stay, unless the
    sender left none and the kiosk is still enrolled. Only inside `writing`."""
    if receiving.was_sent_as(store(), kept.id, answers.fingerprint(new)):
        return _receipt(kept, is_new=False)
    sender = authors.of(store(), kept.id)
    may_say_who = idea.kiosk.revoked_at is None and not sender.is_known
    try:
        keep_correction(kept, new, kept_as, at, with_person=may_say_who, is_senders=False)
    except conversation.AlreadyAdded:
        if sender.erased_at is None:
            return _used_with_another_body()
    notices.of_receipt(store(), kept, at=at)
    taken.note(store(), kept.id, idea, at=at, is_addition=True)
    return _receipt(kept, is_new=False, is_proven=False)


def _not_its_code() -> ResponseReturnValue:
    return problem_json(403, "This kiosk was never given that code")


def _used_with_another_body() -> ResponseReturnValue:
    detail = "This Idempotency-Key was used with another body; nothing was kept"
    error = {"field": "Idempotency-Key", "code": "err.generic", "detail": detail}
    return problem_json(422, detail, errors=[error])


def _sent_with_the_line_up(idea: Taken | None, kept_as: str) -> proposals.Proposal | None:
    """Return the proposal of an idea whose form did arrive, though the kiosk never heard of it."""
    if idea is None or proposals.by_key(store(), kept_as) is not None:
        return None
    try:
        return proposals.by_code(store(), idea.code)
    except proposals.ProposalUnknown:
        return None


def _receipt(kept: proposals.Proposal, is_new: bool, is_proven: bool = True) -> Response:
    """Return the answer to a sending; with the receipt's address if the caller has shown that they
    sent it."""
    url = receipts.url_of(receipts.secret_of(kept.code, is_new=is_new))
    answer: Response = jsonify(
        code=kept.code,
        **({"receipt_url": url} if is_proven else {}),
        # The answer to the sending never changes; the GET tells the present status.
        status=Status.RECEIVED,
        received_at=clock.iso(kept.received_at, settings().office.zone),
        evaluation_year=kept.evaluation_year,
    )
    answer.status_code = 201 if is_new else 200
    return answer


def _read_body() -> Any:
    """Return the JSON body. Raises _BodyUnreadable."""
    try:
        return json.loads(
            request.get_data().decode("utf-8"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_each_once,
        )
    except (ValueError, RecursionError) as fault:
        raise _BodyUnreadable("The body is not valid JSON in UTF-8") from fault


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a name that stands there twice is refused, as one of its values would be
    lost unseen."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _channel(body: object, idea: Taken | None) -> tuple[Channel, list[Problem]]:
    """Return the channel of a body; only an enrolled kiosk may say kiosk."""
    wanted = body.get("channel") if isinstance(body, dict) else None
    if wanted == "kiosk" and (idea or this_kiosk()):
        return "kiosk", []
    if idea and wanted in RECORDED:  # its words are in the files that follow
        return wanted, []
    if wanted in (None, "web"):
        return "web", []
    return "web", [Problem("channel", "err.channel")]


def _error(problem: Problem) -> dict[str, str]:
    return {
        "field": problem.field,
        "code": problem.text if problem.text in CODES else "err.generic",
        "detail": say(problem.text, **problem.blanks),
    }
