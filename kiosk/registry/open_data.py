"""The registry as open data: CSV for a spreadsheet, JSON for a program, and what each field means.

The names of the fields are part of the contract: one may be added, none changes its meaning.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from kiosk.effect_table import figure
from kiosk.registry import bp
from kiosk.registry.gallery import model_at
from kiosk.web import site, store
from shared.db.connection import Store
from shared.domain import clock
from shared.domain.proposal import Status
from shared.runtime.guarded import ANYBODY
from shared.runtime.site import Site
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
_JSON = "application/json; charset=utf-8"
# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")


@bp.get("/mo-hinh.json", allow=ANYBODY)
def as_json() -> ResponseReturnValue:
    """All models, newest first, as one JSON object."""
    return _sent_as_made(_json_pieces(_all_described()), _JSON)


@bp.get("/mo-hinh/<slug>.json", allow=ANYBODY)
def model_as_json(slug: str) -> ResponseReturnValue:
    """One model as JSON."""
    return _json(described(model_at(slug), store(), site()))


@bp.get("/mo-hinh.csv", allow=ANYBODY)
def as_csv() -> ResponseReturnValue:
    """All models, newest first, one a line; UTF-8 with the mark that spreadsheets need."""
    lines = _csv_lines(_all_described())
    answer = _sent_as_made(lines, "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=mo-hinh.csv"
    return answer


@bp.get("/mo-hinh/du-lieu", allow=ANYBODY)
def dictionary() -> ResponseReturnValue:
    """Say what each field of the open data means."""
    return render_template("registry/fields.html", fields=FIELDS)


def described(model: Model, db: Store, here: Site) -> dict[str, Any]:
    """Return a model as in the open data: FIELDS, in this order."""
    office, entry = here.settings.office, model.entry
    decision = _decision(db, entry.proposal_id)
    told = {
        "slug": entry.slug,
        "address": f"{here.public_url.rstrip('/')}/mo-hinh/{entry.slug}",
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
        "published_on": clock.to_local(entry.published_at, office.zone).date().isoformat(),
        "changed_on": clock.to_local(entry.changed_at, office.zone).date().isoformat(),
        "office": office.name,
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


def _all_described() -> Iterator[Mapping[str, Any]]:
    """Yield every model as in the open data, also after the request's function has returned."""
    db, here = store(), site()
    return (described(model, db, here) for model in registry.everything(db))


def _sent_as_made(pieces: Iterator[str], content_type: str) -> Response:
    """Return an answer that is sent while it is made, so that it never stands in memory as a whole.
    Its first piece is made now: a store that cannot be read gives the page that says so. Should a
    later one fail, the connection is cut, and whoever reads sees that the answer is not whole."""
    return Response(chain([next(pieces)], _or_cut(pieces, site())), content_type=content_type)


def _or_cut(pieces: Iterator[str], here: Site) -> Iterator[str]:
    try:
        yield from pieces
    except Exception:
        here.forget_store()  # the next request opens it again
        raise


def _json_pieces(models: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before = '{"models":['
    for told in models:
        yield before + _as_text(told)
        before = ","
    yield "]}" if before == "," else before + "]}"


def _csv_lines(models: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before = "\ufeff" + _csv_line(FIELDS)
    for told in models:
        yield before + _csv_line([_cell(told[name]) for name in FIELDS])
        before = ""
    if before:
        yield before


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _json(told: Mapping[str, Any]) -> Response:
    return Response(_as_text(told), content_type=_JSON)


def _as_text(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


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
