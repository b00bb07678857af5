"""Which pages are captured, of whom: what a citizen meets at a kiosk and on a phone, and whatever
each role of the staff app can open or be refused."""

import re
import zlib
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.domain.roles import ROLES
from tests.pages_equal.office import Office

# Pages that differ only in whose case, day or row they show, and those that also differ in what was
# asked of them: how many of each are enough.
ALIKE, ASKED = 2, 8
# What says how this machine is, what is drawn from a fresh salt, and what ends the walk.
_LEFT_OUT = re.compile(r"^/(css|js|healthz|metrics|favicon|totp|log_?out|thoat|may-in/)")
_LINK = re.compile(r'\b(?:href|src)="([^"#]+)')
_ACTION = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*\baction="([^"]+)"', re.I)
_IDEA: tuple[dict[str, str | list[str]], ...] = (
    {"participant_type": "official", "devices": ""},
    {"insider": "yes", "unit": "Văn phòng", "position": "Công chức"},
    {"residence": "in_commune", "hamlet": "Ấp Bình Chánh"},
    {"title": "Hẹn giờ trước khi đi chứng thực"},
    {"current_state": "Bà con xếp hàng từ sáng sớm, có người phải về không."},
    {"solution": "Cho bà con nhắn tin xin một khung giờ 30 phút, tới là làm."},
    {"effects": ["faster", "cheaper"], "expected_effect": "Đỡ chờ, đỡ tốn tiền xe."},
    {"maturity": "idea"},
    {"category": "1"},
    {"name": "Nguyễn Thị Mận", "phone": "0912345678"},
    {"consents.store": "yes", "consents.sms": "yes"},
)
_FORM_KEY = "0199c2a4-5d1e-7a3b-8c4d-1f2e3a4b5c6d"


@dataclass(frozen=True)
class Visit:
    """A page that was fetched: whose it is and where, under one name, and what came."""

    name: str
    answer: TestResponse


def everybody(office: Office, whose: str = "") -> Iterator[Visit]:
    """Yield every page, in an order that is the same each time: reading first, then what forms say
    to somebody who fills in nothing. `whose` keeps it to one visitor: "phone-vi", "officer" …"""
    codes = office.codes()
    for kind, language in (("phone", "vi"), ("phone", "en"), ("kiosk", "vi"), ("kiosk", "en")):
        if whose in ("", f"{kind}-{language}"):
            yield from _citizen(office, office.visitor(kind, language), f"{kind}-{language}", codes)
    if whose in ("", "program"):
        yield from _machine(office, codes)
    walks = []
    for role in ("nobody", *ROLES):
        if whose in ("", role):
            client = office.staff.test_client() if role == "nobody" else office.member(role)
            walks.append(_Walk(client, role))
            yield from walks[-1].through(("/", *_plain_addresses(office)))
    for walk in walks:
        yield from walk.empty_forms()


def begin_idea(client: FlaskClient) -> None:
    """Answer every question, for the pages that show what was answered."""
    client.get("/gui/1")
    for step, answer in enumerate(_IDEA, 1):
        assert client.post(f"/gui/{step}", data=answer).status_code == 303


def _citizen(
    office: Office, client: FlaskClient, who: str, codes: dict[str, list[str]]
) -> Iterator[Visit]:
    walk = _Walk(client, who)
    yield from walk.through(("/", "/gui", "/tra-cuu", "/tro-giup", "/rt", "/mo-hinh", "/xac-minh"))
    for status, known in codes.items():
        if known:
            yield walk.fetch(f"/t/{known[0]}", called=f"/t/({status})")
            secret = office.secret(known[0])
            client.get(f"/tra-cuu?ma={secret}")
            for road in ("", "/phieu", "/rut", "/du-lieu", "/gui-tep", "/ten-in"):
                yield walk.fetch(f"/r/{secret}{road}", called=f"/r/({status}){road}")
    for road in (
        "/tra-cuu?ma=1", "/tra-cuu?ma=", "/t/123456789012", "/xac-minh?ma=1", "/khong-co",
        f"/xac-minh?ma={codes['received'][0]}", "/s/2026-03-15/" + "a" * 64, "/mo-hinh?q=zzz",
        "/giu-lai", "/lam-tiep", "/r/0000000000000000", "/mo-hinh/khong-co",
    ):  # fmt: skip
        yield walk.fetch(road)
    for language in ("vi", "en"):
        for road in ("", "/gui", "/phieu"):
            yield walk.fetch(f"/ngoai-tuyen/{language}{road}")
    yield from _wizard(walk)
    yield walk.send("/gui", {"key": _FORM_KEY})
    everything = {name: value for answer in _IDEA for name, value in answer.items()}
    yield walk.send("/gui", everything | {"key": _FORM_KEY, "phone": "12"})
    yield from walk.empty_forms()


