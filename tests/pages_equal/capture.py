"""Keeps what pages are like now: in the folder, `index.json` with status, headers and bytes on the
wire of each, and each body in a file of its own."""

import json
import tempfile
from pathlib import Path

from tests.pages_equal import office, walk

TEXTS = ("text/", "application/json", "application/problem+json", "application/xml")


def capture(folder: Path, whose: str = "") -> int:
    """Found a demo, keep its pages in `folder`, and return how many there are; `whose`, where it
    is given, is the one visitor whose pages are kept."""
    bodies = folder / "bodies"
    bodies.mkdir(parents=True)
    index: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as place:
        for visit in walk.everybody(office.found(Path(place) / "demo"), whose):
            answer = visit.answer
            text = ""
            if (answer.mimetype or "").startswith(TEXTS):
                text = walk.body_of(answer).decode().replace(place, "(folder)")
            number = f"{len(index):04d}"
            (bodies / number).write_text(text, "utf-8")
            index[visit.name] = {
                "body": number, "status": answer.status_code, "kind": answer.mimetype,
                "headers": list(answer.headers), "bytes": len(answer.get_data()),
            }  # fmt: skip
    (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=0), "utf-8")
    return len(index)
