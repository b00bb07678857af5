"""Writes settings as the file settings.toml, each with its purpose and what is allowed."""

import json
import re
from dataclasses import fields
from typing import Any

from shared.settings.sections import SECTIONS, Settings, key_of


def example() -> str:
    """Return a settings.toml with every setting at its default, each with its help."""
    return written(Settings())


def written(settings: Settings) -> str:
    """Return the settings.toml with these settings, each with its help."""
    lines = [
        "# Hiến Kế: settings. Each can be overridden by HIENKE_<SECTION>_<KEY> in the environment.",
        "# A wrong one stops the start with a sentence that says what is allowed.",
    ]
    for section, cls in SECTIONS.items():
        lines += ["", f"[{section}]"]
        for one in fields(cls):
            value = getattr(getattr(settings, section), one.name)
            lines.append(f"# {one.metadata['help']} Allowed: {one.metadata['kind'].allowed}.")
            lines.append(f"{key_of(one.name)} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def with_value(text: str, section: str, key: str, value: Any) -> str:
    """Return the text of a settings.toml with one value changed, and all else as it was."""
    line = f"{key} = {_toml(value)}"
    begins = re.search(rf"^\[{section}\][ \t]*(?:#.*)?$", text, re.MULTILINE)
    if begins is None:
        return f"{text.rstrip()}\n\n[{section}]\n{line}\n"
    ends = re.compile(r"^\[", re.MULTILINE).search(text, begins.end())
    until = ends.start() if ends else len(text)
    body = text[begins.end() : until]
    there = re.compile(rf"^[ \t]*{key}[ \t]*=.*$", re.MULTILINE)
    body = there.sub(lambda _: line, body, count=1) if there.search(body) else f"\n{line}{body}"
    return text[: begins.end()] + body + text[until:]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    # A JSON string is a TOML string.
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
