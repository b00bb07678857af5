"""The recordings of the screens' words: one file for every text of [read] and every language.

deploy/prompts/make_readings.py makes them; a person's voice (`hienke voice import`) goes before
them as long as it says the words of the text.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kiosk.aloud import PAUSE
from kiosk.web import site
from shared import texts
from shared.files import own_voice

FOLDER = Path(__file__).resolve().parent / "static" / "audio"


def is_reading(lang: str, name: str) -> bool:
    """Say whether there is a recording of that name, such as ("vi", "home")."""
    return (
        lang in texts.LANGUAGES
        and f"read.{name}" in texts.load(lang)
        and _path(lang, name).is_file()
    )


def addresses(lang: str, names: str | Sequence[str]) -> str:
    """Return the addresses of recordings to be played one after another, PAUSE between them where
    `names` has it; "" if one of them is missing."""
    wanted = [names] if isinstance(names, str) else names
    # A code says the same few digits again and again: each file is looked up once.
    found = {name: PAUSE if name == PAUSE else _address(lang, name) for name in set(wanted)}
    return " ".join(found[name] for name in wanted) if all(found.values()) else ""


def _address(lang: str, name: str) -> str:
    if not is_reading(lang, name):
        return ""
    return f"/nghe/{version(lang, name)}/{lang}/{name}.ogg"


def version(lang: str, name: str) -> str:
    """Return the part of the address that changes with the recording."""
    path = _path(lang, name)
    return _version(path, path.stat().st_mtime_ns)


@cache
def _version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def sound(lang: str, name: str) -> bytes:
    """Return a recording: Opus in Ogg, one voice."""
    return _path(lang, name).read_bytes()


def _path(lang: str, name: str) -> Path:
    words = texts.load(lang).say(f"read.{name}")
    own = own_voice.file_of(site().instance.voice / lang, name, words, own_voice.KIOSK)
    return own or FOLDER / lang / f"{name}{own_voice.KIOSK}"
