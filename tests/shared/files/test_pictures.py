"""Whatever a scanner or a telephone writes can be read in its copy; the original is no longer
needed only where the copy was compared with it."""

import io
import struct
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, TiffImagePlugin

from shared.files import pdf_pages, pictures, scans, transcode
from tests.scans import a_locked_pdf, a_page, as_ink, deep, in_lab, shows, written

PAGE = a_page()
INK_ON_WHITE = a_page(ground=255, ink=0)
RGB = PAGE.convert("RGB")
PALETTE = RGB.quantize(16)
# This page, as an iPhone keeps its photographs; no library of ours writes them.
IPHONE = Path(__file__).resolve().parents[2] / "data" / "iphone.heic"
TURNED = Image.Exif()
TURNED[0x112] = 6


def turned(form: str, **said: object) -> bytes:
    return written(PAGE.rotate(90, expand=True), form, exif=TURNED, **said)


def without_a_sign(page: Image.Image) -> bytes:
    """Return a TIFF whose white is 2**32 - 1, as no library of ours writes it."""
    numbers = b"".join(bytes([value]) * 4 for value in page.tobytes())
    made = written(Image.frombytes("I", page.size, numbers), "TIFF")
    with_sign, without = (struct.pack("<HHIHH", 339, 3, 1, form, 0) for form in (2, 1))
    assert made.count(with_sign) == 1
    return made.replace(with_sign, without)


# Each is written when its test begins: drawing them all costs each worker a second.
KINDS = {
    "grey": lambda: (written(PAGE, "PNG"), PAGE),
    "grey in 16 bits": lambda: (written(deep(PAGE), "PNG"), PAGE),
    "grey in 16 bits, TIFF": lambda: (written(deep(PAGE), "TIFF"), PAGE),
    "grey in 12 of 16 bits": lambda: (written(deep(PAGE, 16), "TIFF"), PAGE),
    "grey in 16 bits, zero is white": lambda: (
        written(
            PAGE.convert("I").point(lambda value: 65_535 - value * 257).convert("I;16"),
            "TIFF", tiffinfo={262: 0},
        ),
        PAGE,
    ),
    "grey in 32 bits": lambda: (
        written(PAGE.convert("I").point(lambda value: value * 257), "TIFF"), PAGE,
    ),
    "grey in 32 bits, without a sign": lambda: (without_a_sign(PAGE), PAGE),
    "grey as fractions": lambda: (
        written(PAGE.convert("F").point(lambda value: value / 255), "TIFF"), PAGE,
    ),
    "grey as numbers": lambda: (written(PAGE.convert("F"), "TIFF"), PAGE),
    "black and white": lambda: (written(PAGE.convert("1"), "PNG"), PAGE),
    "a fax": lambda: (written(PAGE.convert("1"), "TIFF", compression="group4"), PAGE),
    "colours": lambda: (written(RGB, "JPEG"), PAGE),
    "four inks, JPEG": lambda: (written(RGB.convert("CMYK"), "JPEG"), PAGE),
    "four inks, TIFF": lambda: (written(RGB.convert("CMYK"), "TIFF"), PAGE),
    "Lab": lambda: (written(in_lab(PAGE), "TIFF"), PAGE),
    "YCbCr": lambda: (written(RGB.convert("YCbCr"), "TIFF", compression="jpeg"), PAGE),
    "ink on nothing": lambda: (written(as_ink(INK_ON_WHITE), "PNG"), INK_ON_WHITE),
    "ink on nothing, RGBA": lambda: (
        written(as_ink(INK_ON_WHITE).convert("RGBA"), "PNG"), INK_ON_WHITE,
    ),
    "ink on nothing, WebP": lambda: (
        written(as_ink(INK_ON_WHITE).convert("RGBA"), "WEBP", lossless=True), INK_ON_WHITE,
    ),
    "ink on nothing, TIFF": lambda: (
        written(as_ink(INK_ON_WHITE).convert("RGBA"), "TIFF"), INK_ON_WHITE,
    ),
    "white ink on nothing": lambda: (
        written(as_ink(INK_ON_WHITE, 255), "PNG"), INK_ON_WHITE.point(lambda value: 255 - value),
    ),
    "a palette": lambda: (written(PALETTE, "PNG"), PAGE),
    "a palette, its ground transparent": lambda: (
        written(PALETTE, "PNG", transparency=PALETTE.getpixel((0, 0))), INK_ON_WHITE,
    ),
    "16 bits, its ground transparent": lambda: (
        written(deep(PAGE), "PNG", transparency=245 * 257), INK_ON_WHITE,
    ),
    "GIF": lambda: (written(PALETTE, "GIF"), PAGE),
    "GIF that moves": lambda: (
        written(PALETTE, "GIF", save_all=True, append_images=[Image.new("P", PAGE.size)]), PAGE,
    ),
    "GIF that moves and begins with nothing": lambda: (
        written(Image.new("P", PAGE.size), "GIF", save_all=True, append_images=[PALETTE]), PAGE,
    ),
    "PNG that moves": lambda: (
        written(RGB, "PNG", save_all=True, append_images=[Image.new("RGB", PAGE.size)]), PAGE,
    ),
    "BMP": lambda: (written(RGB, "BMP"), PAGE),
    "AVIF": lambda: (written(RGB, "AVIF"), PAGE),
    "two views in one JPEG": lambda: (
        written(RGB, "MPO", save_all=True, append_images=[Image.new("RGB", PAGE.size)]), PAGE,
    ),
    "lying on its side": lambda: (turned("JPEG"), PAGE),
    "lying on its side, PNG": lambda: (turned("PNG"), PAGE),
    "lying on its side, TIFF": lambda: (turned("TIFF"), PAGE),
    "lying on its side, packed TIFF": lambda: (turned("TIFF", compression="tiff_lzw"), PAGE),
    "HEIC": lambda: (IPHONE.read_bytes(), PAGE),
    "PDF": lambda: (written(RGB, "PDF", resolution=72), PAGE),
}  # fmt: skip


