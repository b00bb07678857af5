"""What the documents name is there."""

import re
from pathlib import Path

import pytest

from tests.promises.conftest import ROOT

DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
STATEMENTS = (ROOT / "docs" / "statements.md").read_text("utf-8")


def test_fifty_two_statements_each_with_what_shows_it() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\| (.+) \|$", STATEMENTS, re.MULTILINE)

    assert [int(number) for number, _ in rows] == list(range(1, 53))
    assert all("`" in shown for _, shown in rows)


def test_every_test_a_statement_names_is_there() -> None:
    named = _tests_named(STATEMENTS)
    missing = [f"{file}: {test}" for file, test in named if not _holds(ROOT / file, test)]

    assert len(named) > 52
    assert missing == []


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_every_file_a_document_leads_to_is_there(doc: Path) -> None:
    linked = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", doc.read_text("utf-8"))
    written = re.findall(
        r"`((?:kiosk|sms|shared|templates|tests|docs|deploy)/[\w./-]+)`", doc.read_text("utf-8")
    )

    assert [name for name in linked if not (doc.parent / name).exists()] == []
    assert [name for name in written if not any(ROOT.glob(f"{name}*"))] == []


def _tests_named(text: str) -> list[tuple[str, str]]:
    """Return (file, test in it or "") for each that stands in a table's last column;
    a test belongs to the file named before it."""
    named = []
    for row in re.findall(r"^\| \d+ \|.*\| (.+) \|$", text, re.MULTILINE):
        file = ""
        for word in re.findall(r"`([\w./]+)`", row):
            file = word if word.endswith(".py") else file
            named.append((file, "" if word.endswith(".py") else word))
    return named


def _holds(file: Path, test: str) -> bool:
    return file.is_file() and f"def {test}" in file.read_text("utf-8")
