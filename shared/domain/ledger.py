"""The day's sheet for the notice board, and the proof that one event lies under it.

A sheet covers the chain of events up to the end of a day. Its head is one SHA-256 over a few lines
of text: the chain's own newest hash, the root of a tree over the day's events, and the head of the
sheet before it. Everything is hashed as text, so `sha256sum` is enough to check it (docs/api.md).
Only values: nothing here opens a store or reads a clock.
"""

import hashlib
from collections.abc import Iterable, Sequence

from shared.domain import unit_number
from shared.domain.record import Record

GENESIS_HEAD = "0" * 64
_GROUP, _GROUPS_A_LINE = 4, 4


class DailySheet(Record):
    """What one sheet covers: the events from `first` to `last` (places in the chain). `chain` is
    the hash of the event at `last`, `root` that of the tree over them, `before` the head of the
    sheet before; FIRST for the very first sheet. `day` is YYYY-MM-DD."""

    commune_id: int
    number: int
    day: str
    first: int
    last: int
    chain: str
    root: str
    before: str

    @property
    def text(self) -> str:
        """The text whose hash is the head; every line ends with a line feed."""
        return (
            "hienke head 1\n"
            f"commune {unit_number.shown(self.commune_id)}\n"
            f"sheet {self.number}\n"
            f"day {self.day}\n"
            f"events {self.first} {self.last}\n"
            f"chain {self.chain}\n"
            f"root {self.root}\n"
            f"before {self.before}\n"
        )

    @property
    def head(self) -> str:
        """The hash that hangs on the notice board: 64 hex digits."""
        return _hash(self.text)


class ProofStep(Record):
    """One neighbour on the way from an event to the root: its hash stands left or right."""

    side: str
    hash: str


def root_of(hashes: Sequence[str]) -> str:
    """Return the root of the tree over the hashes of a day's events, oldest first; at least one.
    `node` joins two neighbours; an odd one at the end moves up unchanged."""
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path_to(hashes: Sequence[str], index: int) -> tuple[ProofStep, ...]:
    """Return the steps that lead from the hash at `index` to the root."""
    steps, level = [], list(hashes)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            steps.append(ProofStep("left" if neighbour < index else "right", level[neighbour]))
        level, index = _above(level), index // 2
    return tuple(steps)


def follow(start: str, path: Iterable[ProofStep]) -> str:
    """Return the root that a path leads to."""
    here = start
    for step in path:
        here = node(step.hash, here) if step.side == "left" else node(here, step.hash)
    return here


def node(left: str, right: str) -> str:
    """Return the hash of two neighbours. The text of an event begins with `{`, so a node and an
    event can never be confused."""
    return _hash(f"node {left} {right}")


def eye_lines(head: str) -> list[str]:
    """Return a head for comparing by eye: four lines of four groups of capitals and digits."""
    groups = [head[at : at + _GROUP].upper() for at in range(0, len(head), _GROUP)]
    return [
        " ".join(groups[at : at + _GROUPS_A_LINE]) for at in range(0, len(groups), _GROUPS_A_LINE)
    ]


def _above(level: Sequence[str]) -> list[str]:
    pairs = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return pairs + list(level[len(pairs) * 2 :])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
