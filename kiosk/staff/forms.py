"""What staff typed, read once: a sound value, or what must be put right.

Nothing here opens the store; the rules of a move are proposal.py's, only its words are read here.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import astuple
from datetime import date

from werkzeug.datastructures import MultiDict

from shared.domain import codes, phone, roles
from shared.domain.intake import Problem
from shared.domain.proposal import (
    CATEGORIES,
    DATES,
    FIELDS,
    MAY_SAY,
    NEEDS,
    SPREAD,
    TEXT_LETTERS,
    TITLE_LETTERS,
    Status,
)
from shared.domain.vietnamese import clean, one_line
from shared.founding import DEVICE_NAME_LETTERS

# Days are typed here, and stand in files that are brought in: one rule reads both.
from shared.imports.written_days import read_day as read_day
from shared.store.cases.redactions import TEXTS
from shared.workflows.case_steps import Words

DETAIL_LETTERS = 300
ANSWER_LETTERS = 2000
# Four minutes of speech, as fast as anybody speaks.
TRANSCRIPT_LETTERS = 8000
NAME_LETTERS = 60
OPENING_REASON_LETTERS = 10
KEY_LETTERS = 64
MOST_FORMS = 50

# Short enough for a QR that is read from a wall; what an SMS or a voice can say too.
_MOBILISER = re.compile(r"[a-z0-9-]{0,20}", re.ASCII)
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")

Form = MultiDict[str, str]


def read_status(text: str | None) -> Status | None:
    """Return the status of that name, or None."""
    return Status(text) if text in set(Status) else None


def read_details(
    form: Form,
    wanted: Status,
    *,
    today: date,
    needed: Sequence[str],
    read_code: Callable[[str], str] = codes.tidy,
) -> dict[str, str] | list[Problem]:
    """Return what a move to `wanted` was given, days as YYYY-MM-DD, or what must be put right.

    A detail that comes several times (chosen sentences and one's own words) is one sentence.
    `needed` are the names of what the move asks for (proposal.needed_for); `read_code` reads
    the code of another case.
    """
    said_besides = MAY_SAY.get(wanted, ())
    details = {name: SPREAD for name in said_besides if form.get(name) == SPREAD}
    problems: list[Problem] = []
    for name in needed:
        said = _said(form, name)
        if not _says_something(said):
            problems.append(_wrong(wanted, name, f"staff.empty.{name}"))
        elif name in DATES:
            day = read_day(said)
            if day is None:
                problems.append(_wrong(wanted, name, "staff.wrong.day"))
            else:
                details[name] = day.isoformat()
        elif len(said) > DETAIL_LETTERS:
            problems.append(_wrong(wanted, name, "err.too_long", n=DETAIL_LETTERS))
        elif name == "into" and not codes.is_code(read_code(said)):
            problems.append(_wrong(wanted, name, "err.code_typing"))
        else:
            details[name] = read_code(said) if name == "into" else said
    return problems + _impossible_days(wanted, details, today) or details


def read_draft(form: Form, wanted: Status) -> dict[str, str]:
    """Return what a move to `wanted` was given so far, sound or not yet: days that are one as
    YYYY-MM-DD, "..." for what is still empty."""
    details = {}
    for name in NEEDS.get(wanted, ()):
        said = _said(form, name)[:DETAIL_LETTERS]
        if name not in DATES:
            details[name] = said if _says_something(said) else "..."
        elif day := read_day(said):
            details[name] = day.isoformat()
    return details


def read_answer(form: Form) -> tuple[str, str] | list[Problem]:
    """Return the answer's text and the key of its sending, or what must be put right."""
    text, key = clean(form.get("text", "")), form.get("key", "")
    if not _says_something(text):
        return [Problem("text", "staff.wrong.answer_empty")]
    if len(text) > ANSWER_LETTERS:
        return [Problem("text", "err.too_long", {"n": ANSWER_LETTERS})]
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= KEY_LETTERS:
        return [Problem("text", "staff.wrong.again")]
    return text, key


def read_note(form: Form, name: str) -> tuple[str, str] | list[Problem]:
    """Return what was noted in a field and the key of its sending, or what must be put right."""
    text, key = clean(form.get(name, "")), form.get("key", "")
    if not _says_something(text):
        return [Problem(name, "staff.notes.empty")]
    if len(text) > ANSWER_LETTERS:
        return [Problem(name, "err.too_long", {"n": ANSWER_LETTERS})]
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= KEY_LETTERS:
        return [Problem(name, "staff.wrong.again")]
    return text, key


def read_year(form: Form) -> int | list[Problem]:
    """Return the year a case is to count to, or what must be put right."""
    said = form.get("year", "").strip()
    if said.isascii() and said.isdigit() and 2000 <= int(said[:5]) <= 2100:
        return int(said)
    return [Problem("year", "staff.year.wrong")]


def read_redaction(form: Form) -> dict[str, str] | list[Problem]:
    """Return the texts as others may read them, or what must be put right."""
    texts = {name: clean(form.get(name, "")) for name in TEXTS}
    texts["title"] = one_line(texts["title"])
    problems = [
        Problem(f"redaction-{name}", "err.too_long", {"n": most})
        for name, text in texts.items()
        if len(text) > (most := TITLE_LETTERS[1] if name == "title" else TEXT_LETTERS)
    ]
    return problems or texts


def read_classes(form: Form) -> tuple[str | None, str | None] | list[Problem]:
    """Return (category, field), each None when left open, or what must be put right."""
    category, field = form.get("category") or None, form.get("field") or None
    problems = [
        Problem(name, "err.choice")
        for name, value, allowed in (("category", category, CATEGORIES), ("field", field, FIELDS))
        if value is not None and value not in allowed
    ]
    return problems or (category, field)


def read_transcript(
    form: Form, file_id: str, *, may_write_out: bool
) -> tuple[str, Words | None] | list[Problem]:
    """Return what was heard and, where it was filled in, the idea written out; or what must be
    put right. The fields of each file's form end in its id."""
    transcript = clean(form.get("transcript", ""))
    problems = []
    if not _says_something(transcript):
        problems.append(Problem(f"transcript-{file_id}", "staff.file.transcript_empty"))
    elif len(transcript) > TRANSCRIPT_LETTERS:
        blanks = {"n": TRANSCRIPT_LETTERS}
        problems.append(Problem(f"transcript-{file_id}", "err.too_long", blanks))
    words = Words(
        title=one_line(form.get("title", "")),
        current_state=clean(form.get("current_state", "")),
        solution=clean(form.get("solution", "")),
    )
    if not may_write_out or not any(astuple(words)):
        return problems or (transcript, None)
    return problems + _wrong_words(words, file_id) or (transcript, words)


def read_missed_call(form: Form) -> tuple[str, str] | list[Problem]:
    """Return the number (E.164) that called in vain and the key of this tap, or what must be put
    right."""
    caller, key = phone.read_sender(form.get("phone", "")), form.get("key", "")
    if caller.kind not in ("mobile", "landline", "foreign") or len(caller.number) > 16:
        return [Problem("phone", "staff.call_backs.phone_wrong")]
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= KEY_LETTERS:
        return [Problem("phone", "staff.wrong.again")]
    return caller.number, key


def read_call_note(form: Form, call_back_id: str) -> str | list[Problem]:
    """Return what came of a call ("" for nothing to note), or what must be put right."""
    text = one_line(form.get("note", ""))
    if len(text) > DETAIL_LETTERS:
        return [Problem(f"note-{call_back_id}", "err.too_long", {"n": DETAIL_LETTERS})]
    return text


def read_silence(form: Form) -> str | list[Problem]:
    """Return the mobile number (E.164) that wants no notices, or what must be put right."""
    return phone.mobile(form.get("phone", "")) or [Problem("phone", "staff.sms.silence.wrong")]


def read_lift(form: Form, suppression_id: str) -> str | list[Problem]:
    """Return why a number gets notices again, or what must be put right."""
    reason, field = one_line(form.get("reason", "")), f"reason-{suppression_id}"
    if not _says_something(reason):
        return [Problem(field, "staff.empty.reason")]
    if len(reason) > DETAIL_LETTERS:
        return [Problem(field, "err.too_long", {"n": DETAIL_LETTERS})]
    return reason


def read_opening_reason(form: Form) -> str | list[Problem]:
    """Return why the chair opens what is another's alone, or what must be put right."""
    reason = one_line(form.get("reason", ""))
    if sum(letter.isalpha() for letter in reason) < OPENING_REASON_LETTERS:
        return [Problem("reason", "staff.opening.reason_short", {"n": OPENING_REASON_LETTERS})]
    if len(reason) > DETAIL_LETTERS:
        return [Problem("reason", "err.too_long", {"n": DETAIL_LETTERS})]
    return reason


def read_person(form: Form) -> tuple[str, str, str] | list[Problem]:
    """Return (login, name, role) of a new member of staff, or what must be put right."""
    login = form.get("login", "").strip().casefold()
    name, role = one_line(form.get("name", "")), form.get("role", "")
    problems = []
    if not _LOGIN.fullmatch(login):
        problems.append(Problem("login", "staff.people.login_wrong"))
    if not 0 < len(name) <= NAME_LETTERS:
        problems.append(Problem("name", "staff.people.name_wrong", {"n": NAME_LETTERS}))
    if role not in roles.ROLES:
        problems.append(Problem("role", "err.choice"))
    return problems or (login, name, role)


def read_form_count(form: Form) -> int | Problem:
    """Return how many blank forms to print, or what must be put right."""
    said = form.get("count", "1").strip() or "1"
    if said.isascii() and said.isdigit() and 1 <= int(said[:4]) <= MOST_FORMS:
        return int(said)
    return Problem("count", "staff.paper.count_wrong", {"n": MOST_FORMS})


def read_mobiliser(form: Form) -> str | Problem:
    """Return the code of whoever spreads the word, in small letters as organisations have it (""
    for nobody), or what must be put right."""
    said = form.get("moi", "").strip().lower()
    return said if _MOBILISER.fullmatch(said) else Problem("moi", "staff.paper.mobiliser_wrong")


def read_device_name(form: Form) -> str | list[Problem]:
    """Return the name of a new kiosk, or what must be put right."""
    name = one_line(form.get("name", ""))
    if 0 < len(name) <= DEVICE_NAME_LETTERS:
        return name
    return [Problem("name", "staff.devices.name_wrong", {"n": DEVICE_NAME_LETTERS})]


def _said(form: Form, name: str) -> str:
    """Return a detail as one sentence: chosen sentences and one's own words."""
    return "; ".join(filter(None, (one_line(one) for one in form.getlist(name))))


def _says_something(text: str) -> bool:
    """Say whether there is a letter or a digit in it: a reason of blanks and dots is none."""
    return any(letter.isalnum() for letter in text)


def _wrong_words(words: Words, file_id: str) -> list[Problem]:
    shortest, longest = TITLE_LETTERS
    problems = []
    if not shortest <= len(words.title) <= longest:
        problems.append(Problem(f"title-{file_id}", "staff.file.title_wrong", {"n": longest}))
    for name in ("current_state", "solution"):
        if len(getattr(words, name)) > TEXT_LETTERS:
            blanks = {"n": TEXT_LETTERS}
            problems.append(Problem(f"{name}-{file_id}", "err.too_long", blanks))
    if not (words.current_state or words.solution):
        problems.append(Problem(f"solution-{file_id}", "staff.file.parts_empty"))
    return problems


def _impossible_days(wanted: Status, details: dict[str, str], today: date) -> list[Problem]:
    until, decided = details.get("until"), details.get("decision_date")
    begins, ends = details.get("trial_from"), details.get("trial_to")
    problems = []
    if until and until <= today.isoformat():
        problems.append(_wrong(wanted, "until", "staff.wrong.day_past"))
    if decided and decided > today.isoformat():
        problems.append(_wrong(wanted, "decision_date", "staff.wrong.day_future"))
    if begins and ends and ends < begins:
        problems.append(_wrong(wanted, "trial_to", "staff.wrong.day_order"))
    return problems


def _wrong(wanted: Status, name: str, text: str, **blanks: object) -> Problem:
    """Return a problem of one field of one move; every move's form is on the same page."""
    return Problem(field_id(wanted, name), text, blanks)


def field_id(wanted: Status, name: str) -> str:
    """Return the id of a move's field on the case page."""
    return f"{wanted}-{name}"
