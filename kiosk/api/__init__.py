"""The public API, for people who build another way to send ideas (docs/api.md)."""

from flask import Blueprint

bp = Blueprint("api", __name__)

from kiosk.api import openapi, proposals  # noqa: E402, F401 they add their routes
