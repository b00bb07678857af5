"""What this program tells Prometheus, on this very PC alone."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from kiosk.staff.blueprint import bp
from kiosk.web import is_this_machine, settings, site, store
from shared.domain import clock
from shared.runtime import metrics


@bp.get("/metrics")
def metrics_text() -> ResponseReturnValue:
    """Tell how the public and the staff app answer, and how the store stands."""
    if not is_this_machine():
        abort(404)
    here = site()
    told = metrics.text(
        here.requests.metrics(),
        metrics.of_store(here.instance, settings(), store(), clock.now()),
    )
    return Response(told, content_type=metrics.CONTENT_TYPE)
