"""The status of a proposal: by its public code, and by the secret behind its QR."""

from flask import Blueprint

bp = Blueprint("status", __name__)

from kiosk.status import (  # noqa: E402, F401 they add their routes
    choosing,
    later,
    lookup,
    naming,
    own_data,
    pieces,
    proving,
    receipt,
    standing,
)
