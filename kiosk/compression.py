"""Sends every text compressed, error pages too, which the ready-made extensions leave out. On 2G an
uncompressed page would take three times as long.

Only gzip: every browser reads it, and the next best saves a tenth of the bytes for twice the CPU.
Staff are on the office's network: there a third of the CPU is worth an eighth more bytes.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from flask import Response, current_app, request

from shared.runtime.base_app import Finished

LEAST_BYTES = 400
# Compression level (1–9), as the app's GZIP_LEVEL: for a citizen on 2G, and for staff.
FOR_CITIZENS, FOR_STAFF = 6, 3
_WITH_GZIP_HEADER = 31  # zlib's name for that format and its largest window
# For what is compressed once and sent often; and the most that goes into it uncompressed (bytes).
_WITH_CARE, _MOST_AS_IS = 9, 64
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\x03"
# RFC 9110, 12.5.3: a weight of nothing says that it cannot be read.
_REFUSES_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)
_TEXTS = ("text/", "application/json", "application/problem+json")


def compress(answer: Response) -> Response:
    """Return the answer compressed, if its reader accepts that and it is worth it."""
    if (
        isinstance(answer, Finished)
        or not is_read()
        or not (answer.mimetype or "").startswith(_TEXTS)
        or answer.direct_passthrough  # a file
    ):
        return answer
    if _is_made_as_sent(answer):
        return _piece_by_piece(answer)
    body = answer.get_data()
    if len(body) >= LEAST_BYTES:
        level = current_app.config["GZIP_LEVEL"]
        answer.set_data(zlib.compress(body, level, wbits=_WITH_GZIP_HEADER))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def is_read() -> bool:
    """Say whether whoever asks reads gzip."""
    said = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in said and not (";" in said and _REFUSES_GZIP.search(said))


def joined(texts: Sequence[bytes], said: Sequence[bytes]) -> bytes:
    """Return a page of its parts and of what stands between them."""
    between = (*said, b"")
    return b"".join([part for both in zip(texts, between, strict=True) for part in both])


def compressing(texts: Sequence[bytes]) -> Callable[[Sequence[bytes]], bytes]:
    """Return what compresses a page for citizens, of whose parts only what stands between them
    changes. Without anything between, it was compressed here; a single place is filled in a page
    whose two sides were."""
    if len(texts) == 1:
        whole = zlib.compress(texts[0], _WITH_CARE, wbits=_WITH_GZIP_HEADER)
        return lambda said: whole
    if len(texts) == 2 and b"\0" not in texts[1]:
        return _with_a_place(*texts)
    return lambda said: _anew(texts, said)


def _anew(texts: Sequence[bytes], said: Sequence[bytes]) -> bytes:
    return zlib.compress(joined(texts, said), FOR_CITIZENS, wbits=_WITH_GZIP_HEADER)


def _with_a_place(before: bytes, behind: bytes) -> Callable[[Sequence[bytes]], bytes]:
    """Return what puts a few bytes, as they are, between two sides compressed once (RFC 1951,
    3.2.4). A flush ends with an empty stored block: its length, the last four bytes, becomes
    theirs."""
    first = zlib.compressobj(_WITH_CARE, wbits=-15, memLevel=9)
    head = _GZIP_HEAD + (first.compress(before) + first.flush(zlib.Z_SYNC_FLUSH))[:-4]
    checked, length = zlib.crc32(before), len(before) + len(behind)

    @lru_cache(_MOST_AS_IS)
    def tail(size: int) -> bytes:
        # It refers to what is `size` further back, and to nothing in the place itself.
        known = before + bytes(size)
        second = zlib.compressobj(_WITH_CARE, wbits=-15, memLevel=9, zdict=known)
        return second.compress(behind) + second.flush()

    def compressed(said: Sequence[bytes]) -> bytes:
        if len(said[0]) > _MOST_AS_IS:
            return _anew((before, behind), said)
        size = len(said[0])
        check = zlib.crc32(behind, zlib.crc32(said[0], checked))
        end = struct.pack("<LL", check, length + size)
        return b"".join((head, struct.pack("<HH", size, size ^ 0xFFFF), said[0], tail(size), end))

    return compressed


def _is_made_as_sent(answer: Response) -> bool:
    """Say whether an answer's length is not known yet; a page from `abort` has a length."""
    return answer.is_streamed and answer.content_length is None


def _piece_by_piece(answer: Response) -> Response:
    """Return an answer whose pieces are compressed as they come."""
    packer = zlib.compressobj(current_app.config["GZIP_LEVEL"], wbits=_WITH_GZIP_HEADER)

    def packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            if some := packer.compress(piece):
                yield some
        yield packer.flush()

    answer.response = packed(answer.iter_encoded())
    answer.headers["Content-Encoding"] = "gzip"
    return answer
