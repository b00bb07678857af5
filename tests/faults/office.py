"""An office under load, from outside: ideas by the API, files in pieces, SMS from the phone's
gateway; and what the programs acknowledged of it, with the instant of the answer."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from shared.db.connection import Store
from shared.files import media, partial_uploads
from tests.serving import Serving, wait_until

SIGNING_KEY = "abc12345"
SETTINGS = {"HIENKE_ANDROID_SIGNING_KEY": SIGNING_KEY}
IDEA = {
    "participant_type": "citizen",
    "title": "Cho hẹn giờ trước khi đi chứng thực",
    "solution": "Nhận hẹn qua điện thoại rồi ghi vào sổ, đến đúng giờ là làm. " * 8,
}
PIECE = 64 * 1024
_TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Acknowledged:
    """What a program answered for: a code, "<upload> <bytes>", a file's SHA-256 or an SMS's words;
    `at` is ns of the monotonic clock, when the answer was there."""

    kind: str
    what: str
    at: int


@dataclass
class Office:
    """A running instance and all that it acknowledged."""

    serving: Serving
    acknowledged: list[Acknowledged] = field(default_factory=list)
    # Where the upload is that was begun on a road.
    _begun: dict[str, str] = field(default_factory=dict)

    def offer(self, name: str, *, file: bytes | None = None) -> str | None:
        """Send an idea under its name as key, with a file; return its code, None where no answer
        came or one of both was refused."""
        given = {**IDEA, "expected_effect": name}
        answer = self._send(
            self.serving.public, "POST", "/api/v1/proposals", json.dumps(given).encode(),
            {"Content-Type": "application/json", "Idempotency-Key": name},
        )  # fmt: skip
        if answer is None or answer[0] not in (200, 201):
            return None
        said = json.loads(answer[2])
        if not any(one.what == said["code"] for one in self.acknowledged):
            self._note("idea", said["code"])
        if file is not None:
            secret = said["receipt_url"].rpartition("/")[2]
            if not self.hand_in(f"/r/{secret}/tus", file):
                return None
        return str(said["code"])

    def hand_in(self, road: str, file: bytes) -> bool:
        """Send a picture in pieces; return whether all were taken. What was begun is gone on with,
        as a phone does: a sender may leave no more than eight files without a byte."""
        place, offset = self._begun.get(road, ""), 0
        if place:
            found = self._send(self.serving.public, "HEAD", place, b"", _TUS)
            if found is None:
                return False
            place, offset = (place, int(found[1]["Upload-Offset"])) if found[0] < 300 else ("", 0)
        if not place:
            kind = base64.b64encode(b"image").decode()
            given = {"Upload-Length": str(len(file)), "Upload-Metadata": f"kind {kind}"}
            begun = self._send(self.serving.public, "POST", road, b"", _TUS | given)
            if begun is None or begun[0] != 201:
                return False
            place = self._begun[road] = begun[1]["Location"]
            self._note("part", f"{place.rpartition('/')[2]} 0")
        return self._send_pieces(place, offset, file)

    def _send_pieces(self, place: str, offset: int, file: bytes) -> bool:
        upload = place.rpartition("/")[2]
        for begin in range(offset, len(file), PIECE):
            piece = file[begin : begin + PIECE]
            given = {
                "Upload-Offset": str(begin), "Content-Type": "application/offset+octet-stream",
            }  # fmt: skip
            answer = self._send(self.serving.public, "PATCH", place, piece, _TUS | given)
            if answer is None or answer[0] != 204:
                return False
            self._note("part", f"{upload} {answer[1]['Upload-Offset']}")
        self._note("file", hashlib.sha256(file).hexdigest())
        return True

    def text(self, name: str) -> bool:
        """Let the phone's gateway report an SMS; return whether it was acknowledged."""
        event = {
            "id": f"event-{name}", "webhookId": "hook", "event": "sms:received",
            "deviceId": "phone-1",
            "payload": {
                "messageId": name, "message": f"SK Cho nộp giấy qua bưu điện, lần {name}",
                "sender": f"+8491{int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**7:07}",
                "recipient": "+84901234567", "simNumber": 1,
                "receivedAt": "2026-03-16T09:12:44.000+07:00",
            },
        }  # fmt: skip
        body, stamp = json.dumps(event).encode(), str(int(time.time()))
        signature = hmac.new(SIGNING_KEY.encode(), body + stamp.encode(), hashlib.sha256)
        answer = self._send(
            self.serving.sms, "POST", "/android", body,
            {
                "Content-Type": "application/json",
                "X-Timestamp": stamp,
                "X-Signature": signature.hexdigest(),
            },
        )  # fmt: skip
        if answer is None or answer[0] != 200:
            return False
        self._note("sms", event["payload"]["message"])
        return True

    def is_at_work(self, before: int, kinds: set[str]) -> bool:
        """Say whether at least three of each kind were acknowledged since `before` so many were."""
        since = Counter(one.kind for one in self.acknowledged[before:])
        return all(since[kind] >= 3 for kind in kinds)

    def kill(self, program: str) -> None:
        """Kill a program, which its supervisor starts anew; or the supervisor, `"serve"`, as by a
        clerk who pulls the plug and starts again."""
        if program == "serve":
            assert self.serving.process is not None
            self.serving.process.kill()
            self.serving.process.wait()
            self.serving.start(**SETTINGS)
            return
        found: list[int] = []

        def is_there() -> bool:
            pid = self.serving.child(program)
            found[:] = [pid] if pid else []
            return bool(found)

        wait_until(is_there)
        os.kill(found[0], signal.SIGKILL)

    def _note(self, kind: str, what: str) -> None:
        self.acknowledged.append(Acknowledged(kind, what, time.monotonic_ns()))

    def _send(
        self, port: int, method: str, road: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes] | None:
        """Return status, headers and body; None where the line was cut before all was there."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            line.request(method, road, body, headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()


@contextmanager
def sending(*works: Callable[[int], object]) -> Iterator[None]:
    """Let each sender send its number 1, 2, 3 … meanwhile: each again until its answer is there, as
    a kiosk's outbox and a gateway do."""
    stopping = threading.Event()
    senders = [threading.Thread(target=until_stopped, args=(stopping, work)) for work in works]
    for sender in senders:
        sender.start()
    try:
        yield
    finally:
        stopping.set()
        for sender in senders:
            sender.join()


