"""What setup.cfg asks for is what the code imports: nothing missing, nothing idle."""

import ast
import re
import sys
from configparser import ConfigParser
from functools import cache
from importlib.metadata import packages_distributions, requires

from tests.promises.conftest import ROOT, modules, walked

PROGRAMS = ("kiosk", "sms", "shared")
DEPENDENCIES = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
# Not imported by name: zoneinfo reads its time zones where the system has none.
DATA_ONLY = {"tzdata"}
# Distributions that come with what is declared as an extra of it (`psycopg[pool]`).
AS_EXTRAS = {"psycopg-pool"}


def test_every_import_is_declared_or_comes_with_what_is() -> None:
    declared = set().union(_declared(), *map(_declared_for, ("postgres", "s3")))
    with_them = (
        declared
        | AS_EXTRAS
        | {
            _name(line)
            for one in declared
            for line in requires(one) or ()
            if "extra ==" not in line
        }
    )

    missing = {module: found for module, found in _imported().items() if not found & with_them}

    assert missing == {}


def test_nothing_is_declared_that_nobody_imports() -> None:
    imported = set().union(*_imported().values())

    assert _declared() - imported - DATA_ONLY == set()


def test_the_documents_list_what_is_declared() -> None:
    rows = re.findall(r"^\| ([\w.-]+) \| .+ \| [\d.]+ \| ", DEPENDENCIES, re.MULTILINE)
    wanted = set().union(_declared(), *map(_declared_for, ("postgres", "s3", "test")))

    assert {_name(row) for row in rows} == {
        name for name in wanted if not name.startswith("types-")
    }


def _declared() -> set[str]:
    return {_name(line) for line in _setup()["options"]["install_requires"].split("\n") if line}


def _declared_for(extra: str) -> set[str]:
    return {_name(line) for line in _setup()["options.extras_require"][extra].split("\n") if line}


def _setup() -> ConfigParser:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    return config


@cache
def _imported() -> dict[str, set[str]]:
    """Return each third-party module the programs import, and the distributions that hold it."""
    found = {
        name.partition(".")[0]
        for program in PROGRAMS
        for _, tree in modules(program)
        for node in walked(tree)
        for name in _names(node)
    }
    held_by = packages_distributions()
    return {
        module: {_name(one) for one in held_by.get(module, ["nobody"])}
        for module in found - set(PROGRAMS) - sys.stdlib_module_names
    }


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []


def _name(requirement: str) -> str:
    """Return the normal name of a distribution (PyPA, name normalization)."""
    [name] = re.findall(r"^[A-Za-z0-9._-]+", requirement.strip())
    return re.sub(r"[-_.]+", "-", name).lower()
