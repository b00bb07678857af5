"""A body that is too large is refused before it is read; files have the room their form needs."""

import socket

import pytest

from kiosk import taking
from tests.serving import Serving

RECEIPT = "/r/0000000000000000"
FORM = f"{RECEIPT}/gui-tep"
CASE = "/ho-so/482173950688/gui-tep"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """A `hienke serve` on a new instance."""
    made = Serving(tmp_path_factory.mktemp("large") / "office")
    assert made.run("init").returncode == 0
    made.start().wait_until_well()
    yield made
    made.end_for_certain()


def answer_to(port, path, length, body=b""):
    """Return the status that comes back to so long a body of which only this much was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
            .encode() + body
        )  # fmt: skip
        return int(line.recv(1024).split()[1])


@pytest.mark.parametrize("path", ["/gui", "/api/v1/proposals", f"{RECEIPT}/tus", FORM])
def test_three_hundred_megabytes_are_refused_before_they_come(serving, path):
    assert answer_to(serving.public, path, 300 * taking.MIB) == 413


@pytest.mark.parametrize("path", ["/gui", "/gui?to=/gui-tep", f"{RECEIPT}/tus/any"])
def test_what_only_a_form_with_files_may_bring_is_refused_elsewhere(serving, path):
    assert answer_to(serving.public, path, taking.FORM_BYTES) == 413


def test_a_form_with_files_has_the_room_it_needs(serving):
    body = bytes(taking.FORM_BYTES)

    assert answer_to(serving.public, FORM, len(body), body) == 404, "there is no such receipt"


def test_staff_have_it_on_a_case_alone(serving):
    body = bytes(taking.FORM_BYTES)

    assert answer_to(serving.staff, "/login", len(body)) == 413
    assert answer_to(serving.staff, CASE, 300 * taking.MIB) == 413
    assert answer_to(serving.staff, CASE, len(body), body) == 303, "one has to log in"
