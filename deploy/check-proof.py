#!/usr/bin/env python3
"""Checks a proof that Hiến Kế's page "Kiểm tra phiếu" gave, with SHA-256 and nothing of Hiến Kế.

    python3 check-proof.py bang-chung-482173950688-2026-03-15.json

Says what the proof shows and the head to compare with the sheet on the notice board. Ends with 0
where every step holds, with 1 where one does not, with 2 where the file is no proof. docs/api.md
("Check a receipt yourself") says what the file holds and how to do the same by hand.
"""

import sys

# A file beside this one is not taken for a part of Python: both may lie among downloads.
del sys.path[0]

import hashlib  # noqa: E402
import json  # noqa: E402
from pathlib import Path  # noqa: E402


class Broken(Exception):
    """A step that does not hold; the message is one sentence."""


def sha256(text):
    """Return the SHA-256 of a text in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def lines_of(sheet):
    """Return a sheet's lines as {first word: the rest}."""
    return dict(line.split(" ", 1) for line in sheet.splitlines() if line.count(" "))


def check(proof):
    """Return what the proof shows, a sentence each. Raises Broken."""
    shown = []
    event = proof["event_hash"]
    if "event_text" in proof:
        shown += check_event(proof, event)
    sheets = [lines_of(text) for text in proof["sheets"]]
    first, last = map(int, sheets[0]["events"].split())
    if not first <= proof["event"] <= last:
        raise Broken(f"event {proof['event']} is not one of the {first} to {last} of the sheet")
    here = event
    for step in proof["path"]:
        left, right = (step["hash"], here) if step["side"] == "left" else (here, step["hash"])
        here = sha256(f"node {left} {right}")
    if here != sheets[0]["root"]:
        raise Broken("the path does not lead to the root of the first sheet")
    shown.append(f"Event {proof['event']} lies under the sheet of {sheets[0]['day']}.")
    head, unit = sha256(proof["sheets"][0]), sheets[0]["commune"]
    for text, sheet in zip(proof["sheets"][1:], sheets[1:], strict=True):
        if sheet["commune"] != unit:
            raise Broken(f"the sheet of {sheet['day']} is another unit's")
        if sheet["before"] != head:
            raise Broken(f"the sheet of {sheet['day']} does not follow the one before it")
        head = sha256(text)
        shown.append(f"The sheet of {sheet['day']} follows it.")
    if head != proof["head"]:
        raise Broken("the last sheet has another head than the file says")
    groups = [head[at : at + 4].upper() for at in range(0, 64, 4)]
    day = sheets[-1]["day"]
    shown.append(f"Compare with unit {unit}'s sheet of the end of {day} on the notice board:")
    shown += ["    " + " ".join(groups[at : at + 4]) for at in range(0, 16, 4)]
    return shown


def check_event(proof, event):
    """Return what the event itself says, and the words it speaks of. Raises Broken."""
    if sha256(proof["event_text"]) != event:
        raise Broken("the event's text has another hash")
    told = json.loads(proof["event_text"])
    if told["place"] != proof["event"] or told["kind"] != "received":
        raise Broken("the event is another one than the file says")
    about = json.loads(told["data"])
    if about.get("code", proof["code"]) != proof["code"]:
        raise Broken("the event speaks of another receipt")
    shown = [f"The event says that receipt {proof['code']} was given."] if "code" in about else []
    if proof.get("words_text"):
        if sha256(proof["words_text"]) != about["content"]:
            raise Broken("the words are not those that the event speaks of")
        words = [one for one in json.loads(proof["words_text"])["words"] if one]
        shown += ["These words were received:", *(f"    {one}" for one in words)]
    return shown


def main(path):
    """Check the file, print what it shows, and return the exit code."""
    try:
        print("\n".join(check(json.loads(Path(path).read_text("utf-8")))))
    except Broken as fault:
        print(f"DOES NOT HOLD: {fault}.")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        print(f"{path} is no proof of Hiến Kế ({fault!r}).", file=sys.stderr)
        return 2
    print("HOLDS, if the notice board shows the same.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else print(__doc__) or 2)