@pytest.fixture
def look(tmp_path: Path):
    """Examine bytes as the process with limits does; return what it says, and the copies."""

    def examine(content: bytes):
        original, out = tmp_path / "original", tmp_path / "out"
        original.write_bytes(content)
        out.mkdir(exist_ok=True)
        found = transcode.looked_at(original, out)
        return found, [out / one["copy"] for one in found.get("copies", ())]

    return examine


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_can_be_read_however_it_was_scanned(look, kind):
    content, page = KINDS[kind]()

    found, [copy] = look(content)

    assert shows(copy, page)
    assert (found["kind"], found["differs"]) == ("image", ""), "it was compared and is like it"


@pytest.mark.parametrize("kind", ["grey in 16 bits", "ink on nothing", "PDF", "colours"])
def test_the_reader_of_forms_sees_the_same_page(tmp_path, kind):
    content, page = KINDS[kind]()
    (tmp_path / "scan").write_bytes(content)

    [drawn] = scans.drawn(tmp_path / "scan", edge=877)

    assert shows(written(drawn.image, "PNG"), page)


BLANK = {
    "grey in 16 bits": Image.new("RGB", PAGE.size, "white"),
    "ink on nothing": Image.new("RGB", PAGE.size, "black"),
    "colours": Image.new("RGB", PAGE.size, "grey"),
}


@pytest.mark.parametrize("kind", BLANK)
def test_a_blank_copy_of_a_written_page_is_not_like_it(look, monkeypatch, kind):
    monkeypatch.setattr(pictures, "on_white", lambda image, edge: BLANK[kind])

    found, _ = look(KINDS[kind]()[0])

    assert found["differs"] == "differs"


def test_what_stands_on_points_that_nobody_sees_keeps_its_original(look):
    hidden = PAGE.convert("RGBA")
    hidden.putalpha(0)

    found, _ = look(written(hidden, "PNG"))

    assert found["differs"] == "differs"


def test_a_copy_that_lacks_one_line_is_not_like_its_original(look, monkeypatch):
    drawn = RGB.copy()
    ImageDraw.Draw(drawn).rectangle((0, 470, 620, 515), fill=(245, 245, 245))
    monkeypatch.setattr(pictures, "on_white", lambda image, edge: drawn)

    found, _ = look(KINDS["grey"]()[0])

    assert found["differs"] == "differs"


def test_a_page_of_a_pdf_that_was_drawn_blank_is_not_like_it(look, monkeypatch):
    true = pdf_pages.sheets

    def blank(*asked):
        for sheet in true(*asked):
            yield pdf_pages.DrawnPage(
                sheet.number, Image.new("RGB", SIZE, "white"), sheet.has_content
            )

    SIZE = (100, 140)
    monkeypatch.setattr(pdf_pages, "sheets", blank)

    assert look(KINDS["PDF"]()[0])[0]["differs"] == "differs"


def test_an_empty_page_is_like_its_empty_copy(look):
    for empty in (Image.new("L", (300, 300), 250), Image.new("I;16", (300, 300), 65_535)):
        assert look(written(empty, "PNG"))[0]["differs"] == ""


