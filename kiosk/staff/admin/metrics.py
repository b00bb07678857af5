"""What this program reports to Prometheus, only on this very PC."""

from flask import Response
from flask.typing import ResponseReturnValue

from kiosk.staff.blueprint import bp
from kiosk.web import settings, site, store
from shared.domain import clock
from shared.runtime import metrics
from shared.runtime.guarded import THIS_MACHINE


@bp.get("/metrics", allow=THIS_MACHINE)
def metrics_text() -> ResponseReturnValue:
    """Report how the public and the staff app answer, and the state of the store."""
    here = site()
    told = metrics.text(
        here.requests.metrics(),
        metrics.of_store(here.instance, settings(), store(), clock.now()),
    )
    return Response(told, content_type=metrics.CONTENT_TYPE)
