"""Two telephones on one page, so that everything about SMS can be tried on one machine.

What is typed here is handled like any SMS: kept once, handled by the worker, answered through the
outbox. The page shows the store's own messages and refreshes itself without a script.
"""

import re
import uuid

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shared.db.connection import Store
from shared.domain import clock, phone
from shared.domain.quiet_hours import is_quiet
from shared.domain.record import Record
from shared.runtime.base_app import is_foreign_form, site, store
from shared.runtime.guarded import THIS_MACHINE
from shared.store.messages import inbox, threads
from shared.texts import sms_text
from sms.gateways import simulator

bp = Blueprint("phones", __name__)

SMS_LETTERS = 2000
LONGEST_SENDER = 20
FIRST_NUMBERS = ("0900 000 901", "0900 000 902")
REFRESH_SECONDS = 2
_TOKEN = re.compile(r"[0-9a-f-]{16,64}")


class Bubble(Record):
    """One SMS as a telephone shows it. `state` is a key under `phone.state`, "" for none."""

    is_mine: bool
    text: str
    at: int
    state: str
    parts: int


@bp.before_request
def _only_simulated() -> None:
    """Refuse if a gateway really sends, and refuse pages of other sites."""
    settings = site().settings
    if settings.sms.gateway != simulator.NAME or settings.real_gateways:
        abort(404)
    # Otherwise a page of another site could type here through the visitor's browser.
    if is_foreign_form():
        abort(403)


@bp.get("/phone", allow=THIS_MACHINE)
def phones() -> ResponseReturnValue:
    """Both telephones."""
    return _page(_numbers())


@bp.post("/phone", allow=THIS_MACHINE)
def send() -> ResponseReturnValue:
    """One telephone sends an SMS."""
    numbers = _numbers()
    text = request.form.get("text", "")
    sender = phone.read_sender(_tidy(request.form.get("sender", "")) or numbers[0])
    problem = "empty" if not text.strip() else "too_long" if len(text) > SMS_LETTERS else ""
    if problem:
        return _page(numbers, typed=text, typed_by=sender.number, problem=problem), 422
    token = request.form.get("token", "")
    inbox.keep(
        store(),
        inbox.Arrived(
            gateway=simulator.NAME,
            gateway_id=token if _TOKEN.fullmatch(token) else str(uuid.uuid4()),
            sender=sender.number,
            sender_kind=sender.kind,
            text=text.replace("\r\n", "\n"),
            raw="",
            sent_at=None,
            arrived_at=clock.now(),
        ),
    )
    return redirect(url_for("phones.phones", mot=numbers[0], hai=numbers[1]), 303)


@bp.get("/phone/tin", allow=THIS_MACHINE)
def conversation() -> ResponseReturnValue:
    """One telephone's messages, newest first; the page reloads itself."""
    sender = phone.read_sender(_tidy(request.args.get("so", "")))
    answer = Response(
        render_template(
            "phone/conversation.html",
            number=sender.number,
            bubbles=_bubbles(store(), sender.number),
        )
    )
    answer.headers["Refresh"] = str(REFRESH_SECONDS)
    g.is_framed = True
    return answer


def _page(
    numbers: tuple[str, str], *, typed: str = "", typed_by: str = "", problem: str = ""
) -> str:
    here = site()
    office = here.settings.office
    telephones = [(shown, phone.read_sender(shown).number, str(uuid.uuid4())) for shown in numbers]
    return render_template(
        "phone/phones.html",
        office=office,
        is_demo=here.commune.is_demo,
        office_number=phone.shown(phone.mobile(office.sms_number) or office.sms_number),
        telephones=telephones,
        numbers=numbers,
        typed=typed,
        typed_by=typed_by,
        problem=problem,
        longest=SMS_LETTERS,
    )


def _numbers() -> tuple[str, str]:
    """Return the two numbers as they were typed, or the default ones."""
    first, second = (_tidy(request.values.get(name, "")) for name in ("mot", "hai"))
    return first or FIRST_NUMBERS[0], second or FIRST_NUMBERS[1]


def _tidy(number: str) -> str:
    return "".join(letter for letter in number if letter.isprintable()).strip()[:LONGEST_SENDER]


def _bubbles(db: Store, number: str) -> list[Bubble]:
    came, went = threads.between(db, number)
    quiet = is_quiet(site().settings.sms, clock.now(), site().settings.office.zone)
    bubbles = [Bubble(True, one.text, one.arrived_at, "", sms_text.parts(one.text)) for one in came]
    for one in went:
        waits = one.state == "queued"
        state = "quiet" if waits and quiet and one.kind == "notice" else one.state
        at = one.created_at if waits else one.changed_at
        bubbles.append(Bubble(False, one.text, at, state, sms_text.parts(one.text)))
    return sorted(bubbles, key=lambda bubble: bubble.at, reverse=True)
