"""Whoever takes a ZIP takes a broken one too: it is whole, or refused in a sentence."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import office_files
from shared.archive import box
from shared.documents import catalogue, docx_clean
from shared.files import zips
from shared.imports import open_workbook, workbook_parts
from shared.upgrade import place
from tests.tables import TABLES


def a_zip(parts, packed=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


PAGES = {"a.txt": b"mot hai ba " * 40, "b.pdf": bytes(range(256))}
SUMS = "".join(f"{hashlib.sha256(one).hexdigest()}  {name}\n" for name, one in PAGES.items())
FILES = {
    "office": a_zip({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>" * 50}),
    "wheel": a_zip(
        {"hienke-1.dist-info/METADATA": b"Name: hienke\nVersion: 1\n", "a.py": b"x" * 99}
    ),
    "archive": a_zip({**PAGES, "SHA256SUMS": SUMS.encode()}, zipfile.ZIP_BZIP2),
    "template": catalogue.paper(catalogue.names()[0]).original.read_bytes(),
    "table": (TABLES / "r1.xlsx").read_bytes(),
}


def take(kind, path):
    """Hand a file to whoever takes its kind; what they refuse it with ends here."""
    try:
        match kind:
            case "office":
                return office_files._paper(path)
            case "wheel":
                return place.version_in(path)
            case "archive":
                return box.check(path)
            case "template":
                return docx_clean.cleaned(path.read_bytes())
            case _:
                return open_workbook._checked(path.read_bytes())
    except (
        place.UpgradeRefused,
        box.NotAnArchive,
        docx_clean.DocxRefused,
        workbook_parts.WorkbookRefused,
    ):
        return None


@pytest.mark.parametrize("kind", FILES)
def test_a_whole_file_is_taken(tmp_path, kind):
    (tmp_path / "file").write_bytes(FILES[kind])

    assert take(kind, tmp_path / "file") is not None


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_and_never_a_fault_of_ours(tmp_path, kind, data):
    content = bytearray(FILES[kind])
    end = max(0, len(content) - 400)  # the directory, where most that `zipfile` reads stands
    for _ in range(data.draw(st.integers(0, 4))):
        place_ = data.draw(st.integers(0, len(content) - 1) | st.integers(end, len(content) - 1))
        content[place_] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        first = data.draw(st.integers(0, len(content)))
        del content[first : first + data.draw(st.integers(1, 300))]
    (tmp_path / "file").write_bytes(content)

    take(kind, tmp_path / "file")


def test_what_the_disk_says_stays_the_disks(tmp_path):
    with pytest.raises(FileNotFoundError), zips.reading():
        (tmp_path / "nothing").open()


def test_a_list_of_checksums_that_swells_is_no_list(tmp_path):
    swollen = a_zip({"SHA256SUMS": b"0" * (80 * 1024 * 1024)})
    (tmp_path / "file").write_bytes(swollen)

    assert len(swollen) < 600_000
    assert box.check(tmp_path / "file").damage == ("SHA256SUMS (changed)",)
