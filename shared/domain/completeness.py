"""Which points of the plan an idea covers: five of its first part, seven of its second (II.3).

A guess by words, which an officer corrects: a point that is not found may still be there. Pure
rules.
"""

from shared.domain.late_pattern import LatePattern
from shared.domain.vietnamese import fold

FIRST_PART = ("state", "difficulty", "obstacle", "results", "field")
SECOND_PART = ("content", "documents", "time", "process", "place", "unit", "effect")
POINTS = (*FIRST_PART, *SECOND_PART)

_SIGNS = {
    "difficulty": r"\b(kho|cuc|met|phien|mat cong|mat thoi gian|doi|cho lau|di lai|nhieu lan)\b",
    "obstacle": r"\b(vuong|thieu|chua co|khong co|khong biet|sai|tra ve|chong cheo|bat|phai)\b",
    "results": r"\b(da lam|ket qua|hien nay|truoc day|moi (nam|ngay)|\d+ (ho so|luot|nguoi))\b",
    "field": r"\b(thu tuc|chung thuc|ho tich|dat dai|cong nghe|dich vu cong|mot cua|ho so|giay)\b",
    "documents": r"\b(giay|ho so|to khai|don|ban sao|bieu mau|mau don|tep)\b",
    "time": r"\b(phut|gio|ngay|tuan|thang|buoi|truoc khi|nhanh|som)\b",
    "process": r"\b(buoc|quy trinh|truoc|sau do|roi|tiep|thay|bo|gop|them|gui|nhan|hen)\b",
    "place": r"\b(tai|o|ap|nha van hoa|tru so|quay|mang|zalo|nha)\b",
    "unit": r"\b(ubnd|xa|can bo|cong chuc|mot cua|van phong|ap|doan|hoi|to cong nghe|cong an)\b",
    "effect": r"\b(do|bot|giam|nhanh|tiet kiem|khoi|de hieu|loi|thuan tien|khong phai)\b",
}
_FOUND = {point: LatePattern(signs) for point, signs in _SIGNS.items()}


def points_in(current_state: str, solution: str, expected_effect: str) -> frozenset[str]:
    """Return the points that an idea's two parts seem to cover."""
    state, remedy, effect = fold(current_state), fold(solution), fold(expected_effect)
    where = {**dict.fromkeys(FIRST_PART, state), **dict.fromkeys(SECOND_PART, remedy)}
    found = {point for point, sign in _FOUND.items() if sign.search(where[point])}
    return frozenset(
        found
        | ({"state"} if state else set())
        | ({"content"} if remedy else set())
        | ({"effect"} if effect else set())
    )
