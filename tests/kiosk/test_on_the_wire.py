"""What the programs do with requests that no browser sends: broken ones, lies, and floods of slow
ones. Bytes over real sockets, as a server in front of an app answers some of them alone."""

import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from shared.runtime import serving as server
from shared.runtime.listening import Address
from tests.ports import free_port
from tests.serving import Serving, wait_until

pytestmark = pytest.mark.slow

HEAD = b"Host: 127.0.0.1\r\n"
CONNECTIONS, PROBES = 150, 40
# Sooner than by the cutting off of whoever is slow.
PROBE_SECONDS = server.HEADER_SECONDS / 2


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """A `hienke serve` on a new instance."""
    made = Serving(tmp_path_factory.mktemp("wire") / "office")
    assert made.run("init", "--unit", "26068").returncode == 0
    made.start().wait_until_well()
    yield made
    made.end_for_certain()


def said_to(port: int, request: bytes) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body of what comes back to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(request)
        answer = b""
        with suppress(ConnectionResetError):  # it went while there was more to read
            while came := line.recv(65536):
                answer += came
    head, _, body = answer.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}
    return int(first.split()[1]), headers, body


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\nbroken\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"x" * 33_000 + b"\r\n\r\n", 431),
        (b"POST /gui HTTP/1.1\r\n" + HEAD + b"Content-Length: 900000000\r\n\r\n", 413),
        (b"POST /gui HTTP/1.1\r\n" + HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (b"POST /gui HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (b"TRACE / HTTP/1.1\r\n" + HEAD + b"Cookie: secret=1\r\n\r\n", 405),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400),
        (b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400),
        (b"GET /../../../etc/passwd HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
        (b"GET /css/..%2f..%2f..%2fsetup.css HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
        (b"GET /js/1/..%5c..%5cx.js HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
    ],
)
def test_what_is_broken_or_foreign_is_refused_and_hardened(serving, request_, status):
    for port in (serving.public, serving.staff, serving.sms):
        got, headers, body = said_to(
            port, request_.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
        )

        is_elsewhere = port == serving.sms and got == 404  # where there is neither / nor /gui
        assert got == status or is_elsewhere, (port, got)
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors" in headers["content-security-policy"]
        assert "server" not in headers and "via" not in headers
        assert not any(word in body for word in ("waitress", "Traceback", "root:", "secret=1"))


def test_a_proxys_headers_are_believed_from_this_machine_and_only_those_two(serving):
    lies = (
        b"X-Forwarded-Host: evil.example\r\nX-Forwarded-Port: 99\r\nX-Forwarded-By: x\r\n"
        b"Forwarded: host=evil.example;proto=http\r\nX-Forwarded-Proto: https\r\n"
    )
    request = (
        b"GET /tra-cuu?ma=482173950688 HTTP/1.1\r\n" + HEAD + lies + b"Connection: close\r\n\r\n"
    )

    status, headers, body = said_to(serving.public, request)

    assert (status, headers["location"]) == (303, "/t/482173950688")
    assert "evil" not in str(headers) + body and ":99" not in str(headers) + body
    assert headers["strict-transport-security"] == "max-age=31536000"


# --- floods


@contextmanager
def flood(port: int, kind: str) -> Iterator[None]:
    """Keep 150 connections open that send next to nothing, as long as the block lasts."""
    begin = {
        "headers": b"GET / HTTP/1.1\r\n" + HEAD,
        "body": b"POST /gui HTTP/1.1\r\n" + HEAD + b"Content-Length: 200000\r\n\r\n",
        "large": b"POST /gui HTTP/1.1\r\n" + HEAD + b"Content-Length: 900000000\r\n\r\n",
        "idle": b"",
    }[kind]
    over = threading.Event()

    def trickle() -> None:
        while not over.wait(0.5):
            for line in lines:
                with suppress(OSError):  # it was told to go
                    line.send(b"x")

    with ExitStack() as stack:
        lines = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            for _ in range(CONNECTIONS)
        ]
        for line in lines:
            line.sendall(begin)
        sender = threading.Thread(target=trickle)
        if kind != "idle":
            sender.start()
        yield
        over.set()
        if kind != "idle":
            sender.join()


@pytest.mark.parametrize(
    ("app", "kind"),
    [
        ("public", "headers"), ("public", "body"), ("public", "large"), ("public", "idle"),
        ("staff", "headers"), ("sms", "headers"),
    ],
)  # fmt: skip
def test_a_hundred_and_fifty_slow_connections_keep_nobody_out(serving, app, kind):
    port = getattr(serving, app)
    address = f"http://127.0.0.1:{port}/healthz"
    took = []

    with flood(port, kind):
        for _ in range(PROBES):
            before = time.monotonic()
            with urllib.request.urlopen(address, timeout=60) as answer:
                assert answer.status == 200
            took.append(time.monotonic() - before)
            time.sleep(0.05)

    assert sum(one < PROBE_SECONDS for one in took) >= 0.95 * PROBES, sorted(took)[-5:]


def test_a_header_that_never_ends_is_cut_off_though_its_sender_is_never_idle(monkeypatch):
    monkeypatch.setattr(server, "HEADER_SECONDS", 0.5)
    port = free_port()
    listening = server._listen(
        lambda environ, start: [], Address("127.0.0.1", port), lambda _: False
    )
    stopping = threading.Event()
    loop = threading.Thread(target=server._serve, args=(listening, stopping))
    loop.start()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.settimeout(60)
            line.sendall(b"GET / HTTP/1.1\r\nX: ")

            def is_cut_off() -> bool:
                try:
                    line.sendall(b"x")
                    return False
                except OSError:
                    return True

            wait_until(is_cut_off)
    finally:
        stopping.set()
        loop.join(60)
