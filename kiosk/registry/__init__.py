"""What the commune recognised and published: to read, to download as data, to ask for."""

from flask import Blueprint

bp = Blueprint("registry", __name__)

from kiosk.registry import asking, gallery, open_data  # noqa: E402, F401 adding routes
