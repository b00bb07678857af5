"""The way to the login for whoever is not logged in, any more or yet. Nothing that they wrote is
lost with a session that ended meanwhile."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

# The fields in which a person writes at length.
_WRITTEN = (
    "text", "answer", "missing", "reason", "to_office", "where",
    "title", "current_state", "solution", "expected_effect", "name", "phone", "hamlet",
    "guardian", "unit", "position", "why", "note", "year_reason",
    "problem", "effect", "evidence", "result", "conditions", "benefits",
    "points", "remark", "place", "guests", "said", "merit", "basis", "answered_by",
    "done_by", "proof", "other",
)  # fmt: skip
# Whose forms hold what no page gives back.
SECRET = frozenset(
    {
        "staff.set_password", "staff.enrol_totp", "staff.draw_recovery_codes",
        "staff.begin_emergency_access",
    }
)  # fmt: skip


def log_in_first() -> ResponseReturnValue:
    """Lead to the login; give back what somebody sent whose session ended meanwhile: to be sent
    again as it was, and what they wrote at length to be copied."""
    has_files = request.mimetype == "multipart/form-data"  # and nothing that was written
    if has_files or request.endpoint in SECRET or not request.form:
        return redirect(url_for("staff.login"), 303)
    written = [text for name in _WRITTEN for text in request.form.getlist(name) if text.strip()]
    page = render_template(
        "staff/session_over.html",
        sent=list(request.form.items(multi=True)),
        written="\n".join(written),
    )
    return page, 403
