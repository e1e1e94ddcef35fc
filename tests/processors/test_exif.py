"""EXIF blocks as `image/info` shows them, well formed and hostile."""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from pixoss.processors.exif import MAX_ENTRIES, MAX_TEXT, MAX_VALUE_BYTES, exif_fields, orientation
from pixoss.processors.exif_tags import GPS_TAGS, IMAGE_TAGS, PHOTO_TAGS

SHARED = Path(__file__).parents[2].parent / "shared"

BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, SSHORT, SLONG, SRATIONAL, FLOAT, DOUBLE, IFD = range(1, 14)
CODES = dict(zip(range(1, 14), "BsHIIbBhiifdI", strict=True))
SIZES = {kind: struct.calcsize(code) * (2 if kind in (RATIONAL, SRATIONAL) else 1) for kind, code in CODES.items()}
EXIF_POINTER, GPS_POINTER, ORIENTATION = 0x8769, 0x8825, 0x0112

HEADS = (b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"Exif\0\0II*\0\x08\0\0\0")

Value = bytes | tuple[float, ...]
Tag = tuple[int, int, Value]


def packed(order: str, kind: int, value: Value) -> bytes:
    return value if isinstance(value, bytes) else struct.pack(f"{order}{len(value)}{CODES[kind]}", *value)


