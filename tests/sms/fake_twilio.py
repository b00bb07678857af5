"""A stand-in for Twilio's API at the wire: it answers what a test tells it to."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

SID = "SM" + "a" * 32


@dataclass
class FakeTwilio:
    """`answer` is (status, headers, body) for the next sendings; "cut" takes the message and
    closes the line, "hang" takes it and stays silent until the test ends.

    If it `remembers`, what it took has a name of its own and stands in its list.

    `queries` are what its list was asked for, and `list_status` how it answers. `files` are the
    answers to each path, (status, headers, bytes) in turn, the last one for good; `asked` are the
    paths that were fetched, with the Authorization each came with."""

    url: str
    answer: Any = None
    sent: list[dict[str, str]] = field(default_factory=list)
    listed: list[dict[str, Any]] = field(default_factory=list)
    queries: list[dict[str, list[str]]] = field(default_factory=list)
    list_status: int = 200
    remembers: bool = False
    names: Iterator[int] = field(default_factory=count)
    files: dict[str, list[tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def took(self, to: str, body: str, sid: str = SID) -> None:
        """Let the list of messages show one that was taken now."""
        self.listed.append(
            {
                "sid": sid,
                "to": to,
                "body": body,
                "status": "sent",
                "direction": "outbound-api",
                "date_created": format_datetime(datetime.now(UTC)),
            }
        )

    def refuse(self, status: int, code: int | None = None, **headers: str) -> None:
        """Answer sendings with a fault as Twilio writes it."""
        body = json.dumps({"code": code, "message": "no", "status": status})
        self.answer = (status, {"Content-Type": "application/json", **headers}, body)


@contextmanager
def fake_twilio() -> Iterator[FakeTwilio]:
    """Serve a FakeTwilio on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            fake.sent.append({name: values[0] for name, values in form.items()})
            sid = f"SM{next(fake.names):032x}" if fake.remembers else SID
            if fake.remembers:
                fake.took(form["To"][0], form["Body"][0], sid)
            if fake.answer == "cut":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if fake.answer == "hang":
                fake.over.wait(30)
                return
            created = {"sid": sid, "status": "queued", "num_segments": "1"}
            self._say(*(fake.answer or (201, {}, json.dumps(created))))

        def do_GET(self) -> None:
            if not urlsplit(self.path).path.endswith("/Messages.json"):
                self._serve_file()
                return
            query = parse_qs(urlsplit(self.path).query)
            fake.queries.append(query)
            to = query.get("To", [""])[0]
            found = [one for one in fake.listed if to in ("", one["to"])]
            self._say(fake.list_status, {}, json.dumps({"messages": found, "page_size": 50}))

        def _serve_file(self) -> None:
            fake.asked.append((self.path, self.headers.get("Authorization", "")))
            path = self.path.partition("?")[0]
            answers = fake.files.get(
                path, fake.files.get(self.path) or [(404, {}, b"not there yet")]
            )
            status, headers, raw = answers.pop(0) if len(answers) > 1 else answers[0]
            self._say(status, headers, raw)

        def _say(self, status: int, headers: dict[str, str], body: str | bytes) -> None:
            raw = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeTwilio(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        fake.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
