"""An app takes no route that does not say whom it lets in."""

import pytest
from flask import Blueprint

from shared.domain.roles import CHAIR, DESK
from shared.runtime.guarded import ANYBODY, GuardedApp, allowed
from shared.runtime.start import in_one_sentence
from shared.runtime.unguarded import Unguarded


@pytest.fixture
def app():
    return GuardedApp("office", static_folder=None)


def page():
    return "here"


@pytest.mark.parametrize("said", [{}, {"allow": None}, {"allow": frozenset()}, {"allow": "chair"}])
def test_an_app_with_a_route_that_does_not_say_it_does_not_start(app, said):
    desk = Blueprint("desk", "kiosk.staff")
    desk.get("/so-khen", **said)(page)

    with pytest.raises(Unguarded) as told:
        app.register_blueprint(desk)

    sentence = str(told.value)
    assert sentence.startswith(f"The route /so-khen ({__name__}, page) does not say whom")
    assert "shared/domain/roles.py" in sentence


def test_the_program_says_so_in_one_sentence_and_ends(app, capsys):
    with pytest.raises(SystemExit) as ended, in_one_sentence():
        app.get("/so-khen")(page)

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("The route /so-khen ")


def test_two_addresses_of_one_page_let_in_the_same(app):
    app.get("/R/<secret>", allow=ANYBODY)(page)

    with pytest.raises(Unguarded, match="/r/<secret>"):
        app.get("/r/<secret>", allow=DESK)(page)


def test_whom_a_route_lets_in_is_asked_by_its_name_and_while_it_runs(app):
    app.get("/so", endpoint="book", allow=CHAIR)(lambda: sorted(allowed()))

    assert app.test_client().get("/so").json == ["chair"]
    with app.app_context():
        assert allowed("book") == CHAIR
        with pytest.raises(KeyError):
            allowed("no such page")


def test_an_app_serves_no_folder_of_files_unasked():
    with pytest.raises(Unguarded, match="<path:filename>"):
        GuardedApp("office", static_folder=".")
