"""The panel of a case in which it is sorted at once: who looks after it, its groups and field, and
the next step.

It stands on the page of the case; triage.py keeps what it sends. What is not sorted yet is
suggested: the reader as assignee, the group from the words, the field from the group, and the
step that nearly always follows.
"""

from collections.abc import Sequence

from kiosk.staff.access import me
from kiosk.staff.cases.offered import is_theirs
from kiosk.staff.cases.told import Preview, preview_of
from kiosk.staff.forms import Form
from kiosk.web import say
from shared.db.event_log import Event
from shared.domain.proposal import CATEGORIES, FIELDS, NEEDS, Status, following
from shared.domain.record import Record
from shared.domain.roles import DESK
from shared.domain.sorting import likely_category, likely_field
from shared.store.cases.proposals import Proposal
from shared.store.people.staff import Colleague
from shared.workflows.notices import Recipient

Option = tuple[str, str]
# The step that an officer nearly always makes from a status, offered first.
_USUAL = {Status.RECEIVED: Status.UNDER_APPRAISAL}
# What the panel sets, as events name it.
_SORTED = ("assigned", "classified", "moved")


class Field(Record):
    """One choice of the panel: what may be chosen, what is, and whether that is a suggestion."""

    options: list[Option]
    chosen: str
    is_guess: bool = False


class Further(Record):
    """The groups an idea also belongs to: all that may be ticked, and those that are."""

    options: list[Option]
    chosen: Sequence[str]


class Change(Record):
    """What a colleague set since the page was opened; `at` is ms UTC."""

    who: str
    what: str
    at: int


class Panel(Record):
    """The panel as it is drawn. `seen` is how the case stood, for the fields that say so again;
    `preview` the SMS of the chosen step, None if none goes."""

    owner: Field
    category: Field
    field: Field
    further: Further
    step: Field
    seen: dict[str, str | int]
    preview: Preview | None
    changes: Sequence[Change] = ()


def panel_of(
    here: Proposal, people: Sequence[Colleague], happened: Sequence[Event],
    given: Form | None, *, told: Sequence[Recipient], waits: bool, with_preview: bool,
) -> Panel | None:  # fmt: skip
    """Return the panel of a case, with what was chosen in it (`given`) where it comes back; None
    for a member who may only read. `told` are who is told of a step; `waits` says that an act
    waits in the case."""
    if me().role not in DESK:
        return None
    step = _step(here, given, waits=waits)
    wanted = Status(step.chosen) if step.chosen else None
    return Panel(
        _owner(here, people, given),
        *_classes(here, given),
        _further(here, given),
        step,
        {
            "seen_owner": here.assignee_id or "",
            "seen_category": here.category or "",
            "seen_more": " ".join(here.more_categories),
            "seen_field": here.field or "",
            "seen_status": here.status,
            "since": happened[-1].place if happened else 0,
        },
        preview_of(here, wanted, Form(), told=told) if wanted and with_preview else None,
        _changes(people, happened, given),
    )


def _owner(here: Proposal, people: Sequence[Colleague], given: Form | None) -> Field:
    others = [one for one in people if one.is_active and one.role in DESK and one.id != me().id]
    options = [(me().id, say("staff.panel.me", ten=me().name))]
    options += [(one.id, f"{one.name} – {say(f'staff.role.{one.role}')}") for one in others]
    if here.is_open_to_all:
        options.append(("", say("staff.case.nobody")))
    chosen = here.assignee_id if given is None else given.get("owner")
    if given is None and chosen is None:
        return Field(options, me().id, is_guess=True)
    return Field(options, chosen or "")


def _classes(here: Proposal, given: Form | None) -> tuple[Field, Field]:
    """Return group and field: as they are, or else suggested."""
    open_choice = [("", say("staff.do.not_chosen"))]
    groups = open_choice + [(one, _numbered("category", one)) for one in CATEGORIES]
    areas = open_choice + [(one, _numbered("field", one)) for one in FIELDS]
    if given is not None:
        return Field(groups, given.get("category", "")), Field(areas, given.get("field", ""))
    words = (here.title, here.current_state, here.solution)
    category = here.category or likely_category(*words)
    field = here.field or likely_field(category)
    return (
        Field(groups, category, is_guess=bool(category) and not here.category),
        Field(areas, field, is_guess=bool(field) and not here.field),
    )


def _further(here: Proposal, given: Form | None) -> Further:
    chosen = here.more_categories if given is None else given.getlist("more_categories")
    return Further([(one, _numbered("category", one)) for one in CATEGORIES], chosen)


def _numbered(kind: str, name: str) -> str:
    words = say(f"choice.{kind}.{name}")
    return words if name == "other" else f"{name} – {words}"


def _step(here: Proposal, given: Form | None, *, waits: bool) -> Field:
    """Return the steps that need no words; all others have forms of their own."""
    ways = [
        to
        for to in following(here.status, here.merged_from)
        if to not in NEEDS and to is not Status.WITHDRAWN and is_theirs(here, to)
    ]
    stays = ("", say("staff.panel.stays", buoc=say(f"status.{here.status}.label")))
    steps = [(to, f"{say(f'staff.step.{to}')} → {say(f'status.{to}.label')}") for to in ways]
    usual = _USUAL.get(here.status)
    if here.status is Status.MERGED or not ways:
        return Field([stays], "")
    if given is not None:
        chosen = given.get("to", "")
        return Field([*steps, stays], chosen if chosen in ways else "")
    is_usual = usual in ways and not here.is_spam and not waits
    return Field([*steps, stays], usual if usual and is_usual else "", is_guess=is_usual)


def _changes(
    people: Sequence[Colleague], happened: Sequence[Event], given: Form | None
) -> list[Change]:
    """Return what others set since the form that comes back was drawn."""
    since = given.get("since", "") if given is not None else ""
    if not since.isascii() or not since.isdigit():
        return []
    names = {one.id: one.name for one in people}
    return [
        Change(names.get(one.actor) or say("staff.who.other"), _what(one, names), one.at)
        for one in happened
        if one.place > int(since) and one.kind in _SORTED
    ]


def _what(event: Event, names: dict[str, str]) -> str:
    said = event.data
    if event.kind == "moved":
        return say("staff.event.moved", buoc=say(f"status.{said['to']}.label"))
    if event.kind == "assigned":
        to = said.get("to")
        return say("staff.event.assigned", ai=names[to]) if to else say("staff.event.unassigned")
    groups = [said.get("category") or "none", *said.get("more", ())]
    group = " + ".join(say(f"choice.category.{one}") for one in groups)
    field = said.get("field")
    return say(
        "staff.event.classified",
        nhom=f"{group} · {say(f'choice.field.{field}')}" if field else group,
    )
