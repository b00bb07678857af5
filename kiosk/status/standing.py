"""What anybody with the public code may see: the status, never a name or a word."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk import limits
from kiosk.aloud import Aloud
from kiosk.dialling import linked
from kiosk.drawn_once import page
from kiosk.speaking import spoken
from kiosk.status import bp
from kiosk.visitor import this_kiosk
from kiosk.web import say, settings, store
from shared.domain import clock, codes, status_message
from shared.domain.honours import BADGES, KINDS
from shared.domain.proposal import ENDED, OFFICES_TURN, Standing, Status
from shared.domain.vietnamese import one_line
from shared.runtime.guarded import ANYBODY
from shared.store.cases import paper_forms, proposals, public_status, reserved_codes
from shared.store.office import campaigns
from shared.store.office.campaigns import Promise
from shared.workflows import late_notices

# The usual way of an idea; other statuses are shown only while the idea is in one.
ROAD = (Status.RECEIVED, Status.UNDER_APPRAISAL, Status.AT_COUNCIL)

_Found = Standing | ResponseReturnValue | None


@bp.get("/t/<code>", allow=ANYBODY)
def standing(code: str) -> ResponseReturnValue:
    """Show a proposal's standing."""
    tidy = codes.tidy(code)
    if tidy != code and codes.is_code(tidy):
        return redirect(url_for("status.standing", code=tidy), 303)
    found = find(tidy)
    if not isinstance(found, Standing):
        return found
    own, given = told(found)
    if this_kiosk():
        given["reads"] = Aloud(settings().office.zone).status_page(found)
    else:
        own |= {name: linked(own[name]) for name in status_message.TYPED if own[name]}
    has_words = any(own[name] for name in status_message.TYPED)
    return page("status/standing.html", own, is_asked_again=not has_words, **given)


def told(found: Standing) -> tuple[dict[str, str], dict[str, Hashable]]:
    """Return what a page says about a standing: what is the case's own, and what the words around
    that follow from."""
    at, zone = clock.now(), settings().office.zone
    is_late = found.status in OFFICES_TURN and found.due_at < at
    day = late_notices.new_day(store(), found.code, at=at, zone=zone) if is_late else None
    label, sentence = status_message.text_keys(found, at, zone)
    own = _own(found, zone) | {"new_day": clock.written_day(day.isoformat()) if day else ""}
    given: dict[str, Hashable] = {
        "status": found.status,
        "kept": public_status.of_kept(store(), found),
        "badges": badges(found),
        "label": label,
        "sentence": sentence,
        "is_late": is_late,
        "has_new_day": day is not None,
        "is_withdrawing": found.withdrawal_due_at is not None,
        "road": _road(found.status),
        "promised": _promised(found, sentence),
        "explained": explained,
    }
    return own, given


def explained(sentence: str, own: Mapping[str, str], promised: tuple[tuple[str, str], ...]) -> str:
    """Return the sentence that explains a standing."""
    by_sms = say("state.by_sms", ma=own["ma"]) if settings().office.sms_number else ""
    return say(sentence, **own, **dict(promised), cach=by_sms)


def _own(found: Standing, zone: ZoneInfo) -> dict[str, str]:
    """Return what is a case's own: the blanks of its sentence, its code and its days."""
    waits = found.withdrawal_due_at
    return status_message.blanks(found, zone) | {
        "code": codes.grouped(found.code),
        "received_hour": clock.hour_words(found.received_at, zone),
        "received_day": clock.day_words(found.received_at, zone),
        "since_day": clock.day_words(found.status_since, zone),
        "due_day": clock.day_words(found.due_at, zone),
        "withdrawn_hour": clock.hour_words(waits, zone) if waits else "",
        "withdrawn_day": clock.day_words(waits, zone) if waits else "",
    }


