"""Asks the office's own speech server what is said in a recording: `/v1/audio/transcriptions`, the
form that such servers share.

None is shipped, and without `speech.url` nothing is sent anywhere. What the server answers is
foreign: it is bounded in time and length, and is a draft until a person confirms it.
"""

import json
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from shared.domain.vietnamese import clean
from shared.settings import SpeechSettings

if TYPE_CHECKING:
    import requests

PATH = "/v1/audio/transcriptions"
CONNECT_SECONDS = 5
# Four minutes of speech are some thousand letters.
_MOST_BYTES, _MOST_LETTERS = 256 * 1024, 8000
_PIECE = 16 * 1024

log = logging.getLogger("hienke")


class NothingHeard(Exception):
    """There is no draft; the message is a key of `staff.draft.why.*`."""


def heard(server: SpeechSettings, path: Path, mime: str) -> str:
    """Return what the server hears in a kept recording. Raises NothingHeard."""
    import requests  # imported late: `serve` must start fast

    until = time.monotonic() + server.seconds
    try:
        answer = _answer(server, path, mime, until)
    except requests.Timeout:
        raise _refused("slow") from None
    except requests.RequestException as fault:
        late = time.monotonic() >= until
        raise _refused("slow" if late else "no_answer", type(fault).__name__) from None
    except OSError:
        raise _refused("unreadable") from None
    return _words(answer)


def _answer(server: SpeechSettings, path: Path, mime: str, until: float) -> bytes:
    import requests

    with requests.Session() as talk, path.open("rb") as sound:
        talk.trust_env = False  # no proxy and no password of this machine's surroundings
        with talk.post(
            server.url.rstrip("/") + PATH,
            headers={"Authorization": f"Bearer {server.key}"} if server.key else {},
            data={"model": server.model, "language": "vi", "response_format": "json"},
            files={"file": (f"recording.{mime.partition('/')[2]}", sound, mime)},
            timeout=(CONNECT_SECONDS, server.seconds),
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code != requests.codes.ok:
                raise _refused("refused", str(answer.status_code))
            return _bounded(answer, until)


def _bounded(answer: "requests.Response", until: float) -> bytes:
    said = b""
    for piece in answer.iter_content(_PIECE):
        said += piece
        if len(said) > _MOST_BYTES:
            raise _refused("rubbish", "too long")
        if time.monotonic() >= until:
            raise _refused("slow")
    return said


def _words(answer: bytes) -> str:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        raise _refused("rubbish", "no JSON") from None
    text = found.get("text") if isinstance(found, dict) else None
    if not isinstance(text, str):
        raise _refused("rubbish", "no text")
    words = clean(text.encode("utf-8", "replace").decode()).strip()
    if not words:
        raise _refused("silence")
    if len(words) > _MOST_LETTERS:
        raise _refused("rubbish", "too many letters")
    return words


def _refused(why: str, detail: str = "") -> NothingHeard:
    log.warning("speech_refused reason=%s detail=%s", why, detail)
    return NothingHeard(why)
