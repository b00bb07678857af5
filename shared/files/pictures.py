"""Pictures of every usual kind, decoded and drawn again; only for processes with limits.

This is the only place that turns what a scanner or a telephone writes into RGB on white: grey in 16
bits, transparent ink, a palette, four inks, a page that lies on its side. A picture without its
last bytes is shown as far as it goes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pi_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    ImageMath,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)
from PIL.Image import Resampling

from shared.domain.record import Record

# What browsers, telephones, office programs and scanners write; no other format is opened. Each of
# these modules knows one; without them Pillow would load all that it has, forty more.
_DECODERS = (
    JpegImagePlugin, PngImagePlugin, WebPImagePlugin, TiffImagePlugin, GifImagePlugin,
    BmpImagePlugin, AvifImagePlugin,
)  # fmt: skip
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "HEIF")
# A written page is legible (190 dpi on A4), and a phone on a slow line can load it.
EDGE, QUALITY = 1600, 75
MOST_PIXELS = 50_000_000
# A larger JPEG is decoded at a half, a quarter or an eighth of its size.
MOST_JPEG_PIXELS = 400_000_000
# A paper with its annexes. Who scans a whole binder is told how many pages were drawn.
MOST_PAGES = 20
# For a TIFF: the tag that marks a page as a small version of another; the tag for the meaning of 0.
_SUBFILE, _IS_REDUCED = 254, 1
_ZERO, _IS_WHITE = 262, 0
# Whether its numbers are signed, and how many bits; Pillow treats all 32-bit numbers as signed.
_SIGNS, _NO_SIGN, _BITS = 339, 1, 258
# White of a picture with more than eight bits: the smallest of these not below its brightest point.
_WHITES = (1, 255, 1023, 4095, 16_383, 65_535, 2**31 - 1, 2**32 - 1)
# The least distance between darkest and brightest point; with less, nothing can be read.
_LEAST_CONTRAST = 24

pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # the limit is ours, with its own sentence


class TooLarge(Exception):
    """The picture has more points than are decoded here."""


class Nothing(Exception):
    """Not one line of the picture arrived."""


class Leaf(Record):
    """One decoded page, upright, in the mode of the file. `number` counts from 1; 0 if a file has
    no pages. `is_cut` if its last bytes are missing."""

    number: int
    image: Image.Image
    is_cut: bool


def is_picture(path: Path) -> bool:
    """Say whether a picture decoder knows the file."""
    try:
        with _opened(path):
            return True
    except UnidentifiedImageError:
        return False


def pages(path: Path) -> list[int]:
    """Return the places of a picture's pages in its file: several for a TIFF, otherwise one. For a
    moving picture it is the first frame that shows anything. Small versions of pages are left
    out."""
    with _opened(path) as image:
        if image.format != "TIFF":
            return [_first_shown(image)]
        whole = [place for place in range(_frames(image)) if not _is_reduced(image, place)]
        return whole or [0]


def leaves(path: Path, places: list[int]) -> Iterator[Leaf]:
    """Yield these pages, one after the other. Raises TooLarge, Nothing, OSError, ValueError."""
    for number, place in enumerate(places, 1):
        yield _leaf(path, place, number if len(places) > 1 else 0)


def on_white(image: Image.Image, edge: int = EDGE) -> Image.Image:
    """Return a decoded picture as it is meant to be seen: RGB, transparent parts on white, at most
    `edge` points wide and high. Ink too light for white is put on black."""
    seen = _plain(image)
    seen.thumbnail((edge, edge), Resampling.LANCZOS)
    if seen.mode != "RGBA":
        return seen.convert("RGB")
    white, black = (_laid(seen, ground) for ground in ("white", "black"))
    is_lost = contrast(white) < _LEAST_CONTRAST <= contrast(black)
    return black if is_lost else white


def save(image: Image.Image, path: Path, *, quality: int = QUALITY) -> None:
    """Write a drawn picture as JPEG with only its points: no comment and no profile of the
    original."""
    fresh = Image.new("RGB", image.size)
    fresh.paste(image)
    fresh.save(path, "JPEG", quality=quality, optimize=True)


def contrast(image: Image.Image) -> float:
    """Return the distance between the darkest and the brightest point (0 to 255)."""
    low, high = extremes(image.convert("L"))
    return high - low


def is_deep(image: Image.Image) -> bool:
    """Say whether a picture is grey with more than eight bits."""
    return image.mode in ("I", "F") or image.mode.startswith("I;")


def depths(image: Image.Image) -> Image.Image:
    """Return such a grey picture as numbers (mode F); the highest is the brightest."""
    numbers = image if image.mode == "F" else image.convert("I").convert("F")
    if image.info.get("has_no_sign"):
        numbers = ImageMath.lambda_eval(
            lambda on: on["numbers"] + on["float"](on["numbers"] < 0) * 2.0**32, numbers=numbers
        )
    return numbers.point(lambda value: value * -1 + 0) if _zero_is_white(image) else numbers


def extremes(image: Image.Image) -> tuple[float, float]:
    """Return the lowest and the highest value of a picture with one band."""
    low, high = image.getextrema()
    return float(low), float(high)  # type: ignore[arg-type]


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture as a file object, not by its name: by name Pillow would map an unpacked TIFF
    that lies on its side into memory as if it stood upright."""
    with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
        yield image


