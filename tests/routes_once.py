"""Addresses compiled once a test run. Each test makes an app of its own, and for each of its four
hundred addresses Werkzeug reads the rule and writes two functions: that was most of the time such
tests took."""

from typing import Any

from werkzeug.routing import Rule

_compile = Rule.compile
_compiled: dict[tuple[object, ...], tuple[set[str], dict[str, Any]]] = {}
# What Werkzeug makes of a rule; its two functions are bound to it.
_MADE = ("_parts", "_trace", "_converters")
_BOUND = ("_build", "_build_unknown")


def compile_once(rule: Rule) -> None:
    """Give a rule what Werkzeug compiles from this very address."""
    key = (rule.rule, repr(rule.defaults), rule.subdomain, rule.host, rule.merge_slashes)
    if key not in _compiled:
        _compile(rule)
        made = {name: getattr(rule, name) for name in _MADE}
        made |= {name: getattr(rule, name).__func__ for name in _BOUND}
        _compiled[key] = set(rule.arguments), made
        return
    arguments, made = _compiled[key]
    rule.arguments = set(arguments)
    for name, one in made.items():
        setattr(rule, name, one.__get__(rule, None) if name in _BOUND else one)
