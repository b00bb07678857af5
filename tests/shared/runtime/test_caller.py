"""Who asks: a proxy on this PC says so, nobody else; and whoever it hides is one stranger."""

import pytest

from shared.runtime import caller
from shared.runtime.caller import PROXY, Caller, HostNames

NAMES = HostNames(here=frozenset({"10.0.0.5"}), away=frozenset({"tanan.example.vn"}))
PUBLIC_NAME = {"HTTP_HOST": "tanan.example.vn"}


def asked(peer="127.0.0.1", **environ: str) -> Caller:
    given = {"REMOTE_ADDR": peer, "HTTP_HOST": "127.0.0.1:8080", "SERVER_PROTOCOL": "HTTP/1.1"}
    return caller.of(given | environ, NAMES)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "10.0.0.5"])
def test_a_program_on_this_pc_is_this_machine(peer, host):
    found = asked(peer, HTTP_HOST=host)

    assert found.is_here and not found.is_hidden


@pytest.mark.parametrize(
    "sign",
    [
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_FORWARDED": "for=203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": ""},
        {"HTTP_X_FORWARDED_FOR": "unknown"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7, _hidden"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "tanan.example.vn"},
        {"HTTP_X_REAL_IP": "not an address"},
        {"HTTP_X_REAL_IP": "203.0.113.7, 203.0.113.8"},
        {"HTTP_X_REAL_IP": "1" * 5000},
        {"HTTP_X_REAL_IP": "203.0.113.7", "HTTP_X_FORWARDED_FOR": "198.51.100.1"},
        PUBLIC_NAME,
        {"HTTP_ORIGIN": "https://tanan.example.vn"},
        {"HTTP_REFERER": "https://tanan.example.vn/gui"},
        {"SERVER_PROTOCOL": "HTTP/1.0"},
    ],
)
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_whoever_a_proxy_hides_is_one_stranger_and_never_this_pc(peer, sign):
    found = asked(peer, **sign)

    assert found == Caller(PROXY, PROXY, is_here=False, is_hidden=True)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ({"HTTP_X_REAL_IP": "203.0.113.7"}, "203.0.113.7"),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, "203.0.113.7"),
        ({"HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.7"}, "203.0.113.7"),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.7:4711"}, "203.0.113.7"),
        ({"HTTP_X_FORWARDED_FOR": "[2001:db8::7]:4711"}, "2001:db8::7"),
        ({"HTTP_X_REAL_IP": "203.0.113.7", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}, "203.0.113.7"),
        ({"HTTP_X_REAL_IP": "::ffff:203.0.113.7"}, "203.0.113.7"),
    ],
)
def test_a_proxy_on_this_pc_says_who_asks(said, address):
    found = asked(**said, **PUBLIC_NAME)

    assert found.address == address
    assert not found.is_here and not found.is_hidden


@pytest.mark.parametrize("header", ["HTTP_X_REAL_IP", "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"])
@pytest.mark.parametrize("lie", ["6.6.6.6", "127.0.0.1", "::1", ""])
def test_what_a_stranger_says_of_themselves_counts_for_nothing(header, lie):
    assert asked("203.0.113.9", **{header: lie}) == Caller("203.0.113.9", "203.0.113.9")


def test_a_browser_on_this_pc_that_comes_through_the_proxy_is_not_this_machine():
    found = asked(HTTP_X_FORWARDED_FOR="127.0.0.1", **PUBLIC_NAME)

    assert (found.address, found.is_here, found.is_hidden) == ("127.0.0.1", False, False)


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", ""),
    ],
)
def test_brakes_take_all_addresses_of_one_household_for_one(address, group):
    assert caller.group_of(address) == group


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("127.0.0.1", "https", "https"),
        ("::1", "https", "https"),
        ("127.0.0.1", "http, https", "https"),
        ("127.0.0.1", "gopher", "http"),
        ("203.0.113.9", "https", "http"),
    ],
)
def test_a_proxy_on_this_pc_alone_says_that_the_browser_came_by_tls(peer, said, scheme):
    seen = {}
    app = caller.through_proxy(lambda environ, start: seen.update(environ) or [], NAMES)

    app({"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": said}, None)

    assert seen["wsgi.url_scheme"] == scheme
