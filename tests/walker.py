"""Walks through an app as one browser: every address that has a route, every link, every form."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

# Nothing is walked there: it ends the session, or the second factor's secret is asked for anew.
LEFT_OUT = {"staff.log_out", "staff.log_in", "staff.end_sessions", "staff.set_password"}
# What is no sound address as "none"; nothing there is named like that.
BLANKS = {"number": 1, "year": 1999, "names": "base", "name": "kiosk", "version": "1", "step": 1}

Form = dict[str, str]


def every_route(app: Flask, code: str) -> Iterator[tuple[str, str, str]]:
    """Yield (endpoint, method, address) of all the app has; `code` stands where a case's does."""
    for rule in app.url_map.iter_rules():
        blanks = {name: {"code": code, **BLANKS}.get(name, "none") for name in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, blanks)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule.endpoint, method, address


class Walker:
    """One browser that opens all it finds, as many of one kind as `of_one_kind` says. `sent` is
    what went with the request whose answer was yielded last."""

    def __init__(self, app: Flask, client: FlaskClient, code: str, *, of_one_kind: int = 3) -> None:
        self.app, self.client, self.of_one_kind = app, client, of_one_kind
        self.todo: list[tuple[str, str, Form]] = [
            ("GET", a, {}) for _, method, a in every_route(app, code) if method == "GET"
        ]
        self.sent: Form = {}
        self.seen: set[tuple[str, str]] = set()
        self.kinds: Counter[tuple[str, str]] = Counter()

    def answers(self) -> Iterator[tuple[str, str, str, TestResponse]]:
        """Yield (endpoint, method, address, answer), pages first, then what their forms send."""
        later: list[tuple[str, str, Form]] = []
        while self.todo or later:
            if not self.todo:
                self.todo, later = later, []
            method, address, self.sent = self.todo.pop(0)
            endpoint = self._endpoint(method, address)
            if endpoint is None or not self._is_new(endpoint, method, address):
                continue
            answer = self.client.open(address, method=method, data=self.sent or None)
            yield endpoint, method, address, answer
            if answer.location:
                self.todo.append(("GET", answer.location, {}))
            if answer.mimetype == "text/html" and answer.status_code < 400:
                page = _Page(answer.text)
                self.todo += [("GET", one, {}) for one in page.links]
                later += [("POST", at or address, given) for at, given in page.forms]

    def _endpoint(self, method: str, address: str) -> str | None:
        parts = urlsplit(address)
        if parts.netloc or not parts.path.startswith("/"):
            return None
        try:
            found, _ = self.app.url_map.bind("localhost").match(unquote(parts.path), method)
        except HTTPException:
            return None
        return str(found)

    def _is_new(self, endpoint: str, method: str, address: str) -> bool:
        key = method, address.partition("#")[0]
        if endpoint in LEFT_OUT or key in self.seen:
            return False
        self.seen.add(key)
        self.kinds[endpoint, method] += 1
        return self.kinds[endpoint, method] <= self.of_one_kind


class _Page(HTMLParser):
    """The links of a page and its forms, each with what it would send."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, Form]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form" and given.get("method") == "post":
            self.forms.append((given.get("action", ""), {}))
        elif tag in ("input", "button") and given.get("name") and self.forms:
            self.forms[-1][1].setdefault(given["name"], given.get("value", ""))