def _wizard(walk: "_Walk") -> Iterator[Visit]:
    """The questions one by one: each as it is first seen, refused when empty, and answered."""
    for step, answer in enumerate(_IDEA, 1):
        yield walk.fetch(f"/gui/{step}")
        yield walk.send(f"/gui/{step}", {})
        yield walk.send(f"/gui/{step}", answer)
    yield walk.fetch("/gui/12")
    sent = walk.send("/gui/12", {"key": _FORM_KEY})
    yield sent
    yield walk.fetch(sent.answer.location or "/gui/12", called="/r/(just sent)")


def _machine(office: Office, codes: dict[str, list[str]]) -> Iterator[Visit]:
    """What programs read: the API, its description, the registry's open data, the worker."""
    walk = _Walk(office.public.test_client(), "program")
    yield walk.fetch("/openapi.json")
    for status, known in codes.items():
        if known:
            yield walk.fetch(f"/api/v1/proposals/{known[0]}", called=f"/api ({status})")
    for road in (
        "/api/v1/proposals/123456789012", "/mo-hinh.csv", "/mo-hinh.json", "/sw.js",
        f"/t/{codes['received'][0]}/chung",
    ):  # fmt: skip
        yield walk.fetch(road)
    yield walk.send("/api/v1/proposals", {})


def _plain_addresses(office: Office) -> list[str]:
    """Return every address of the staff app that has no part to fill in."""
    rules = office.staff.url_map.iter_rules()
    return sorted(
        rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments
    )


class _Walk:
    """One visitor's way through an app: from page to page by the links that are there."""

    def __init__(self, client: FlaskClient, who: str) -> None:
        self._client, self._who = client, who
        self._names: Counter[str] = Counter()
        self._alike: Counter[str] = Counter()
        self._actions: dict[str, None] = {}

    def through(self, begin: tuple[str, ...]) -> Iterator[Visit]:
        """Yield the pages that lie at `begin` and whatever they lead to, ALIKE of each kind."""
        waiting, known = deque(begin), set(begin)
        while waiting:
            road = waiting.popleft()
            if _LEFT_OUT.match(road) or self._is_enough(road):
                continue
            visit = self.fetch(road)
            yield visit
            for link in _links(road, visit.answer):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def fetch(self, road: str, called: str = "") -> Visit:
        """Return the page at an address; `called` names it where the address would not."""
        answer = self._client.get(road, headers={"Accept-Encoding": "gzip"})
        return self._visit("GET", called or road, answer)

    def send(self, road: str, given: Mapping[str, object]) -> Visit:
        """Return what a form gets that holds `given`."""
        answer = self._client.post(road, data=given, headers={"Accept-Encoding": "gzip"})
        return self._visit("POST", road, answer)

    def empty_forms(self) -> Iterator[Visit]:
        """Yield what every form that was seen says to somebody who fills in nothing."""
        actions = [one for one in self._actions if not re.search(r"totp|log_?out|thoat|xong", one)]
        for action in actions:
            if not self._is_enough(f"POST {action}"):
                yield self.send(action, {})

    def _is_enough(self, road: str) -> bool:
        kind = re.sub(r"=[^&]*", "=", re.sub(r"[^/?&=]*\d[^/?&=]*", "0", road))
        path = kind.split("?")[0]
        if self._alike[kind] >= ALIKE or self._alike[path] >= ASKED:
            return True
        self._alike.update({kind, path})
        return False

    def _visit(self, method: str, road: str, answer: TestResponse) -> Visit:
        page = _text(answer)
        self._actions |= {unescape(one).split("#")[0]: None for one in _ACTION.findall(page)}
        name = f"{self._who} {method} {re.sub('[0-9a-f]{8}-[0-9a-f-]{27}', '(id)', road)}"
        self._names[name] += 1
        times = self._names[name]
        return Visit(f"{name} #{times}" if times > 1 else name, answer)


def _links(road: str, answer: TestResponse) -> list[str]:
    found = [answer.location] if answer.location else _LINK.findall(_text(answer))
    roads = [urlsplit(urljoin(f"http://here{road}", unescape(link))) for link in found]
    return [
        one.path + (f"?{one.query}" if one.query else "")
        for one in roads
        if one.scheme == "http" and one.hostname in ("here", "127.0.0.1", "localhost")
    ]


def _text(answer: TestResponse) -> str:
    if answer.mimetype != "text/html":
        return ""
    return body_of(answer).decode()


def body_of(answer: TestResponse) -> bytes:
    """Return an answer's body, unpacked."""
    data = answer.get_data()
    return zlib.decompress(data, wbits=31) if answer.content_encoding == "gzip" else data
