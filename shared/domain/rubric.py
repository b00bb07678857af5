"""How a council judges an idea: gates first, then points for each criterion, then two thresholds.

Pure values. The numbers are the office's own and may differ each year. The ones here are for a
first campaign (five gates of Decree 13/2012, a scale of 100 as local rules commonly have).
"""

import json
from functools import cache

from shared.domain.record import Record, to_builtins

MOST_CRITERIA = 12
MOST_GATES = 12


class Criterion(Record):
    """One thing that earns points. `zero_refuses`: an average of zero here refuses the idea;
    `guide` says which points fit what, beside the field."""

    name: str
    most: int
    zero_refuses: bool = False
    guide: str = ""


class Rubric(Record):
    """One campaign's way of judging. Thresholds are average points over the members who score.
    `quorum_percent` is the least share of members who must be present, `agree_percent` the share
    of voters who must agree (0: no vote is asked for)."""

    gates: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    recognise_from: int
    replicate_from: int
    quorum_percent: int
    agree_percent: int = 0

    @property
    def most(self) -> int:
        """Return the points of a perfect idea."""
        return sum(criterion.most for criterion in self.criteria)


FIRST_RUBRIC = Rubric(
    gates=(
        "Có tính mới trong phạm vi xã",
        "Đã áp dụng hoặc áp dụng thử",
        "Có lợi ích thiết thực",
        "Không trái trật tự công cộng, đạo đức xã hội",
        "Không thuộc quyền sở hữu trí tuệ đang được bảo hộ",
    ),
    criteria=(
        Criterion(
            "Tính mới",
            20,
            zero_refuses=True,
            guide="0: đã có ở xã · 1–10: cải tiến cách đang làm · 11–20: lần đầu ở xã",
        ),
        Criterion(
            "Tính sáng tạo",
            20,
            guide="1–10: áp dụng lại cách của nơi khác · 11–20: tự nghĩ ra, hợp với xã",
        ),
        Criterion(
            "Hiệu quả (thời gian, chi phí, hài lòng)",
            30,
            guide="1–15: mới dự kiến · 16–30: đã làm thử, có số đo trước và sau",
        ),
        Criterion(
            "Khả năng áp dụng",
            15,
            guide="1–7: cần thêm người hoặc kinh phí · 8–15: làm được ngay",
        ),
        Criterion(
            "Khả năng nhân rộng",
            15,
            guide="1–7: chỉ hợp một nơi · 8–15: ấp khác, xã khác làm theo được",
        ),
    ),
    recognise_from=50,
    replicate_from=70,
    quorum_percent=67,
)


def to_json(rubric: Rubric) -> str:
    """Return a rubric as the store keeps it."""
    return json.dumps(to_builtins(rubric), ensure_ascii=False, sort_keys=True)


@cache
def from_json(text: str) -> Rubric:
    """Return the rubric that `to_json` wrote."""
    kept = json.loads(text)
    criteria = tuple(Criterion(**one) for one in kept.pop("criteria"))
    return Rubric(gates=tuple(kept.pop("gates")), criteria=criteria, **kept)
