"""What an officer's appraisal of an idea is made of (R10, R11, R18): pure values, no store."""

from shared.domain.record import Record

# What the officer proposes to the council and the chair.
PROPOSED = ("recognise", "replicate", "commend", "refuse")
# What an idea does to an administrative procedure (plan II.1, field 1).
VERBS = ("simplify", "remove", "cut", "amend", "supplement")
# When it is to be applied (plan II.3): at once, or by dated steps.
TIMINGS = ("at_once", "in_steps")
# What is expected to become less (plan II.1, field 2): steps, papers, days, cost in đồng,
# operations.
EFFECTS = ("steps", "documents", "days", "cost", "operations")
# How a step of a roadmap ends.
SETTLED = ("done", "dropped")
OPINION_LETTERS = 4000


class AppraisalAnswers(Record):
    """What an officer wrote; "" where nothing was chosen. `procedure_id` names the administrative
    procedure that the idea is about."""

    opinion: str = ""
    proposed: str = ""
    procedure_id: str | None = None
    verb: str = ""
    timing: str = ""


class Expected(Record):
    """One thing that is counted now and expected to change: kind is one of EFFECTS."""

    kind: str
    before: float
    after: float
