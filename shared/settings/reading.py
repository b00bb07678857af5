"""Reads settings from the instance's file and the environment, and says what is wrong with one."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from shared.domain import unit_number
from shared.settings import together
from shared.settings.connected import FilesSettings
from shared.settings.sections import SECTIONS, Settings, key_of

# Not settings: where the instance is, and the password of its store, which no file of ours holds.
_NOT_SETTINGS = frozenset({"HIENKE_INSTANCE", "HIENKE_STORE_PASSWORD"})
# As much of a wrong value as the sentence about it shows.
_SHOWN_LETTERS = 80


class SettingWrong(Exception):
    """A setting cannot be used; the message is one sentence for the person who set it."""


def load(instance: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the instance folder. Raises SettingWrong."""
    given = _from_file(instance / "settings.toml")
    for section, key, value in _from_environment(environ):
        values = given.setdefault(section, {})
        if isinstance(values, dict):  # from_mapping reports what is no section
            values[key] = value
    return from_mapping(given)


def set_outside(environ: Mapping[str, str]) -> list[str]:
    """Return the variables of an environment that say settings."""
    return sorted(
        name for name in environ if name.startswith("HIENKE_") and name not in _NOT_SETTINGS
    )


def store_of(instance: Path, environ: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Return where the store of the instance folder is, `store.url`, and its unit's number as
    `office.unit` has it; whatever else is wrong with the settings. Raises SettingWrong."""
    given = _sections(instance)
    url = environ.get("HIENKE_STORE_URL", _said(given, "store").get("url", ""))
    number = environ.get("HIENKE_OFFICE_UNIT", _said(given, "office").get("unit", ""))
    return _section("store", (("url", str(url)),)).url, str(number)


def files_of(instance: Path, environ: Mapping[str, str] = os.environ) -> FilesSettings:
    """Return where the files of the instance folder are, section [files]; whatever else is wrong
    with the settings. Raises SettingWrong."""
    given = dict(_said(_sections(instance), "files"))
    for key in ("url", "endpoint", "region"):
        if (said := environ.get(f"HIENKE_FILES_{key.upper()}")) is not None:
            given[key] = said
    read: FilesSettings = _section("files", tuple((key, str(said)) for key, said in given.items()))
    return read


@lru_cache(maxsize=256)
def _section(section: str, given: tuple[tuple[str, str], ...]) -> Any:
    """Return one section with these values, read once for each: a store is opened often."""
    return getattr(from_mapping({section: dict(given)}), section)


def _sections(instance: Path) -> Mapping[str, Any]:
    path = instance / "settings.toml"
    try:
        found = path.stat()
    except OSError:
        return {}
    return _read_once(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=256)
def _read_once(path: Path, _changed: int, _size: int) -> Mapping[str, Any]:
    """Return what a file says, read once for each of its states."""
    return _from_file(path)


def _said(given: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    found = given.get(section)
    return found if isinstance(found, dict) else {}


def from_mapping(given: Mapping[str, Any]) -> Settings:
    """Return settings from `{section: {key: value}}`; text is read as the key's own type.
    Raises SettingWrong."""
    sections: dict[str, Any] = {}
    for section, values in given.items():
        if section not in SECTIONS:
            raise SettingWrong(
                f"Setting section [{section}] is unknown; allowed are {', '.join(SECTIONS)}."
            )
        if not isinstance(values, Mapping):
            raise SettingWrong(f"Setting {section} must be a section: write [{section}].")
        sections[section] = _read_section(section, values)
    settings = Settings(**sections)
    for problem in together.problems(settings):
        raise SettingWrong(problem)
    return settings


def check_unit(read: Settings, number: int) -> None:
    """Raise SettingWrong if the settings name another unit than the store holds."""
    if read.office.unit and unit_number.read(read.office.unit) != number:
        raise SettingWrong(
            f"Setting office.unit = {read.office.unit!r} is not the number in the store,"
            f" {unit_number.shown(number)}: a unit's number never changes, so put that one there."
        )


def _read_section(section: str, values: Mapping[str, Any]) -> Any:
    known = {key_of(one.name): one for one in fields(SECTIONS[section])}
    read = {}
    for key, value in values.items():
        name = f"{section}.{key}"
        if key not in known:
            raise SettingWrong(f"Setting {name} is unknown; allowed are {', '.join(known)}.")
        about = known[key].metadata
        found = about["kind"].read(value)
        if found is None:
            shown, allowed = "(hidden)" if about["secret"] else _shown(value), about["kind"].allowed
            raise SettingWrong(f"Setting {name} = {shown} is not allowed: it must be {allowed}.")
        read[known[key].name] = found
    return SECTIONS[section](**read)


def _shown(value: object) -> str:
    """Return a value as a sentence about it shows it; what is longer than any setting is cut."""
    shown = repr(value)
    return shown if len(shown) <= _SHOWN_LETTERS else f"{shown[:_SHOWN_LETTERS]}…"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        # Some editors put a mark before the first letter.
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as fault:
        raise SettingWrong(f"The settings file {path.name} cannot be read: {fault}.") from fault


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for name, value in environ.items():
        if not name.startswith("HIENKE_") or name in _NOT_SETTINGS:
            continue
        section, _, key = name.removeprefix("HIENKE_").lower().partition("_")
        if section not in SECTIONS:
            raise SettingWrong(
                f"Environment variable {name} names no setting; sections are {', '.join(SECTIONS)}."
            )
        found.append((section, key, value))
    return found
