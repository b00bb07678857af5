"""Says of two captures where they differ, page by page, and whether citizens' pages grew."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.pages_equal import looks, normal

CITIZENS = ("phone", "kiosk")


@dataclass(frozen=True)
class Page:
    """One page of a capture."""

    status: int
    kind: str
    headers: list[list[str]]
    bytes: int
    text: str

    def says(self) -> list[str]:
        """Return what the page says, a line each part."""
        body = normal.of_page(self.text, self.kind)
        return [str(self.status), *normal.of_headers(self.headers), *body]


def compare(before: Path, after: Path) -> tuple[list[str], bool]:
    """Return what to say of two captures, and whether anything differs or grew."""
    then, now = _read(before), _read(after)
    lines = [f"gone: {name}" for name in then.keys() - now.keys()]
    lines += [f"new: {name}" for name in now.keys() - then.keys()]
    both = [name for name in then if name in now]
    grown = []
    for name in both:
        found = normal.difference(then[name].says(), now[name].says())
        if found:
            lines += [f"different: {name}", *(f"    {line}" for line in found)]
        more = now[name].bytes - then[name].bytes
        if more > 0 and name.startswith(CITIZENS):
            grown.append(f"heavier by {more} bytes: {name}")
    differ = sum(line.startswith("different") for line in lines)
    unlike = list(_pictures(before / "pictures", after / "pictures"))
    weights = [sum(pages[name].bytes for name in both) for pages in (then, now)]
    summary = (
        f"{len(both) - differ} pages equal, {differ} different, {len(then) - len(both)} gone, "
        f"{len(now) - len(both)} new; {weights[0]} bytes before, {weights[1]} after"
    )
    return [*lines, *grown, *unlike, summary], bool(lines or grown or unlike)


def _pictures(then: Path, now: Path) -> Iterator[str]:
    """Yield a line for each picture that both captures have and that differs."""
    for path in sorted(then.glob("*.png")):
        if (now / path.name).exists():
            found = looks.difference(path, now / path.name)
            if found:
                yield f"looks different: {path.name} {found}"


def _read(folder: Path) -> dict[str, Page]:
    index: dict[str, dict[str, Any]] = json.loads((folder / "index.json").read_text("utf-8"))
    return {
        name: Page(
            page["status"], page["kind"], page["headers"], page["bytes"],
            (folder / "bodies" / page["body"]).read_text("utf-8"),
        )
        for name, page in index.items()
    }  # fmt: skip
