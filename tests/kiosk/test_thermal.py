"""The receipt as dots: what a printer was sent is drawn again and read by two readers."""

import json
from importlib.resources import files

import pytest
import zxingcpp
from PIL import Image, ImageFilter
from pyzbar import pyzbar

from kiosk import printer, printing, qr, thermal
from kiosk.sheet import Slip
from shared.domain.record import asdict, replace
from tests.kiosk.fake_printer import paper

URL = "https://HIENKE.TANAN.GOV.VN/R/0123456789ABCDEF"
SLIP = Slip(
    head="ỦY BAN NHÂN DÂN XÃ TÂN AN",
    title="PHIẾU TIẾP NHẬN SÁNG KIẾN",
    marks=(),
    code_label="Mã số",
    code="4821 7395 0688",
    qr=URL,
    facts=("Nhận lúc: 09:12 ngày 16/03/2026", "Nơi nhận: Kiosk 1 – Bộ phận Một cửa"),
    idea="Sáng kiến: Cho hẹn giờ trước khi đi chứng thực",
    dates=("Tính cho năm xét: 2026",),
    foot=("XEM KẾT QUẢ: quét mã QR", "Hỏi: 0251 3861 111"),
)
WIDTHS = pytest.mark.parametrize("width", thermal.DOTS)


def printed(width: int, slip: Slip = SLIP) -> Image.Image:
    """What lies on the paper after the bytes of a slip were sent."""
    return paper(printer.as_bytes(printer.drawn(asdict(slip), width)))


def read_by_both(picture: Image.Image) -> set[str]:
    grey = picture.convert("L")
    return {one.text for one in zxingcpp.read_barcodes(grey)} | {
        one.data.decode() for one in pyzbar.decode(grey)
    }


def worn(picture: Image.Image, how: str) -> Image.Image:
    """The paper as it is met: dots that ran, a faded or dead heater, a slanted phone."""
    grey = picture.convert("L")
    if how == "dot gain":
        return grey.filter(ImageFilter.MinFilter(3))
    if how == "faded":
        return grey.filter(ImageFilter.GaussianBlur(1.2)).point(lambda dot: 110 + dot // 2)
    if how == "dead heaters":
        for x in (grey.width // 2 - 37, grey.width // 2 + 58):
            grey.paste(255, (x, 0, x + 2, grey.height))
        return grey
    return grey.rotate(33, expand=True, fillcolor=255)


@WIDTHS
def test_the_bytes_print_the_very_picture_that_was_drawn(width):
    drawn = thermal.draw(SLIP, width)

    on_paper = paper(printer.as_bytes(drawn))

    assert on_paper.size == drawn.size == (thermal.DOTS[width], drawn.height)
    assert on_paper.tobytes() == drawn.tobytes()


@WIDTHS
@pytest.mark.parametrize("how", ["new", "dot gain", "faded", "dead heaters", "slanted"])
def test_both_readers_read_the_qr_from_paper_as_it_is_met(width, how):
    picture = printed(width)

    assert read_by_both(worn(picture, how) if how != "new" else picture) == {URL}


@WIDTHS
def test_a_module_is_at_least_five_dots_on_the_grid_with_its_quiet_zone(width):
    picture, rows = printed(width).convert("L"), qr.matrix(URL)

    [found] = zxingcpp.read_barcodes(picture)

    corner = found.position
    dots = round((corner.top_right.x - corner.top_left.x + 1) / len(rows))
    assert dots >= 5
    left, top = corner.top_left.x, corner.top_left.y
    for y, row in enumerate(rows):
        for x, is_black in enumerate(row):
            module = picture.crop(
                (left + x * dots, top + y * dots, left + (x + 1) * dots, top + (y + 1) * dots)
            )
            assert module.getextrema() == ((0, 0) if is_black else (255, 255)), (x, y)
    quiet = qr.QUIET * dots
    below = top + len(rows) * dots
    for box in ((0, top - quiet, picture.width, top), (0, below, picture.width, below + quiet)):
        assert picture.crop(box).getextrema() == (255, 255)
    assert left >= quiet


@WIDTHS
def test_the_codes_digits_are_six_millimetres_high_on_one_line(width):
    bare = replace(SLIP, code="")

    with_code, without = thermal.draw(SLIP, width), thermal.draw(bare, width)

    top = next(y for y in range(with_code.height) if _row(with_code, y) != _row(without, y))
    rows = [_row(with_code, y) for y in range(top, with_code.height)]
    height = next(y for y, row in enumerate(rows) if not _has_black(row))
    assert height >= 6 * thermal.DOTS_PER_MM - 1


@WIDTHS
def test_a_long_title_takes_two_lines_and_nothing_is_wider_than_the_paper(width):
    long = replace(SLIP, idea="Sáng kiến: " + "chứng thực " * 20, facts=("ế" * 200,))

    short, taller = thermal.draw(SLIP, width), thermal.draw(long, width)

    assert taller.width == short.width
    assert _black(taller.crop((taller.width - 1, 0, taller.width, taller.height))) < 12


def test_a_slip_of_ones_own_words_grows_no_more_than_two_lines():
    one = thermal.draw(replace(SLIP, idea="Hẹn giờ"), 58).height
    many = thermal.draw(replace(SLIP, idea="Hẹn giờ " * 60), 58).height
    line = thermal.draw(replace(SLIP, idea=""), 58).height

    assert many - one == one - line > 0


def test_without_a_font_the_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))

    with pytest.raises(thermal.FontMissing, match="fonts-noto-core"):
        thermal.draw(SLIP, 80)


def test_an_address_too_long_for_the_paper_is_refused():
    with pytest.raises(thermal.SlipTooWide):
        thermal.draw(replace(SLIP, qr="https://" + "a" * 900), 58)


def test_what_the_library_reads_of_the_printer_is_what_it_knows_of_a_default_one():
    known = json.loads((files("escpos") / "capabilities.json").read_text("utf-8"))
    ours = json.loads(printing.PROFILE.read_text("utf-8"))

    assert ours["profiles"] == {"default": known["profiles"]["default"]}


def _row(picture: Image.Image, y: int) -> bytes:
    return picture.crop((0, y, picture.width, y + 1)).tobytes()


def _has_black(row: bytes) -> bool:
    return row != b"\xff" * len(row)


def _black(picture: Image.Image) -> int:
    return picture.convert("L").histogram()[0]
