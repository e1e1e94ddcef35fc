"""Fonts for tests: the one that Pillow carries, under the names of files that OSS's fonts are looked for by."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ImageFont

from pixoss.processors.fonts import Fonts, files
from pixoss.processors.fonts.coverage import _characters

LATIN = "Hello, gypsy!"
CHINESE = "水印版权所有"


def own_font(folder: Path, *names: str) -> Fonts:
    """A folder with Pillow's own font, which has Latin letters and no Chinese ones, under each of the names."""
    carried = ImageFont.load_default(20).path
    assert isinstance(carried, BytesIO)
    for name in names or ("wqy-zenhei.ttf",):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(carried.getvalue())
    return Fonts(str(folder))


def bare_machine(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """As if the machine had no fonts but those in the folders."""
    monkeypatch.setattr(files, "SYSTEM_FOLDERS", tuple(map(str, folders)))
    monkeypatch.setattr(files, "HOME_FOLDERS", ())
    monkeypatch.setattr(files, "PACKAGES", ())
    forget()


def forget() -> None:
    """Let folders and files be read anew."""
    files.font_files.cache_clear()
    _characters.cache_clear()


def sfnt(*tables: bytes, encodings: Sequence[tuple[int, int]] = ((3, 1), (3, 10))) -> bytes:
    """The bytes of a font with nothing but tables of characters, of one platform and encoding each."""
    at, records, body = 4 + 8 * len(tables), b"", b""
    for kind, table in zip(encodings, tables, strict=False):
        records += struct.pack(">HHL", *kind, at + len(body))
        body += table
    cmap = struct.pack(">HH", 0, len(tables)) + records + body
    return b"\0\1\0\0" + struct.pack(">HHHH", 1, 0, 0, 0) + struct.pack(">4sLLL", b"cmap", 0, 28, len(cmap)) + cmap


def segments(*parts: tuple[int, int, int | list[int]]) -> bytes:
    """A table of format 4; a part is first, last, and the difference or the list of glyphs."""
    count = len(parts)
    firsts, lasts = [part[0] for part in parts], [part[1] for part in parts]
    deltas, offsets = [0] * count, [0] * count
    glyphs: list[int] = []
    for number, (_, _, what) in enumerate(parts):
        if isinstance(what, list):
            offsets[number] = 2 * (count - number + len(glyphs))
            glyphs += what
        else:
            deltas[number] = what & 0xFFFF
    numbers = [*lasts, 0, *firsts, *deltas, *offsets, *glyphs]
    return struct.pack(f">7H{len(numbers)}H", 4, 14 + 2 * len(numbers), 0, 2 * count, 0, 0, 0, *numbers)


def groups(*parts: tuple[int, int, int]) -> bytes:
    """A table of format 12; a part is first, last and first glyph."""
    return struct.pack(">HHLLL", 12, 0, 0, 0, len(parts)) + b"".join(struct.pack(">LLL", *part) for part in parts)
