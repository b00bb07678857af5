"""Within one program each top-level class has a name of its own, so a name says which is meant."""

import ast
from collections import defaultdict

import pytest

from tests.promises.conftest import ROOT, modules

# Each program is its own folder and what it stands on.
PROGRAMS = {"kiosk": ("kiosk", "shared"), "sms": ("sms", "shared")}

# Names that may stand twice, each with its reason.
ALLOWED: dict[str, str] = {}


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_two_classes_of_a_program_share_a_name(program: str) -> None:
    twice = [
        f"{name} names {len(found)} classes: {', '.join(found)}. Give each a name of its own."
        for name, found in sorted(_classes(*PROGRAMS[program]).items())
        if len(found) > 1 and name not in ALLOWED
    ]

    assert twice == [], "\n".join(twice)


def test_every_allowed_name_still_stands_twice() -> None:
    twice = {
        name
        for folders in PROGRAMS.values()
        for name, found in _classes(*folders).items()
        if len(found) > 1
    }

    assert sorted(set(ALLOWED) - twice) == []


def _classes(*folders: str) -> dict[str, list[str]]:
    """Return the modules in which each top-level class stands, by its name."""
    places: dict[str, list[str]] = defaultdict(list)
    for path, tree in modules(*folders):
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(ROOT)))
    return places
