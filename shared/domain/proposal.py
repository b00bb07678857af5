"""A proposal: what a citizen hands to the commune, and the path it travels.

Pure values and rules. Nothing here opens a database, reads a clock or knows whether the words
arrived from the kiosk or by SMS.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Literal

from shared.domain.record import Record, field


class Status(StrEnum):
    """Where a proposal stands."""

    RECEIVED = "received"
    NEEDS_INFO = "needs_info"
    UNDER_APPRAISAL = "under_appraisal"
    AT_COUNCIL = "at_council"
    ON_TRIAL = "on_trial"
    RECOGNISED = "recognised"
    REPLICATED = "replicated"
    NOT_RECOGNISED = "not_recognised"
    MERGED = "merged"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


# Which status may follow which. A merged proposal goes back only to the status it was merged
# from; `following` knows that.
NEXT: dict[Status, tuple[Status, ...]] = {
    Status.RECEIVED: (
        Status.UNDER_APPRAISAL,
        Status.NEEDS_INFO,
        Status.MERGED,
        Status.REDIRECTED,
        Status.CLOSED,
        Status.WITHDRAWN,
    ),
    Status.NEEDS_INFO: (
        Status.RECEIVED,
        Status.UNDER_APPRAISAL,
        Status.CLOSED,
        Status.WITHDRAWN,
    ),
    Status.UNDER_APPRAISAL: (
        Status.AT_COUNCIL,
        Status.NEEDS_INFO,
        Status.ON_TRIAL,
        Status.NOT_RECOGNISED,
        Status.MERGED,
        Status.REDIRECTED,
        Status.CLOSED,
        Status.WITHDRAWN,
    ),
    Status.AT_COUNCIL: (
        Status.RECOGNISED,
        Status.ON_TRIAL,
        Status.UNDER_APPRAISAL,
        Status.NOT_RECOGNISED,
        Status.MERGED,
        Status.WITHDRAWN,
    ),
    Status.ON_TRIAL: (Status.AT_COUNCIL, Status.NOT_RECOGNISED, Status.WITHDRAWN),
    Status.RECOGNISED: (Status.REPLICATED,),
    Status.NOT_RECOGNISED: (Status.UNDER_APPRAISAL, Status.WITHDRAWN),
    Status.CLOSED: (Status.RECEIVED, Status.WITHDRAWN),
    Status.MERGED: (Status.RECEIVED, Status.UNDER_APPRAISAL, Status.AT_COUNCIL),
    Status.REDIRECTED: (),
    Status.WITHDRAWN: (),
    Status.REPLICATED: (),
}

# Who makes a move: a role of staff, or the sender.
Maker = Literal["officer", "chair", "sender"]
_DESK: frozenset[Maker] = frozenset({"officer", "chair"})
_SIGNED: frozenset[Maker] = frozenset({"chair"})
# What only the chair decides, by a decision with number, day and reason.
DECIDED = frozenset({Status.RECOGNISED, Status.NOT_RECOGNISED})
# Who may make each move of `NEXT`. An officer cannot refuse an idea, only close it with a reason.
# An idea becomes replicated when "nhân rộng" is signed and an officer records the first unit that
# uses it (workflows/case_steps.py). If nobody signed it, the chair signs with that move.
MAKERS: dict[tuple[Status, Status], frozenset[Maker]] = {
    **{
        (now, to): _SIGNED if to in DECIDED else _DESK
        for now, follow in NEXT.items()
        for to in follow
    },
    **{
        (now, Status.WITHDRAWN): _DESK | {"sender"}
        for now, follow in NEXT.items()
        if Status.WITHDRAWN in follow
    },
    (Status.NEEDS_INFO, Status.RECEIVED): _DESK | {"sender"},
    (Status.CLOSED, Status.RECEIVED): _DESK | {"sender"},
    (Status.NOT_RECOGNISED, Status.UNDER_APPRAISAL): _DESK | {"sender"},
}

# Groups of statuses: code, SQL and templates name one of these and list none themselves.
EVERY = frozenset(Status)
# No status follows.
FINAL = frozenset(now for now, follow in NEXT.items() if not follow)
# It goes no further unless its sender asks again.
OVER = FINAL | {Status.NOT_RECOGNISED, Status.CLOSED}
UNDER_WAY = EVERY - OVER
# There is a result, perhaps not the last one; an undecided proposal still waits for one.
ENDED = OVER | DECIDED | {Status.MERGED}
UNDECIDED = EVERY - ENDED
# Recognised, replicated or not: everybody may read it, and nobody can withdraw it.
PUBLIC = frozenset({Status.RECOGNISED, *NEXT[Status.RECOGNISED]})
# It ended without being recognised.
DROPPED = OVER - PUBLIC
# Withdrawn or sent to another office: it is no longer a case of this office.
GONE = FINAL - PUBLIC
# The office could not consider it, as the year's report counts.
INVALID = GONE | {Status.CLOSED}
# Nothing is merged into these: they are no longer cases of their own.
NO_MERGE_INTO = frozenset({Status.MERGED, Status.WITHDRAWN})
# Until the appraisal is done the office owes an answer; after that the Council sets the pace.
ON_THE_CLOCK = frozenset({Status.RECEIVED, Status.NEEDS_INFO, Status.UNDER_APPRAISAL})
# The office makes the next step, by the day that the sender was told.
OFFICES_TURN = ON_THE_CLOCK - {Status.NEEDS_INFO}
# From here a case is sent to the Council, which must be able to judge it.
BEFORE_COUNCIL = frozenset({Status.UNDER_APPRAISAL, Status.ON_TRIAL})
# The desk has done its part.
APPRAISED = EVERY - ON_THE_CLOCK - {Status.WITHDRAWN}
# It goes back to received when its sender adds something.
WAITS_FOR_MORE = frozenset(
    now for (now, to), makers in MAKERS.items() if to is Status.RECEIVED and "sender" in makers
)

# What must be said to make a move; each name is a key of the move's details.
NEEDS: dict[Status, tuple[str, ...]] = {
    Status.NEEDS_INFO: ("missing", "until"),
    Status.ON_TRIAL: ("trial_from", "trial_to"),
    Status.RECOGNISED: ("decision_number", "decision_date", "reason"),
    Status.NOT_RECOGNISED: ("decision_number", "decision_date", "reason"),
    Status.REPLICATED: ("where", "since"),
    Status.MERGED: ("into",),
    Status.REDIRECTED: ("to_office", "reason"),
    Status.CLOSED: ("reason",),
}
# What may also be said: that a recognised idea is to be replicated.
MAY_SAY: dict[Status, tuple[str, ...]] = {Status.RECOGNISED: ("spread",)}
SPREAD = "yes"
# The details that are days, written YYYY-MM-DD.
DATES = ("until", "trial_from", "trial_to", "decision_date", "since")

Channel = Literal["kiosk", "web", "sms", "voice", "paper", "audio", "video"]
CHANNELS: tuple[Channel, ...] = ("kiosk", "web", "sms", "voice", "paper", "audio", "video")
# The sender typed the two parts; in other channels an officer may still have to type them.
TYPED_CHANNELS: tuple[Channel, ...] = ("kiosk", "web")
PARTICIPANT_TYPES = (
    "citizen",
    "household_business",
    "enterprise",
    "organization",
    "official",
    "part_time_official",
    "worker",
)
# Nobody said who sends it. It counts as a citizen's until staff ask and settle it (decision 64).
NOT_ASKED = "not_asked"
# Every class that a kept idea may have.
KEPT_TYPES = (*PARTICIPANT_TYPES, NOT_ASKED)
# Only these can be insiders (plan II.4): at receipt a worker counts like a citizen (A2).
INSIDER_TYPES = ("official", "part_time_official")
# Who is rated by what they proposed (plan I.1: cán bộ, công chức, KCT, người lao động).
RATED_TYPES = (*INSIDER_TYPES, "worker")
EFFECTS = (
    "fewer_trips",
    "less_paper",
    "faster",
    "cheaper",
    "clearer",
    "easier_for_frail",
    "other",
)
MATURITIES = ("idea", "tried", "in_use_not_replicated", "used_elsewhere", "unknown")
# Somebody uses the idea already.
USED_ALREADY = ("in_use_not_replicated", "used_elsewhere")
CATEGORIES = ("1", "2", "3", "4", "5", "6", "7", "8", "other")
FIELDS = ("1", "2", "3", "4", "other")
RESIDENCES = ("in_commune", "outside")
CONSENTS = ("store", "sms", "name_me")

TITLE_LETTERS = (5, 120)
TEXT_LETTERS = 2000


class Consents(Record):
    """What the sender agreed to, each box ticked by hand, and the notice they read."""

    store: bool = False
    sms: bool = False
    name_me: bool = False
    notice: str = ""


class NewProposal(Record):
    """A proposal fit to be kept. Texts are NFC; `category` None means the sender did not know."""

    channel: Channel
    participant_type: str
    title: str
    solution: str
    title_is_own: bool = True
    current_state: str = ""
    expected_effect: str = ""
    effects: tuple[str, ...] = ()
    maturity: str = "unknown"
    category: str | None = None
    more_categories: tuple[str, ...] = ()
    insider: bool = False
    unit: str = ""
    position: str = ""
    residence: str | None = None
    hamlet: str = ""
    name: str = ""
    phone: str | None = None
    under_16: bool = False
    guardian: str = ""
    consents: Consents = field(default_factory=Consents)
    mobiliser: str = ""


class MoveRefused(Exception):
    """The table has no move from the proposal's status to the wanted one."""


