"""The table of papers: what a template may use is what the programs fill in, and is explained."""

import io
import runpy
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from shared.documents import catalogue, fill, template_names
from shared.documents.write import numbered

MAKER = Path(__file__).resolve().parents[2] / "deploy" / "papers" / "make_originals.py"
PAPERS = catalogue.names()


def words_of(paper: bytes) -> str:
    opened = docx.Document(io.BytesIO(paper))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in opened.paragraphs), *cells])


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The originals as deploy/papers makes them."""
    folder = tmp_path_factory.mktemp("originals")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(MAKER), str(folder)])
        patch.syspath_prepend(str(MAKER.parent))
        runpy.run_path(str(MAKER), run_name="__main__")
    return folder


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_every_template_has_its_table_of_blanks_and_every_table_its_template():
    assert {path.stem for path in catalogue.FOLDER.glob("*.docx")} == set(PAPERS)


@pytest.mark.parametrize("name", PAPERS)
def test_an_original_is_what_its_pieces_make(made, name):
    assert parts_of(catalogue.paper(name).original) == parts_of(made / f"{name}.docx")


@pytest.mark.parametrize("name", PAPERS)
def test_a_blank_is_explained_once_and_its_sample_has_its_parts(name):
    paper = catalogue.paper(name)

    assert len(paper.blanks) == len(paper.known)
    assert all(blank.what.strip() for blank in paper.blanks)
    assert set(paper.required) <= paper.known
    assert _parts("", paper.samples) == paper.known


@pytest.mark.parametrize("name", PAPERS)
def test_an_original_is_filled_with_its_samples_and_no_tag_is_left(name):
    paper = catalogue.paper(name)
    samples = paper.samples | {"number": numbered("7", paper.symbol)}

    said = words_of(fill.fill(paper.original.read_bytes(), samples))

    assert "{" not in said and "}" not in said
    assert "DỰ THẢO" in said
    assert not paper.symbol or f"Số: 7/{paper.symbol}" in said


@pytest.mark.parametrize("name", ["frame", "../papers", "", "khong-co", "so-theo-doi.docx"])
def test_what_is_no_paper_is_none(name):
    with pytest.raises(catalogue.PaperUnknown):
        catalogue.paper(name)


def _parts(path: str, sample: object) -> set[str]:
    """Return the names of a sample and of everything in it."""
    here = {path} if path else set()
    match sample:
        case dict():
            return here.union(
                *(_parts(f"{path}.{key}" if path else key, one) for key, one in sample.items())
            )
        case list():
            return here.union(*(_parts(path, one) for one in sample))
        case _:
            return here


def test_what_a_template_may_do_with_a_blank_is_told_to_whoever_writes_one():
    told = (MAKER.parents[2] / "docs" / "operate.md").read_text("utf-8")

    assert all(f"`{name}`" in told for name in template_names.FILTERS)
