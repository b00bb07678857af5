"""Compares a copy with its original: does it show the same, and is it as loud? Only for processes
with limits.

An original is deleted only after its copy was compared with it. So the original's points are read
here in another way than the one that drew them (shared/files/pictures.py). Both are made small,
stretched from their darkest to their brightest point, and compared in 16 by 16 tiles. The worst
tile decides. In a recording every second counts (`Loudness`).
"""

import math
from array import array
from operator import mul
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from PIL.Image import Resampling

from shared.files.pictures import depths, extremes, is_deep

_SIDE, _TILES = 256, 16
# How far a tile may be off, of 255: a line of writing makes 25 and more, JPEG loses 3.
MOST_OFF = 12.0
# A picture whose darkest and brightest point (of 255) are closer than this shows nothing.
_FLAT = 3.0
# Faint pictures are not stretched further than this, or the noise of a JPEG would become content.
_MOST_STRETCHED = 12.0
# Sound is measured at a telephone's rate; quieter sound can hardly be heard. A copy may be this
# much softer or louder: a mix of two channels loses half of one, and a codec changes a little.
_RATE = 8000
_SILENT, _NOTHING, _MOST_DB = -55.0, -120.0, 12.0


def is_alike(original: Image.Image, copy: Path) -> bool:
    """Say whether a drawn copy (a file) shows the same as its decoded original."""
    with Image.open(copy, formats=("JPEG",)) as drawn:
        there = _stretched(_mean(drawn.convert("RGB")))
    here = _stretched(_bare(original))
    if here is None or there is None:
        return here is there
    return off_by(here, there) <= MOST_OFF


def off_by(here: Image.Image, there: Image.Image) -> float:
    """Return how far the worst tile of two grey pictures of one size is off (0 to 255)."""
    tiles = ImageChops.difference(here, there).resize((_TILES, _TILES), Resampling.BOX)
    return extremes(tiles)[1]


def is_blank(copy: Path) -> bool:
    """Say whether a drawn picture (a file) shows nothing at all."""
    with Image.open(copy, formats=("JPEG",)) as drawn:
        low, high = extremes(drawn.convert("L"))
        return high - low <= _FLAT


def bare(original: Image.Image) -> Image.Image:
    """Return what the points of an original say, as grey from its darkest to its brightest. Shown
    when the copy is not like the original."""
    grey = _bare(original)
    low, high = extremes(grey)
    scale = 255 / (high - low or 1)
    return grey.convert("F").point(lambda value: value * scale - low * scale).convert("L")


def _stretched(grey: Image.Image) -> Image.Image | None:
    """Return a small picture, stretched from its darkest to its brightest point; None if empty."""
    small = grey.convert("F").resize((_SIDE, _SIDE), Resampling.BILINEAR)
    low, high = extremes(small)
    if high - low <= _FLAT:
        return None
    gain = min(255 / (high - low), _MOST_STRETCHED)
    return small.point(lambda value: value * gain - low * gain).convert("L")


def _bare(original: Image.Image) -> Image.Image:
    """Return the brightness of every point (0 to 255), read from the bands themselves."""
    if is_deep(original):
        numbers = depths(original)
        low, high = extremes(numbers)
        scale = 255 / (high - low or 1)
        return numbers.point(lambda value: value * scale - low * scale)
    if original.has_transparency_data:
        return _on_its_ground(original.convert("LA" if original.mode == "La" else "RGBA"))
    if original.mode == "CMYK":
        *inks, black = (ImageChops.invert(band) for band in original.split())
        return _mean(Image.merge("RGB", [ImageChops.multiply(ink, black) for ink in inks]))
    if original.mode == "LAB":
        return original.getchannel(0)
    return _mean(original.convert("RGB"))


def _on_its_ground(original: Image.Image) -> Image.Image:
    """Return the brightness of a partly transparent picture, on white; on black if white would hide
    it; as it is if it would be invisible on both."""
    clear = original.convert("RGBA")
    light, there = _mean(clear.convert("RGB")), clear.getchannel("A")
    on_white = ImageChops.add(ImageChops.multiply(light, there), ImageChops.invert(there))
    on_black = ImageChops.multiply(light, there)
    seen = [extremes(one) for one in (on_white, on_black)]
    (low, high), (lowest, highest) = seen
    if max(high - low, highest - lowest) <= _FLAT:
        return light
    return on_black if (high - low) * 2 < highest - lowest else on_white


def _mean(colours: Image.Image) -> Image.Image:
    return colours.convert("L", (1 / 3, 1 / 3, 1 / 3, 0))


class Loudness:
    """How loud a recording is in each second: its loudest channel, in dB below full scale.

    It gets the frames as they come out of the decoder, before anything is mixed or resampled for
    the copy."""

    def __init__(self) -> None:
        self._seconds: dict[int, tuple[float, int]] = {}
        self._resampler: Any = None
        self._form: object = None
        self.ends = 0.0

    def add(self, frame: Any) -> None:
        """Count one decoded frame of sound."""
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if form != self._form:
            self._form, self._resampler = form, self._new(frame)
        begins = self.ends if frame.time is None else float(frame.time)
        self.ends = begins + frame.samples / frame.sample_rate
        for piece in self._resampler.resample(frame):
            channels = [_values(plane, piece.samples) for plane in piece.planes]
            at = max(0, int(begins * _RATE))
            begins += piece.samples / _RATE
            for first in range(-(at % _RATE), piece.samples, _RATE):
                self._count(at + first, [one[max(0, first) : first + _RATE] for one in channels])

    def _count(self, at: int, channels: "list[array[int]]") -> None:
        loudest = max(float(sum(map(mul, one, one))) for one in channels)
        energy, samples = self._seconds.get(at // _RATE, (0.0, 0))
        self._seconds[at // _RATE] = (energy + loudest, samples + len(channels[0]))

    @property
    def heard(self) -> list[float]:
        """The dB of each second from the first to the last."""
        last = max(self._seconds, default=-1)
        return [_decibels(*self._seconds.get(second, (0.0, 0))) for second in range(last + 1)]

    @staticmethod
    def _new(frame: Any) -> Any:
        import av

        return av.AudioResampler(format="s16p", layout=frame.layout, rate=_RATE)


def is_as_loud(original: list[float], copy: list[float]) -> bool:
    """Say whether every audible second is as loud in the copy, and none is louder. A sound on the
    border of two seconds may be in either."""
    return all(_has(here, there) for here, there in ((original, copy), (copy, original)))


def _has(wanted: list[float], there: list[float]) -> bool:
    return all(
        loud <= _SILENT
        or max(there[max(0, second - 1) : second + 2], default=_NOTHING) >= loud - _MOST_DB
        for second, loud in enumerate(wanted)
    )


def _values(plane: Any, samples: int) -> "array[int]":
    values = array("h")
    values.frombytes(bytes(plane)[: samples * values.itemsize])
    return values


def _decibels(energy: float, samples: int) -> float:
    share = energy / samples / 32_768**2 if samples else 0.0
    return 10 * math.log10(share) if share > 0 else _NOTHING
