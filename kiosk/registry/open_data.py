"""The registry as open data: CSV for a spreadsheet, JSON for a program, and what each field means.

The names of the fields are part of the contract: one may be added, none changes its meaning.
"""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from kiosk.effect_table import figure
from kiosk.registry import bp
from kiosk.registry.gallery import model_at
from kiosk.web import settings, site, store
from shared.db.connection import Store
from shared.domain import clock
from shared.domain.proposal import Status
from shared.runtime.guarded import ANYBODY
from shared.store.cases import moves
from shared.store.models import adoptions, registry
from shared.store.models.adoptions import Measure
from shared.store.models.registry import Model

FIELDS = (
    "slug",
    "address",
    "title",
    "problem",
    "solution",
    "effect",
    "status",
    "category",
    "field",
    "evaluation_year",
    "decision_number",
    "decision_date",
    "authors",
    "adopting_units",
    "measures",
    "published_on",
    "changed_on",
    "office",
)
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


@bp.get("/mo-hinh.json", allow=ANYBODY)
def as_json() -> ResponseReturnValue:
    """All models, newest first, as one JSON object."""
    return _json({"models": [described(model) for model in registry.everything(store())]})


@bp.get("/mo-hinh/<slug>.json", allow=ANYBODY)
def model_as_json(slug: str) -> ResponseReturnValue:
    """One model as JSON."""
    return _json(described(model_at(slug)))


@bp.get("/mo-hinh.csv", allow=ANYBODY)
def as_csv() -> ResponseReturnValue:
    """All models, newest first, one a line; UTF-8 with the mark that spreadsheets need."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(FIELDS)
    for model in registry.everything(store()):
        told = described(model)
        table.writerow([_cell(told[name]) for name in FIELDS])
    answer = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=mo-hinh.csv"
    return answer


@bp.get("/mo-hinh/du-lieu", allow=ANYBODY)
def dictionary() -> ResponseReturnValue:
    """Say what each field of the open data means."""
    return render_template("registry/fields.html", fields=FIELDS)


def described(model: Model) -> dict[str, Any]:
    """Return a model as in the open data: FIELDS, in this order."""
    db, zone, entry = store(), settings().office.zone, model.entry
    decision = _decision(db, entry.proposal_id)
    told = {
        "slug": entry.slug,
        "address": f"{site().public_url.rstrip('/')}/mo-hinh/{entry.slug}",
        "title": entry.words.title,
        "problem": entry.words.problem,
        "solution": entry.words.solution,
        "effect": entry.words.effect,
        "status": model.status,
        "category": model.category,
        "field": model.field,
        "evaluation_year": model.year,
        "decision_number": decision.get("decision_number"),
        "decision_date": decision.get("decision_date"),
        "authors": registry.credited(db, entry),
        "adopting_units": [
            {"unit": one.unit, "state": one.state, "since": one.since}
            for one in adoptions.in_use(db, entry.proposal_id)
        ],
        "measures": [_measure(one) for one in adoptions.measures(db, entry.proposal_id)],
        "published_on": clock.to_local(entry.published_at, zone).date().isoformat(),
        "changed_on": clock.to_local(entry.changed_at, zone).date().isoformat(),
        "office": settings().office.name,
    }
    return {name: told[name] for name in FIELDS}


def _decision(db: Store, proposal_id: str) -> Mapping[str, object]:
    """Return the details of the latest decision that recognised the idea, or nothing."""
    for move in reversed(moves.of_proposal(db, proposal_id)):
        if move.to_status is Status.RECOGNISED:
            return move.details
    return {}


def _measure(one: Measure) -> dict[str, Any]:
    return {
        "kind": one.figures.kind,
        "label": one.label or None,
        "unit": one.unit or None,
        "before": one.figures.before,
        "after": one.figures.after,
        "measured_on": one.measured_on,
    }


def _json(told: dict[str, Any]) -> Response:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Response(text, content_type="application/json; charset=utf-8")


def _cell(value: Any) -> str:
    """Return a value as one cell that no spreadsheet takes for a formula."""
    text = "; ".join(map(_part, value)) if isinstance(value, list) else str(value or "")
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text


def _part(value: Any) -> str:
    if isinstance(value, str):
        return value
    if "state" in value:
        return f"{value['unit']} ({value['state']}, {value['since']})"
    of_unit = f" ({value['unit']})" if value["unit"] else ""
    name = value["label"] or value["kind"]
    return f"{name}: {figure(value['before'])} → {figure(value['after'])}{of_unit}"
