"""What the score sheet, the session's list and the chair's folder show of an idea before it is
judged (templates/staff/evidence.html): one reading for all three."""

from collections.abc import Iterable, Mapping

from kiosk.effect_table import EffectRow, effect_rows
from kiosk.web import say, store
from shared.domain import clock
from shared.domain.council import redacted
from shared.domain.measures import Figures
from shared.domain.record import Record, replace
from shared.store.cases import authors, proposals, similar
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal
from shared.store.cases.similar import Suggestion
from shared.store.council import evidence
from shared.store.council.evidence import NOBODY, Evidence
from shared.store.files.attachments import Attachment
from shared.store.models.adoptions import Measure
from shared.store.models.trials import Trial

_WORDS = ("title", "current_state", "solution", "expected_effect")


class ShownEvidence(Record):
    """An idea as a page shows it: its words, the opinion and the trial's without the authors'
    names and long numbers; figures with their bars; `authors` for who may read names; `alike` only
    where it was asked for."""

    idea: Proposal
    words: Mapping[str, str]
    opinion: str
    proposed: str
    appraised_at: int | None
    expected: list[EffectRow]
    measured: list[EffectRow]
    trial: Trial | None
    trial_days: str
    files: tuple[Attachment, ...]
    merged: list[tuple[str, str]]
    authors: tuple[Author, ...]
    alike: list[Suggestion]


def shown_evidence(
    ideas: Iterable[Proposal], *, with_alike: bool = False
) -> dict[str, ShownEvidence]:
    """Return what is known of some ideas, by their ids. With `with_alike` similar ideas too, which
    takes a few statements for each idea."""
    found = evidence.of_ideas(store(), list(ideas))
    return {key: _shown(one, with_alike=with_alike) for key, one in found.items()}


def _shown(one: Evidence, *, with_alike: bool) -> ShownEvidence:
    idea, said, trial = one.idea, one.appraisal, one.trial
    return ShownEvidence(
        idea=idea,
        words={part: redacted(getattr(idea, part), one.names) for part in _WORDS},
        opinion=redacted(said.said.opinion, one.names) if said else "",
        proposed=said.said.proposed if said else "",
        appraised_at=said.at if said else None,
        expected=effect_rows(_as_measure(figures) for figures in one.expected),
        measured=effect_rows(one.measured),
        trial=trial,
        trial_days="–".join(clock.written_day(day) for day in (trial.from_day, trial.to_day) if day)
        if trial
        else "",
        files=one.files,
        authors=one.authors,
        merged=[(other.code, redacted(other.title, one.names)) for other in one.merged],
        alike=_alike(idea) if with_alike else [],
    )


def _alike(idea: Proposal) -> list[Suggestion]:
    db, found = store(), similar.suggestions(store(), idea, NOBODY)
    names = {
        one.code: [who.name for who in authors.of_idea(db, proposals.by_code(db, one.code).id)]
        for one in found
    }
    return [replace(one, title=redacted(one.title, names[one.code])) for one in found]


def _as_measure(figures: Figures) -> Measure:
    """Return an expected effect as the table of effects takes it."""
    is_common = figures.kind != "operations"
    kind = figures.kind if is_common else "other"
    label = "" if is_common else say("staff.appraisal.effect.operations")
    return Measure("", None, "", Figures(kind, figures.before, figures.after), label, "", "", None)
