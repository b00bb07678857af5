"""A box is ticked or not in every way that offices tick; what may mean either is neither."""

import pytest

from shared.imports import ticks


@pytest.mark.parametrize(
    "cell",
    ["x", "X", " x ", "xx", "×", "ｘ", "v", "V", "✓", "✔", "✔️", "☑", "☑️", "☒", "✅", "√", "ü", "þ",
     "\uf0fc", "\uf0fe", "có", "Có", "CÓ", "co\u0301", "co", "yes", "Yes", "y", "TRUE", "True",
     "true", "đúng", "Đúng", "ÐÚNG", "Đ", "1", "1.0", "1,0", "ok", "OK", "+", "[x]", "(x)", "x.",
     "đồng ý", "Đã đồng ý", "Có đồng ý", "đồng\xa0ý", "có\u200b", "có ạ", "Vâng",
     "dạ có", "1,00", "\u0445", "\u0425"],
)  # fmt: skip
def test_it_is_ticked(cell):
    assert ticks.read(cell) is True


@pytest.mark.parametrize(
    "cell",
    ["", " ", "\xa0", "\u200b", "\t", "0", "0.0", "không", "Không", "KHÔNG", "khong", "ko", "Ko",
     "no", "No", "n", "false", "FALSE", "sai", "S", "chưa", "☐", "□", "\uf0a8", "-", "–", "—", "--",
     "...", "/", "[ ]", "()", "không đồng ý", "Chưa đồng ý", "không có", "n/a", "N/A", "NA", "n.a.",
     "None", "không ạ"],
)  # fmt: skip
def test_it_is_not_ticked(cell):
    assert ticks.read(cell) is False


@pytest.mark.parametrize(
    "cell",
    ["?", "15", "2", "✗", "✘", "❌", "o", "#N/A", "có thể", "có hoặc không", "Trần Thị Mận", "x?",
     "\uf0d8", "☑☐", "=…", "xong chưa", "x" * 5000],
)  # fmt: skip
def test_nobody_can_tell(cell):
    assert ticks.read(cell) is None
