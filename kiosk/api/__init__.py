"""The public API (docs/api.md)."""

from flask import Blueprint

bp = Blueprint("api", __name__)
