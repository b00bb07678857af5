"""What citizens do on a screen: home, sending, help, and the browser as a kiosk."""

from flask import Blueprint

bp = Blueprint("citizen", __name__)

from kiosk.citizen import aids, device, form, home, offline, parking, person, place, reserve, wizard  # noqa: E402, F401 adding routes
