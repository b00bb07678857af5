"""Reads what is said for a move of a case, from the form of its step."""

from collections.abc import Callable, Sequence
from datetime import date

from kiosk.staff.forms import REASON_LETTERS, Form, Reader, says_something
from shared.domain import codes
from shared.domain.proposal import DATES, MAY_SAY, NEEDS, SPREAD, Status
from shared.domain.vietnamese import one_line
from shared.imports.written_days import read_day
from shared.store.privacy.data_requests import DESK_WAYS, IDENTITIES


def read_status(text: str | None) -> Status | None:
    """Return the status of that name, or None."""
    return Status(text) if text in set(Status) else None


def field_id(wanted: Status, name: str) -> str:
    """Return the id of a move's field on the case page, where every move has its form."""
    return f"{wanted}-{name}"


def read_details(
    given: Reader,
    wanted: Status,
    *,
    today: date,
    needed: Sequence[str],
    read_code: Callable[[str], str] = codes.tidy,
) -> dict[str, str]:
    """Return the details that were given for a move to `wanted`, days as YYYY-MM-DD.

    A detail that comes several times (chosen sentences and one's own words) becomes one sentence.
    `needed` are the names of the required details (proposal.needed_for); `read_code` reads the
    code of another case. A withdrawal is the sender's: how they asked and showed who they are.
    """
    if wanted is Status.WITHDRAWN:
        return {
            "way": given.choice("way", DESK_WAYS, at="way"),
            "identity": given.choice("identity", IDENTITIES, at="identity"),
        }
    said_besides = MAY_SAY.get(wanted, ())
    details = {name: SPREAD for name in said_besides if given.form.get(name) == SPREAD}
    for name in needed:
        said = _said(given.form, name)
        if not says_something(said):
            given.wrong(name, f"staff.empty.{name}")
        elif name in DATES:
            details[name] = given.day(name)
        elif given.fits(name, said, REASON_LETTERS):
            details[name] = read_code(said) if name == "into" else said
            if name == "into" and not codes.is_code(details[name]):
                given.wrong(name, "err.code_typing")
    if wanted is Status.MERGED and (why := _said(given.form, "reason")):
        given.fits("reason", why, REASON_LETTERS)
        details["reason"] = why
    _check_days(given, details, today.isoformat())
    return details


def read_draft(form: Form, wanted: Status) -> dict[str, str]:
    """Return the details given so far for a move to `wanted`, valid or not: valid days as
    YYYY-MM-DD, "..." for what is still empty."""
    details = {}
    for name in NEEDS.get(wanted, ()):
        said = _said(form, name)[:REASON_LETTERS]
        if name not in DATES:
            details[name] = said if says_something(said) else "..."
        elif day := read_day(said):
            details[name] = day.isoformat()
    return details


def _said(form: Form, name: str) -> str:
    """Return a detail as one sentence: chosen sentences and one's own words."""
    return "; ".join(filter(None, (one_line(one) for one in form.getlist(name))))


def _check_days(given: Reader, details: dict[str, str], today: str) -> None:
    until, decided = details.get("until"), details.get("decision_date")
    begins, ends = details.get("trial_from"), details.get("trial_to")
    if until and until <= today:
        given.wrong("until", "staff.wrong.day_past")
    if decided and decided > today:
        given.wrong("decision_date", "staff.wrong.day_future")
    if begins and ends and ends < begins:
        given.wrong("trial_to", "staff.wrong.day_order")
