"""The forms of an appraisal, of a roadmap's step and of one procedure. Nothing here opens the
store."""

from kiosk.staff.forms import LABEL_LETTERS, LINE_LETTERS, NUMBER_LETTERS, Reader
from shared.domain.appraisal import (
    EFFECTS,
    OPINION_LETTERS,
    PROPOSED,
    TIMINGS,
    VERBS,
    AppraisalAnswers,
    Expected,
)
from shared.store.office.procedures import NewProcedure

# The name of a procedure is a sentence with every law it cites.
PROCEDURE_LETTERS = 300
PROCEDURE = ("code", "name", "area", "since", "until")


def read_appraisal(given: Reader) -> tuple[AppraisalAnswers, list[Expected]]:
    """Return what an officer thinks of an idea."""
    said = AppraisalAnswers(
        given.text("opinion", OPINION_LETTERS),
        given.choice("proposed", PROPOSED, optional=True),
        given.form.get("procedure", "")[:64] or None,
        given.choice("verb", VERBS, optional=True),
        given.choice("timing", TIMINGS, optional=True),
    )
    expected = []
    for kind in EFFECTS:
        names = (f"{kind}_before", f"{kind}_after")
        if any(map(given.said, names)):
            expected.append(Expected(kind, *map(given.number, names)))
    return said, expected


def read_step(given: Reader) -> tuple[str, str]:
    """Return what is to be done and by which day (YYYY-MM-DD)."""
    what = given.line("what", LINE_LETTERS, empty="staff.appraisal.step_empty")
    return what, given.day("due_on")


def read_procedure(given: Reader) -> NewProcedure:
    """Return one procedure as it was typed."""
    since, until = (given.day(name, optional=True) for name in ("since", "until"))
    if since and until and until < since:
        given.wrong("until", "staff.wrong.day_order")
    code = given.line("code", NUMBER_LETTERS, empty="staff.procedures.code_empty")
    name = given.line("name", PROCEDURE_LETTERS, empty="staff.procedures.name_empty")
    return NewProcedure(code, name, given.line("area", LABEL_LETTERS), since, until)
