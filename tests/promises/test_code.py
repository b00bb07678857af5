"""What no line of the programs does, whoever wrote it."""

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.promises.conftest import ROOT, modules, templates, walked

# Each runs text as code, or takes it for an object (ASVS 5.0 V1.3.2, V1.5.1).
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
READS_OBJECTS = {"pickle", "marshal", "shelve", "yaml"}
# The office's own template of a paper is filled here, checked and sandboxed (decision 24).
FILLS_TEMPLATES = {"shared/documents/fill.py", "shared/documents/template_check.py"}


def test_no_shell_is_started() -> None:
    """A program is started with a list of words, which no shell reads (ASVS 5.0 V1.2.5)."""
    found = [
        f"{path}:{call.lineno}"
        for path, call in _calls()
        if _name(call) in {"system", "popen", "getoutput", "getstatusoutput"}
        or any(one.arg == "shell" for one in call.keywords)
    ]

    assert found == []


def test_nothing_is_run_that_was_sent() -> None:
    runs = [
        f"{path}:{call.lineno}"
        for path, call in _calls()
        if isinstance(call.func, ast.Name) and call.func.id in RUNS_TEXT
    ]
    fills = {
        str(path)
        for path, call in _calls()
        if _name(call) in {"render_template_string", "from_string", "Template"}
    }
    reads = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in modules()
        for node in walked(tree)
        for name in _imported(node)
        if name.partition(".")[0] in READS_OBJECTS
    ]
    unescaped = [
        name for name, source in templates() if "autoescape" in source or "|safe" in source
    ]

    assert runs == [] and reads == [] and unescaped == []
    assert fills <= FILLS_TEMPLATES


def test_no_certificate_goes_unchecked() -> None:
    """Whoever we talk to by TLS has to prove who they are (ASVS 5.0 V12.3.2)."""
    unchecked = [
        f"{path}:{call.lineno}"
        for path, call in _calls()
        if _name(call) == "_create_unverified_context"
        or any(one.arg == "verify" and _is_false(one.value) for one in call.keywords)
    ]
    loosened = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in modules()
        for node in walked(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"CERT_NONE", "verify_mode"}
    ]

    assert unchecked == [] and loosened == []


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call in the programs, with the file it stands in."""
    for path, tree in modules():
        for node in walked(tree):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(ROOT)), node


def _name(call: ast.Call) -> str:
    """Return the last name of what is called: `os.system` is "system"."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


@pytest.mark.parametrize("module", ["shared.cli", "kiosk.printer"])
def test_what_starts_while_somebody_waits_loads_no_web_server(module: str) -> None:
    """A command, and the process that prints a sheet: loading Flask doubled their start."""
    heavy = {"flask", "werkzeug", "jinja2", "waitress"}
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip

    assert heavy & set(said.stdout.split()) == set()
