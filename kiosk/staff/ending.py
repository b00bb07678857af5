"""Before something ends, a page says what ends and what stays, and asks the reason.

It answers the first press, on the same address, so nothing ends at one tap. The desk that ends
something keeps the reason. What a case would lose for good waits besides (kiosk/staff/pending.py).
"""

from flask import abort, make_response, render_template, request

from kiosk.staff.forms import reading
from shared.domain.intake import Problem


def reason_to_end(what: str, *, back: str, name: str = "", waits: bool = False) -> str:
    """Return why something is ended. A press that says no reason ends here, with the page that asks
    it: 200, or 422 if the page was sent with an empty one.

    `what` names the words of what ends and of what stays (`staff.ending.what`), `name` is what it
    is called, `back` the address that leaves it as it is; `waits`: it waits before it is done.
    """

    def page(problems: list[Problem]) -> str:
        return render_template(
            "staff/ending.html", what=what, name=name, back=back, waits=waits, problems=problems,
            given=request.form,
        )  # fmt: skip

    if "reason" not in request.form:
        abort(make_response(page([])))
    with reading(page) as given:
        return given.reason()