@pytest.mark.parametrize(
    ("content", "share"),
    [
        (lambda: written(RGB, "JPEG")[:-2], 1.0),
        (lambda: written(RGB, "JPEG")[: -len(written(RGB, "JPEG")) // 50], 0.9),
        (lambda: written(RGB, "JPEG", progressive=True)[:-2000], 1.0),
        (lambda: written(PAGE, "PNG")[: len(written(PAGE, "PNG")) * 3 // 5], 0.5),
        (lambda: written(PALETTE, "GIF")[:-2000], 0.5),
    ],
    ids=["JPEG without its last two bytes", "JPEG", "progressive JPEG", "PNG", "GIF"],
)
def test_a_picture_without_its_last_bytes_is_shown_as_far_as_it_goes(look, content, share):
    found, [copy] = look(content())

    assert found["copies"][0]["note"] == "cut"
    with Image.open(copy) as seen:
        height = int(877 * share) - 60
        assert shows(written(seen.crop((0, 0, 620, height)), "PNG"),
                     PAGE.crop((0, 0, 620, height)))  # fmt: skip


def test_a_bmp_comes_from_its_foot_and_is_shown_as_far_as_it_goes(look):
    found, [copy] = look(written(RGB, "BMP")[:-300_000])

    assert found["copies"][0]["note"] == "cut"
    with Image.open(copy) as seen:
        assert shows(written(seen, "PNG"), PAGE.crop((0, 877 - seen.height, 620, 877)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_picture_of_which_nothing_is_left_is_refused(look, form):
    assert "refused" in look(written(RGB, form)[:140])[0]


def test_each_page_of_a_tiff_and_of_a_pdf_is_a_picture(look):
    leaves = [a_page(word=word).convert("RGB") for word in ("Trang A", "Trang B", "Trang C")]

    for form in ("TIFF", "PDF"):
        more = {"save_all": True, "append_images": leaves[1:]}
        found, copies = look(written(leaves[0], form, **more))

        assert [one["page"] for one in found["copies"]] == [1, 2, 3]
        assert found["differs"] == ""
        assert all(
            shows(copy, leaf.convert("L")) for copy, leaf in zip(copies, leaves, strict=True)
        )


def test_a_page_made_small_beside_its_page_in_a_tiff_is_none(look):
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out) as scan:
        PAGE.save(scan, "TIFF")
        scan.newFrame()
        PAGE.resize((62, 88)).save(scan, "TIFF", tiffinfo={254: 1})

    found, [copy] = look(out.getvalue())

    assert found["copies"][0]["page"] == 0 and shows(copy, PAGE)


@pytest.mark.parametrize("form", ["TIFF", "PDF"])
def test_of_more_than_twenty_pages_the_first_twenty_are_shown_and_the_original_stays(look, form):
    small = [RGB.resize((62, 88))] * 22
    found, copies = look(written(small[0], form, save_all=True, append_images=small[1:]))

    assert len(copies) == 20
    assert [one["note"] for one in found["copies"]] == [""] * 19 + ["first_pages"]
    assert found["differs"] == "pages"


def test_a_pdf_with_a_password_says_so(look):
    assert look(a_locked_pdf())[0] == {"refused": "locked"}


def test_a_pdf_that_is_none_is_refused(look):
    assert look(b"%PDF-1.7 /JavaScript <<>>")[0] == {"refused": "unreadable"}


def test_an_original_is_drawn_anew_from_its_darkest_to_its_brightest_point(tmp_path):
    """Far too faint for eight bits: its copy is blank, and the other road shows it."""
    (tmp_path / "original").write_bytes(
        written(PAGE.convert("I").point(lambda value: value + 30_000).convert("I;16"), "TIFF")
    )

    found = transcode.looked_at(tmp_path / "original", tmp_path)
    anew = transcode.looked_at(tmp_path / "original", tmp_path, 1)

    assert found["differs"] == "differs"
    assert shows(tmp_path / anew["copies"][0]["copy"], PAGE)


def test_a_page_of_an_original_that_is_not_there_is_refused(tmp_path):
    (tmp_path / "original").write_bytes(KINDS["PDF"]()[0])

    assert transcode.looked_at(tmp_path / "original", tmp_path, 2) == {"refused": "empty"}


def test_a_huge_jpeg_is_drawn_and_a_huge_png_refused(look, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 300_000)

    assert shows(look(written(RGB, "JPEG"))[1][0], PAGE)
    assert look(written(RGB, "PNG"))[0] == {"refused": "too_big"}