def exif_block(
    ifd0: Sequence[Tag] = (),
    exif: Sequence[Tag] = (),
    gps: Sequence[Tag] = (),
    ifd1: Sequence[Tag] = (),
    *,
    order: str = "<",
) -> bytes:
    """A TIFF structure: the directories one after the other, their long values behind them."""
    directories = [list(ifd0), list(exif), list(gps), list(ifd1)]
    extra = bool(exif) + bool(gps)
    sizes = [6 + 12 * (len(tags) + (extra if tags is directories[0] else 0)) for tags in directories]
    starts = [8 + sum(sizes[:index]) for index in range(5)]
    directories[0] += [(EXIF_POINTER, LONG, (starts[1],))] * bool(exif)
    directories[0] += [(GPS_POINTER, LONG, (starts[2],))] * bool(gps)
    head, tail = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8), b""
    for index, tags in enumerate(directories):
        head += struct.pack(f"{order}H", len(tags))
        for tag, kind, value in tags:
            data = packed(order, kind, value)
            head += struct.pack(f"{order}HHI", tag, kind, len(data) // SIZES.get(kind, 1))
            head += data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(f"{order}I", starts[4] + len(tail))
            tail += data if len(data) > 4 else b""
        head += struct.pack(f"{order}I", starts[3] if index == 0 and ifd1 else 0)
    return head + tail


POSITION: tuple[int, ...] = (0, 1, 0, 1000, 0, 1)
LIKE_F_JPG: dict[str, list[Tag]] = {
    "ifd0": [
        (ORIENTATION, SHORT, (7,)),
        (0x0131, ASCII, b"Microsoft Windows Photo Viewer 6.1.7600.16385\0"),
        (0x0132, ASCII, b"2015:02:11 15:38:27\0"),
        (0xEA1C, UNDEFINED, bytes(2060)),
    ],
    "exif": [(0xEA1C, UNDEFINED, bytes(2060))],
    "gps": [
        (0x0000, BYTE, (2, 2, 0, 0)),
        (0x0001, ASCII, b"N\0"),
        (0x0002, RATIONAL, POSITION),
        (0x0003, ASCII, b"E\0"),
        (0x0004, RATIONAL, POSITION),
        (0x0012, ASCII, b"WGS-84\0"),
    ],
    "ifd1": [
        (0x0103, SHORT, (6,)),
        (0x011A, RATIONAL, (96, 1)),
        (0x011B, RATIONAL, (96, 1)),
        (0x0128, SHORT, (2,)),
        (0x0201, LONG, (4518,)),
        (0x0202, LONG, (3232,)),
    ],
}
LIKE_F_JPG_FIELDS = {
    "Orientation": "7",
    "Software": "Microsoft Windows Photo Viewer 6.1.7600.16385",
    "DateTime": "2015:02:11 15:38:27",
    "ExifTag": "86",
    "GPSTag": "104",
    "GPSVersionID": "2 2 0 0",
    "GPSLatitudeRef": "North",
    "GPSLatitude": "0deg ",
    "GPSLongitudeRef": "East",
    "GPSLongitude": "0deg ",
    "GPSMapDatum": "WGS-84",
    "Compression": "6",
    "XResolution": "96/1",
    "YResolution": "96/1",
    "ResolutionUnit": "2",
    "JPEGInterchangeFormat": "4518",
    "JPEGInterchangeFormatLength": "3232",
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples are absent")
def test_the_documented_answer_for_f_jpg() -> None:
    cases = json.loads((SHARED / "vectors" / "image-golden.json").read_text())
    [body] = [c["expect"]["body_json"] for c in cases if (c["source"], c["process"]) == ("f.jpg", "image/info")]
    with Image.open(SHARED / "samples" / "f.jpg") as image:
        exif = image.info["exif"]
    basic = {"FileSize", "Format", "ImageHeight", "ImageWidth"}
    assert exif_fields(exif) == {name: item["value"] for name, item in body.items() if name not in basic}
    assert orientation(exif) == 7


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_all_four_directories_are_one_flat_table(order: str, prefix: bytes) -> None:
    block = prefix + exif_block(**LIKE_F_JPG, order=order)
    assert exif_fields(block) == LIKE_F_JPG_FIELDS
    assert list(exif_fields(block)) == list(LIKE_F_JPG_FIELDS)
    assert orientation(block) == 7


def test_pillow_agrees_on_the_block_of_these_tests() -> None:
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + exif_block(**LIKE_F_JPG))
    assert exif[ORIENTATION] == 7
    assert exif.get_ifd(GPS_POINTER)[1] == "N"


def test_a_block_that_pillow_wrote() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[ORIENTATION] = "Nikon", 3
    exif.get_ifd(EXIF_POINTER)[0x829A] = IFDRational(1, 100)
    fields = exif_fields(exif.tobytes())
    assert fields["Make"] == "Nikon"
    assert fields["ExposureTime"] == "1/100"
    assert orientation(exif.tobytes()) == 3


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (BYTE, (72, 0, 105, 0), "72 0 105 0"),
        (BYTE, (255,), "255"),
        (BYTE, b"", ""),
        (ASCII, b"plain", "plain"),
        (ASCII, b"trailing\0\0\0", "trailing"),
        (ASCII, b"Photographer\0Editor\0", "Photographer"),
        (ASCII, b"  spaces stay  \0", "  spaces stay  "),
        (ASCII, b"\0\0\0\0\0\0", ""),
        (ASCII, "杭州 \U0001f600".encode(), "杭州 \U0001f600"),
        (ASCII, b"\xff\xfe\xed\xa0\x80", "\ufffd" * 5),
        (ASCII, b'"\\\n', '"\\\n'),
        (SHORT, (0, 65535), "0 65535"),
        (LONG, (4294967295,), "4294967295"),
        (RATIONAL, (96, 1), "96/1"),
        (RATIONAL, (4000, 1000, 0, 0), "4000/1000 0/0"),
        (SBYTE, (-1, 1), "255 1"),
        (UNDEFINED, b"0221", "48 50 50 49"),
        (SSHORT, (-32768,), "-32768"),
        (SLONG, (-7, 7), "-7 7"),
        (SRATIONAL, (-1, 3, 1, -3), "-1/3 1/-3"),
        (FLOAT, (0.5, 1.0e30), "0.5 1.00000001504747e+30"),
        (DOUBLE, (-1.25, float("nan"), float("inf")), "-1.25 nan inf"),
        (IFD, (77,), "77"),
    ],
)
def test_values_are_exiv2s_raw_text(order: str, kind: int, value: Value, text: str) -> None:
    assert exif_fields(exif_block([(0x9C9B, kind, value)], order=order)) == {"XPTitle": text}


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((39, 1, 54, 1, 2764, 100), "39deg 54' 27.64\" "),
        ((31, 1, 55, 1, 387, 100), "31deg 55' 3.87\" "),
        ((39, 1, 54, 1, 0, 100), "39deg 54' "),
        ((39, 1, 0, 1, 0, 1), "39deg "),
        ((39, 1, 0, 1, 5, 1), "39deg 0' 5\" "),
        ((100, 1, 10, 1, 30, 1), "100deg 10' 30\" "),
        ((0, 1, 0, 1000, 0, 1), "0deg "),
        ((399123456789 // 1000, 10000000, 0, 1, 0, 1), "39.9123456deg "),
        ((30, 1, 27123456, 1000000, 0, 1), "30deg 27.12346' "),
        ((30, 1, 1, 1, 1, 3), "30deg 1' 0.333\" "),
        ((30, 1, 1, 1, 1, 100000), "30deg 1' 0\" "),
        ((39, 1, 0, 0, 0, 0), "39deg "),
        ((39, 0, 1, 1, 1, 1), "(39/0 1/1 1/1)"),
        ((39, 1, 1, 0, 1, 1), "(39/1 1/0 1/1)"),
        ((0, 0, 0, 0, 0, 0), "(0/0 0/0 0/0)"),
        ((39, 1), "39/1"),
        ((39, 1, 5, 1), "39/1 5/1"),
        ((39, 1, 5, 1, 6, 1, 7, 1), "39/1 5/1 6/1 7/1"),
    ],
)
@pytest.mark.parametrize("tag", [0x0002, 0x0004])
def test_positions_are_printed(tag: int, parts: tuple[int, ...], text: str) -> None:
    fields = exif_fields(exif_block(gps=[(tag, RATIONAL, parts)]))
    assert fields[GPS_TAGS[tag]] == text


