"""The forms of a model, of its units and of its figures. Nothing here opens the store."""

from collections.abc import Collection

from kiosk.staff.forms import LABEL_LETTERS, Reader
from shared.domain.measures import (
    ADOPTION_STATES,
    KINDS,
    MOST_MEASURED,
    NOTE_LETTERS,
    SATISFACTION,
    Figures,
)
from shared.domain.proposal import TEXT_LETTERS, TITLE_LETTERS
from shared.store.models.adoptions import NewMeasure
from shared.store.models.registry import Words

# Another thing that an office counts: the head of a table's column.
MEASURE_LETTERS = 60


def read_words(given: Reader) -> Words:
    """Return what is to be published: nothing is published until the officer says that it holds no
    personal detail."""
    if not given.tick("redacted"):
        given.wrong("redacted", "staff.models.redacted_empty")
    return Words(
        title=given.line_of("title", *TITLE_LETTERS, "staff.models.title_wrong"),
        problem=given.text("problem", TEXT_LETTERS),
        solution=given.text(
            "solution", TEXT_LETTERS, empty="staff.models.solution_empty", must=len
        ),
        effect=given.text("effect", TEXT_LETTERS),
        names_author=given.tick("names_author"),
        guardian_agreed=given.tick("guardian_agreed"),
    )


def read_unit(given: Reader) -> tuple[str, str, str, str]:
    """Return (unit, state, since, note) of a unit that is new on the register."""
    unit = given.line("unit", LABEL_LETTERS, empty="staff.models.unit_empty")
    return unit, *read_state(given)


def read_state(given: Reader) -> tuple[str, str, str]:
    """Return (state, since, note) of a unit."""
    state = given.choice("state", ADOPTION_STATES)
    return state, given.day("since"), given.text("note", NOTE_LETTERS)


def read_measure(given: Reader, units: Collection[str], files: Collection[str]) -> NewMeasure:
    """Return figures from before and after. `units` are the ids they may belong to (none: where the
    idea came from), `files` those of the case's files."""
    kind, label = given.choice("kind", KINDS), ""
    figures = Figures(kind, _figure(given, kind, "before"), _figure(given, kind, "after"))
    if kind == "other":
        label = given.line_of("label", 1, MEASURE_LETTERS, "staff.models.label_wrong")
    day = given.day("measured_on")
    adoption_id = given.choice("adoption", units, optional=True) or None
    evidence = given.text("evidence", NOTE_LETTERS)
    if not evidence and not given.form.get("file"):
        given.wrong("evidence", "staff.models.evidence_empty")
    file_id = given.choice("file", files, optional=True) or None
    return NewMeasure(figures, label, day, evidence, adoption_id, file_id)


def _figure(given: Reader, kind: str, name: str) -> float:
    least, most = SATISFACTION if kind == "satisfaction" else (0, MOST_MEASURED)
    return given.number(name, least, most)
