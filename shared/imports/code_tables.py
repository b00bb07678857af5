"""Recognises the old Vietnamese code table of a text that is not in Unicode.

Before Unicode, offices used fonts of their own: the letters look right only in that font. Nothing
here converts them: UniKey and Excel do that, and a person checks the result.
"""

import re
import unicodedata
from typing import Literal

CodeTable = Literal["windows_1258", "tcvn3", "vni", "letters_lost"]

# Letters of TCVN3 (ABC) that no Vietnamese text in Unicode has there: µ is its à, ª its ê.
_TCVN3 = re.compile(r"[µ¸¶·¹¨¾¼½ÆÇÎªÞßæçîþ]")
# VNI writes marks as letters after the vowel: aù is its á, eâ its ê, ñ its đ.
_VNI = re.compile(r"[aeiouyö][øûïåäü]|[ae]ù|[aeo]â|ñ[aeiouyö]|ö[aôïûõøù]", re.IGNORECASE)
# What a program writes for a letter that its code table does not have: Nguy?n, Tr?n.
_LOST = re.compile(r"\b[^\W\d_]+\?[^\W\d_]+\b|\ufffd")
# So few of these words may also be somebody's name or a unit of measure.
_FEWEST, _ONE_IN = 3, 5


def of_text(text: str) -> CodeTable | None:
    """Return the code table of a text, or "letters_lost" if it lost letters on the way. Return None
    if it is Vietnamese as it stands, or if we cannot tell."""
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
    """Return the code table of bytes that are not Unicode, or None if we cannot tell."""
    old = of_text(content.decode("cp1252", "replace"))
    if old is not None:
        return old
    try:
        text = content.decode("cp1258")
    except UnicodeDecodeError:
        return None
    composed = unicodedata.normalize("NFC", text)
    # Marks stand alone here; together with their vowels they are the letters from U+1EA0 on.
    joined = sum("\u1ea0" <= letter <= "\u1ef9" for letter in composed)
    loose = sum(map(bool, map(unicodedata.combining, composed)))
    return "windows_1258" if joined and joined > loose else None
