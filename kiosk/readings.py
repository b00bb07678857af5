"""The recordings of the screens' words: one file for every text of [read] and every language.

deploy/prompts/make-readings.sh makes them; a person's voice may replace any.
"""

import hashlib
from functools import cache
from pathlib import Path

from shared import texts

FOLDER = Path(__file__).resolve().parent / "static" / "audio"


def is_reading(lang: str, name: str) -> bool:
    """Say whether there is a recording of that name, such as ("vi", "home")."""
    return (
        lang in texts.LANGUAGES
        and f"read.{name}" in texts.load(lang)
        and _path(lang, name).is_file()
    )


def address(lang: str, name: str) -> str:
    """Return the address of a recording, "" if there is none."""
    if not is_reading(lang, name):
        return ""
    return f"/nghe/{version(lang, name)}/{lang}/{name}.ogg"


@cache
def version(lang: str, name: str) -> str:
    """Return the part of the address that changes with the recording."""
    return hashlib.sha256(sound(lang, name)).hexdigest()[:8]


def sound(lang: str, name: str) -> bytes:
    """Return a recording: Opus in Ogg, one voice."""
    return _path(lang, name).read_bytes()


def _path(lang: str, name: str) -> Path:
    return FOLDER / lang / f"{name}.ogg"
