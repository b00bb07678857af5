"""What may stand in houses.toml, and the one sentence that says what is wrong with it."""

import pytest

from shared.runtime import house
from shared.runtime.house import HouseWrong

ONE = """
[[house]]
unit = "26068"
folder = "a"
hosts = ["a.example"]
"""
TWO = ONE.replace("26068", "26070").replace('"a"', '"b"').replace("a.example", "b.example")


@pytest.fixture
def said(tmp_path):
    """Read a file of these words; the folders a and b hold instances."""
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "secrets").touch()

    def read(words: str, **environ: str) -> house.Houses:
        (tmp_path / "houses.toml").write_text(words)
        return house.read(tmp_path / "houses.toml", environ)

    return read


def test_each_unit_has_its_folder_beside_the_file_and_its_names(said, tmp_path):
    first, second = said(ONE + TWO)

    assert (first.unit, first.folder, first.hosts) == (26068, tmp_path / "a", ("a.example",))
    assert (second.instance.unit, second.instance.folder) == (26070, tmp_path / "b")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (ONE + TWO.replace("b.example", "a.example"), "a.example belongs to units 26068 and 26070"),
        (ONE + TWO.replace("26070", "26068"), "unit 26068 stands there twice"),
        (ONE + TWO.replace('"b"', '"./a"'), "units 26068 and 26070 have the same folder"),
        (ONE + 'port = "1"', "house 1: port is unknown; allowed are unit, folder, hosts"),
        ("unit = 1\n" + ONE, "unit is unknown; each unit stands under [[house]]"),
        ("house = 1", "write each unit under [[house]]"),
        (ONE.replace('folder = "a"', ""), "house 1: folder is missing"),
        (ONE.replace('"a"', '"gone"'), "unit 26068 has no instance in"),
        (ONE.replace("26068", "2606"), "unit = '2606' is no unit's number: it has five digits"),
        (ONE.replace('"26068"', "26068"), "unit = 26068 is no unit's number"),
        (ONE.replace('["a.example"]', '"a.example"'), "hosts must be a list of names"),
        (ONE.replace('["a.example"]', "[]"), "hosts must be a list of names"),
        (ONE.replace("a.example", "A.example"), "'A.example' is no name of a unit"),
        (ONE.replace("a.example", "a.example:8080"), "'a.example:8080' is no name of a unit"),
        (ONE.replace("a.example", "localhost"), "'localhost' is no name of a unit"),
        (ONE.replace("a.example", "192.168.1.10"), "'192.168.1.10' is no name of a unit"),
        ("", "names no house that is open: add one with `hienke house add`"),
        ("[[house", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(said, words, reason):
    with pytest.raises(HouseWrong) as refused:
        said(words)

    assert reason in str(refused.value)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value).rstrip("\n")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(HouseWrong, match=r"There is no file .*houses\.toml"):
        house.read(tmp_path / "houses.toml", {})


def test_the_environment_says_nothing_to_all_units(said):
    with pytest.raises(HouseWrong, match="take HIENKE_OFFICE_NAME out of the environment"):
        said(ONE, HIENKE_OFFICE_NAME="UBND xã Khác", HIENKE_INSTANCE="/srv/hienke")
