"""Style sheets as browsers get them: several of kiosk/static/css as one text."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from shared.runtime.style_sheets import joined

FOLDER = Path(__file__).resolve().parent / "static" / "css"

# The sheets of every page of the staff, under one name: twenty-eight names weighed a twentieth of
# such a page.
OFFICE = "office"
_SETS = {
    OFFICE: (
        "base", "components/demo", "components/words",
        "components/button", "components/problem-list", "components/notice",
        "components/warning", "components/question", "components/text-field",
        "components/pill", "components/case-row", "components/today",
        "components/queue-side", "components/queue-panel", "components/queue-views",
        "components/media", "components/effect-table", "components/sms-preview",
        "components/desks", "components/council", "components/paper-desk",
        "components/paper-sheet", "components/sms-desk", "components/rings",
        "components/bar-chart", "components/praise", "components/fold",
        "staff",
    ),
}  # fmt: skip

_NAMES = re.compile(r":root\{([^}]*)\}")
_MOVING = re.compile(r"@property (--[\w-]+)")
_NAMED = re.compile(r"var\((--[\w-]+)\)")


def is_sheet(name: str) -> bool:
    """Say whether there is a style sheet of that name, such as "components/button", or a set."""
    return name in _SETS or (".." not in name and (FOLDER / f"{name}.css").is_file())


@cache
def bundle(names: tuple[str, ...]) -> tuple[str, str]:
    """Return the named style sheets and sets as one text, and its SHA-256 in base64."""
    files = [FOLDER / f"{one}.css" for name in names for one in _SETS.get(name, (name,))]
    whole = "".join(file.read_text("utf-8") for file in files)
    text = _with_values(joined(whole))
    return text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _with_values(css: str) -> str:
    """Replace the names of colours by their values: the names are for people. A name that an
    animation changes stays."""
    values = dict(
        declared.split(":", 1)
        for names in _NAMES.findall(css)
        for declared in names.split(";")
        if declared
    )
    values |= {name: f"var({name})" for name in _MOVING.findall(css)}
    return _NAMED.sub(lambda named: values[named[1]], _NAMES.sub("", css))
