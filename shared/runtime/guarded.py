"""An app whose every route says, beside it, who may open it: `@bp.get("/so", allow=DESK)`.

Nothing here asks who calls. Each app does that before any route runs.
"""

from collections.abc import Callable, MutableMapping
from functools import cached_property
from typing import Any, cast

from flask import Flask, Request, current_app, request
from flask.templating import Environment
from jinja2 import Template
from markupsafe import escape
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import parse_cookie
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from shared.runtime.unguarded import Unguarded

# Names of those who may open a route: roles of staff, or what a caller must prove.
Allowed = frozenset[str]

ANYBODY: Allowed = frozenset({"anybody"})
# A caller on this very PC, without a proxy.
THIS_MACHINE: Allowed = frozenset({"this machine"})


class _LateRule(Rule):
    """A route whose addresses are written by code that is compiled when the first is asked for:
    werkzeug compiles two functions a route, which is a sixth of the kiosk's start, and most routes
    of an evening are never linked."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build


class _Request(Request):
    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies; werkzeug would spell out the names of all headers to find theirs."""
        return parse_cookie(self.environ, cls=self.dict_storage_class)  # type: ignore[return-value]


class _Templates(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the app's own globals where a template has none beside them: Jinja would put both
        into a chain, and look through that at each import of each page."""
        return super().make_globals(d) if d else self.globals

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """Return a template; one that is known is not looked for again, as ours never change while
        the program runs."""
        if globals or self.auto_reload or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = super().get_template(name, parent)
        return known

    @cached_property
    def _known(self) -> dict[str, Template]:
        return {}


class GuardedApp(Flask):
    """A Flask app that accepts no route without `allow=`, so it does not start with one."""

    request_class = _Request
    url_rule_class = _LateRule
    jinja_environment = _Templates

    def __init__(self, *args: Any, **options: Any) -> None:
        self.allowed: dict[str, Allowed] = {}  # endpoint → who may open its routes
        super().__init__(*args, **options)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a route. Raises Unguarded if it does not say who may open it."""
        allow = options.pop("allow", None)
        name = endpoint or (view_func.__name__ if view_func else "")
        if not isinstance(allow, frozenset) or not allow:
            raise Unguarded(_sentence(rule, view_func))
        if self.allowed.setdefault(name, allow) != allow:
            raise Unguarded(f"{rule}: another address of {name} lets in others; say the same.")
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)

    def redirect(self, location: str, code: int = 302) -> Response:
        """Return an answer that leads on, and whose page is the link alone (RFC 9110, 15.4). Nobody
        sees it; the library's English sentences would cost each phone a hundred bytes on its way to
        the receipt."""
        answer = self.response_class(leading(location), code, mimetype="text/html")
        answer.headers["Location"] = location
        return answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: none of ours is a coroutine, and Flask would ask it of every
        function at every request."""
        return func


def leading(location: str) -> str:
    """Return the page of an answer that leads on."""
    return f'<!doctype html><title>…</title><p><a href="{escape(location)}">…</a>'


def allowed(endpoint: str | None = None) -> Allowed:
    """Return who may open an endpoint's routes; without a name, the route that runs. Raises
    KeyError if there is no such endpoint."""
    return cast(GuardedApp, current_app).allowed[endpoint or request.endpoint or ""]


def _sentence(rule: str, view: Callable[..., Any] | None) -> str:
    where = f"{view.__module__}, {view.__name__}" if view else "no view"
    return (
        f"The route {rule} ({where}) does not say whom it lets in: write allow= beside it, as a "
        "set of roles (shared/domain/roles.py) or ANYBODY (shared/runtime/guarded.py)."
    )
