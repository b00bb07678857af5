"""In which of the old Vietnamese code tables a text is written, where it is none in Unicode.

Before Unicode, offices wrote with fonts of their own: the letters look right in that font alone.
Nothing here turns one into another: UniKey and Excel do that, and a person sees what came of it.
"""

import re
import unicodedata
from typing import Literal

CodeTable = Literal["windows_1258", "tcvn3", "vni", "letters_lost"]

# Letters that TCVN3 (ABC) puts where no Vietnamese text in Unicode has them: µ is its à, ª its ê.
_TCVN3 = re.compile(r"[µ¸¶·¹¨¾¼½ÆÇÎªÞßæçîþ]")
# VNI writes a vowel and then its marks as another letter: aù is its á, eâ its ê, ñ its đ.
_VNI = re.compile(r"[aeiouyö][øûïåäü]|[ae]ù|[aeo]â|ñ[aeiouyö]|ö[aôïûõøù]", re.IGNORECASE)
# What a program writes for a letter that its code table lacks: Nguy?n, Tr?n.
_LOST = re.compile(r"\b[^\W\d_]+\?[^\W\d_]+\b|\ufffd")
# So few such words may be somebody's name or a sign of measure.
_FEWEST, _ONE_IN = 3, 5


def of_text(text: str) -> CodeTable | None:
    """Return the code table that a text was written for, "letters_lost" where one lost its letters
    on the way, or None: it is Vietnamese as it stands, or it cannot be told."""
    words = [word for word in unicodedata.normalize("NFC", text).split() if not word.isascii()]
    found: dict[CodeTable, int] = {
        "tcvn3": sum(bool(_TCVN3.search(word)) for word in words),
        "vni": sum(bool(_VNI.search(word)) for word in words),
        "letters_lost": len(_LOST.findall(text)),
    }
    name = max(found, key=lambda one: found[one])
    is_so = found[name] >= _FEWEST and found[name] * _ONE_IN >= len(words)
    return name if is_so else None


def of_bytes(content: bytes) -> CodeTable | None:
    """Return the code table of bytes that are no Unicode, or None where it cannot be told."""
    old = of_text(content.decode("cp1252", "replace"))
    if old is not None:
        return old
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError:
        return None
    composed = unicodedata.normalize("NFC", text)
    # Marks stand alone there; joined to their vowels they are the letters of U+1EA0 and after.
    joined = sum("\u1ea0" <= letter <= "\u1ef9" for letter in composed)
    loose = sum(map(bool, map(unicodedata.combining, composed)))
    return "windows_1258" if joined and joined > loose else None
