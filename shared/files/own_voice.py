"""The recordings of an office's own voice: instance/voice/<language>/<name>.ogg and .mp3, beside
each a .txt with the words that were spoken.

They are played in place of the program's own, until the words on the screen change: a voice never
says what no longer stands there.
"""

from pathlib import Path

# What each door plays.
KIOSK, PHONE = ".ogg", ".mp3"
TEXT = ".txt"


def prompt_name(key: str) -> str:
    """Return the file's name of what a telephone says; its digits are the kiosk's."""
    prompt = key.removeprefix("voice.")
    return f"number.{prompt}" if prompt.isdigit() else f"phone.{prompt}"


def note_words(folder: Path, name: str, words: str) -> None:
    """Note what the recordings of this name say."""
    (folder / f"{name}{TEXT}").write_text(words, "utf-8")


def file_of(folder: Path, name: str, words: str, kind: str) -> Path | None:
    """Return the recording that says these very words, or None."""
    sound = folder / f"{name}{kind}"
    return sound if said_in(folder, name) == words and sound.is_file() else None


def said_in(folder: Path, name: str) -> str | None:
    """Return the words of a recording that is kept, or None."""
    try:
        return (folder / f"{name}{TEXT}").read_text("utf-8")
    except OSError:
        return None
