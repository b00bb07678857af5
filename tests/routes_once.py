"""Addresses compiled once a test run. Each test makes an app of its own, and for each of its four
hundred addresses Werkzeug writes two functions: that was half of the time such tests took."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_compiled: dict[tuple[object, ...], Callable[..., Any]] = {}


def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """Return what Werkzeug compiles from this very address; it is bound to its rule afterwards."""
    key = (rule.rule, repr(rule.defaults), rule.subdomain, rule.host, append_unknown)
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]
