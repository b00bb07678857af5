"""Serves WSGI apps with waitress and stops without losing a request in flight.

waitress does not drain on SIGTERM: its loop ends, and finished answers are never written. So the
loop is ours: on SIGTERM or Ctrl-C it stops listening, goes on writing until every answer is out
(at most 10 s), and only then ends.
"""

import copy
import gc
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import Error, RequestEntityTooLarge
from werkzeug.datastructures import Headers
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect

from shared.runtime.headers import harden
from shared.runtime.house.fair import FairDispatcher
from shared.runtime.listening import DRAIN_SECONDS, Address, AddressWrong
from shared.runtime.threads import WarmThreads

# Above the app's own limit, so that our own page refuses a body that is too large and says why.
MAX_BODY = 4 * 1024 * 1024
# The limit for a form with files, in apps that have one.
MAX_FILES = 24 * 1024 * 1024
# The threads of a server for one unit, and for many.
THREADS, MANY_THREADS = 8, 16
# A sender of one letter now and then never looks idle; no browser needs this long for a header.
HEADER_SECONDS = 20.0
# The first page is compiled and drawn in half of this.
FIRST_PAGE_SECONDS = 0.25
# How long what comes of a refused body is read and thrown away. A connection that is closed on its
# sender takes our answer with it: the browser says that the connection broke, and not why.
LINGER_SECONDS = 30.0

_THROWN_AWAY = 256 * 1024

# The type and the words of the answer to a body that is too large for its path.
TooLarge = Callable[[str], tuple[str, str]]
# What a program does beside its apps until the event is set.
Worker = Callable[[threading.Event], None]

log = logging.getLogger("hienke")


def _plainly(path: str) -> tuple[str, str]:
    return "text/plain; charset=utf-8", "This is too large."


def run(
    apps: Sequence[tuple[Any, Address]],
    *,
    beside: Callable[[], Sequence[Worker]],
    takes_files: Callable[[str], bool] = lambda path: False,
    too_large: TooLarge = _plainly,
) -> None:
    """Serve every app and run every worker of `beside` until SIGTERM or Ctrl-C, then drain.

    `beside` is the rest of the start, done while the apps answer already, and returns the workers;
    what it raises ends the program. A worker gets the event that tells it to stop. A path that
    `takes_files` accepts a body of MAX_FILES, others one of MAX_BODY; a larger body is refused
    before it is read, as `too_large` says. Raises AddressWrong when a port is taken.
    """
    stopping = _until_told()
    servers = [_listen(app, address, takes_files, too_large) for app, address in apps]
    answering = [
        threading.Thread(target=_serve, args=(server, stopping), name=f"serve-{address.port}")
        for server, (_, address) in zip(servers, apps, strict=True)
    ]
    for thread in answering:
        thread.start()
    working = [
        threading.Thread(target=worker, args=(stopping,), name=worker.__name__)
        for worker in _end_start(beside, stopping)
    ]
    for thread in working:
        thread.start()
    threads = [*answering, *working]
    while not stopping.wait(1.0):
        if not all(thread.is_alive() for thread in threads):
            # A program with a dead part is worse than none: end, and be restarted.
            log.error("part_died names=%s", [t.name for t in threads if not t.is_alive()])
            stopping.set()
            for thread in threads:
                thread.join(DRAIN_SECONDS + 2)
            sys.exit(1)
    for thread in threads:
        thread.join(DRAIN_SECONDS + 2)


