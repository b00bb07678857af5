"""What the people who work here do: log in, see the queue, move a case, answer."""

from flask import Blueprint

bp = Blueprint("staff", __name__)
