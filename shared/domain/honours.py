"""Praise and reward: what may be given to whom, and the road each takes (plan III; R5, R28–R31).

Pure values and rules. A letter thanks whoever sent a valid idea, as the chair decides (A9); an
award needs an idea that was applied and did something (R28). Nothing here opens a store.
"""

from enum import StrEnum
from typing import Literal

from shared.domain.proposal import PARTICIPANT_TYPES, Status

Kind = Literal["letter", "award"]
KINDS: tuple[Kind, ...] = ("letter", "award")


class State(StrEnum):
    """Where a letter or an award stands."""

    PROPOSED = "proposed"
    CHECKED = "checked"
    DECIDED = "decided"
    ISSUED = "issued"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# A letter is approved first and gets its number and day when it is written out; the decision of an
# award bears both.
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
# It has a number and a day, and holds.
IN_FORCE: dict[Kind, tuple[State, ...]] = {
    "letter": (State.ISSUED, State.HANDED_OVER),
    "award": (State.DECIDED, State.HANDED_OVER),
}
# What it says may still be changed.
EDITABLE = (State.PROPOSED, State.CHECKED, State.RETURNED)
# The badge beside an idea's status.
BADGES: dict[Kind, str] = {"letter": "commended", "award": "awarded"}

# An idea that was looked at and is one, whatever became of it (A9).
VALID = (
    Status.UNDER_APPRAISAL, Status.AT_COUNCIL, Status.ON_TRIAL, Status.RECOGNISED,
    Status.REPLICATED, Status.NOT_RECOGNISED, Status.MERGED,
)  # fmt: skip
# Plan III and IV.1 together: everybody but officials, whose road is the award (A10).
LETTER_TYPES = tuple(who for who in PARTICIPANT_TYPES if who != "official")
# Whose name is a body's.
COLLECTIVE_TYPES = ("household_business", "enterprise", "organization")
# An award "đột xuất" is for what lies outside assigned plans and tasks: a person is asked to judge.
OFFICIAL_TYPES = ("official", "part_time_official")

NAME_LETTERS = 120
MERIT_LETTERS = 500
MOST_DONG = 1_000_000_000


class HonourMoveRefused(Exception):
    """The table does not lead from where it stands to where it was sent."""


def check_move(kind: Kind, now: State, wanted: State) -> None:
    """Raise MoveRefused unless the table leads from `now` to `wanted`."""
    if wanted not in NEXT[kind].get(now, ()):
        raise HonourMoveRefused(f"{kind}: {now} → {wanted}")


def is_in_force(kind: Kind, state: State) -> bool:
    """Say whether it has a number and a day, and was not taken back."""
    return state in IN_FORCE[kind]


def what_is_wrong(name: str, *, is_collective: bool) -> str:
    """Return why a name cannot be printed: empty, too_long, or initials where it is a person's; ""
    for one that can."""
    if not any(letter.isalpha() for letter in name):
        return "empty"
    if len(name) > NAME_LETTERS:
        return "too_long"
    return "initials" if not is_collective and _is_initials(name) else ""


def _is_initials(name: str) -> bool:
    """Say whether a name is initials alone: "N. T. Đ.", "NTĐ"."""
    words = name.replace(".", " ").split()
    if len(words) == 1:
        return len(words[0]) <= 4 and words[0].isupper()
    return all(len(word) == 1 for word in words)
