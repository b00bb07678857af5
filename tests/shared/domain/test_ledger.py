"""A sheet's head is checked with nothing but SHA-256, whatever the number of events under it."""

import hashlib

import pytest

from shared.domain import ledger
from shared.domain.ledger import DailySheet, ProofStep


def leaves(count: int) -> list[str]:
    return [hashlib.sha256(f"{{{number}".encode()).hexdigest() for number in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 100, 129])
def test_every_event_of_a_day_leads_to_the_days_root(count):
    hashes = leaves(count)
    root = ledger.root_of(hashes)

    for index, one in enumerate(hashes):
        path = ledger.path_to(hashes, index)
        assert ledger.follow(one, path) == root
        assert len(path) <= (count - 1).bit_length()


def test_no_other_event_and_no_bent_path_leads_there():
    hashes = leaves(9)
    root, path = ledger.root_of(hashes), ledger.path_to(hashes, 4)

    assert ledger.follow(hashes[5], path) != root
    for at in range(len(path)):
        turned = ProofStep("left" if path[at].side == "right" else "right", path[at].hash)
        assert ledger.follow(hashes[4], (*path[:at], turned, *path[at + 1 :])) != root
        assert ledger.follow(hashes[4], (*path[:at], *path[at + 1 :])) != root


def test_the_root_changes_with_any_event_and_any_order():
    hashes = leaves(6)
    others = [[*hashes[:at], "f" * 64, *hashes[at + 1 :]] for at in range(6)]

    roots = {ledger.root_of(one) for one in ([*hashes], hashes[::-1], hashes[:-1], *others)}

    assert len(roots) == 9


def test_a_head_is_the_hash_of_lines_that_anybody_can_write_down():
    sheet = DailySheet(1, 57, "2026-03-15", 5210, 5310, "a" * 64, "b" * 64, "c" * 64)

    lines = [
        "hienke head 1", "commune 00001", "sheet 57", "day 2026-03-15", "events 5210 5310",
        "chain " + "a" * 64, "root " + "b" * 64, "before " + "c" * 64, "",
    ]  # fmt: skip
    assert sheet.head == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_a_head_is_compared_in_sixteen_groups():
    head = hashlib.sha256(b"x").hexdigest()

    found = ledger.eye_lines(head)

    assert [[len(group) for group in line.split()] for line in found] == [[4] * 4] * 4
    assert "".join(found).replace(" ", "") == head.upper()