class NotTheirs(MoveRefused):
    """The table has this move, but not for the person who tried it."""


class DetailMissing(Exception):
    """The move lacks something that must be said; `names` are keys of NEEDS."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class Standing(Record):
    """What anybody who knows the public code may see: never a name, a number or a word. `honoured`
    are the kinds of paper that praise it now (letter, award); `withdrawal_due_at` is when a
    withdrawal that waits will be done (ms UTC), None if none waits."""

    code: str
    status: Status
    status_since: int
    received_at: int
    due_at: int
    details: Mapping[str, str]
    evaluation_year: int = 0
    honoured: frozenset[str] = frozenset()
    withdrawal_due_at: int | None = None


def counted_as(participant_type: str) -> str:
    """Return the class that an idea counts under: while nobody was asked, a citizen's."""
    return "citizen" if participant_type == NOT_ASKED else participant_type


def in_order(statuses: Collection[Status]) -> tuple[Status, ...]:
    """Return some statuses in the order of the road."""
    return tuple(status for status in Status if status in statuses)


def further_categories(chosen: Collection[str], category: str | None) -> tuple[str, ...]:
    """Return the categories that an idea also belongs to, in order: its own is not one of them."""
    return tuple(one for one in CATEGORIES if one in chosen and one != category)


def following(now: Status, merged_from: Status | None = None) -> tuple[Status, ...]:
    """Return where a proposal may go next; a merged one only back to `merged_from`."""
    if now is Status.MERGED:
        return (merged_from,) if merged_from in NEXT[now] else ()
    return NEXT[now]


def check_move(now: Status, wanted: Status, merged_from: Status | None = None) -> None:
    """Raise MoveRefused unless the table leads from `now` to `wanted`."""
    if wanted not in following(now, merged_from):
        raise MoveRefused(f"{now} → {wanted}")


def check_maker(now: Status, wanted: Status, maker: str) -> None:
    """Raise NotTheirs unless that role (or "sender") may make this move of the table."""
    if maker not in MAKERS[now, wanted]:
        raise NotTheirs(f"{now} → {wanted} by {maker}")


def needed_for(wanted: Status, *, is_signed: bool = True) -> tuple[str, ...]:
    """Return what must be said for a move. Replicating an idea without a signature (`is_signed`
    False) needs the chair's decision too."""
    needed = NEEDS.get(wanted, ())
    if wanted is Status.REPLICATED and not is_signed:
        return (*needed, *NEEDS[Status.RECOGNISED])
    return needed
