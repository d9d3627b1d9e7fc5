"""How much a PDF unpacks to, before anything reads it: a small file may be made of much of nothing."""

import re
import zlib
from collections.abc import Iterator
from typing import Final

MOST: Final = 256 * 1024 * 1024
MOST_STREAMS: Final = 50_000
_DEEPEST: Final = 3
_STREAM: Final = re.compile(rb"stream\r?\n(?=\x78)")
_FIRST_PIECE: Final = 4096
_PIECE: Final = 1 << 20


def is_modest(pdf: bytes) -> bool:
    """Whether all packed streams of a PDF together stay below 256 MB, also those inside of others."""
    left, whole = MOST, memoryview(pdf)
    for count, match in enumerate(_STREAM.finditer(pdf)):
        left -= _unpacked(whole[match.end() :], left, _DEEPEST)
        if left <= 0 or count >= MOST_STREAMS:
            return False
    return True


def _unpacked(packed: memoryview, left: int, depth: int) -> int:
    """The bytes that a stream unpacks to, counted up to what is left."""
    total, kept = 0, bytearray()
    for piece in _pieces(packed):
        total += len(piece)
        if total >= left:
            return total
        if kept or piece[:1] == b"\x78":
            kept += piece
    if kept and depth:
        total += _unpacked(memoryview(kept), left - total, depth - 1)
    return total


def _pieces(packed: memoryview) -> Iterator[bytes]:
    reader, place, size = zlib.decompressobj(), 0, _FIRST_PIECE
    try:
        while not reader.eof and place < len(packed):
            waiting: bytes | memoryview = packed[place : place + size]
            place, size = place + size, _PIECE
            while waiting and not reader.eof:
                yield reader.decompress(waiting, _PIECE)
                waiting = reader.unconsumed_tail
    except zlib.error:
        return
