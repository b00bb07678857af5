"""Every setting is written in the example, with what it is for and what is allowed."""

import tomllib
from dataclasses import fields

import pytest

from shared import settings
from shared.settings import Settings
from tests.promises.conftest import ROOT

EXAMPLE = ROOT / "instance" / "settings.example.toml"
SETTINGS = [
    (section.name, one) for section in fields(Settings) for one in fields(section.default_factory)
]


def test_the_example_is_what_the_settings_say() -> None:
    assert EXAMPLE.read_text("utf-8") == settings.example()


def test_the_example_holds_every_setting_at_its_default() -> None:
    assert settings.from_mapping(tomllib.loads(EXAMPLE.read_text("utf-8"))) == Settings()


@pytest.mark.parametrize(("section", "one"), SETTINGS, ids=[f"{s}.{o.name}" for s, o in SETTINGS])
def test_a_setting_says_what_it_is_for_and_its_default_is_allowed(section: str, one) -> None:
    assert one.metadata["help"].endswith(".")
    assert one.metadata["kind"].allowed and not one.metadata["kind"].allowed.endswith(".")
    assert one.metadata["kind"].read(one.default) == one.default
    assert f"# {one.metadata['help']}" in EXAMPLE.read_text("utf-8")
