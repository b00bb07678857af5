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
    assert made.run("init", "--unit", "26068").returncode == 0
    made.start().wait_until_well()
    yield made
    made.end_for_certain()


def answer_to(port, path, length, body=b""):
    """Return the status that comes back to so long a body of which only this much was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
            .encode() + body
        )  # fmt: skip
        return int(line.recv(1024).split()[1])


@pytest.mark.parametrize("path", ["/gui", "/api/v1/proposals", f"{RECEIPT}/tus", FORM])
def test_three_hundred_megabytes_are_refused_before_they_come(serving, path):
    assert answer_to(serving.public, path, 300 * taking.MIB) == 413


@pytest.mark.parametrize(
    ("path", "length", "kind", "words"),
    [
        (FORM, 30 * taking.MIB, "text/plain", "Tệp lớn quá 20 MB."),
        ("/gui", 5 * taking.MIB, "text/plain", "viết gọn lại rồi gửi"),
        ("/api/v1/proposals", 5 * taking.MIB, "application/problem+json", '"status": 413'),
        ("/khong-co", 3 * taking.MIB, "text/plain", "There is no such page."),
    ],
)
def test_whoever_sends_all_of_it_all_the_same_reads_why_it_was_refused(
    serving, path, length, kind, words
):
    """A connection that is closed on its sender loses the answer that was written into it."""
    with socket.create_connection(("127.0.0.1", serving.public), timeout=60) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n".encode()
        )
        line.sendall(bytes(length))
        answer = b"".join(iter(lambda: line.recv(65536), b"")).decode()

    assert f"Content-Type: {kind}" in answer
    assert words in answer


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


@pytest.mark.parametrize("path", ["/no-such-page", "/r", "/api/v1/nothing", "/%ff", "//evil/x"])
@pytest.mark.parametrize("app", ["public", "staff", "sms"])
def test_a_body_for_a_page_that_does_not_exist_is_refused_before_it_comes(serving, app, path):
    # Nothing of the body is sent: who waits for it never answers.
    assert answer_to(getattr(serving, app), path, 4096) == 404


@pytest.mark.parametrize("path", ["/api//v1/proposals", "/r//0000000000000000/gui-tep"])
def test_a_body_for_another_spelling_of_a_page_is_refused_before_it_comes(serving, path):
    assert answer_to(serving.public, path, 4096) == 404


def test_a_body_for_a_page_that_only_shows_is_refused_before_it_comes(serving):
    assert answer_to(serving.public, "/tro-giup", 4096) == 405


def test_a_body_in_pieces_for_a_page_that_does_not_exist_is_refused_before_it_comes(serving):
    with socket.create_connection(("127.0.0.1", serving.public), timeout=60) as line:
        line.sendall(
            b"POST /no-such-page HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        )

        assert b" 404 " in line.recv(1024)


def test_what_does_come_to_a_page_that_exists_is_answered_by_it(serving):
    body = b"--x--"

    assert answer_to(serving.public, "/gui", len(body), body) == 422
