"""Reads a ticked box, in every way that offices tick: by hand, in Word, in a spreadsheet.

A sign that may mean either, or is unknown, is an error: if a child's tick were read as "no", their
name would be kept without a guardian.
"""

from shared.domain.vietnamese import fold, one_line, visible

# Ticks and filled boxes of Word and of telephones; those of the Wingdings font as stored.
_YES_SIGNS = frozenset("×✓✔☑☒✅🗸🗹√üþ\uf0fc\uf0fe\uf0fd\uf052\uf050")
_NO_SIGNS = frozenset("☐□◻⬜▢\uf0a8\uf06f\uf0a3")
# Dashes and dots show that the box was not forgotten, empty brackets that it was not ticked.
_NOTHING = "-–—−_./\\()[]{}"
# Telephones add these to say that a sign is drawn as a picture, or not.
_AS_PICTURES = {0xFE0E: None, 0xFE0F: None}
_AROUND = "()[]{}'\"“”.,;: "
_YES = frozenset({
    "x", "xx", "v", "y", "yes", "t", "true", "1", "1.0", "1,0", "+", "ok", "co", "d", "dung",
    "co dong y", "dong y", "da dong y", "dung vay", "nhat tri", "cho phep", "phai", "1,00", "1.00",
    "co a", "da co", "vang", "vang a", "da vang", "dong y a", "x x", "\u0445",
})  # fmt: skip
_NO = frozenset({
    "khong", "ko", "k", "kg", "hong", "khg", "no", "n", "f", "false", "0", "0.0", "0,0", "s", "sai",
    "chua", "khong dong y", "ko dong y", "chua dong y", "khong co", "ko co", "khong phai", "n/a",
    "n.a", "na", "none", "khong a", "da khong", "0,00", "0.00",
})  # fmt: skip


def read(cell: str) -> bool | None:
    """Return whether a cell is ticked, False for an empty one; None if we cannot tell."""
    signs = "".join(visible(cell).translate(_AS_PICTURES).split())
    if not signs.strip(_NOTHING):
        return False
    for meant, known in ((True, _YES_SIGNS), (False, _NO_SIGNS)):
        if set(signs) <= known:
            return meant
    word = fold(one_line(cell)).strip(_AROUND)
    return word in _YES if word in _YES | _NO else None