def _promised(found: Standing, sentence: str) -> tuple[tuple[str, str], ...]:
    """Return the blanks that a sentence has of the campaign of its idea's year, if it has any."""
    if not {"n", "hoidong"} & spoken().blanks(sentence):
        return ()
    year = clock.to_local(found.received_at, settings().office.zone).year
    promise = campaigns.promised(promises(), year)
    return ("n", str(promise.service_days)), ("hoidong", promise.council_name)


def promises() -> Sequence[Promise]:
    """Return what the campaigns promise, asked once a request: with the standing, where that is
    asked for."""
    if "promises" not in g:
        g.promises = campaigns.promises(store())
    made: Sequence[Promise] = g.promises
    return made


def find(
    code: str,
    page: str = "status/lookup.html",
    also: Callable[[str], ResponseReturnValue | None] = lambda code: None,
) -> Standing | ResponseReturnValue:
    """Return a code's standing, or the page that says why not; `also` may have another page for it.
    A code with wrong check digits never reaches the store and is not counted."""
    if not codes.is_code(code):
        typed = one_line(code)[:80]
        return render_template(page, typed=typed, problem="err.code_typing", found=None), 404
    found: _Found = None
    try:
        found = limits.look_up(lambda: also(code) or under(code))
    except limits.TooManyGuesses as fault:
        return _locked_page(page, code, fault.minutes)
    return found or unknown_page(page, code)


def under(code: str) -> Standing | ResponseReturnValue | None:
    """Return the standing of a sound code, or the page of one that waits; None for a code that
    nobody was given."""
    try:
        found, _ = store().at_once(lambda: public_status.by_code(store(), code), promises)
        return found
    except proposals.ProposalUnknown:
        if reserved_codes.is_waiting(store(), code) or paper_forms.by_code(store(), code):
            return waiting_page(code)
        return None


def unknown_page(page: str, typed: str) -> ResponseReturnValue:
    """Return the page that says that there is no such code."""
    return render_template(page, typed=typed, problem="err.code_notfound", found=None), 404


def waiting_page(code: str) -> ResponseReturnValue:
    """Return the page for a code of a kiosk or a paper form whose idea has not come yet."""
    return render_template(
        "status/waiting.html", code=code, is_paper=paper_forms.by_code(store(), code) is not None
    )


@bp.get("/G/<code>", allow=ANYBODY)
@bp.get("/g/<code>", allow=ANYBODY)
def of_paper_form(code: str) -> ResponseReturnValue:
    """Lead a person who scans a paper form to the status of its idea; the same QR files a
    photograph of the form."""
    return redirect(url_for("status.standing", code=code), 303)


def _locked_page(page: str, typed: str, minutes: int) -> ResponseReturnValue:
    """Return the page for somebody who guessed too often: the same for a code that exists."""
    body = render_template(
        page, typed=typed, problem="err.code_locked", minutes=minutes, found=None
    )
    return body, 429, {"Retry-After": str(minutes * 60)}


def badges(found: Standing) -> tuple[str, ...]:
    """Return the badges beside a status: that the idea was praised, that it counts to another year
    than that of its receipt."""
    said = [
        say(f"badge.{BADGES[kind]}") for kind in KINDS if kind in found.honoured
    ]  # fmt: skip
    received = clock.to_local(found.received_at, settings().office.zone).year
    if found.evaluation_year != received:
        said.append(say("badge.carried_over", nam=found.evaluation_year))
    return tuple(said)


@cache
def _road(now: Status) -> tuple[tuple[Status | None, str], ...]:
    """Return the steps to draw, each "done", "now" or "later"; None is the result to come."""
    if now in ROAD:
        place = ROAD.index(now)
        steps = [
            (step, "done" if at < place else "now" if at == place else "later")
            for at, step in enumerate(ROAD)
        ]
        return (*steps, (None, "later"))
    if now in ENDED:
        return (Status.RECEIVED, "done"), (now, "now")
    return (Status.RECEIVED, "done"), (now, "now"), (None, "later")