def until_stopped(stopping: threading.Event, send: Callable[[int], object]) -> None:
    """Send number 1, 2, 3 …, each until `send` says that it was taken."""
    for number in count(1):
        while not send(number) and not stopping.wait(0.05):
            pass
        if stopping.wait(0.02):
            return


def busily(*works: Callable[[], object]) -> None:
    """Do several things at once, to their end."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def a_picture(seed: int, size: int = 150_000) -> bytes:
    """Bytes that claim to be a picture: what is taken is kept, whatever it holds."""
    return b"\xff\xd8\xff" + random.Random(seed).randbytes(size)


def doubled(db: Store) -> list[str]:
    """Return what stands in the store twice: an idea's own name, an SMS's words."""
    texts = Counter(text for (text,) in db.rows("SELECT text FROM message_in"))
    words = Counter(db.rows("SELECT current_state, solution, expected_effect FROM proposal"))
    return [str(one) for found in (texts, words) for one, times in found.items() if times > 1]


def missing(db: Store, folder: Path, acknowledged: list[Acknowledged]) -> list[Acknowledged]:
    """Return what was acknowledged and is not there."""
    here = folder / "media"
    codes = {code for (code,) in db.rows("SELECT code FROM proposal")}
    texts = {text for (text,) in db.rows("SELECT text FROM message_in")}
    received = {
        name: length if state == "receiving" else None
        for name, state, length in db.rows("SELECT id, state, received FROM upload")
    }
    files = {sha256 for (sha256,) in db.rows("SELECT sha256 FROM upload")}
    files |= {sha256 for (sha256,) in db.rows("SELECT sha256 FROM attachment")}

    def is_there(one: Acknowledged) -> bool:
        match one.kind:
            case "idea":
                return one.what in codes
            case "sms":
                return one.what in texts
            case "file":
                return one.what in files and media.is_whole(here, one.what)
        upload, _, length = one.what.partition(" ")
        if upload not in received:
            return False
        known = received[upload]
        return known is None or min(known, partial_uploads.length(here, upload)) >= int(length)

    return [one for one in acknowledged if not is_there(one)]
