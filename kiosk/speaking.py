"""The pages' words: the language a visitor chose, its sentences with the office's own values, and
how figures and days are written in it."""

import flask
from flask import current_app, g, request
from markupsafe import Markup

from shared import texts
from shared.domain import clock, phone
from shared.domain.evaluation_year import is_provisional
from shared.runtime.base_app import settings
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal


def language() -> str:
    """Return the language this visitor chose, vi unless they did."""
    if not flask.has_request_context():
        return "vi"
    spoken: str | None = g.get("language")
    if spoken is None:
        chosen = request.cookies.get("lang")
        spoken = g.language = chosen if chosen in texts.LANGUAGES else "vi"
    return spoken


def speak(wanted: str) -> None:
    """Speak another language from now on in this request, if it is one of ours."""
    if wanted in texts.LANGUAGES:
        g.language = wanted
        g.pop("spoken", None)


def vietnamese() -> str:
    """Return what an element bears whose words stay Vietnamese on a page in another language (WCAG
    3.1.2)."""
    return "" if language() == "vi" else Markup(' lang="vi"')


def say(key: str, **blanks: object) -> str:
    """Return a sentence in the visitor's language; the office's own values are filled in."""
    return spoken().say(key, **blanks)


def spoken() -> texts.Spoken:
    """Return the visitor's language as this office uses it; looked up once a request."""
    found: texts.Spoken | None = g.get("spoken")
    if found is None:
        found = g.spoken = spoken_in(language())
    return found


def spoken_in(chosen: str) -> texts.Spoken:
    """Return one of the languages as this office uses it, whatever the visitor chose."""
    known: dict[str, texts.Spoken] = current_app.extensions.setdefault("spoken", {})
    if chosen not in known:
        known[chosen] = texts.Spoken(texts.load(chosen), _office_blanks())
    return known[chosen]


def has_text(key: str) -> bool:
    """Say whether there is such a sentence."""
    return key in texts.load(language())


def day(at: int) -> str:
    """Return an instant (ms UTC) as a local day: 16/03/2026."""
    return clock.day_words(at, settings().office.zone)


def year_words(year: int, participant_type: str, rule: str) -> str:
    """Return the year that something counts to; a year that may still change says so."""
    return (
        say("year.provisional", nam=year) if is_provisional(participant_type, rule) else f"{year}"
    )


def counted_year(one: Proposal | Author) -> str:
    """Return the year that an idea or an author counts to, as `year_words` says it."""
    return year_words(one.evaluation_year, one.participant_type, one.evaluation_rule)


def duration(seconds: float) -> str:
    """Return a length as a player shows it: 1:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def thousands(number: int) -> str:
    """Return a number as Vietnamese papers write it: 12.500."""
    return f"{number:,}".replace(",", ".")


def lines(text: str) -> Markup:
    """Return a person's text as HTML, its line ends kept, its direction its own."""
    return Markup('<span class="words" dir="auto">%s</span>') % text


def _office_blanks() -> dict[str, str]:
    office = settings().office
    return {
        "cq": office.name,
        "xa": office.name.removeprefix("UBND "),
        "sdt": unbroken(office.phone),
        "quay": office.counter,
        "dausms": unbroken(phone.shown(phone.mobile(office.sms_number) or office.sms_number)),
        "n_thang": str(settings().retention.contact_months),
        "n_gio": str(settings().store.wal_hours),
    }


def unbroken(number: str) -> str:
    """Return a telephone number that is never broken at a line end."""
    return number.replace(" ", "\N{NO-BREAK SPACE}")