def test_a_position_of_another_type_is_raw() -> None:
    assert exif_fields(exif_block(gps=[(2, SHORT, (39, 54, 27))]))["GPSLatitude"] == "39 54 27"


@pytest.mark.parametrize(
    ("tag", "data", "text"),
    [
        (1, b"N\0", "North"),
        (1, b"S\0", "South"),
        (3, b"E\0", "East"),
        (3, b"W\0\0\0", "West"),
        (1, b"North\0", "North"),
        (1, b"E\0", "(69)"),
        (3, b"e\0", "(101)"),
        (3, b"\0\0", "(0)"),
        (3, b"", ""),
    ],
)
def test_references_are_printed(tag: int, data: bytes, text: str) -> None:
    assert exif_fields(exif_block(gps=[(tag, ASCII, data)]))[GPS_TAGS[tag]] == text


def test_other_gps_tags_are_raw() -> None:
    gps: list[Tag] = [
        (0x05, BYTE, (1,)),
        (0x06, RATIONAL, (300, 7)),
        (0x07, RATIONAL, (7, 1, 55, 1, 5824, 100)),
        (0x13, ASCII, b"N\0"),
        (0x14, RATIONAL, (39, 1, 54, 1, 0, 1)),
    ]
    fields = exif_fields(exif_block(gps=gps))
    assert fields.pop("GPSTag")
    assert fields == {
        "GPSAltitudeRef": "1",
        "GPSAltitude": "300/7",
        "GPSTimeStamp": "7/1 55/1 5824/100",
        "GPSDestLatitudeRef": "N",
        "GPSDestLatitude": "39/1 54/1 0/1",
    }


