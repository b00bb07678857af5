"""What the office typed of a campaign, read once: the campaign, or what must be put right."""

from datetime import date

from kiosk.staff.forms import Form, read_day
from shared.domain.evaluation_year import Cutoff
from shared.domain.intake import Problem
from shared.domain.rubric import MOST_CRITERIA, MOST_GATES, Criterion, Rubric
from shared.domain.vietnamese import clean, one_line
from shared.store.office.campaigns import Campaign

LINE_LETTERS = 200
BASIS_LETTERS = 2000
MOST_RECIPIENTS = 40
MOST_DAYS = 250
MOST_POINTS = 1000
_LINES = ("council_name", "number", "signer", "signer_title", "parent_plan")
# Without these a campaign cannot be named on a page or a paper.
_NEEDED = ("council_name", "legal_basis")


def read_campaign(form: Form, year: int) -> Campaign | list[Problem]:
    """Return the campaign of `year` that the form describes, or every problem found in it."""
    problems: list[Problem] = []
    said = {name: one_line(form.get(name, "")) for name in _LINES}
    said["legal_basis"] = clean(form.get("legal_basis", "")).strip()
    problems += [Problem(name, "staff.campaign.empty") for name in _NEEDED if not said[name]]
    problems += [
        Problem(name, "err.too_long", {"n": LINE_LETTERS})
        for name in _LINES
        if len(said[name]) > LINE_LETTERS
    ]
    if len(said["legal_basis"]) > BASIS_LETTERS:
        problems.append(Problem("legal_basis", "err.too_long", {"n": BASIS_LETTERS}))
    issued = _day_or_none(form.get("issued_on", ""), problems)
    cutoff = _cutoff(form, year, problems)
    days = _whole(form, "service_days", 1, MOST_DAYS, problems)
    distribution = tuple(_lines(form, "distribution", MOST_RECIPIENTS, problems))
    rubric = _rubric(form, problems)
    if problems:
        return problems
    assert cutoff is not None
    assert rubric is not None
    return Campaign(
        year, said["legal_basis"], said["council_name"], cutoff, days, said["number"],
        issued.isoformat() if issued else "", said["signer"], said["signer_title"],
        said["parent_plan"], distribution, rubric,
    )  # fmt: skip


def _day_or_none(text: str, problems: list[Problem]) -> date | None:
    day = read_day(text.strip()) if text.strip() else None
    if text.strip() and day is None:
        problems.append(Problem("issued_on", "staff.wrong.day"))
    return day


def _cutoff(form: Form, year: int, problems: list[Problem]) -> Cutoff | None:
    month = _whole(form, "cutoff_month", 1, 12, problems)
    day = _whole(form, "cutoff_day", 1, 31, problems)
    try:
        date(year, month, day)
    except ValueError:
        problems.append(Problem("cutoff_day", "staff.wrong.day"))
        return None
    return Cutoff(month, day, form.get("cutoff_inclusive") == "yes")


def _rubric(form: Form, problems: list[Problem]) -> Rubric | None:
    gates = tuple(_lines(form, "gates", MOST_GATES, problems))
    criteria = _criteria(form, problems)
    most = sum(criterion.most for criterion in criteria)
    if not criteria:
        problems.append(Problem("criteria", "staff.campaign.no_criteria"))
        return None
    recognise = _whole(form, "recognise_from", 0, most, problems)
    replicate = _whole(form, "replicate_from", 0, most, problems)
    quorum = _whole(form, "quorum_percent", 1, 100, problems)
    agree = _whole(form, "agree_percent", 0, 100, problems)
    if replicate < recognise:
        problems.append(Problem("replicate_from", "staff.campaign.replicate_below"))
    return Rubric(gates, criteria, recognise, replicate, quorum, agree)


def _criteria(form: Form, problems: list[Problem]) -> tuple[Criterion, ...]:
    """Return the named rows of the table; an unnamed one is an empty row."""
    criteria = []
    for place in range(MOST_CRITERIA):
        name = one_line(form.get(f"criterion_{place}", ""))
        if not name:
            continue
        if len(name) > LINE_LETTERS:
            problems.append(Problem(f"criterion_{place}", "err.too_long", {"n": LINE_LETTERS}))
        most = _whole(form, f"most_{place}", 1, MOST_POINTS, problems)
        criteria.append(Criterion(name, most, form.get(f"zero_{place}") == "yes"))
    return tuple(criteria)


def _lines(form: Form, name: str, most: int, problems: list[Problem]) -> list[str]:
    found = [one_line(line) for line in clean(form.get(name, "")).splitlines()]
    found = [line for line in found if line]
    if len(found) > most:
        problems.append(Problem(name, "staff.campaign.too_many", {"n": most}))
    if any(len(line) > LINE_LETTERS for line in found):
        problems.append(Problem(name, "err.too_long", {"n": LINE_LETTERS}))
    return found


def _whole(form: Form, name: str, least: int, most: int, problems: list[Problem]) -> int:
    """Return the whole number in a field; the least one, and a problem, where there is none."""
    text = form.get(name, "").strip()
    if text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most:
        return int(text)
    problems.append(Problem(name, "staff.campaign.number_wrong", {"least": least, "most": most}))
    return least
