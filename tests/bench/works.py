"""The pieces of work whose CPU is measured, asked of the floor and of ours on both engines alike.

What each may cost stands beside it: so many times the floor's CPU.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, cycle
from threading import Thread
from urllib.parse import urlencode

from shared.db.connection import Store
from tests.bench import floor, floor_store, offices, programs, seeds
from tests.bench.offices import Office, Running
from tests.bench.programs import Answer, Program

_numbers = count(1)

# So many codes there are to be asked for one after the other, each for the first time as long as
# there are six rounds; and so few again and again.
DISTINCT_CODES, KNOWN_CODES = 5_000, 20


class WrongAnswer(Exception):
    """A server under measurement did not do the work."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: the program that works, and how one request of it is made.
    `settle` waits until work begun by the requests is done; `server` is the process of the
    PostgreSQL that works with it."""

    program: Program
    ask: Callable[[], Answer]
    settle: Callable[[], None] = lambda: None
    server: int | None = None

    def cpu_ms(self) -> tuple[float, float]:
        """Return the CPU used so far by the program, and by all of its server's processes."""
        return self.program.cpu_ms(), programs.cpu_ms(self.server) if self.server else 0.0


@dataclass(frozen=True)
class Budget:
    """How many times the floor's CPU a work may cost, on SQLite, and on PostgreSQL with the CPU of
    its server. `asks_server`: it cannot be done without asking the store."""

    sqlite: float
    postgres: float
    asks_server: bool = True


@dataclass(frozen=True)
class Work:
    """One piece of work; `batch` requests are made in a row. `is_page`: both sides answer with the
    same page."""

    name: str
    batch: int
    budget: Budget
    floor: Side
    sqlite: Side
    postgres: Side
    is_page: bool = True

    @property
    def sides(self) -> tuple[Side, Side, Side]:
        """The sides, in the order of their turns."""
        return self.floor, self.sqlite, self.postgres


def least(here: Running) -> Side:
    """Return what answers without doing anything: waitress alone."""
    return Side(here.bare, lambda: _got(here.bare.ask(here.bare_port, "/least"), 200, "/least"))


def all_works(here: Running) -> list[Work]:
    """Return the works of the budget table, in its order."""
    return [*_pages(here), *_writing(here)]


def _pages(here: Running) -> list[Work]:
    def page(name: str, batch: int, budget: Budget, path: Callable[[Office], str]) -> Work:
        bare = Side(here.bare, _get(here.bare, here.bare_port, path(here.sqlite)))

        def ours(one: Office) -> Side:
            return Side(one.kiosk, _get(one.kiosk, one.public, path(one)), server=one.server)

        return Work(name, batch, budget, bare, ours(here.sqlite), ours(here.postgres))

    plain = Budget(1.2, 1.2, asks_server=False)
    return [
        page("home", 300, plain, lambda office: "/"),
        page("form", 300, plain, lambda office: "/gui"),
        page("look-up", 300, plain, lambda office: "/tra-cuu"),
        _status("status, miss", 750, Budget(1.5, 1.5), here, slice(0, DISTINCT_CODES)),
        _status(
            "status, hit", 400, Budget(1.2, 1.2, asks_server=False), here, slice(-KNOWN_CODES, None)
        ),
        page("receipt with QR", 200, Budget(1.3, 1.3), lambda office: f"/r/{office.secret}"),
        _list(here),
    ]


def _status(name: str, batch: int, budget: Budget, here: Running, which: slice) -> Work:
    """The status of these codes, one after the other."""

    def walk(program: Program, port: int) -> Callable[[], Answer]:
        codes = cycle(here.sqlite.codes[which])
        return lambda: _get(program, port, f"/t/{next(codes)}")()

    def ours(one: Office) -> Side:
        return Side(one.kiosk, walk(one.kiosk, one.public), server=one.server)

    bare = Side(here.bare, walk(here.bare, here.bare_port))
    return Work(name, batch, budget, bare, ours(here.sqlite), ours(here.postgres))


def _list(here: Running) -> Work:
    def ours(one: Office) -> Side:
        asking = _get(one.kiosk, one.staff, "/?status=received", one.cookies)
        return Side(one.kiosk, asking, server=one.server)

    asked = "/staff?status=received", f"hk_staff={floor_store.SESSION_TOKEN}"
    bare = Side(here.bare, _get(here.bare, here.bare_port, *asked))
    name = f"staff list, {seeds.ROWS:,} rows"
    return Work(name, 200, Budget(1.8, 1.8), bare, ours(here.sqlite), ours(here.postgres))


def _writing(here: Running) -> list[Work]:
    bare, port = here.bare, here.bare_port

    def sending(one: Office) -> Side:
        asking = _submit(one.kiosk, one.public)
        return Side(one.kiosk, asking, lambda: seeds.compare_nothing(one.db), one.server)

    def texting(one: Office) -> Side:
        asking = _sms(one.sms, one.gateway, f"{offices.SMS_PUBLIC_URL}/twilio/sms")
        return Side(one.sms, asking, lambda: _all_handled(one.db), one.server)

    return [
        Work(
            "submit", 200, Budget(1.6, 3.0), Side(bare, _submit(bare, port)),
            sending(here.sqlite), sending(here.postgres), is_page=False,
        ),
        Work(
            "inbound SMS, signed", 150, Budget(1.8, 1.8),
            Side(bare, _sms(bare, port, floor.SMS_URL)),
            texting(here.sqlite), texting(here.postgres), is_page=False,
        ),
    ]  # fmt: skip


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


def _get(program: Program, port: int, path: str, cookie: str = "") -> Callable[[], Answer]:
    headers = {"Cookie": cookie} if cookie else None
    return lambda: _got(program.ask(port, path, headers=headers), 200, path)


def _submit(program: Program, port: int) -> Callable[[], Answer]:
    def ask() -> Answer:
        number = next(_numbers)
        form = {
            "key": f"bench-{number}",
            "participant_type": "citizen",
            "title": f"Nhắn tin trước khi đi làm giấy {number}",
            "solution": seeds.WORDS,
        }
        return _got(program.ask(port, "/gui", urlencode(form).encode()), 303, "/gui")

    return ask


def _sms(program: Program, port: int, url: str) -> Callable[[], Answer]:
    def ask() -> Answer:
        body, headers = signed_sms(next(_numbers), url)
        return _got(program.ask(port, "/twilio/sms", body, headers), 200, "/twilio/sms")

    return ask


def signed_sms(number: int, url: str) -> tuple[bytes, dict[str, str]]:
    """Return the form and the headers with which the gateway brings the SMS of that number; `url`
    is the address that it signs."""
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
    return urlencode(form).encode(), {"X-Twilio-Signature": base64.b64encode(mark).decode()}


def _all_handled(db: Store) -> None:
    """Wait until the worker has handled every SMS that was kept and queued its reply."""
    until = time.monotonic() + programs.PATIENCE_SECONDS
    waiting = "SELECT 1 FROM message_in WHERE commune_id = :commune_id AND state = 'new' LIMIT 1"
    while db.row(waiting):
        if time.monotonic() > until:
            raise WrongAnswer("SMS stay unhandled")
        time.sleep(0.05)


def _got(answer: Answer, status: int, path: str) -> Answer:
    if answer.status != status:
        raise WrongAnswer(f"{path} answered {answer.status} instead of {status}")
    return answer
