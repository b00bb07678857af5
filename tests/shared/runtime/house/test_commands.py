"""`hienke house add`, `list` and `remove`: the file stays as people wrote it, and a unit that goes
takes all it has along."""

from contextlib import closing

import pytest

from shared import settings
from shared.commands import houses
from shared.runtime import house
from shared.runtime.house.open import OpenHouses
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from tests import commands

REMARK = "# the province's own remark\n"


@pytest.fixture
def hienke(tmp_path):
    """Run `hienke …` beside the file of houses."""
    return lambda *words, **env: commands.hienke(*words, cwd=tmp_path, env=env)


@pytest.fixture
def file(tmp_path, hienke):
    """A file of two units, with a remark between them."""
    path = tmp_path / "houses.toml"
    for unit, name in (("26068", "tanan.example"), ("26070", "binhloi.example")):
        made = hienke("house", "add", path, "--unit", unit, "--host", name)
        assert made.returncode == 0, made.stderr
        assert "login: admin  one-time password: " in made.stdout
    path.write_text(
        path.read_text().replace(
            '\n[[house]]\nunit = "26070"', f'\n{REMARK}[[house]]\nunit = "26070"'
        )
    )
    return path


def test_units_are_added_listed_and_served_by_their_names(file, hienke, tmp_path):
    first, second = house.read(file, {})
    assert (first.hosts, second.folder) == (("tanan.example",), tmp_path / "26070")
    assert 'public_url = "https://tanan.example"' in (first.folder / "settings.toml").read_text()
    with closing(second.instance.open()) as db:
        assert db.commune_id == 26070
    listed = hienke("house", "list", file).stdout.splitlines()
    assert listed[0] == f"26068  tanan.example  {first.folder}"
    # A unit that was brought back from elsewhere is taken in as it is.
    file.write_text(file.read_text().split("[[house]]")[0])
    again = hienke("house", "add", file, "--unit", "26068", "--host", "new.example")
    assert (again.returncode, "Took in unit 26068" in again.stdout) == (0, True)
    wrong = hienke(
        "house", "add", file, "--unit", "26069", "--host", "x.example", "--folder", "26070"
    )
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert "26069" not in file.read_text()


def test_a_trial_unit_is_asked_at_the_port_it_is_served_at(hienke, tmp_path):
    path = tmp_path / "houses.toml"

    made = hienke("house", "add", path, "--unit", "26068", "--host", "tanan.localhost")

    assert made.returncode == 0, made.stderr
    [one] = houses = house.read(path, {})
    assert settings.load(one.folder, {}).office.public_url == ""
    site = OpenHouses(houses, "test", Address("127.0.0.1", 8090)).site(one)
    assert site.public_url == "http://tanan.localhost:8090"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--unit", "26068", "--host", "x.example"), "unit 26068 stands there twice"),
        (("--unit", "26071", "--host", "tanan.example"), "belongs to units 26068 and 26071"),
        (("--unit", "26071", "--host", "X.example"), "'X.example' is no name of a unit"),
        (("--unit", "2607", "--host", "x.example"), "'2607' is no unit's number"),
    ],
)
def test_what_would_make_the_file_wrong_founds_nothing(file, hienke, tmp_path, words, reason):
    before = file.read_text()

    refused = hienke("house", "add", file, *words)

    assert refused.returncode == 2
    assert reason in refused.stderr
    assert file.read_text() == before
    assert not (tmp_path / "26071").exists()


def test_a_unit_is_taken_out_as_an_archive_that_opens_on_an_office_pc(
    file, hienke, tmp_path, monkeypatch, capsys
):
    first, second = house.read(file, {})
    with closing(second.instance.open()) as db:
        head = db.row("SELECT max(place) FROM event WHERE commune_id = :commune_id")[0]
    stick = tmp_path / "stick"
    stick.mkdir()

    def remove():
        return hienke("house", "remove", file, "26070", "--to", stick)

    keyless = remove()
    assert (keyless.returncode, "has no backup key" in keyless.stderr) == (2, True)
    key = hienke("backup-key", "--to", tmp_path / "key", HIENKE_INSTANCE=str(second.folder))
    assert key.returncode == 0, key.stderr
    monkeypatch.setattr(houses, "LEAVE_SECONDS", 0.1)
    with second.instance.lock():  # it is served: nothing may come in after the archive
        with pytest.raises(SystemExit):
            houses._left(file, second)
        assert "Unit 26070 is closed now, and something is still" in capsys.readouterr().err
        assert [one.number for one in house.read(file, {})] == ["26068"]

    done = remove()

    assert done.returncode == 0, done.stderr
    assert [one.number for one in house.parse(file)] == ["26068"]
    assert REMARK in file.read_text()
    [archive] = stick.glob("*.age")
    pc = tmp_path / "pc"
    back = hienke("restore", archive, "--identity", tmp_path / "key", HIENKE_INSTANCE=str(pc))
    assert back.returncode == 0, back.stderr
    with closing(Instance(pc).open()) as db:
        assert db.commune_id == 26070
        assert db.row("SELECT max(place) FROM event WHERE commune_id = :commune_id")[0] >= head
    assert first.instance.database.exists()
