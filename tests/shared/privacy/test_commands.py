"""On a terminal `hienke erase` asks for the code once more; a script says all it wants to in one
line."""

import pytest
from click.testing import CliRunner

from shared import cli
from shared.domain import codes
from shared.privacy import commands
from shared.store.cases import authors, proposals


@pytest.fixture
def erase(instance, monkeypatch):
    """A builder: `erase(code, typed)` is the command at a terminal where `typed` is answered."""
    monkeypatch.setenv("HIENKE_INSTANCE", str(instance.folder))
    monkeypatch.setattr(commands, "_is_typed", lambda: True)

    def build(code: str, typed: str):
        return CliRunner().invoke(cli.main, ["erase", code, "--reason", "đơn 12"], input=typed)

    return build


def test_another_code_erases_nothing_and_the_same_one_does(db, a_proposal, erase):
    idea = a_proposal(name="Lê Thị Mận", consents={"store": True})

    refused = erase(idea.code, "482173950688\n")

    assert refused.exit_code == 1 and "nothing was erased" in refused.output
    assert authors.of(db, idea.id).name == "Lê Thị Mận"
    done = erase(idea.code, f"{codes.grouped(idea.code)}\n")
    assert done.exit_code == 0 and "Erased of" in done.output
    assert authors.of(db, idea.id).name is None
    assert proposals.by_id(db, idea.id).solution == ""
