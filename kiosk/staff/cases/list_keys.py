"""Keys that move along the list of cases: off until a member switches them on.

They belong to a member at a browser: a tablet needs none, and whoever logs in next at a shared PC
has not switched them on. queue.js does what they do: it moves and selects, and never saves.
"""

from typing import cast

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from shared.domain.roles import READERS

_COOKIE = "keys"
_A_YEAR = 365 * 24 * 3600


def are_on() -> bool:
    """Say whether the member switched the keys on at this browser."""
    return request.cookies.get(_COOKIE) == me().id


@bp.post("/tai-khoan/phim", allow=READERS)
def switch_keys() -> ResponseReturnValue:
    """Switch the keys on or off."""
    answer = cast(Response, redirect(url_for("staff.account", _anchor="keys"), 303))
    wanted = me().id if request.form.get("keys") == "on" else ""
    answer.set_cookie(
        _COOKIE, wanted, max_age=_A_YEAR if wanted else 0, path="/", secure=request.is_secure,
        httponly=True, samesite="Strict",
    )  # fmt: skip
    return answer


@bp.app_context_processor
def _keys() -> dict[str, object]:
    return {"keys_are_on": are_on}
