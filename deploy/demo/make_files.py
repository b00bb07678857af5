#!/usr/bin/env python3
"""Makes the demo's recording, photograph and clip, shared/demo/files:
`python deploy/demo/make_files.py`.

The voice is synthesised (espeak-ng), sheet and clip are drawn here: nobody's voice, hand or face is
in them. Each goes the road of a file that somebody sends (shared/files/media.py), so what is kept
is the copy that is served. Run it in the project's environment.
"""

import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from shared.files import media

FILES = Path(__file__).resolve().parents[2] / "shared" / "demo" / "files"
# Has every Vietnamese letter (fonts-noto-core).
FONT = "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"
PAPER, INK, BOARD = "#f6f1e4", "#26355d", "#1f5b4d"
SPOKEN = "Mỗi tháng cán bộ xuống ấp nhận hồ sơ một buổi, bà con đỡ phải đi."
SHEET = (
    "PHIẾU ĐỀ XUẤT",
    "Sổ mượn tài sản chung bằng mã QR.",
    "Đang vướng: máy chiếu, xe, phòng họp",
    "mượn bằng miệng, hay trùng giờ.",
    "Nên làm: mỗi thứ dán một mã QR,",
    "quét là ghi tên, giờ mượn, giờ trả.",
)
SHOWN = ("MẪU ĐIỀN SẴN", "1. Lấy tờ mẫu trên bảng", "2. Chép theo từng dòng", "3. Nộp ở quầy")


def main() -> None:
    """Make the three files."""
    FILES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "media").mkdir()
        _keep(folder, _sound(folder), "sound.mp4")
        _keep(folder, _photo(folder), "photo.jpg")
        _keep(folder, _clip(folder), "clip.mp4")


def _keep(folder: Path, made: Path, name: str) -> None:
    original = media.keep(folder / "media", [made.read_bytes()])
    found = media.examine(folder / "media", original)
    copy = media.path_of(folder / "media", found.copy.sha256).read_bytes()
    (FILES / name).write_bytes(copy)
    print(f"{name} {found.kind} {found.mime} {found.seconds} s {len(copy)} bytes")


def _sound(folder: Path) -> Path:
    target = folder / "sound.wav"
    command = ["espeak-ng", "-v", "vi", "-s", "150", "-w", str(target), SPOKEN]
    subprocess.run(command, check=True)  # noqa: S603 - our own words
    return target


def _photo(folder: Path) -> Path:
    page = Image.new("RGB", (720, 960), PAPER)
    draw = ImageDraw.Draw(page)
    for place, line in enumerate(SHEET):
        y = 90 + 110 * place
        draw.text((50, y), line, INK, ImageFont.truetype(FONT, 46 if place == 0 else 31))
        draw.line((40, y + 58, 680, y + 58), "#b9b3a2", 2)
    target = folder / "photo.jpg"
    page.rotate(1.2, fillcolor="#6d6355").resize((510, 680)).save(target, quality=70)
    return target


def _clip(folder: Path) -> Path:
    target = folder / "clip.mp4"
    with av.open(str(target), "w") as sink:
        stream = sink.add_stream("h264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 10)
        for number in range(40):
            frame = av.VideoFrame.from_image(_board(1 + number // 10))
            for packet in stream.encode(frame):
                sink.mux(packet)
        for packet in stream.encode():
            sink.mux(packet)
    return target


def _board(lines: int) -> Image.Image:
    """Return the picture with so many lines written."""
    image = Image.new("RGB", (320, 240), BOARD)
    draw = ImageDraw.Draw(image)
    for place, line in enumerate(SHOWN[:lines]):
        draw.text((20, 24 + 52 * place), line, "white", ImageFont.truetype(FONT, 19))
    return image


if __name__ == "__main__":
    main()
