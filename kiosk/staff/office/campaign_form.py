"""The form of a campaign."""

from datetime import date

from kiosk.staff.forms import BASES_LETTERS, EMPTY, LINE_LETTERS, REASON_LETTERS, Reader
from shared.domain.evaluation_year import Cutoff
from shared.domain.rubric import MOST_CRITERIA, MOST_GATES, Criterion, Rubric
from shared.store.office.campaigns import Campaign

MOST_RECIPIENTS = 40
# A year has no more working days.
MOST_DAYS = 250
MOST_POINTS = 1000


def read_campaign(given: Reader, year: int) -> Campaign:
    """Return the campaign of `year` in the form. Without its council and its bases no page or paper
    can name it."""
    return Campaign(
        year=year,
        legal_basis=given.text("legal_basis", BASES_LETTERS, empty=EMPTY, must=len),
        council_name=given.line("council_name", LINE_LETTERS, empty=EMPTY, must=len),
        cutoff=_cutoff(given, year),
        service_days=given.whole("service_days", 1, MOST_DAYS),
        number=given.line("number", LINE_LETTERS),
        issued_on=given.day("issued_on", optional=True),
        signer=given.line("signer", LINE_LETTERS),
        signer_title=given.line("signer_title", LINE_LETTERS),
        parent_plan=given.line("parent_plan", LINE_LETTERS),
        distribution=given.lines("distribution", MOST_RECIPIENTS, LINE_LETTERS),
        rubric=_rubric(given),
    )


def _cutoff(given: Reader, year: int) -> Cutoff:
    month, day = given.whole("cutoff_month", 1, 12), given.whole("cutoff_day", 1, 31)
    try:
        date(year, month, day)
    except ValueError:
        given.wrong("cutoff_day", "staff.wrong.day")
    return Cutoff(month, day, given.tick("cutoff_inclusive"))


def _rubric(given: Reader) -> Rubric:
    gates = given.lines("gates", MOST_GATES, LINE_LETTERS)
    criteria = _criteria(given)
    if not criteria:
        given.wrong("criteria", "staff.campaign.no_criteria")
        return Rubric(gates, (), 0, 0, 0)
    most = sum(criterion.most for criterion in criteria)
    recognise = given.whole("recognise_from", 0, most)
    replicate = given.whole("replicate_from", 0, most)
    quorum = given.whole("quorum_percent", 1, 100)
    agree = given.whole("agree_percent", 0, 100)
    if replicate < recognise:
        given.wrong("replicate_from", "staff.campaign.replicate_below")
    return Rubric(gates, criteria, recognise, replicate, quorum, agree)


def _criteria(given: Reader) -> tuple[Criterion, ...]:
    """Return the named rows of the table; a row without a name is empty."""
    criteria = []
    for place in range(MOST_CRITERIA):
        if name := given.line(f"criterion_{place}", LINE_LETTERS):
            most = given.whole(f"most_{place}", 1, MOST_POINTS)
            guide = given.line(f"guide_{place}", REASON_LETTERS)
            criteria.append(Criterion(name, most, given.tick(f"zero_{place}"), guide))
    return tuple(criteria)
