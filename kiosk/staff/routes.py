"""Imports every module of this folder, so that the routes of every screen are in the blueprint.

A new screen needs no line here.
"""

from importlib import import_module
from pkgutil import walk_packages

from kiosk import staff
from kiosk.staff.blueprint import bp

for module in walk_packages(staff.__path__, f"{staff.__name__}."):
    import_module(module.name)

__all__ = ["bp"]
