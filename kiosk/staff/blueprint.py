"""The blueprint with the routes of every screen of the staff app."""

from flask import Blueprint

bp = Blueprint("staff", "kiosk.staff")
