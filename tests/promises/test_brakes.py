"""Every brake of the code stands in docs/security.md, with what it counts, and none is there that
the code does not have."""

import re

from tests.promises.conftest import ROOT

# A brake's name is the first thing that it is made of.
_MADE = re.compile(r'\b(?:Brake|GrowingBrake|_lately|_slow_down)\(\s*"([a-z_]+)"')
_MEMORY = re.compile(r'"hienke\.([a-z_]+)",\s*Lately\(')


def test_every_brake_says_what_it_counts() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("kiosk", "sms", "shared")
        for path in sorted((ROOT / folder).rglob("*.py"))
    )
    made = set(_MADE.findall(code)) | set(_MEMORY.findall(code))
    rows = (ROOT / "docs" / "security.md").read_text("utf-8").split("### The brakes")[1]
    told = {
        name
        for row in rows.split("## Proof")[0].splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([a-z_]+)`", row.split("|")[1])
    }

    assert made == told
    assert len(made) >= 15
