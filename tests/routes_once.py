"""Addresses read once a test run. Each test makes an app of its own, and Flask and Werkzeug go
through its three hundred addresses one by one: that was a fifth of the time such tests took."""

from copy import copy
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import Map, RuleFactory
from werkzeug.routing.matcher import State

from shared.runtime.guarded import GuardedApp

_register, _add_to_app, _add_to_map = (
    Flask.register_blueprint, BlueprintSetupState.add_url_rule, Map.add,
)  # fmt: skip


class RoutesOnce:
    """What an app's blueprints add to it, by the app's name and what it had before.

    Only addresses are taken from an earlier app; all else that a blueprint brings is registered.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[Map, dict[str, Any], dict[str, Any]]] = {}
        self._skips = False

    def share(self, patch: pytest.MonkeyPatch) -> None:
        """Let all apps of the run take part."""
        patch.setattr(
            Flask, "register_blueprint", lambda app, one, **more: self._register(app, one, **more)
        )
        patch.setattr(
            BlueprintSetupState, "add_url_rule", lambda *one, **more: self._add(*one, **more)
        )
        patch.setattr(Map, "add", _add_apart)

    def _register(self, app: GuardedApp, blueprint: Blueprint, **options: Any) -> None:
        had = (app.import_name, *app.blueprints.values(), len(app.view_functions))
        key = (*had, blueprint, *options)
        if key in self._known:
            self._skips = True
            try:
                _register(app, blueprint, **options)
            finally:
                self._skips = False
            routes, views, allowed = self._known[key]
            app.url_map = _twin(routes)
            app.view_functions.update(views)
            app.allowed.update(allowed)
            return
        _register(app, blueprint, **options)
        app.url_map.update()
        app.url_map._matcher.is_shared = True  # type: ignore[attr-defined]
        self._known[key] = (_twin(app.url_map), dict(app.view_functions), dict(app.allowed))

    def _add(self, state: BlueprintSetupState, *words: Any, **options: Any) -> None:
        if not self._skips:
            _add_to_app(state, *words, **options)


def _add_apart(routes: Map, rule: RuleFactory) -> None:
    """Add a rule to an app's own routes: other apps do not see what is added to it later."""
    if getattr(routes._matcher, "is_shared", False):
        routes._matcher = copy(routes._matcher)
        routes._matcher.is_shared = False  # type: ignore[attr-defined]
        routes._matcher._root = _apart(routes._matcher._root)
    _add_to_map(routes, rule)


def _twin(routes: Map) -> Map:
    twin = copy(routes)
    twin._rules_by_endpoint = {
        name: list(rules) for name, rules in routes._rules_by_endpoint.items()
    }
    return twin


def _apart(state: State) -> State:
    return State(
        [(part, _apart(after)) for part, after in state.dynamic],
        list(state.rules),
        {part: _apart(after) for part, after in state.static.items()},
    )
