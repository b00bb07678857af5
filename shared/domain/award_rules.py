"""The office's own rules for awards: the forms of award, the sources of money, the legal bases with
their dates, and where each line belongs on the pre-printed certificate.

FIELDS are what a certificate can carry; documents/overlay.py prints them, and the original of a new
one comes from deploy/papers/make_originals.py.

Pure values. The law changes, so the rules are data: the values here are where an office begins.
"""

import json
from collections.abc import Mapping
from datetime import date

from shared.domain.record import Record, field, to_builtins

MOST_LINES = 20
# The lines written on a pre-printed certificate, from the top.
FIELDS = (
    "chairman", "name", "address", "merit", "decision", "book", "place_day", "signer", "check",
)  # fmt: skip
MOST_MM = 500


class LegalBasis(Record):
    """One "Căn cứ …", in force from `since` to `until` (YYYY-MM-DD; "" is always, or still)."""

    text: str
    since: str = ""
    until: str = ""


class LineBox(Record):
    """Where a line begins on the sheet and how wide it may be, in mm from the upper left corner."""

    x: float
    y: float
    width: float


class Overlay(Record):
    """A pre-printed certificate: the sheet in mm, the offset of this printer, and each line's box;
    a line without a box is not printed."""

    width: float = 297
    height: float = 210
    shift_x: float = 0
    shift_y: float = 0
    boxes: Mapping[str, LineBox] = field(
        default_factory=lambda: {
            "chairman": LineBox(30, 66, 237),
            "name": LineBox(30, 96, 237),
            "address": LineBox(30, 110, 237),
            "merit": LineBox(30, 122, 237),
            "decision": LineBox(30, 158, 110),
            "book": LineBox(30, 166, 110),
            "place_day": LineBox(160, 150, 110),
            "signer": LineBox(160, 188, 110),
            "check": LineBox(30, 196, 110),
        }
    )


class AwardRules(Record):
    """What an office may give, from which source, on which basis, and on which certificate."""

    forms: tuple[str, ...]
    sources: tuple[str, ...]
    bases: tuple[LegalBasis, ...]
    overlay: Overlay = field(default_factory=Overlay)


FIRST_RULES = AwardRules(
    forms=("Giấy khen",),
    sources=("Quỹ thi đua, khen thưởng của xã",),
    bases=(
        LegalBasis("Luật Thi đua, khen thưởng"),
        LegalBasis(
            "Nghị định số 98/2023/NĐ-CP quy định chi tiết thi hành một số điều của Luật Thi đua,"
            " khen thưởng",
            until="2025-06-30",
        ),
        LegalBasis(
            "Nghị định số 152/2025/NĐ-CP quy định về phân cấp, phân quyền trong lĩnh vực thi đua,"
            " khen thưởng; quy định chi tiết và hướng dẫn thi hành một số điều của Luật Thi đua,"
            " khen thưởng",
            since="2025-07-01",
        ),
    ),
)


def bases_on(rules: AwardRules, day: date) -> list[str]:
    """Return the texts of the bases in force on a day."""
    on = day.isoformat()
    return [
        one.text
        for one in rules.bases
        if (not one.since or one.since <= on) and (not one.until or on <= one.until)
    ]


def to_json(rules: AwardRules) -> str:
    """Return rules as the store keeps them."""
    return json.dumps(to_builtins(rules), ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> AwardRules:
    """Return the rules that `to_json` wrote."""
    kept = json.loads(text)
    overlay = kept["overlay"]
    boxes = {name: LineBox(**box) for name, box in overlay.pop("boxes").items()}
    return AwardRules(
        tuple(kept["forms"]),
        tuple(kept["sources"]),
        tuple(LegalBasis(**one) for one in kept["bases"]),
        Overlay(**overlay, boxes=boxes),
    )