def _until_told() -> threading.Event:
    """Return the event that SIGTERM and Ctrl-C set."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping


def _end_start(
    beside: Callable[[], Sequence[Worker]], stopping: threading.Event
) -> Sequence[Worker]:
    """Do the rest of the start, after a while for the first page, which would take twice as long
    beside it. Then let the garbage collector work, but not on what the start has made: modules,
    routes and screens stay until the end, and each full search of them held up every request for
    25 ms."""
    try:
        stopping.wait(FIRST_PAGE_SECONDS)
        workers = beside()
    except BaseException:
        stopping.set()
        raise
    gc.freeze()
    gc.enable()
    return workers


def _listen(
    app: Any,
    address: Address,
    takes_files: Callable[[str], bool],
    too_large: TooLarge = _plainly,
) -> Any:
    try:
        # One socket a server: a name such as localhost may stand for two addresses.
        host = str(socket.getaddrinfo(address.host, address.port)[0][4][0])
        unit_of = getattr(app, "unit_of", None)
        server = create_server(
            app,
            # Where an app is many units', they are given its threads in turn.
            _dispatcher=(
                FairDispatcher(MANY_THREADS, unit_of) if unit_of else WarmThreads(THREADS)
            ),
            host=host,
            port=address.port,
            ident=None,
            connection_limit=800,
            channel_timeout=30,
            max_request_body_size=MAX_BODY,
            max_request_header_size=32768,
            asyncore_use_poll=True,
            # shared/runtime/caller.py alone reads what proxies write, and it must see all of it.
            clear_untrusted_proxy_headers=False,
        )
        server.channel_class = _channel(
            server.adj, takes_files, too_large, lambda: getattr(app, "url_map", None)
        )
        return server
    except OSError as fault:
        raise AddressWrong(f"{address} cannot be listened on ({fault.strerror}).") from fault


def _channel(
    adj: Any,
    takes_files: Callable[[str], bool],
    too_large: TooLarge,
    pages: Callable[[], Map | None],
) -> type:
    """Return waitress' channel with its one limit set by the path: a body is kept, in memory or on
    disk, only for a page that accepts it."""
    accepted: set[tuple[str, str]] = set()
    with_files = copy.copy(adj)
    with_files.max_request_body_size = MAX_FILES

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        completed: bool
        error: Any

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if takes_files(self.path):
                self.adj = with_files

        def received(self, data: bytes) -> int:
            is_new = not self.headers_finished
            used: int = super().received(data)
            is_to_come = self.body_rcv is not None and not self.completed
            known = pages() if is_new and is_to_come else None
            if known is not None:
                refusal = _why_not_taken(known, self.path, self.command, accepted)
                if refusal is not None:
                    self.error, self.completed = refusal, True
            if isinstance(self.error, RequestEntityTooLarge):
                self.error = _TooLarge(*too_large(self.path))
            return used

    return type("Channel", (_Channel,), {"parser_class": Parser})


def _why_not_taken(pages: Map, path: str, method: str, accepted: set[tuple[str, str]]) -> Any:
    """Return waitress' answer to a body for this path (in WSGI's spelling) before the body comes;
    None if some page accepts it. A page whose path holds nothing is looked up once."""
    if (path, method) in accepted:
        return None
    try:
        spelt = path.encode("latin-1").decode("utf-8", "replace")
        _, held = pages.bind("").match(spelt, method)
        if not held:
            accepted.add((path, method))
    except (NotFound, RequestRedirect):  # another spelling of a page accepts nothing either
        return _NoSuchPage("There is no such page.")
    except MethodNotAllowed:
        return _TakesNoBody("This page takes nothing.")
    return None


class _NoSuchPage(Error):  # type: ignore[misc]
    code, reason = 404, "Not Found"


class _TakesNoBody(Error):  # type: ignore[misc]
    code, reason = 405, "Method Not Allowed"


class _TooLarge(Error):  # type: ignore[misc]
    code, reason = 413, "Content Too Large"

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        return f"{self.code} {self.reason}", [("Content-Type", self.kind)], self.body.encode()


class _Refusal(ErrorTask):  # type: ignore[misc]
    """What waitress itself refuses (a broken request, too long a header or body), with the same
    headers as every other answer."""

    def execute(self) -> None:
        given = Headers()
        harden(given, policy=None, powers=None, is_secure=False)
        self.response_headers.extend(given)
        self.channel.was_refused = True
        super().execute()


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is closed if the head of a request does not end in time. After a refusal it
    is closed once its sender has had the time to read it."""

    error_task_class = _Refusal
    began = 0.0
    was_refused = False
    lingers_until = 0.0

    def handle_write(self) -> None:
        if self.was_refused and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if not self.total_outbufs_len and not self.will_close:
                self._linger()
            return
        super().handle_write()

    def _linger(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # it is closed at the next look
            self.will_close = True
            return
        self.lingers_until = time.monotonic() + LINGER_SECONDS
        self.close_when_flushed = False

    def handle_read(self) -> None:
        if not self.lingers_until:
            super().handle_read()
        elif not self._more_came() or time.monotonic() > self.lingers_until:
            self.will_close = True

    def _more_came(self) -> bool:
        try:
            return bool(self.recv(_THROWN_AWAY))
        except OSError:
            return False

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.began = time.monotonic()
        elif not self.request.headers_finished and time.monotonic() - self.began > HEADER_SECONDS:
            self.will_close = True
            return False
        return bool(super().received(data))


def _serve(server: Any, stopping: threading.Event) -> None:
    while not stopping.is_set():
        wasyncore.loop(timeout=0.5, use_poll=True, map=server._map, count=1)
    server.del_channel(server._map)
    server.socket.close()
    until = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < until and _is_busy(server):
        wasyncore.loop(timeout=0.05, use_poll=True, map=server._map, count=1)
    server.task_dispatcher.shutdown(timeout=max(0.1, until - time.monotonic()))


def _is_busy(server: Any) -> bool:
    return any(
        channel.requests or channel.request or channel.total_outbufs_len
        for channel in list(server.active_channels.values())
    )
