"""The page for the morning: is this PC well, each thing green or red, and what to do."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import cast

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from kiosk.daily import Daily
from kiosk.staff.blueprint import bp
from kiosk.web import store
from shared.domain.roles import ADMIN, READERS


@bp.get("/kiem-tra", allow=READERS | ADMIN)
def daily_check() -> ResponseReturnValue:
    """Show all checks."""
    return render_template("staff/daily_check.html", look=watch().last(store()), version=_version())


@bp.get("/kiem-tra/in", allow=READERS | ADMIN)
def daily_sheet() -> ResponseReturnValue:
    """Show the same as a sheet to print, sign and file."""
    return render_template("print/daily_check.html", look=watch().last(store()), version=_version())


def watch() -> Daily:
    """Return the watch over this PC."""
    return cast(Daily, current_app.extensions["daily"])


@cache
def _version() -> str:
    try:
        return version("hienke")
    except PackageNotFoundError:  # it runs from the source, not installed
        return "–"
