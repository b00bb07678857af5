"""A receipt printer on loopback: takes ESC/POS bytes, answers its status, draws what it was sent.

`paper(bytes)` is the 15-line emulator of `GS v 0`: what lies on the paper afterwards.
"""

import contextlib
import re
import socket
import threading

from PIL import Image

ONLINE, OFFLINE = 0x12, 0x1A
WELL = {1: ONLINE, 2: 0x12, 4: 0x12}
PAPER_OUT = {1: OFFLINE, 2: 0x32, 4: 0x72}
COVER_OPEN = {1: OFFLINE, 2: 0x16, 4: 0x12}
JAMMED = {1: OFFLINE, 2: 0x52, 4: 0x12}
_RASTER = re.compile(rb"\x1dv0\x00(..)(..)", re.S)
_QUESTION = re.compile(rb"\x10\x04([\x01-\x04])|\x1dr\x01")


def paper(sent: bytes) -> Image.Image:
    """Return the picture that these commands print, 1 bit a dot."""
    strips, at = [], 0
    while found := _RASTER.search(sent, at):
        across, down = (int.from_bytes(part, "little") for part in found.groups())
        at = found.end() + across * down
        strips.append(
            Image.frombytes(
                "1", (across * 8, down), bytes(~b & 255 for b in sent[found.end() : at])
            )
        )
    whole = Image.new("1", (strips[0].width, sum(strip.height for strip in strips)), 1)
    y = 0
    for strip in strips:
        whole.paste(strip, (0, y))
        y += strip.height
    return whole


class FakePrinter:
    """`status` is what it answers, by DLE EOT's n; None answers nothing. `takes` says how many
    bytes of a sheet it takes before it does `then`: "hang" or "close"."""

    def __init__(self) -> None:
        self.status: dict[int, int] | None = dict(WELL)
        self.hello = b""
        self.takes, self.then = 10**9, ""
        self.sheets: list[bytes] = []
        self.is_stopped = threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0.1)
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def stop(self) -> None:
        """Switch it off."""
        self.is_stopped.set()
        self.thread.join()
        self.server.close()

    def _serve(self) -> None:
        while not self.is_stopped.is_set():
            try:
                line, _ = self.server.accept()
            except TimeoutError:
                continue
            with line:
                # A small buffer: a printer has kilobytes, a kernel has megabytes.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                line.settimeout(0.1)
                with contextlib.suppress(OSError):  # whoever printed is gone
                    line.sendall(self.hello)
                    self._print(line)

    def _print(self, line: socket.socket) -> None:
        sheet, asked = b"", 0
        while not self.is_stopped.is_set():
            if len(sheet) >= self.takes:
                if self.then == "close":
                    break
                self.is_stopped.wait(0.1)
                continue
            try:
                piece = line.recv(2048)
            except TimeoutError:
                continue
            if not piece:
                break
            sheet += piece
            for found in list(_QUESTION.finditer(sheet, asked)):
                asked = found.end()
                if self.status is not None:
                    n = found[1]
                    line.sendall(bytes([self.status[n[0]] if n else 0]))
        if _RASTER.search(sheet):
            self.sheets.append(sheet)
