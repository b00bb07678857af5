"""`python -m tests.papers FOLDER` draws every paper of the office: of a year with 1, 4 and 60 ideas
(`… FOLDER 4` of one with 4), as the file that leaves the office, as a PDF of LibreOffice and as a
picture a page. FOLDER/index.html shows them all. The year of one idea is a demo's. Nothing is
judged here: the looking is yours."""

import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from tests.papers.year import Year

SIZES = (1, 4, 60)
DOTS_AN_INCH = 60


def main(words: list[str]) -> int:
    """Draw what is asked; return 0 when all is drawn."""
    if not words:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(words[0])
    if not (shutil.which("soffice") and shutil.which("pdftoppm")):
        print("soffice and pdftoppm are needed: make debian", file=sys.stderr)
        return 2
    for ideas in map(int, words[1:]) if words[1:] else SIZES:
        drawn = folder / f"{ideas:02}"
        shutil.rmtree(drawn, ignore_errors=True)
        drawn.mkdir(parents=True)
        with tempfile.TemporaryDirectory() as room:
            year = Year(Path(room), ideas, is_demo=ideas == min(SIZES))
            for name, ending, content in year.papers():
                (drawn / f"{name}.{ending}").write_bytes(content)
        _as_pictures(drawn)
        print(f"{ideas} ideas: {len(list(drawn.glob('*.png')))} pages in {drawn}")
    _contact_sheet(folder)
    return 0


def _as_pictures(drawn: Path) -> None:
    """Let LibreOffice print each file, and draw each page."""
    with tempfile.TemporaryDirectory() as room:
        for kind, ending in (("writer", "docx"), ("calc", "xlsx")):
            _run(
                "soffice", "--headless", f"-env:UserInstallation=file://{room}/profile",
                "--convert-to", f"pdf:{kind}_pdf_Export", "--outdir", f"{room}/{ending}",
                *map(str, sorted(drawn.glob(f"*.{ending}"))),
            )  # fmt: skip
            for made in sorted(Path(room, ending).glob("*.pdf")):
                kept = shutil.move(made, drawn / f"{made.stem}-{ending}.pdf")
                _run("pdftoppm", "-r", str(DOTS_AN_INCH), "-png", str(kept), str(kept)[:-4])


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=300)


def _contact_sheet(folder: Path) -> None:
    """Write the page that shows every page."""
    shown = []
    for drawn in sorted(one for one in folder.iterdir() if one.is_dir()):
        shown.append(f"<h1>{drawn.name}</h1>")
        for file in sorted(drawn.glob("*.pdf")):
            pages = sorted(drawn.glob(f"{file.stem}-*.png"), key=lambda page: page.name)
            pictures = "".join(
                f'<img src="{drawn.name}/{escape(page.name)}" loading="lazy" alt="">'
                for page in pages
            )
            shown.append(f'<h2><a href="{drawn.name}/{file.name}">{file.stem}</a></h2>{pictures}')
    style = "img{border:1px solid #999;margin:4px;vertical-align:top}"
    page = f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(shown)}"
    (folder / "index.html").write_text(page, "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
