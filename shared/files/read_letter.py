"""`python -m shared.files.read_letter PICTURE`: reads a printed or typed page with Debian's
tesseract and prints one JSON line, {"text": …} or {"why": …}, a key of `staff.draft.why.*`.

A separate process with the limits of transcode.py, which the program it starts inherits. It is
given only the clean copies that transcode.py drew, never the bytes that somebody sent.
"""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from shared.files.transcode import limit

CPU_SECONDS = 60
# What the reader is sure of, in percent: printed pages have 85 and more, handwriting below 50.
# Between them a draft would cost more than typing.
LEAST_SURE, LEAST_WORDS = 70, 3
_MOST_LETTERS = 8000
_PROGRAM = "tesseract"


def main(path: Path) -> None:
    """Read a picture and print what stands in it, or why nothing is given."""
    limit(CPU_SECONDS)
    done = subprocess.run(  # noqa: S603 a path of our own making
        [_PROGRAM, str(path), "stdout", "-l", "vie", "tsv"],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=False,
    )
    if done.returncode != 0:
        print(json.dumps({"why": "unreadable"}))
        return
    print(json.dumps(drafted(done.stdout.decode("utf-8", "replace"))))


def drafted(table: str) -> dict[str, str]:
    """Return what tesseract's table of words says: {"text": its lines}, or {"why": a reason}."""
    words = list(_words(table))
    if len(words) < LEAST_WORDS:
        return {"why": "no_print"}
    letters = sum(len(one["text"]) for one in words)
    sure = sum(float(one["conf"]) * len(one["text"]) for one in words) / letters
    if sure < LEAST_SURE:
        return {"why": "handwriting"}
    return {"text": _lines(words)[:_MOST_LETTERS]}


def _words(table: str) -> Iterator[Mapping[str, str]]:
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row.get("level") == "5" and (row.get("text") or "").strip():
            yield row


def _lines(words: list[Mapping[str, str]]) -> str:
    """Return the words in their lines, with an empty line between paragraphs."""
    said, before = "", ("", "", "")
    for one in words:
        here = (one["block_num"], one["par_num"], one["line_num"])
        if said:
            same_paragraph = here[:2] == before[:2]
            said += " " if here == before else "\n" if same_paragraph else "\n\n"
        said, before = said + one["text"], here
    return said


if __name__ == "__main__":
    main(Path(sys.argv[1]))
