"""What staff typed of a model, its units and its figures, read once: a sound value or what must be
put right. Nothing here opens the store."""

from collections.abc import Collection

from kiosk.staff.forms import Form, read_day
from shared.domain.intake import Problem
from shared.domain.measures import (
    ADOPTION_STATES,
    KINDS,
    NOTE_LETTERS,
    SATISFACTION,
    Figures,
    read_number,
)
from shared.domain.proposal import TEXT_LETTERS, TITLE_LETTERS
from shared.domain.vietnamese import clean, one_line
from shared.store.models.adoptions import NewMeasure
from shared.store.models.registry import Words

UNIT_LETTERS = 120
LABEL_LETTERS = 60


def read_words(form: Form) -> Words | list[Problem]:
    """Return what is to be published: nothing goes out until the officer says that no personal
    detail is left in it."""
    words = Words(
        title=one_line(form.get("title", "")),
        problem=clean(form.get("problem", "")),
        solution=clean(form.get("solution", "")),
        effect=clean(form.get("effect", "")),
        names_author=form.get("names_author") == "yes",
        guardian_agreed=form.get("guardian_agreed") == "yes",
    )
    shortest, longest = TITLE_LETTERS
    problems = []
    if not shortest <= len(words.title) <= longest:
        problems.append(Problem("title", "staff.models.title_wrong", {"n": longest}))
    if not words.solution:
        problems.append(Problem("solution", "staff.models.solution_empty"))
    problems += [
        Problem(name, "err.too_long", {"n": TEXT_LETTERS})
        for name in ("problem", "solution", "effect")
        if len(getattr(words, name)) > TEXT_LETTERS
    ]
    if form.get("redacted") != "yes":
        problems.append(Problem("redacted", "staff.models.redacted_empty"))
    return problems or words


def read_unit(form: Form) -> tuple[str, str, str, str] | list[Problem]:
    """Return (unit, state, since, note) of a unit that is new on the register."""
    unit = one_line(form.get("unit", ""))
    problems = []
    if not any(letter.isalnum() for letter in unit):
        problems.append(Problem("unit", "staff.models.unit_empty"))
    elif len(unit) > UNIT_LETTERS:
        problems.append(Problem("unit", "err.too_long", {"n": UNIT_LETTERS}))
    read = _read_state(form, "")
    if isinstance(read, list):
        return problems + read
    return problems or (unit, *read)


def read_change(form: Form, adoption_id: str) -> tuple[str, str, str, str] | list[Problem]:
    """Return (state, since, note, effect) of a unit on the register; its fields end in its id."""
    read, effect = _read_state(form, f"-{adoption_id}"), clean(form.get("effect", ""))
    too_long = (
        [Problem(f"effect-{adoption_id}", "err.too_long", {"n": NOTE_LETTERS})]
        if len(effect) > NOTE_LETTERS
        else []
    )
    if isinstance(read, list):
        return read + too_long
    return too_long or (*read, effect)


def read_measure(
    form: Form, units: Collection[str], files: Collection[str]
) -> NewMeasure | list[Problem]:
    """Return what was counted before and after. `units` are the ids it may be of (none: where the
    idea came from), `files` those of the case's files."""
    kind, label = form.get("kind", ""), one_line(form.get("label", ""))
    before, after = read_number(form.get("before", "")), read_number(form.get("after", ""))
    day = read_day(form.get("measured_on", "").strip())
    evidence = clean(form.get("evidence", ""))
    adoption_id, file_id = form.get("adoption") or None, form.get("file") or None
    problems = [
        Problem(name, "staff.models.number_wrong")
        for name, value in (("before", before), ("after", after))
        if value is None or not _fits(kind, value)
    ]
    if kind not in KINDS:
        problems.append(Problem("kind", "err.choice"))
    if kind == "other" and not 0 < len(label) <= LABEL_LETTERS:
        problems.append(Problem("label", "staff.models.label_wrong", {"n": LABEL_LETTERS}))
    if day is None:
        problems.append(Problem("measured_on", "staff.wrong.day"))
    if adoption_id is not None and adoption_id not in units:
        problems.append(Problem("adoption", "err.choice"))
    if file_id is not None and file_id not in files:
        problems.append(Problem("file", "err.choice"))
    if not evidence and file_id is None:
        problems.append(Problem("evidence", "staff.models.evidence_empty"))
    if len(evidence) > NOTE_LETTERS:
        problems.append(Problem("evidence", "err.too_long", {"n": NOTE_LETTERS}))
    if problems or before is None or after is None or day is None:
        return problems
    return NewMeasure(
        Figures(kind, before, after), label if kind == "other" else "", day.isoformat(), evidence,
        adoption_id, file_id,
    )  # fmt: skip


def _fits(kind: str, value: float) -> bool:
    least, most = SATISFACTION
    return kind != "satisfaction" or least <= value <= most


def _read_state(form: Form, ending: str) -> tuple[str, str, str] | list[Problem]:
    state, text = form.get("state", ""), clean(form.get("note", ""))
    day = read_day(form.get("since", "").strip())
    problems = []
    if state not in ADOPTION_STATES:
        problems.append(Problem(f"state{ending}", "err.choice"))
    if day is None:
        problems.append(Problem(f"since{ending}", "staff.wrong.day"))
    if len(text) > NOTE_LETTERS:
        problems.append(Problem(f"note{ending}", "err.too_long", {"n": NOTE_LETTERS}))
    if problems or day is None:
        return problems
    return state, day.isoformat(), text
