"""EXIF blocks: their tags as the text that `image/info` answers, and the picture's orientation.

The text follows section 9.1 of the imaging specification: Exiv2's names and Exiv2's raw values, with positions and
their references printed the way Exiv2 before 0.27 did. Answers recorded from the real service agree, among them
`"ExifVersion": "48 50 51 48"`, `"GPSTimeStamp": "7/1 55/1 5824/100"` and `"MakerNote": "3681 bytes undefined data"`.

An EXIF block is hostile input: at most four directories of at most 256 entries are read, every offset is checked before
the read, long values are not printed, and nothing here raises.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .exif_tags import GPS_TAGS, IMAGE_TAGS, PHOTO_TAGS

MAX_ENTRIES = 256
"""Entries of one directory; a longer directory is not read (Exiv2's own bound)."""

MAX_VALUE_BYTES = 4096
"""Bytes of one value that is printed; a longer UNDEFINED one is only measured, any other is left out (our choice)."""

MAX_TEXT = 65536
"""Characters of all values of one block together; what does not fit is left out (our choice)."""

NORMAL_ORIENTATION = 1
"""The orientation of a picture that says nothing about it, or nothing valid."""

_PREFIX = b"Exif\0\0"
_BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_HEADER_BYTES = 8
_ENTRY_BYTES = 12
_INLINE_BYTES = 4

_ORIENTATION, _EXIF_POINTER, _GPS_POINTER = 0x0112, 0x8769, 0x8825
_ASCII, _RATIONAL, _UNDEFINED = 2, 5, 7
# TIFF type -> one item of it as `struct` writes it; a rational is two numbers, and Exiv2 prints SBYTE without its sign.
_TYPE_CODES = dict(enumerate(("B", "c", "H", "I", "2I", "B", "B", "h", "i", "2i", "f", "d", "I"), start=1))
_TYPE_SIZES = {kind: struct.calcsize(f"<{code}") for kind, code in _TYPE_CODES.items()}
_INTEGER_TYPES = frozenset({1, 3, 4, 6, 8, 9, 13})

_CHARSET_BYTES = 8
_CHARSETS = {b"ASCII": "charset=Ascii ", b"JIS": "charset=Jis ", b"UNICODE": "charset=Unicode ", b"": ""}
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DEGREE_UNITS = (("deg", 7), ("'", 5), ('"', 3))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One tag of a directory whose value, `count` items of TIFF type `kind`, lies whole inside the block."""

    tag: int
    kind: int
    count: int
    start: int

    @property
    def size(self) -> int:
        return self.count * _TYPE_SIZES[self.kind]


@dataclass(frozen=True, slots=True)
class _Block:
    """A TIFF structure: its bytes from the byte order mark on, and the byte order as `struct` writes it."""

    content: bytes
    order: str

    def number(self, code: str, offset: int) -> int:
        """The integer at the offset, or 0 when it does not lie inside: 0 never points at a directory."""
        if not 0 <= offset <= len(self.content) - struct.calcsize(f"<{code}"):
            return 0
        value: int = struct.unpack_from(self.order + code, self.content, offset)[0]
        return value

    def entries(self, offset: int) -> Iterator[_Entry]:
        """The readable entries of the directory at the offset."""
        count = self.number("H", offset)
        if offset < _HEADER_BYTES or count > MAX_ENTRIES:
            return
        for place in range(offset + 2, offset + 2 + count * _ENTRY_BYTES, _ENTRY_BYTES):
            if entry := self._entry(place):
                yield entry

    def following(self, offset: int) -> int:
        """The offset of the directory after the one at the offset, or 0."""
        return self.number("I", offset + 2 + self.number("H", offset) * _ENTRY_BYTES)

    def _entry(self, place: int) -> _Entry | None:
        if place + _ENTRY_BYTES > len(self.content):
            return None
        tag, kind, count = struct.unpack_from(f"{self.order}HHI", self.content, place)
        if kind not in _TYPE_CODES:
            return None
        start = place + _ENTRY_BYTES - _INLINE_BYTES
        size = count * _TYPE_SIZES[kind]
        if size > _INLINE_BYTES:
            start = self.number("I", start)
        return _Entry(tag, kind, count, start) if start + size <= len(self.content) else None

    def data(self, entry: _Entry) -> bytes:
        """The bytes of an entry's value."""
        return self.content[entry.start : entry.start + entry.size]

    def items(self, entry: _Entry) -> list[tuple[int | float, ...]]:
        """The items of an entry's value: pairs where it is rational, else single numbers."""
        return list(struct.iter_unpack(self.order + _TYPE_CODES[entry.kind], self.data(entry)))


def exif_fields(exif: bytes) -> dict[str, str]:
    """Every known tag of IFD0, the EXIF, the GPS and the thumbnail directory (IFD1), name to text; {} if unreadable.

    Where two directories have a tag, the earlier in that order wins (our choice): `XResolution` then speaks of the
    picture and not of its thumbnail. `ImageWidth` may be among the names; it is the writer's claim, not a fact.
    The text is valid Unicode: bytes that are not UTF-8 become U+FFFD.
    """
    fields: dict[str, str] = {}
    block = _open(exif)
    if block is None:
        return fields
    room = MAX_TEXT
    for names, offset in _directories(block):
        for entry in block.entries(offset):
            name = names.get(entry.tag)
            text = None if name is None or name in fields else _text(block, entry, name)
            if name is None or text is None or len(text) > room:
                continue
            fields[name] = text
            room -= len(text)
    return fields


def orientation(exif: bytes) -> int:
    """The EXIF orientation of a picture, 1..8; 1 when the block is unreadable, silent or names another number."""
    block = _open(exif)
    if block is None:
        return NORMAL_ORIENTATION
    value = _first_integer(block, block.number("I", 4), _ORIENTATION)
    return value if 1 <= value <= 8 else NORMAL_ORIENTATION


def _open(exif: bytes) -> _Block | None:
    content = exif.removeprefix(_PREFIX)
    order = _BYTE_ORDERS.get(content[:4])
    return _Block(content, order) if order else None


def _directories(block: _Block) -> Iterator[tuple[Mapping[int, str], int]]:
    """The four directories, each a table of names and an offset: no chain is followed, so none can turn in a circle."""
    first = block.number("I", 4)
    yield IMAGE_TAGS, first
    yield PHOTO_TAGS, _first_integer(block, first, _EXIF_POINTER)
    yield GPS_TAGS, _first_integer(block, first, _GPS_POINTER)
    yield IMAGE_TAGS, block.following(first)


def _first_integer(block: _Block, directory: int, tag: int) -> int:
    for entry in block.entries(directory):
        if entry.tag == tag and entry.kind in _INTEGER_TYPES and 0 < entry.size <= MAX_VALUE_BYTES:
            return int(block.items(entry)[0][0])
    return 0


def _text(block: _Block, entry: _Entry, name: str) -> str | None:
    if name == "MakerNote" or (entry.kind == _UNDEFINED and entry.size > MAX_VALUE_BYTES):
        return f"{entry.size} bytes undefined data"
    if entry.size > MAX_VALUE_BYTES:
        return None
    return _SPECIAL.get(name, _raw)(block, entry)


def _raw(block: _Block, entry: _Entry) -> str:
    """Exiv2's `toString`: text to its first NUL, numbers and bytes separated by spaces, rationals not reduced."""
    if entry.kind == _ASCII:
        return _until_nul(block.data(entry).decode("utf-8", "replace"))
    return " ".join("/".join(map(_number, item)) for item in block.items(entry))


def _number(number: int | float) -> str:
    """Floating point has 15 significant digits, as Exiv2 writes it."""
    return f"{number:.15g}" if isinstance(number, float) else str(number)


def _comment(block: _Block, entry: _Entry) -> str:
    """A comment: eight bytes name its character set, the text follows; Exiv2 converts Unicode and tells the set."""
    if entry.kind != _UNDEFINED:
        return _raw(block, entry)
    data = block.data(entry)
    charset, text = data[:_CHARSET_BYTES].rstrip(b"\0"), data[_CHARSET_BYTES:]
    encoding = _unicode_encoding(text, block.order) if charset == b"UNICODE" else "utf-8"
    return _CHARSETS.get(charset, "charset=InvalidCharsetId ") + _until_nul(text.decode(encoding, "replace"))


def _unicode_encoding(text: bytes, order: str) -> str:
    marked = (encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if text.startswith(mark))
    return next(marked, "utf-16-le" if order == "<" else "utf-16-be")


def _position(block: _Block, entry: _Entry) -> str:
    """Degrees, minutes and seconds with trailing zero components dropped; a fraction has at most 7, 5 or 3 decimals.

    Section 9.1 writes `27.64"`; answers recorded from the service fill the decimals up (`35.120"`).
    """
    if entry.kind != _RATIONAL or entry.count != 3:
        return _raw(block, entry)
    parts = block.items(entry)
    while len(parts) > 1 and parts[-1][0] == 0:
        parts.pop()
    if any(below == 0 for _, below in parts):
        return f"({_raw(block, entry)})"
    return "".join(
        f"{above / below:.{decimals}f}".rstrip("0").rstrip(".") + f"{unit} "
        for (above, below), (unit, decimals) in zip(parts, _DEGREE_UNITS, strict=False)
    )


def _reference(directions: Mapping[int, str]) -> Callable[[_Block, _Entry], str]:
    """A printer of the first byte's direction; Exiv2 puts the number of an unknown one in brackets."""

    def printed(block: _Block, entry: _Entry) -> str:
        first = block.data(entry)[:1]
        return directions.get(first[0], f"({first[0]})") if first else ""

    return printed


def _until_nul(text: str) -> str:
    return text.partition("\0")[0]


_SPECIAL: Mapping[str, Callable[[_Block, _Entry], str]] = {
    "UserComment": _comment,
    "GPSProcessingMethod": _comment,
    "GPSAreaInformation": _comment,
    "GPSLatitude": _position,
    "GPSLongitude": _position,
    "GPSLatitudeRef": _reference({ord("N"): "North", ord("S"): "South"}),
    "GPSLongitudeRef": _reference({ord("E"): "East", ord("W"): "West"}),
}
