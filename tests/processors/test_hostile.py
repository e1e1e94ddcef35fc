"""Files that mean harm or came to harm: bombs, broken and tiny ones. Only ProcessError may come out, and soon."""

import io
import random
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from support_heif import exif_of, modern_scene
from support_images import LIMITS, animation, encoded, moving_square, picture, refusal, run, scene, shown

from pixoss.processors import decoding
from pixoss.processors.chain import Chain
from pixoss.processors.codecs.gif import image_corners
from pixoss.processors.errors import ImageDamageError, ProcessError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.processors.render import render

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:PIL"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]
SOURCES = {name: picture(60, 40, name) for name in FORMATS} | {
    "progressive": picture(60, 40, "JPEG", progressive=True),
    "gray": picture(60, 40, "JPEG", mode="L"),
    "cmyk": picture(60, 40, "JPEG", mode="CMYK"),
    "palette": picture(60, 40, "PNG", mode="P"),
    "alpha": picture(60, 40, "PNG", mode="RGBA"),
    "lzw": picture(60, 40, "TIFF", compression="tiff_lzw"),
    "moving gif": animation(moving_square(3)),
    "moving webp": animation(moving_square(3), "WEBP"),
    "heic": modern_scene("heic"),
    "avif": modern_scene("avif"),
    "avif with alpha": modern_scene("avif", mode="RGBA", exif=exif_of(6)),
    "heic with alpha": modern_scene("heic", mode="RGBA", exif=exif_of(6)),
}
CHAINS = [Chain.parse(text) for text in ("image/resize,w_20", "image/info", "image/format,webp", "image/rotate,30")]


def survive(content):
    """Every chain on the content ends in a result or in a ProcessError."""
    for chain in CHAINS:
        for fidelity in Fidelity:
            try:
                assert render(content, chain, LIMITS, fidelity).content
            except ProcessError as error:
                assert error.code in ("BadRequest", "ImageDamage", "ImageTooLarge", "MemLimitExceeded")


def chunk(name, content):
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(width, height, pixels=b""):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def with_sides(content, width, height):
    """The same file with other sides in its header."""
    at, layout = {b"\x89P": (16, ">II"), b"GI": (6, "<HH"), b"BM": (18, "<ii")}[content[:2]]
    return content[:at] + struct.pack(layout, width, height) + content[at + struct.calcsize(layout) :]