def _frames(image: Any) -> int:
    return int(getattr(image, "n_frames", 1))


def _first_shown(image: Any) -> int:
    """Return the place of the first frame that shows anything: a film may begin with empty ones."""
    frames = _frames(image) if _points(image) <= MOST_PIXELS else 1
    for place in range(min(frames, MOST_PAGES)) if frames > 1 else ():
        try:
            image.seek(place)
            if contrast(on_white(image, 512)) >= _LEAST_CONTRAST:
                return place
        except (EOFError, OSError, SyntaxError, ValueError):
            break  # it is cut off
    return 0


def _is_reduced(image: Any, place: int) -> bool:
    try:
        image.seek(place)
    except (EOFError, OSError, SyntaxError, ValueError):
        return True  # a list of pages that leads nowhere
    return bool(image.tag_v2.get(_SUBFILE, 0) & _IS_REDUCED)


def _zero_is_white(image: Image.Image) -> bool:
    return bool(image.info.get("zero_is_white"))


def _leaf(path: Path, place: int, number: int) -> Leaf:
    try:
        return Leaf(number, _decoded(path, place), is_cut=False)
    except (OSError, SyntaxError, ValueError, EOFError):
        pass
    was, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
    try:
        return Leaf(number, _what_came(_decoded(path, place)), is_cut=True)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = was


def _decoded(path: Path, place: int) -> Image.Image:
    with _opened(path) as image:
        if place:
            image.seek(place)
        if _points(image) > MOST_PIXELS and image.format in ("JPEG", "MPO"):
            if _points(image) > MOST_JPEG_PIXELS:
                raise TooLarge
            scale = next(one for one in (2, 4, 8) if _points(image) <= MOST_PIXELS * one * one)
            image.draft(None, (image.width // scale, image.height // scale))
        if _points(image) > MOST_PIXELS:
            raise TooLarge
        image.load()
        upright = ImageOps.exif_transpose(image)
        tags = getattr(image, "tag_v2", {})
        upright.info["zero_is_white"] = is_deep(image) and tags.get(_ZERO) == _IS_WHITE
        has_no_sign = tags.get(_SIGNS, (_NO_SIGN,))[0] == _NO_SIGN
        upright.info["has_no_sign"] = has_no_sign and tags.get(_BITS) == (32,)
        upright.info["from_foot"] = image.format == "BMP"
        upright.info["fills_grey"] = image.format in ("JPEG", "MPO", "WEBP")
        return upright


def _points(image: Image.Image) -> int:
    return image.width * image.height


def _what_came(image: Image.Image) -> Image.Image:
    """Return the lines of a cut picture that arrived; missing lines are zero, or grey in a JPEG.
    Raises Nothing."""
    if not image.info["fills_grey"] and not is_deep(image):
        came = image.getbbox(alpha_only=False)
        if came is None:
            raise Nothing
        begins = came[1] if image.info["from_foot"] else 0
        image = image.crop((0, begins, image.width, came[3]))
    if contrast(on_white(image, 512)) == 0:
        raise Nothing
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture with eight bits a band: L, RGB, or RGBA if it is transparent."""
    if is_deep(image):
        return _eight_bits(image)
    if image.has_transparency_data:
        return _from_premultiplied(image).convert("RGBA")
    if image.mode == "LAB":
        lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(image, lab, rgb, outputMode="RGB")
        return changed or image
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _from_premultiplied(image: Image.Image) -> Image.Image:
    straight = {"La": "LA", "RGBa": "RGBA"}.get(image.mode)
    return image.convert(straight) if straight else image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a grey picture of more than eight bits in eight bits, over the whole range it uses."""
    numbers = depths(image)
    low, high = extremes(numbers)
    floor = -_white(-low) if low < 0 else 0.0
    scale = 255 / ((_white(high) if high > 0 else 0.0) - floor or 1)
    offset = -floor * scale
    grey = numbers.point(lambda value: value * scale + offset).convert("L")
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        there = image.convert("I")
        mask = ImageMath.lambda_eval(
            lambda on: on["convert"]((on["there"] != clear) * 255, "L"), there=there
        )
        return Image.merge("LA", (grey, mask)).convert("RGBA")
    return grey


def _white(high: float) -> float:
    return float(next((white for white in _WHITES if high <= white), high))


def _laid(seen: Image.Image, ground: str) -> Image.Image:
    fresh = Image.new("RGB", seen.size, ground)
    fresh.paste(seen, mask=seen.getchannel("A"))
    return fresh
