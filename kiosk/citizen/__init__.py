"""What citizens do on a screen: home, sending, help."""

from flask import Blueprint

bp = Blueprint("citizen", __name__)
