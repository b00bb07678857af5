"""What is known of ideas before anybody judges or signs them (R28): the officer's opinion, the
effects expected and measured, the trial, the files that the council may see, what was merged in.

Read for many ideas at once: the number of statements does not grow with theirs.
"""

from collections.abc import Sequence

from shared.db.connection import Store
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.domain.record import Record
from shared.store.cases import appraisals, authors, merges, moves, proposals, redactions
from shared.store.cases.appraisals import Appraisal
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal
from shared.store.council import files
from shared.store.files.attachments import Attachment
from shared.store.models import adoptions, trials
from shared.store.models.adoptions import Measure
from shared.store.models.trials import Trial

# The reader who is no case's assignee: the council, whoever is in it.
NOBODY = ""


class Evidence(Record):
    """What is known of one idea. `measured` are figures of a unit that uses it or of its trial;
    `trial` is None if there was none, its place and result "" where only its days are known;
    `merged` are the ideas merged into it, in their redacted words; `authors` those of all."""

    idea: Proposal
    appraisal: Appraisal | None
    measured: tuple[Measure, ...]
    trial: Trial | None
    files: tuple[Attachment, ...]
    merged: tuple[Proposal, ...]
    authors: tuple[Author, ...]

    @property
    def expected(self) -> tuple[Figures, ...]:
        """The effects that the officer expects."""
        found = self.appraisal.expected if self.appraisal else ()
        return tuple(Figures(one.kind, one.before, one.after) for one in found)

    @property
    def names(self) -> list[str | None]:
        """The names of the authors, which the council does not read."""
        return [one.name for one in self.authors]


def of_ideas(db: Store, ideas: Sequence[Proposal]) -> dict[str, Evidence]:
    """Return what is known of each idea, by its id."""
    ids = [idea.id for idea in ideas]
    opinions, measured = appraisals.of_many(db, ids), adoptions.measures_of_many(db, ids)
    tried, shown = _trials(db, ids), files.shown_of_many(db, ideas)
    merged, who = merges.into_many(db, ids), authors.of_ideas(db, ids)
    others = proposals.by_ids(db, [one for found in merged.values() for one in found])
    open_to_all = [one for one in others.values() if one.is_open_to_all]
    read = {one.id: one for one in redactions.all_as_read_by(db, open_to_all, NOBODY)}
    return {
        idea.id: Evidence(
            idea,
            opinions.get(idea.id),
            tuple(measured.get(idea.id, ())),
            tried.get(idea.id),
            tuple(shown.get(idea.id, ())),
            tuple(read[one] for one in merged[idea.id] if one in read),
            tuple(who[idea.id]),
        )
        for idea in ideas
    }


def _trials(db: Store, ids: Sequence[str]) -> dict[str, Trial]:
    """Return the trials that the office recorded, or else the days that the chair set."""
    found = {
        proposal_id: Trial("", made.details["trial_from"], made.details["trial_to"], "", "")
        for proposal_id, made in moves.last_to(db, ids, Status.ON_TRIAL).items()
        if {"trial_from", "trial_to"} <= made.details.keys()
    }
    return found | trials.of_many(db, ids)
