"""The five pieces of work whose CPU is measured, asked of the floor and of ours on both
engines alike."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from urllib.parse import urlencode

from shared.db.connection import Store
from tests.bench import floor, offices, programs, seeds
from tests.bench.offices import Office, Running
from tests.bench.programs import Program

_numbers = count(1)


class WrongAnswer(Exception):
    """A server under measurement did not do the work."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: the program that works, and how one request of it is made.
    `settle` waits until work begun by the requests is done; `server` is the process of the
    PostgreSQL that works with it."""

    program: Program
    ask: Callable[[], None]
    settle: Callable[[], None] = lambda: None
    server: int | None = None

    def cpu_ms(self) -> tuple[float, float]:
        """Return the CPU used so far by the program, and by all of its server's processes."""
        return self.program.cpu_ms(), programs.cpu_ms(self.server) if self.server else 0.0


@dataclass(frozen=True)
class Work:
    """One piece of work; `batch` requests are made in a row."""

    name: str
    batch: int
    floor: Side
    sqlite: Side
    postgres: Side


def five(here: Running) -> list[Work]:
    """Return the works of the budget table, in its order."""
    bare, at = here.bare, here.bare_port
    cookies = {office.staff: _log_in(office) for office in (here.sqlite, here.postgres)}

    def work(
        name: str, batch: int, floor_asks: Callable[[], None], side: Callable[[Office], Side]
    ) -> Work:
        return Work(name, batch, Side(bare, floor_asks), side(here.sqlite), side(here.postgres))

    def page(office: Office, port: int, path: str) -> Side:
        cookie = {"Cookie": cookies[port]} if port in cookies else None
        return Side(
            office.kiosk, lambda: _get(office.kiosk, port, path, cookie), server=office.server
        )

    def submit(office: Office) -> Side:
        return Side(
            office.kiosk, lambda: _submit(office.kiosk, office.public), server=office.server
        )

    return [
        work("submit", 150, lambda: _submit(bare, at), submit),
        work(
            "status", 300, lambda: _get(bare, at, f"/t/{floor.ROWS - 2:012d}"),
            lambda office: page(office, office.public, f"/t/{office.code}"),
        ),
        work(
            f"staff list, {floor.ROWS:,} rows", 120, lambda: _get(bare, at, "/?status=received"),
            lambda office: page(office, office.staff, "/?status=received"),
        ),
        work("inbound SMS, signed", 120, lambda: _sms(bare, at, floor.SMS_URL), _inbound),
        work(
            "receipt with QR", 120, lambda: _get(bare, at, f"/r/{floor.ROWS - 2:016d}"),
            lambda office: page(office, office.public, f"/r/{office.secret}"),
        ),
    ]  # fmt: skip


def _inbound(office: Office) -> Side:
    return Side(
        office.sms,
        lambda: _sms(office.sms, office.gateway, f"{offices.SMS_PUBLIC_URL}/twilio/sms"),
        lambda: _all_handled(office.db),
        office.server,
    )


@contextmanager
def a_gateway_that_refuses() -> Iterator[str]:
    """Stand in for the gateway's API and refuse the account, so that the outbox rests: replies are
    queued, as the measured work says, and sending them costs nothing here."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refuses)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Refuses(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = b'{"code": 20003, "message": "Authenticate", "status": 401}'
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _get(
    program: Program, port: int, path: str, headers: Mapping[str, str] | None = None
) -> None:  # fmt: skip
    _expect(program.ask(port, path, headers=headers), 200, path)


def _submit(program: Program, port: int) -> None:
    number = next(_numbers)
    form = {
        "key": f"bench-{number}",
        "participant_type": "citizen",
        "title": f"Nhắn tin trước khi đi làm giấy {number}",
        "solution": seeds.WORDS,
    }
    _expect(program.ask(port, "/gui", urlencode(form).encode()), 303, "/gui")


def _sms(program: Program, port: int, url: str) -> None:
    number = next(_numbers)
    form = {
        "AccountSid": "AC" + "0" * 32,
        "Body": f"SK Xa nen nhan tin truoc nhung giay can mang, cho hen gio qua may {number}",
        "From": f"+849{number:08d}",
        "FromCity": "",
        "MessageSid": f"SM{number:032x}",
        "NumMedia": "0",
        "NumSegments": "1",
        "To": "+84912345678",
    }
    signed = url + "".join(name + form[name] for name in sorted(form))
    mark = hmac.new(floor.TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(mark).decode()}
    answer = program.ask(port, "/twilio/sms", urlencode(form).encode(), headers)
    _expect(answer, 200, "/twilio/sms")


def _all_handled(db: Store) -> None:
    """Wait until the worker has handled every SMS that was kept and queued its reply."""
    until = time.monotonic() + programs.PATIENCE_SECONDS
    waiting = "SELECT 1 FROM message_in WHERE commune_id = :commune_id AND state = 'new' LIMIT 1"
    while db.row(waiting):
        if time.monotonic() > until:
            raise WrongAnswer("SMS stay unhandled")
        time.sleep(0.05)


def _log_in(office: Office) -> str:
    """Log the officer in as a browser does and return the cookies."""
    form = urlencode({"login": seeds.LOGIN, "password": seeds.PASSWORD}).encode()
    answer = office.kiosk.ask(office.staff, "/login", form)
    _expect(answer, 303, "/login")
    given = answer.headers.get_all("Set-Cookie", [])
    return "; ".join(one.partition(";")[0] for one in given)


def _expect(answer: programs.Answer, status: int, path: str) -> None:
    if answer.status != status:
        raise WrongAnswer(f"{path} answered {answer.status} instead of {status}")
