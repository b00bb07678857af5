"""Whether two pictures of a page look the same, pixel by pixel."""

from pathlib import Path

from PIL import Image, ImageChops


def difference(before: Path, after: Path) -> str:
    """Return how two pictures differ, "" where they do not."""
    one, other = (Image.open(path).convert("RGB") for path in (before, after))
    if one.size != other.size:
        return f"{one.size} was {other.size}"
    where = ImageChops.difference(one, other).getbbox()
    return f"within {where}" if where else ""
