"""A flood at one unit: its own requests wait, and the others' are answered as if there were none.
Over real sockets, as the server in front of the apps gives out its threads."""

import threading
import urllib.request
from contextlib import contextmanager

from shared.runtime.house.fair import MOST_OF_ONE
from tests.served import served

FLOOD = 40


class Office:
    """An app of two units. What the first asks waits for `gate`; the second answers at once."""

    def __init__(self):
        self.gate, self.lock = threading.Event(), threading.Lock()
        self.waiting, self.most, self.all_in = 0, 0, threading.Event()

    def unit_of(self, host):
        return {"a.example": 1, "b.example": 2}.get(host)

    def __call__(self, environ, start_response):
        if self.unit_of(environ["HTTP_HOST"]) == 1:
            with self.lock:
                self.waiting += 1
                self.most = max(self.most, self.waiting)
                if self.waiting == MOST_OF_ONE:
                    self.all_in.set()
            self.gate.wait()
            with self.lock:
                self.waiting -= 1
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


def ask(where, host):
    request = urllib.request.Request(where, headers={"Host": host})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


@contextmanager
def a_flood(where, office):
    """Let forty browsers of the first unit wait for their answers."""
    said = []
    threads = [
        threading.Thread(target=lambda: said.append(ask(where, "a.example"))) for _ in range(FLOOD)
    ]
    for thread in threads:
        thread.start()
    try:
        assert office.all_in.wait(60)
        yield said
    finally:
        office.gate.set()
        for thread in threads:
            thread.join()


def test_a_flood_at_one_unit_waits_in_its_own_line():
    office = Office()
    with served(office) as [where]:
        with a_flood(where, office) as said:
            for _ in range(30):
                assert ask(where, "b.example") == b"ok"
            assert said == []
        assert said == [b"ok"] * FLOOD  # nothing of the flood is lost
    assert office.most == MOST_OF_ONE
