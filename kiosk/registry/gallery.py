"""The registry to read: find a model, see what it changed."""

import re
from collections.abc import Mapping

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.effect_table import EffectRow, effect_rows
from kiosk.registry import bp
from kiosk.web import store
from shared.domain.measures import KINDS
from shared.domain.proposal import CATEGORIES, FIELDS
from shared.domain.record import Record
from shared.domain.vietnamese import one_line
from shared.runtime.guarded import ANYBODY
from shared.store.models import adoptions, registry
from shared.store.models import lasting_standing as standing
from shared.store.models.registry import Model, ModelFilter

WORDS_LETTERS = 100
# The most figures in one line of the list.
FIGURES_IN_LIST = 2
_CURSOR = re.compile(r"(\d{1,15})-([0-9a-f-]{36})")


class ModelRow(Record):
    """One model of the list."""

    model: Model
    rows: list[EffectRow]


@bp.get("/mo-hinh", allow=ANYBODY)
def gallery() -> ResponseReturnValue:
    """List the models that fit a search."""
    wanted = read_wanted(request.args)
    found = registry.find(store(), wanted)
    return render_template(
        "registry/gallery.html",
        rows=[ModelRow(model, _best_figures(model)) for model in found.models],
        wanted=wanted,
        years=registry.years(store()),
        categories=CATEGORIES,
        fields=FIELDS,
        kinds=[kind for kind in KINDS if kind != "other"],
        is_filtered=wanted != ModelFilter(after=wanted.after),
        following=_next_page(wanted, found.following),
    )


@bp.get("/mo-hinh/<slug>", allow=ANYBODY)
def model(slug: str) -> ResponseReturnValue:
    """Show one model."""
    found = model_at(slug)
    db, proposal_id = store(), found.entry.proposal_id
    return render_template(
        "registry/model.html",
        model=found,
        rows=effect_rows(adoptions.measures(db, proposal_id)),
        adopted=adoptions.in_use(db, proposal_id),
        lasts=standing.of_units(db, proposal_id),
        names=registry.credited(db, found.entry),
    )


def model_at(slug: str) -> Model:
    """Return the model at an address, or 404."""
    return registry.by_slug(store(), slug) or abort(404)


def read_wanted(given: Mapping[str, str]) -> ModelFilter:
    """Return the search in an address; parts that make no sense are left out."""
    category, field, effect = given.get("category"), given.get("field"), given.get("effect")
    year, cursor = given.get("year", ""), _CURSOR.fullmatch(given.get("after", ""))
    return ModelFilter(
        words=one_line(given.get("q", ""))[:WORDS_LETTERS],
        category=category if category in CATEGORIES else "",
        field=field if field in FIELDS else "",
        year=int(year) if re.fullmatch(r"\d{4}", year, re.ASCII) else None,
        effect=effect if effect in KINDS else "",
        after=(int(cursor[1]), cursor[2]) if cursor else None,
    )


def _best_figures(one: Model) -> list[EffectRow]:
    """Return the figures that got better before the others, as many as fit on a line."""
    rows = effect_rows(adoptions.measures(store(), one.entry.proposal_id))
    return sorted(rows, key=lambda row: not row.is_better)[:FIGURES_IN_LIST]


def _next_page(wanted: ModelFilter, following: tuple[int, str] | None) -> str:
    if following is None:
        return ""
    return url_for(
        "registry.gallery",
        q=wanted.words or None,
        category=wanted.category or None,
        field=wanted.field or None,
        year=wanted.year,
        effect=wanted.effect or None,
        after="-".join(map(str, following)),
    )
