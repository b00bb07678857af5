"""What an idea was to bring and what it brought, as papers say it: expected and measured effect,
its trial, the officer's opinion. Evidence stands before judgement in each paper that judges."""

from collections.abc import Iterable, Sequence

from shared import texts
from shared.db.connection import Store
from shared.domain import clock, measures
from shared.domain.measures import Figures
from shared.domain.record import Record
from shared.store.cases.proposals import Proposal
from shared.store.council import evidence
from shared.store.council.evidence import Evidence
from shared.store.models.adoptions import Measure
from shared.store.models.trials import Trial

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say


class EffectWords(Record):
    """What is known of an idea, each "" where there is none; several figures are several lines."""

    expected: str = ""
    measured: str = ""
    trial: str = ""
    opinion: str = ""


def of_ideas(db: Store, ideas: Sequence[Proposal]) -> dict[str, EffectWords]:
    """Return the words of each idea, by its id."""
    return {one: _words(found) for one, found in evidence.of_ideas(db, ideas).items()}


def _words(found: Evidence) -> EffectWords:
    return EffectWords(
        "\n".join(filter(None, (found.idea.expected_effect, *map(_hoped, found.expected)))),
        "\n".join(_lines(found.measured)),
        _tried(found.trial),
        found.appraisal.said.opinion if found.appraisal else "",
    )


def _days(first: str, last: str) -> str:
    days = {"tu": clock.written_day(first), "den": clock.written_day(last)}
    if first and last:
        return _PAPER("effects.days", **days)
    return _PAPER("effects.since", **days) if first else ""


def _hoped(one: Figures) -> str:
    return _change(_WORDS(f"registry.measure.{one.kind}"), one.kind, one.before, one.after)


def _lines(counted: Iterable[Measure]) -> Iterable[str]:
    for one in counted:
        name = one.label or _WORDS(f"registry.measure.{one.figures.kind}")
        words = _change(name, one.figures.kind, one.figures.before, one.figures.after)
        yield f"{words} ({one.unit})" if one.unit else words


def _change(name: str, kind: str, before: float, after: float) -> str:
    return f"{name}: {_with_unit(kind, before)} → {_with_unit(kind, after)}"


def _with_unit(kind: str, value: float) -> str:
    written = measures.written(value)
    return written if kind == "other" else _WORDS(f"registry.count.{kind}", n=written)


def _tried(trial: Trial | None) -> str:
    if trial is None:
        return ""
    where = ", ".join(filter(None, (_days(trial.from_day, trial.to_day), trial.place)))
    return "\n".join(filter(None, (where, trial.result)))