@pytest.mark.parametrize("name", SOURCES)
def test_broken_off_files(name):
    content = SOURCES[name]
    for end in [*range(0, 64), *range(64, len(content), max(1, len(content) // 40))]:
        survive(content[:end])


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_half_a_picture_is_damage(name):
    content = encoded(scene(200, 150), name)
    error = refusal(content[: len(content) // 2], "image/resize,w_20")
    assert (error.code, error.message, error.ec) == ("ImageDamage", "The image file may be damaged.", None)


@pytest.mark.parametrize("name", SOURCES)
def test_flipped_bits(name):
    generator = random.Random(name)
    for _ in range(60):
        content = bytearray(SOURCES[name])
        for _ in range(generator.randint(1, 4)):
            content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
        survive(bytes(content))


@pytest.mark.parametrize("name", SOURCES)
def test_headers_full_of_noise(name):
    generator = random.Random(name)
    for _ in range(40):
        keep = generator.randint(3, 40)
        survive(SOURCES[name][:keep] + generator.randbytes(generator.randint(0, 200)))


@given(st.sampled_from(sorted(SOURCES)), st.binary(max_size=60), st.data())
@settings(max_examples=150, deadline=None)
def test_spliced_files(name, splice, data):
    content = SOURCES[name]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    survive(content[:start] + splice + content[end:])


@given(st.binary(max_size=80))
@settings(max_examples=100, deadline=None)
def test_tiny_garbage(content):
    survive(content)
    for head in (b"\xff\xd8\xff", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF____WEBP", b"II*\0", b"MM\0*"):
        survive(head + content)


@pytest.mark.parametrize(
    ("content", "code", "ec"),
    [
        (png(30_001, 1), "ImageTooLarge", 9),
        (png(1, 30_001), "ImageTooLarge", 9),
        (png(20_000, 12_501), "MemLimitExceeded", 12),
        (png(30_000, 30_000), "MemLimitExceeded", 12),
        (png(2**31 - 1, 2**31 - 1), "MemLimitExceeded", 12),
        (with_sides(SOURCES["BMP"], 30_001, 10), "ImageTooLarge", 9),
        (with_sides(SOURCES["BMP"], 29_000, 29_000), "MemLimitExceeded", 12),
        (with_sides(SOURCES["GIF"], 65_535, 10), "ImageTooLarge", 9),
        (with_sides(SOURCES["GIF"], 20_000, 20_000), "MemLimitExceeded", 12),
    ],
)
def test_bombs_are_known_by_their_headers(content, code, ec):
    for text in ("image/resize,w_10", "image/info"):
        error = refusal(content, text)
        assert (error.code, error.ec) == (code, f"0040-{ec:08d}")


def test_the_largest_header_that_is_allowed_gets_as_far_as_decoding():
    assert refusal(png(20_000, 12_500), "image/resize,w_10").code == "ImageDamage"
    assert b'"ImageWidth": {"value": "20000"}' in run(png(20_000, 12_500), "image/info").content


def test_frames_count_towards_the_pixels():
    limits = Limits(source_pixels=120 * 60 * 3)
    for name in ("GIF", "WEBP"):
        assert shown(animation(moving_square(3), name), "image/resize,w_10", limits=limits).n_frames == 3
        error = refusal(animation(moving_square(4), name), "image/resize,w_10", limits=limits)
        assert (error.code, error.ec) == ("MemLimitExceeded", "0040-00000012")


def test_frames_are_counted_no_further_than_needed():
    limits = Limits(source_frames=3)
    assert shown(animation(moving_square(3)), "image/resize,w_10", limits=limits).n_frames == 3
    assert refusal(animation(moving_square(4)), "image/resize,w_10", limits=limits).code == "MemLimitExceeded"
    frame = b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x4c\x01\0"
    many = encoded(Image.new("L", (1, 1)), "GIF")[:-1] + frame * 20_000
    error = refusal(many, "image/info")
    assert (error.code, error.ec) == ("MemLimitExceeded", "0040-00000012")


def test_source_bytes_are_limited():
    content = picture(60, 40)
    error = refusal(content, "image/info", limits=Limits(source_bytes=len(content) - 1))
    assert (error.code, error.ec) == ("ImageTooLarge", "0040-00000001")
    assert error.message == f"Maximal size of image supported is {len(content) - 1}."
    assert run(content, "image/info", limits=Limits(source_bytes=len(content)))


def test_a_frame_outside_its_canvas_is_damage():
    content = bytearray(animation(moving_square(3)))
    blocks = [at for at in range(len(content)) if content[at] == 0x2C and content[at - 1] == 0]
    struct.pack_into("<H", content, blocks[-1] + 5, 60_000)
    assert refusal(bytes(content), "image/info").code == "ImageDamage"
    assert refusal(bytes(content), "image/resize,w_10").code == "ImageDamage"


def test_a_canvas_that_grows_behind_the_count_s_back_is_damage(monkeypatch):
    content = bytearray(animation(moving_square(3)))
    blocks = [at for at in range(len(content)) if content[at] == 0x2C and content[at - 1] == 0]
    struct.pack_into("<H", content, blocks[-1] + 5, 200)
    monkeypatch.setattr("pixoss.processors.codecs.gif.image_corners", lambda _: iter([(1, 1)] * 3))
    assert refusal(bytes(content), "image/resize,w_10").code == "ImageDamage"


def test_image_blocks_are_counted_as_pillow_does():
    for count in (1, 2, 5):
        content = animation(moving_square(count), comment=b"a comment", loop=3)
        assert len(list(image_corners(content))) == Image.open(io.BytesIO(content)).n_frames == count
    assert list(image_corners(b"GIF89a")) == []
    assert list(image_corners(b"GIF89a" + b"\0" * 50)) == []


def gif_with(*extensions):
    """A still GIF with extensions before its image."""
    plain = encoded(Image.new("L", (1, 1)), "GIF")
    at = plain.index(b"\x2c")
    return plain[:at] + b"".join(extensions) + plain[at:]


LONG_COMMENT = b"!\xfe" + b"\x01x" * 40_000 + b"\0"
COMMENT = b"!\xfe\x04note\0"


@pytest.mark.parametrize(
    ("extensions", "refused"),
    [
        ([], False),
        ([COMMENT], False),
        ([b"!\xfe\0"], False),
        ([COMMENT] * 5_000, False),
        ([COMMENT] * 10_000, True),
        ([LONG_COMMENT], True),
        # where Pillow reads on behind an empty first block
        ([b"!\xf9\0", b"\x01x\0", LONG_COMMENT], True),
        ([b"!\x01\0\0", LONG_COMMENT], True),
        ([b"!\xff\x0bNETSCAPE2.0\0", b"\x01x\0", LONG_COMMENT], True),
        ([b"!\x01\x0bNETSCAPE2.0\0", LONG_COMMENT], True),
        ([b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"], False),
        ([b"!,\x03abc\0"], False),  # a label that would begin an image
        ([b"!\xff\x0bXMP DataXMP\x04data\0"], False),
    ],
)
def test_comments_that_take_pillow_quadratic_time(extensions, refused):
    content = gif_with(*extensions)
    if refused:
        assert refusal(content, "image/info").code == "ImageDamage"
    else:
        assert shown(content, "image/format,png").size == (1, 1)


@pytest.mark.parametrize(
    ("before", "count", "refused"),
    [(b"", 2, False), (b"", 1000, False), (b"", 1100, True), (b"junk\xff\xff\xd0", 600, True)],
)
def test_exif_segments_that_take_pillow_quadratic_time(before, count, refused):
    content = picture(20, 10, "JPEG")
    segment = before + b"\xff\xe1" + struct.pack(">H", 9) + b"Exif\0\0x"
    content = content[:20] + segment * count + content[20:]
    if refused:
        assert refusal(content, "image/info").code == "ImageDamage"
    else:
        assert shown(content, "image/resize,w_10").size == (10, 5)


@pytest.mark.parametrize("error", [OSError, SyntaxError, ValueError, IndexError, ZeroDivisionError, RecursionError])
def test_whatever_a_decoder_raises_is_damage(monkeypatch, error):
    def fail(*_, **__):
        raise error("inside")

    monkeypatch.setattr(decoding.Image, "open", fail)
    assert refusal(picture(9, 9), "image/info").code == "ImageDamage"


def test_damage_remembers_its_cause():
    with pytest.raises(ImageDamageError) as caught:
        run(SOURCES["JPEG"][:200], "image/resize,w_10")
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("error", [MemoryError, Image.DecompressionBombError])
def test_lack_of_memory_is_no_crash(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(decoding.Image, "open", fail)
    assert refusal(picture(9, 9), "image/info").code == "MemLimitExceeded"


def test_lack_of_memory_while_working_is_no_crash(monkeypatch):
    def fail(*_, **__):
        raise MemoryError

    source = picture(9, 9)
    monkeypatch.setattr(Image.Image, "resize", fail)
    assert refusal(source, "image/resize,w_4", fidelity=Fidelity.FAST).code == "MemLimitExceeded"
