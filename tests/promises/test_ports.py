"""`make test` is green beside a `make run`: nothing of it serves at a default port."""

import ast
import socket
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests import ports
from tests.ports import DEFAULTS, elsewhere, free_port, free_ports
from tests.promises.conftest import ROOT, modules, walked

# Without these words a program serves at its default ports.
NAMED_BY = {"serve": {"--public"}, "kiosk": {"--public", "--staff"}, "sms": {"--listen"}}
HOME = "tests/ports.py"


def test_a_free_port_is_given_once_and_is_no_default() -> None:
    given = [free_port(), *free_ports(20)]

    assert len(set(given)) == 21
    assert not set(given) & DEFAULTS
    for port in given:
        socket.create_server(("127.0.0.1", port)).close()


def test_a_port_that_another_worker_holds_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    held, other = free_ports(2)
    drawn = iter([held, other + 1, other + 2, other + 3])
    monkeypatch.setattr(ports, "_given", {})
    monkeypatch.setattr(ports.random, "randrange", lambda *_: next(drawn))

    assert free_port() != held


def test_serve_is_told_three_ports() -> None:
    words = elsewhere()

    assert words[::2] == ["--public", "--staff", "--sms"]
    assert len(set(words[1::2])) == 3


@pytest.mark.parametrize("port", sorted(DEFAULTS))
def test_a_test_cannot_serve_at_a_default_port(port: int) -> None:
    with pytest.raises(AssertionError, match="default port"):
        socket.create_server(("127.0.0.1", port))


def test_free_ports_are_found_in_one_place() -> None:
    elsewhere_too = {
        name
        for name, text in _tests()
        if name != HOME and ".getsockname()" in text and "create_server" not in text
    }

    assert not elsewhere_too


def test_whoever_starts_a_program_says_where_it_serves() -> None:
    found = [
        one for path, tree in modules("tests") for one in _starts(str(path.relative_to(ROOT)), tree)
    ]

    assert {program for program, _, _ in found} == set(NAMED_BY)
    assert not [
        where
        for program, where, words in found
        if "*" not in words and not NAMED_BY[program] <= words
    ]


def _tests() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "tests").rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def _starts(name: str, module: ast.Module) -> Iterator[tuple[str, str, set[str]]]:
    """Yield each program that serves, where it is started, and the words it is told; "*" stands
    for words that are put together elsewhere."""
    for node in walked(module):
        given = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
        words = [one.value if isinstance(one, ast.Constant) else None for one in given]
        told = {word for word in words if isinstance(word, str)}
        told |= {"*" for one in given if isinstance(one, ast.Starred)}
        where = f"{name}:{getattr(node, 'lineno', 0)}"
        if "serve" in words and name != "tests/promises/test_ports.py":
            yield "serve", where, told
        for module_of in ("kiosk", "sms"):
            if ("-m", module_of) in pairwise(words):
                yield module_of, where, told
