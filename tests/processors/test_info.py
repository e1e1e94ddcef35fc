"""``info``: the exact bytes, from the header alone."""

import io
import json
import zlib

import pytest
from PIL import Image
from support_images import animation, encoded, moving_square, picture, run, scene

from pixoss.processors.codecs.base import Codec

BASIC = """{
    "FileSize": {"value": "%d"},
    "Format": {"value": "%s"},
    "FrameCount": {"value": "%d"},
    "ImageHeight": {"value": "%d"},
    "ImageWidth": {"value": "%d"}}"""

WITH_RESOLUTION = (
    BASIC[:-1]
    + """,
    "ResolutionUnit": {"value": "%s"},
    "XResolution": {"value": "%s"},
    "YResolution": {"value": "%s"}}"""
)


def info(source):
    return run(source, "image/info").content.decode()


def values(source):
    return {name: entry["value"] for name, entry in json.loads(info(source)).items()}


def test_the_exact_bytes_of_a_jpeg():
    source = picture(40, 30, "JPEG")
    assert info(source) == WITH_RESOLUTION % (len(source), "jpg", 1, 30, 40, "1", "1/1", "1/1")
    assert run(source, "image/info").media_type == "application/json"
    assert run(source, "image/info").format == "json"


def test_the_exact_bytes_of_a_png():
    source = picture(40, 30)
    assert info(source) == BASIC % (len(source), "png", 1, 30, 40)


@pytest.mark.parametrize(("unit", "shown_unit"), [(0, "1"), (1, "2"), (2, "3"), (7, None)])
def test_jfif_densities(unit, shown_unit):
    source = bytearray(picture(40, 30, "JPEG"))
    assert source[6:10] == b"JFIF"
    source[13:18] = bytes([unit]) + (300).to_bytes(2, "big") + (72).to_bytes(2, "big")
    seen = values(bytes(source))
    assert seen.get("ResolutionUnit") == shown_unit
    assert seen.get("XResolution") == (shown_unit and "300/1")
    assert seen.get("YResolution") == (shown_unit and "72/1")


def test_a_jpeg_without_jfif_has_no_resolution():
    source = picture(40, 30, "JPEG")
    length = int.from_bytes(source[4:6], "big")
    assert "XResolution" not in values(source[:2] + source[4 + length :])


@pytest.mark.parametrize("pillow_format", ["PNG", "BMP"])
def test_resolutions_of_other_formats_are_dots_per_inch(pillow_format):
    seen = values(picture(40, 30, pillow_format, dpi=(96, 72)))
    assert (seen["ResolutionUnit"], seen["XResolution"], seen["YResolution"]) == ("2", "96/1", "72/1")


@pytest.mark.parametrize(
    ("pillow_format", "name"), [("BMP", "bmp"), ("WEBP", "webp"), ("TIFF", "tiff"), ("GIF", "gif")]
)
def test_the_basic_facts_of_other_formats(pillow_format, name):
    source = picture(40, 30, pillow_format)
    expected = {
        "FileSize": str(len(source)),
        "Format": name,
        "FrameCount": "1",
        "ImageHeight": "30",
        "ImageWidth": "40",
    }
    assert expected.items() <= values(source).items()


@pytest.mark.parametrize(("pillow_format", "name"), [("GIF", "gif"), ("WEBP", "webp")])
def test_frames_are_counted(pillow_format, name):
    source = animation(moving_square(4), pillow_format)
    assert info(source) == BASIC % (len(source), name, 4, 60, 120)


@pytest.mark.parametrize("pillow_format", ["JPEG", "WEBP"])
def test_exif_is_told_and_the_sides_are_the_stored_ones(pillow_format):
    exif = Image.Exif()
    exif[274], exif[305], exif[306] = 6, "Pixoss", "2026:01:02 03:04:05"
    seen = values(picture(40, 30, pillow_format, exif=exif.tobytes()))
    assert (seen["Orientation"], seen["Software"], seen["DateTime"]) == ("6", "Pixoss", "2026:01:02 03:04:05")
    assert (seen["ImageWidth"], seen["ImageHeight"]) == ("40", "30")


def test_a_tiff_tells_its_own_tags_and_stored_sides():
    seen = values(encoded(scene(40, 30), "TIFF", tiffinfo={274: 6, 305: "Pixoss"}, dpi=(300, 300)))
    assert (seen["Orientation"], seen["Software"], seen["XResolution"]) == ("6", "Pixoss", "300/1")
    assert (seen["ImageWidth"], seen["ImageHeight"]) == ("40", "30")


def test_facts_of_the_file_win_over_tags_that_claim_the_same():
    exif = Image.Exif()
    exif[256], exif[257] = 9999, 9999
    assert values(picture(40, 30, "JPEG", exif=exif.tobytes()))["ImageWidth"] == "40"


def test_values_are_escaped():
    exif = Image.Exif()
    exif[305] = 'a "quoted" \\ name\n'
    assert values(picture(40, 30, "JPEG", exif=exif.tobytes()))["Software"].startswith('a "quoted" \\ name')


def test_a_processed_jpeg_has_the_eight_basic_fields_only():
    exif = Image.Exif()
    exif[305] = "Pixoss"
    processed = run(picture(40, 30, "JPEG", exif=exif.tobytes()), "image/resize,w_20").content
    assert info(processed) == WITH_RESOLUTION % (len(processed), "jpg", 1, 15, 20, "1", "1/1", "1/1")


def test_other_actions_are_moot():
    source = picture(40, 30, "JPEG")
    assert run(source, "image/resize,w_20/info/format,png").content == run(source, "image/info").content


def test_nothing_is_decoded(monkeypatch):
    def decode(*_):
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", decode)
    monkeypatch.setattr(Codec, "frames", decode)
    assert values(picture_without_pixels())["ImageWidth"] == "40"


def picture_without_pixels():
    source = io.BytesIO()
    header = (
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + b"\x08\2\0\0\0"
    )
    source.write(header + zlib.crc32(header[12:]).to_bytes(4, "big") + b"\0\0\0\x05IDAT")
    return source.getvalue()
