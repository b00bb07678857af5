"""A stand-in for the Android phone (and its cloud) at the wire: it keeps what it is handed by
name, as the app does, and answers what a test tells it to."""

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOGIN = "Basic " + base64.b64encode(b"sms:geheim").decode()
WELL = {"status": "pass", "checks": {"battery:level": {"status": "pass", "observedValue": 90}}}


@dataclass
class FakePhone:
    """`answers` holds (status, headers, body) by path, for a road that is to answer otherwise;
    "cut" does what was asked and closes the line, "hang" does it and stays silent until the test
    ends. `taken` are the messages by the name they were given; `asked` is every request."""

    address: str
    answers: dict[str, Any] = field(default_factory=dict)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    last_seen: str = "2026-03-16T09:00:00.000+07:00"
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def cloud(self) -> str:
        """Where the cloud's API is, behind the same server."""
        return f"{self.address}/3rdparty/v1"

    def sent(self) -> list[str]:
        """Return the texts it was handed, each once."""
        return [one["textMessage"]["text"] for one in self.taken.values()]

    def bodies(self, road: str) -> list[Any]:
        """Return what was posted to a road."""
        return [body for method, path, body in self.asked if (method, path) == ("POST", road)]

    def do(self, method: str, road: str, body: Any) -> tuple[int, Any]:
        """Do as the app does."""
        if road == "/health":
            return 200, WELL
        if road in ("/device", "/devices"):
            return 200, [{"id": "phone-1", "lastSeen": self.last_seen}]
        if road == "/messages" and method == "POST":
            if body["id"] in self.taken:
                return 409, {"message": "Message with ID already exists"}
            self.taken[body["id"]] = {"state": "Pending", **body}
            return 202, {"id": body["id"], "state": "Pending", "recipients": []}
        if road.startswith("/messages/") and method == "GET":
            found = self.taken.get(road.removeprefix("/messages/"))
            return (200, found) if found else (404, None)
        if road in ("/inbox/refresh", "/messages/inbox/export"):
            return 202, None
        if road == "/webhooks" and method == "GET":
            return 200, self.webhooks
        if road == "/webhooks":
            self.webhooks = [one for one in self.webhooks if one["id"] != body["id"]] + [body]
            return 201, body
        return 404, None


@contextmanager
def fake_phone() -> Iterator[FakePhone]:
    """Serve a FakePhone on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_GET(self) -> None:
            self._answer("GET", None)

        def _answer(self, method: str, body: Any) -> None:
            road = self.path.partition("?")[0].removeprefix("/3rdparty/v1")
            fake.asked.append((method, road, body))
            told = fake.answers.get(road)
            if isinstance(told, tuple):
                self._say(*told)
                return
            if road != "/health" and self.headers["Authorization"] != LOGIN:
                self._say(401, {}, "")
                return
            status, given = fake.do(method, road, body)
            if told == "cut":
                self.connection.shutdown(socket.SHUT_RDWR)
            elif told == "hang":
                fake.over.wait(30)
            else:
                self._say(status, {}, "" if given is None else json.dumps(given))

        def _say(self, status: int, headers: dict[str, str], body: str) -> None:
            raw = body.encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakePhone(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        fake.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