@pytest.mark.parametrize(
    ("order", "comment", "text"),
    [
        ("<", b"ASCII\0\0\0hello", "charset=Ascii hello"),
        ("<", b"ASCII\0\0\0hello\0\0\0", "charset=Ascii hello"),
        ("<", b"ASCII\0\0\0", "charset=Ascii "),
        ("<", b"JIS\0\0\0\0\0abc", "charset=Jis abc"),
        ("<", bytes(8) + b"text", "text"),
        ("<", bytes(40), ""),
        ("<", b"UNICODE\0h\0i\0", "charset=Unicode hi"),
        (">", b"UNICODE\0\0h\0i", "charset=Unicode hi"),
        (">", b"UNICODE\0\xff\xfeh\0i\0", "charset=Unicode hi"),
        ("<", b"UNICODE\0\xfe\xff\0h\0i", "charset=Unicode hi"),
        ("<", b"UNICODE\0\xef\xbb\xbfhi", "charset=Unicode hi"),
        ("<", b"UNICODE\0\x00\xd8x", "charset=Unicode \ufffd\ufffd"),
        ("<", b"MadeUp\0\0xyz", "charset=InvalidCharsetId xyz"),
        ("<", b"", ""),
    ],
)
@pytest.mark.parametrize("directory", ["exif", "gps"])
def test_comments_name_their_character_set(directory: str, order: str, comment: bytes, text: str) -> None:
    tag, name = {"exif": (0x9286, "UserComment"), "gps": (0x1B, "GPSProcessingMethod")}[directory]
    fields = exif_fields(exif_block(**{directory: [(tag, UNDEFINED, comment)]}, order=order))
    found = fields[name]
    assert found.replace("\ufffd", "") == text.replace("\ufffd", "")
    assert ("\ufffd" in found) == ("\ufffd" in text)


def test_a_comment_of_another_type_is_raw() -> None:
    assert exif_fields(exif_block(exif=[(0x9286, ASCII, b"plain\0")]))["UserComment"] == "plain"


def test_a_maker_note_is_only_measured() -> None:
    for length in (3, 3681, 60000):
        fields = exif_fields(exif_block(exif=[(0x927C, UNDEFINED, bytes(length))]))
        assert fields["MakerNote"] == f"{length} bytes undefined data"


def test_long_values_are_left_out_or_measured() -> None:
    fits, over = bytes([65]) * MAX_VALUE_BYTES, bytes([65]) * (MAX_VALUE_BYTES + 1)
    assert len(exif_fields(exif_block([(0x010E, ASCII, fits)]))["ImageDescription"]) == MAX_VALUE_BYTES
    assert exif_fields(exif_block([(0x010E, ASCII, over)])) == {}
    assert exif_fields(exif_block([(0x02BC, UNDEFINED, over)])) == {"XMLPacket": "4097 bytes undefined data"}


def test_the_text_of_one_block_is_bounded_and_short_values_still_find_room() -> None:
    many: list[Tag] = [(tag, BYTE, bytes([200]) * MAX_VALUE_BYTES) for tag in sorted(IMAGE_TAGS)[:40]]
    fields = exif_fields(exif_block(many, ifd1=[(0xC614, ASCII, b"ok\0")]))
    assert sum(map(len, fields.values())) <= MAX_TEXT
    assert len(fields) == 5
    assert fields["UniqueCameraModel"] == "ok"


def test_the_earlier_directory_wins() -> None:
    resolution = 0x011A
    fields = exif_fields(exif_block([(resolution, RATIONAL, (300, 1))], ifd1=[(resolution, RATIONAL, (72, 1))]))
    assert fields == {"XResolution": "300/1"}
    twice = exif_block([(resolution, RATIONAL, (300, 1)), (resolution, RATIONAL, (72, 1))])
    assert exif_fields(twice) == {"XResolution": "300/1"}


def test_every_known_tag_appears_under_its_name() -> None:
    pointers = {EXIF_POINTER, GPS_POINTER}

    def all_of(names: Mapping[int, str]) -> list[Tag]:
        return [(tag, SHORT, (1,)) for tag in sorted(names) if tag not in pointers]

    images = all_of(IMAGE_TAGS)
    block = exif_block(images[:200], all_of(PHOTO_TAGS), all_of(GPS_TAGS), images[200:])
    assert set(exif_fields(block)) == {*IMAGE_TAGS.values(), *PHOTO_TAGS.values(), *GPS_TAGS.values()}


