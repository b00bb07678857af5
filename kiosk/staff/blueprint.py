"""The blueprint that every screen of the staff app hangs its routes on."""

from flask import Blueprint

bp = Blueprint("staff", "kiosk.staff")
