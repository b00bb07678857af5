"""Leads to the login a person who is not, or no longer, logged in. Nothing they wrote is lost with
a session that ended meanwhile."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

# The fields for long texts.
_WRITTEN = (
    "text", "answer", "missing", "reason", "to_office", "where",
    "title", "current_state", "solution", "expected_effect", "name", "phone", "hamlet",
    "guardian", "unit", "position", "why", "note", "year_reason",
    "problem", "effect", "evidence", "result", "conditions", "benefits",
    "points", "remark", "place", "guests", "said", "merit", "basis", "answered_by",
    "done_by", "proof", "other",
)  # fmt: skip
# Routes whose forms hold what no page shows again.
SECRET = frozenset(
    {
        "staff.set_password", "staff.enrol_totp", "staff.draw_recovery_codes",
        "staff.begin_emergency_access",
    }
)  # fmt: skip


def log_in_first() -> ResponseReturnValue:
    """Lead to the login. If somebody's session ended while they wrote, give back what they sent: to
    send it again as it was, and long texts to copy."""
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
