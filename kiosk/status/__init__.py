"""Where a proposal stands: by its public code, and by the secret behind its QR."""

from flask import Blueprint

bp = Blueprint("status", __name__)
