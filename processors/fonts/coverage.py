"""Whether a font can write a text: its table of characters, read without loading the font (OpenType, "cmap").

Pillow does not tell, and draws an empty box for a character that is missing.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from .files import FontFile

_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
"""Platform and encoding of the tables that count in Unicode, the ones past its first 65,536 characters first."""

_MAX_TABLE_BYTES = 4 << 20
"""Ten times what the largest fonts take."""

_MAX_GROUPS = 0x110000

Ranges = tuple[tuple[int, ...], tuple[int, ...]]
"""The first and the last characters of ranges, in order."""


def covers(font: FontFile, text: str) -> bool:
    """Whether the font has a glyph for every character; one that cannot be read has none."""
    firsts, lasts = _characters(font)
    positions = ((ord(character), bisect_right(firsts, ord(character)) - 1) for character in text)
    return all(at >= 0 and code <= lasts[at] for code, at in positions)


@lru_cache(maxsize=256)
def _characters(font: FontFile) -> Ranges:
    with suppress(OSError, struct.error), Path(font.path).open("rb") as file:
        table = _best_table(_cmap(file, font.number))
        read = _FORMATS.get(int.from_bytes(table[:2]))
        ranges = sorted(read(table)) if read else []
        return tuple(first for first, _ in ranges), tuple(last for _, last in ranges)
    return (), ()


def _cmap(file: BinaryIO, number: int) -> bytes:
    """The font's table of tables of characters."""
    start = _unpack(file, 12 + 4 * number, ">L")[0] if file.read(4) == b"ttcf" else 0
    for record in range(_unpack(file, start + 4, ">H")[0]):
        tag, _, offset, length = _unpack(file, start + 12 + 16 * record, ">4sLLL")
        if tag == b"cmap" and length <= _MAX_TABLE_BYTES:
            file.seek(offset)
            return file.read(length)
    return b""


def _unpack(file: BinaryIO, at: int, form: str) -> tuple[Any, ...]:
    file.seek(at)
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _best_table(cmap: bytes) -> bytes:
    records = (struct.unpack_from(">HHL", cmap, 4 + 8 * i) for i in range(int.from_bytes(cmap[2:4])))
    tables = {(platform, encoding): offset for platform, encoding, offset in records}
    return next((cmap[tables[kind] :] for kind in _UNICODE if kind in tables), b"")


def _segments(table: bytes) -> Iterator[tuple[int, int]]:
    """Format 4: segments of two-byte codes, each with a difference to add or a list of glyphs, of which 0 is none."""
    count = struct.unpack_from(">H", table, 6)[0] // 2
    lasts = struct.unpack_from(f">{count}H", table, 14)
    firsts, deltas, offsets = (struct.unpack_from(f">{count}H", table, 16 + 2 * count * part) for part in (1, 2, 3))
    for number in range(count):
        first, last = firsts[number], lasts[number]
        if offsets[number] == 0:
            if (first + deltas[number]) & 0xFFFF:
                yield first, last
            continue
        at = 16 + 6 * count + 2 * number + offsets[number]
        glyphs = struct.unpack_from(f">{max(0, last + 1 - first)}H", table, at)
        yield from ((first + step, first + step) for step, glyph in enumerate(glyphs) if glyph)


def _groups(table: bytes) -> Iterator[tuple[int, int]]:
    """Format 12: groups of codes in a row."""
    count = min(struct.unpack_from(">L", table, 12)[0], _MAX_GROUPS)
    for first, last, _ in struct.iter_unpack(">LLL", table[16 : 16 + 12 * count]):
        yield first, last


_FORMATS: dict[int, Callable[[bytes], Iterator[tuple[int, int]]]] = {4: _segments, 12: _groups}