@pytest.mark.parametrize(
    ("names", "tag", "name"),
    [
        (IMAGE_TAGS, 0x0101, "ImageLength"),
        (IMAGE_TAGS, 0x8769, "ExifTag"),
        (IMAGE_TAGS, 0x8825, "GPSTag"),
        (IMAGE_TAGS, 0x0202, "JPEGInterchangeFormatLength"),
        (IMAGE_TAGS, 0x9C9F, "XPSubject"),
        (IMAGE_TAGS, 0x83BB, "IPTCNAA"),
        (PHOTO_TAGS, 0x8827, "ISOSpeedRatings"),
        (PHOTO_TAGS, 0x9004, "DateTimeDigitized"),
        (PHOTO_TAGS, 0xA002, "PixelXDimension"),
        (PHOTO_TAGS, 0xA005, "InteroperabilityTag"),
        (PHOTO_TAGS, 0xA405, "FocalLengthIn35mmFilm"),
        (PHOTO_TAGS, 0xA460, "CompositeImage"),
        (GPS_TAGS, 0x001F, "GPSHPositioningError"),
    ],
)
def test_names_are_exiv2s(names: Mapping[int, str], tag: int, name: str) -> None:
    assert names[tag] == name


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"Exif\0\0",
        b"II*\0",
        b"II*\0\x08\0\0\0",
        b"II*\0\x08\0\0\0\1",
        b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\3\0",
        b"II*\0\x00\0\0\0",
        b"II*\0\xff\xff\xff\xff",
        b"II+\0" + exif_block([(ORIENTATION, SHORT, (3,))])[4:],
        b"MM*\0" + exif_block([(ORIENTATION, SHORT, (3,))])[4:],
        b"XX*\0" + exif_block([(ORIENTATION, SHORT, (3,))])[4:],
        exif_block([(0x0131, ASCII, b"cut off at the end\0")])[:-1],
        exif_block([(0x0131, 0, b"ab")]),
        exif_block([(0x0131, 14, b"ab")]),
        exif_block([(0x0131, 65535, b"ab")]),
    ],
)
def test_unreadable_blocks_have_no_fields(block: bytes) -> None:
    assert exif_fields(block) == {}
    assert orientation(block) == 1


def test_a_directory_cut_short_gives_what_is_whole() -> None:
    block = exif_block([(ORIENTATION, SHORT, (6,)), (0x0128, SHORT, (2,)), (0x0103, SHORT, (6,))])
    assert exif_fields(block[: 8 + 2 + 2 * 12 + 5]) == {"Orientation": "6", "ResolutionUnit": "2"}


def test_a_directory_of_too_many_entries_is_not_read() -> None:
    entry: Tag = (ORIENTATION, SHORT, (6,))
    assert orientation(exif_block([entry] * MAX_ENTRIES)) == 6
    assert orientation(exif_block([entry] * (MAX_ENTRIES + 1))) == 1
    assert exif_fields(exif_block([entry] * (MAX_ENTRIES + 1))) == {}


def test_a_huge_count_is_no_value() -> None:
    block = bytearray(exif_block([(0x0131, DOUBLE, (1.0, 2.0)), (0x0128, SHORT, (2,))]))
    struct.pack_into("<I", block, 8 + 2 + 4, 0xFFFFFFFF)
    assert exif_fields(bytes(block)) == {"ResolutionUnit": "2"}


def test_directories_that_point_at_themselves_are_read_once_each() -> None:
    ifd0: list[Tag] = [(EXIF_POINTER, LONG, (8,)), (GPS_POINTER, LONG, (8,)), (0x0128, SHORT, (2,))]
    block = bytearray(exif_block(ifd0))
    struct.pack_into("<I", block, 8 + 2 + 3 * 12, 8)
    assert exif_fields(bytes(block)) == {"ExifTag": "8", "GPSTag": "8", "ResolutionUnit": "2"}


def test_a_directory_inside_the_header_is_not_read() -> None:
    assert exif_fields(exif_block([(EXIF_POINTER, LONG, (2,))])) == {"ExifTag": "2"}


@pytest.mark.parametrize(("kind", "value"), [(RATIONAL, (26, 1)), (ASCII, b"\x1a\0\0\0"), (LONG, ())])
def test_a_pointer_of_an_odd_type_is_not_followed(kind: int, value: Value) -> None:
    block = exif_block([(EXIF_POINTER, kind, value)], ifd1=[(0x9000, UNDEFINED, b"0230")])
    assert "ExifVersion" not in exif_fields(block)


