"""Figures before and after, in words and as two bars, for a table that citizens and staff share
(templates/components/effect_table.html)."""

from collections.abc import Iterable

from kiosk.speaking import language
from kiosk.web import say
from shared.domain import clock, measures
from shared.domain.record import Record
from shared.store.models.adoptions import Measure


class EffectRow(Record):
    """One line of the table. `before_share` and `after_share` are the bars' lengths in percent of
    the longer. `change` is "" if there is none to show; `is_better` is None if nobody can tell."""

    id: str
    label: str
    unit: str
    before: str
    after: str
    change: str
    is_better: bool | None
    before_share: int
    after_share: int
    measured_on: str
    evidence: str
    attachment_id: str | None


def effect_rows(counted: Iterable[Measure]) -> list[EffectRow]:
    """Return measures as a page shows them."""
    return [_row(one) for one in counted]


def figure(value: float) -> str:
    """Return a number as Vietnamese papers write it: 12.500 or 1,5."""
    return measures.written(value)


def _in_english(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _row(one: Measure) -> EffectRow:
    before_share, after_share = measures.shares(one.figures)
    percent = measures.change_percent(one.figures)
    return EffectRow(
        id=one.id,
        label=one.label or say(f"registry.measure.{one.figures.kind}"),
        unit=one.unit,
        before=_with_unit(one.figures.kind, one.figures.before),
        after=_with_unit(one.figures.kind, one.figures.after),
        change=f"{'+' if percent > 0 else '−'}{abs(percent)}%" if percent else "",
        is_better=measures.is_better(one.figures),
        before_share=before_share,
        after_share=after_share,
        measured_on=clock.written_day(one.measured_on),
        evidence=one.evidence,
        attachment_id=one.attachment_id,
    )


def _with_unit(kind: str, value: float) -> str:
    written = _in_english(value) if language() == "en" else figure(value)
    return written if kind == "other" else say(f"registry.count.{kind}", n=written)
