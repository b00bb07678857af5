"""The file `houses.toml`: which units one deployment serves, each with its folder and its names.

    [[house]]
    unit = "26068"
    folder = "26068"
    hosts = ["hienke.tanan.gov.vn", "canbo.tanan.gov.vn"]

A folder stands beside the file unless it begins with a slash. All that belongs to a unit stays in
its folder: settings, secrets, store, files. Nothing here opens a store.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from shared import settings
from shared.domain import unit_number
from shared.domain.record import Record
from shared.runtime.instance import Instance

KEYS = ("unit", "folder", "hosts")
# A house that is on its way out: it stands in the file and is not served.
CLOSED = "closed"
# A name as a browser sends it: small letters, no port; a name from other letters as `xn--…`.
_HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9-]{1,63})*")
ALLOWED_HOST = "a name of small letters, digits, dots and dashes, without a port"
# Names that belong to the whole deployment: who asks for them asks how all units are.
OURS = frozenset({"localhost", "127.0.0.1", "::1"})
# Names that lead to this very PC (RFC 6761): a trial house needs no name of its own.
_HERE = ".localhost"


class HouseWrong(Exception):
    """The file of houses cannot be used; the message is one sentence for whoever wrote it."""


class House(Record):
    """A unit: its number, its folder, and the names it answers to. A closed one is not served."""

    unit: int
    folder: Path
    hosts: tuple[str, ...]
    is_closed: bool = False

    @property
    def instance(self) -> Instance:
        """What lies in its folder."""
        return Instance(self.folder, self.unit)

    @property
    def number(self) -> str:
        """Its number as people read it."""
        return unit_number.shown(self.unit)


class Houses(Record):
    """The units of a deployment, in the order of the file."""

    path: Path
    houses: tuple[House, ...]

    def __iter__(self) -> Iterator[House]:
        return iter(self.houses)

    def __len__(self) -> int:
        return len(self.houses)

    def by_host(self) -> Mapping[str, House]:
        """Return whose each name is."""
        return {host: house for house in self.houses for host in house.hosts}


def read(
    path: Path, environ: Mapping[str, str] = os.environ, *, may_be_empty: bool = False
) -> Houses:
    """Return the houses that are served, as the file says; each folder holds an instance, and the
    environment says no setting, as it would say it to every unit. Raises HouseWrong, where there is
    none too unless it `may_be_empty`."""
    if outside := settings.set_outside(environ):
        raise HouseWrong(
            f"Each unit's settings stand in its own folder: take {', '.join(outside)} out of the"
            " environment."
        )
    houses = Houses(path, tuple(house for house in parse(path) if not house.is_closed))
    if not houses.houses and not may_be_empty:
        raise HouseWrong(f"{path} names no house that is open: add one with `hienke house add`.")
    for house in houses:
        if not (house.folder / "secrets").is_file():
            raise HouseWrong(
                f"{path}: unit {house.number} has no instance in {house.folder}: bring the folder"
                " back, or take the house out of the file."
            )
    return houses


def parse(path: Path) -> Houses:
    """Return what the file says, whether the folders are there or not. Raises HouseWrong."""
    try:
        return parsed(path, path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise HouseWrong(f"There is no file {path}: make it with `hienke house add`.") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise HouseWrong(f"{path} cannot be read: {fault}.") from fault


def parsed(path: Path, text: str) -> Houses:
    """Return what a text says as the file at `path`. Raises HouseWrong."""
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise HouseWrong(f"{path} cannot be read: {fault}.") from fault
    for key in found.keys() - {"house"}:
        raise HouseWrong(f"{path}: {key} is unknown; each unit stands under [[house]].")
    listed = found.get("house", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise HouseWrong(f"{path}: write each unit under [[house]].")
    houses = tuple(_house(path, one, place) for place, one in enumerate(listed, 1))
    _refuse_twice(path, houses)
    return Houses(path, houses)


def check_host(host: str) -> str:
    """Return a name that a unit may have. Raises HouseWrong."""
    if not _HOST.fullmatch(host) or host in OURS or _is_numeric(host):
        raise HouseWrong(f"{host!r} is no name of a unit: it must be {ALLOWED_HOST}.")
    return host


def leads_here(host: str) -> bool:
    """Say whether a name leads to this very PC: it is asked over http, at the programs' own
    port."""
    return host.endswith(_HERE)


def _house(path: Path, given: Mapping[str, Any], place: int) -> House:
    where = f"{path}, house {place}"
    for key in given.keys() - {*KEYS, CLOSED}:
        raise HouseWrong(f"{where}: {key} is unknown; allowed are {', '.join(KEYS)}, {CLOSED}.")
    for key in KEYS:
        if key not in given:
            raise HouseWrong(f"{where}: {key} is missing; each house has {', '.join(KEYS)}.")
    said, folder, hosts = given["unit"], given["folder"], given["hosts"]
    unit = unit_number.read(said) if isinstance(said, str) else None
    if unit is None:
        raise HouseWrong(
            f"{where}: unit = {said!r} is no unit's number: it has {unit_number.ALLOWED},"
            " in quotation marks."
        )
    if not isinstance(folder, str) or not folder:
        raise HouseWrong(f"{where}: folder = {folder!r} is no folder's name.")
    if not isinstance(hosts, list) or not hosts or not all(isinstance(one, str) for one in hosts):
        raise HouseWrong(f'{where}: hosts must be a list of names, such as ["hienke.xa.gov.vn"].')
    try:
        names = tuple(map(check_host, hosts))
    except HouseWrong as fault:
        raise HouseWrong(f"{where}: {fault}") from None
    closed = given.get(CLOSED, False)
    if not isinstance(closed, bool):
        raise HouseWrong(f"{where}: {CLOSED} = {closed!r} must be true or false.")
    return House(unit, (path.resolve().parent / folder).resolve(), names, closed)


def _refuse_twice(path: Path, houses: Iterable[House]) -> None:
    units: dict[int, House] = {}
    folders: dict[Path, House] = {}
    hosts: dict[str, House] = {}
    for house in houses:
        if house.unit in units:
            raise HouseWrong(f"{path}: unit {house.number} stands there twice.")
        if other := folders.get(house.folder):
            raise HouseWrong(
                f"{path}: units {other.number} and {house.number} have the same folder,"
                f" {house.folder}."
            )
        for host in house.hosts:
            if other := hosts.get(host):
                raise HouseWrong(
                    f"{path}: the name {host} belongs to units {other.number} and {house.number};"
                    " it may belong to one."
                )
            hosts[host] = house
        units[house.unit] = folders[house.folder] = house


def _is_numeric(host: str) -> bool:
    """Say whether a name is an address in digits, which no unit has for itself."""
    return host.replace(".", "").isdigit()