def test_long_overlapping_values_are_measured_and_not_copied() -> None:
    head = exif_block([(tag, UNDEFINED, b"") for tag in sorted(IMAGE_TAGS)[:250]])
    block = bytearray(head + bytes(8_000_000))
    for index in range(250):
        struct.pack_into("<II", block, 8 + 2 + 12 * index + 4, 8_000_000, 1000)
    fields = exif_fields(bytes(block))
    assert set(fields.values()) == {"8000000 bytes undefined data"}
    assert len(fields) == 250


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("kind", [BYTE, SHORT, LONG])
def test_orientations(kind: int, value: int) -> None:
    for order in ("<", ">"):
        assert orientation(exif_block([(ORIENTATION, kind, (value,))], order=order)) == value


@pytest.mark.parametrize(
    "tag",
    [
        (ORIENTATION, SHORT, (0,)),
        (ORIENTATION, SHORT, (9,)),
        (ORIENTATION, SHORT, (65535,)),
        (ORIENTATION, SSHORT, (-1,)),
        (ORIENTATION, SHORT, ()),
        (ORIENTATION, ASCII, b"6\0"),
        (ORIENTATION, RATIONAL, (6, 1)),
        (ORIENTATION, FLOAT, (6.0,)),
        (ORIENTATION, SHORT, (6,) * 3000),
        (0x0113, SHORT, (6,)),
    ],
)
def test_an_invalid_orientation_is_normal(tag: Tag) -> None:
    assert orientation(exif_block([tag])) == 1


def test_only_ifd0_turns_the_picture() -> None:
    elsewhere: list[Tag] = [(ORIENTATION, SHORT, (6,))]
    assert orientation(exif_block(exif=elsewhere, gps=elsewhere, ifd1=elsewhere)) == 1


def check(block: bytes) -> None:
    """What holds for any bytes: short, valid text under known names, and an orientation."""
    fields = exif_fields(block)
    assert set(fields) <= {*IMAGE_TAGS.values(), *PHOTO_TAGS.values(), *GPS_TAGS.values()}
    assert sum(map(len, fields.values())) <= MAX_TEXT
    json.dumps(fields, ensure_ascii=False).encode()
    assert not any("\0" in text for text in fields.values())
    assert orientation(block) in range(1, 9)


@given(st.binary(max_size=600), st.sampled_from(HEADS))
@example(b"\xff" * 600, b"II*\0\x08\0\0\0")
def test_any_bytes_are_survived(content: bytes, head: bytes) -> None:
    check(head + content)


@given(
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), max_size=12),
    st.integers(0, 700),
    st.sampled_from(["<", ">"]),
)
def test_damaged_blocks_are_survived(damage: list[tuple[int, int]], length: int, order: str) -> None:
    everything: list[Tag] = [
        (0x9286, UNDEFINED, b"UNICODE\0h\0i\0"),
        (0x9204, SRATIONAL, (-1, 3)),
        (0x927C, UNDEFINED, bytes(30)),
        (0xA20B, DOUBLE, (1.5,)),
    ]
    small = LIKE_F_JPG | {"ifd0": LIKE_F_JPG["ifd0"][:3], "exif": everything}
    block = bytearray(exif_block(**small, order=order))
    for place, value in damage:
        block[place % len(block)] = value
    check(bytes(block[: length or None]))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*GPS_TAGS, EXIF_POINTER, GPS_POINTER, ORIENTATION, 0x9286, 0x927C]),
            st.integers(0, 15),
            st.integers(0, 70),
            st.integers(0, 200),
        ),
        max_size=20,
    ),
    st.binary(max_size=200),
)
def test_directories_of_any_entries_are_survived(entries: list[tuple[int, int, int, int]], rest: bytes) -> None:
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    check(b"II*\0\x08\0\0\0" + directory + struct.pack("<I", 8) + rest)
