"""Praise and reward: what may be given to whom, and the steps of each (plan III; R5, R28–R31).

Pure values and rules. A letter thanks the sender of a valid idea if the chair decides so (A9). An
award needs an idea that was applied and had an effect (R28). Nothing here opens a store.
"""

from enum import StrEnum
from typing import Literal

from shared.domain.proposal import (
    EVERY,
    INSIDER_TYPES,
    INVALID,
    PARTICIPANT_TYPES,
    Status,
    in_order,
)

Kind = Literal["letter", "award"]
KINDS: tuple[Kind, ...] = ("letter", "award")


class State(StrEnum):
    """The state of a letter or an award."""

    PROPOSED = "proposed"
    CHECKED = "checked"
    DECIDED = "decided"
    ISSUED = "issued"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# A letter is approved first and gets its number and day when it is written out. The decision of
# an award gives both at once.
NEXT: dict[Kind, dict[State, tuple[State, ...]]] = {
    "letter": {
        State.PROPOSED: (State.DECIDED, State.RETURNED, State.REFUSED, State.WITHDRAWN),
        State.RETURNED: (State.PROPOSED, State.WITHDRAWN),
        State.DECIDED: (State.ISSUED, State.PROPOSED),
        State.ISSUED: (State.HANDED_OVER, State.WITHDRAWN),
        State.HANDED_OVER: (State.ISSUED, State.WITHDRAWN),
    },
    "award": {
        State.PROPOSED: (State.CHECKED, State.RETURNED, State.REFUSED, State.WITHDRAWN),
        State.CHECKED: (
            State.DECIDED, State.PROPOSED, State.RETURNED, State.REFUSED, State.WITHDRAWN,
        ),
        State.RETURNED: (State.PROPOSED, State.WITHDRAWN),
        State.DECIDED: (State.HANDED_OVER, State.WITHDRAWN),
        State.HANDED_OVER: (State.DECIDED, State.WITHDRAWN),
    },
}  # fmt: skip
# What waits for the chair, by kind.
FOR_THE_CHAIR: dict[Kind, State] = {"letter": State.PROPOSED, "award": State.CHECKED}
# States in which it has a number and a day, and is valid.
IN_FORCE: dict[Kind, tuple[State, ...]] = {
    "letter": (State.ISSUED, State.HANDED_OVER),
    "award": (State.DECIDED, State.HANDED_OVER),
}
# States in which something is still to be done before it is in force or ended; an award that was
# decided is in force and still to be handed over.
IN_PROGRESS = (State.PROPOSED, State.CHECKED, State.DECIDED, State.RETURNED)
# States in which its words may still be changed.
EDITABLE = (State.PROPOSED, State.CHECKED, State.RETURNED)
# The badge beside an idea's status.
BADGES: dict[Kind, str] = {"letter": "commended", "award": "awarded"}

# The idea was examined and is a valid idea, whatever its result was (A9).
VALID = in_order(EVERY - INVALID - {Status.RECEIVED, Status.NEEDS_INFO})
# Plan III and IV.1 together: everybody except officials, who get an award instead (A10).
LETTER_TYPES = tuple(who for who in PARTICIPANT_TYPES if who != "official")
# Classes whose name is that of an organisation.
COLLECTIVE_TYPES = ("household_business", "enterprise", "organization")
# An award "đột xuất" is for work outside assigned plans and tasks: a person must judge that.
OFFICIAL_TYPES = INSIDER_TYPES

NAME_LETTERS = 120
MERIT_LETTERS = 500
MOST_DONG = 1_000_000_000


class HonourMoveRefused(Exception):
    """The table has no step from its state to the wanted one."""


def check_move(kind: Kind, now: State, wanted: State) -> None:
    """Raise HonourMoveRefused unless the table leads from `now` to `wanted`."""
    if wanted not in NEXT[kind].get(now, ()):
        raise HonourMoveRefused(f"{kind}: {now} → {wanted}")


def is_in_force(kind: Kind, state: State) -> bool:
    """Say whether it has a number and a day and was not withdrawn."""
    return state in IN_FORCE[kind]


def what_is_wrong(name: str, *, is_collective: bool) -> str:
    """Return why a name cannot be printed: empty, too_long, or initials (for a person); "" if it
    can be printed."""
    if not any(letter.isalpha() for letter in name):
        return "empty"
    if len(name) > NAME_LETTERS:
        return "too_long"
    return "initials" if not is_collective and _is_initials(name) else ""


def _is_initials(name: str) -> bool:
    """Say whether a name is only initials: "N. T. Đ.", "NTĐ"."""
    words = name.replace(".", " ").split()
    if len(words) == 1:
        return len(words[0]) <= 4 and words[0].isupper()
    return all(len(word) == 1 for word in words)
