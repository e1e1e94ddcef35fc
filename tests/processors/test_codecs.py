"""Reading and writing: every pixel mode of the six formats, and what is left out of results."""

import io

import pytest
from PIL import Image, ImageCms, PngImagePlugin
from support_images import LIMITS, difference, encoded, picture, refusal, run, scene, shown

from pixoss.processors.codecs import CODECS, identify
from pixoss.processors.codecs.modes import WORKING_MODES, opaque, working

NOISE = Image.effect_noise((1500, 1500), 20_000)


def deep(value):
    """A 16-bit grey picture of one value."""
    return Image.new("I", (20, 10), value).convert("I;16")


@pytest.mark.parametrize("name", CODECS)
def test_files_are_known_by_their_first_bytes(name):
    CODECS[name].require()
    assert identify(picture(9, 9, CODECS[name].pillow), LIMITS).name == name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"GIF",
        b"GIF88a",
        b"BM",
        b"BMW is a maker of cars, and this is a text about it",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"hello",
        b"\0\0\0\x1cftypisom\0\0\0\0isommp42",
        b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf" + b"heicavif" * 4,
        b"8BPS\0\x01",
    ],
)
def test_what_is_no_supported_picture(content):
    error = refusal(content, "image/resize,w_50")
    assert (error.code, error.ec) == ("BadRequest", "0040-00000005")
    assert error.message == "This image format is not supported."
    assert refusal(content, "image/info").ec == "0040-00000005"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (encoded(scene(40, 30, "1")), "L"),
        (encoded(scene(40, 30, "L")), "L"),
        (encoded(scene(40, 30, "LA")), "LA"),
        (encoded(scene(40, 30, "P")), "RGB"),
        (encoded(scene(40, 30, "P"), transparency=0), "RGBA"),
        (encoded(scene(40, 30, "L"), transparency=0), "LA"),
        (encoded(scene(40, 30), transparency=(255, 0, 0)), "RGBA"),
        (encoded(scene(40, 30, "1"), "TIFF"), "L"),
        (encoded(scene(40, 30, "CMYK"), "TIFF"), "RGB"),
        (encoded(scene(40, 30, "LAB"), "TIFF"), "RGB"),
        (encoded(scene(40, 30, "YCbCr"), "TIFF", compression="tiff_jpeg"), "RGB"),
        (encoded(scene(40, 30, "P"), "TIFF"), "RGB"),
        (encoded(scene(40, 30, "I"), "TIFF"), "L"),
        (encoded(scene(40, 30, "F"), "TIFF"), "L"),
        (encoded(scene(40, 30, "RGBX"), "TIFF"), "RGB"),
        (encoded(scene(40, 30, "RGBA"), "TIFF"), "RGBA"),
        (encoded(scene(40, 30, "L"), "JPEG"), "L"),
        (encoded(scene(40, 30, "CMYK"), "JPEG"), "RGB"),
        (encoded(scene(40, 30, "L"), "BMP"), "L"),
        (encoded(scene(40, 30, "1"), "BMP"), "L"),
        (encoded(scene(40, 30, "P"), "BMP"), "RGB"),
        (encoded(scene(40, 30, "L"), "GIF", optimize=False), "L"),
        (encoded(scene(40, 30, "RGBA"), "WEBP"), "RGBA"),
    ],
)
def test_every_mode_is_read(source, expected):
    result = shown(source, "image/resize,w_20/format,png")
    assert (result.mode, result.size) == (expected, (20, 15))


@pytest.mark.parametrize("mode", ["PA", "La", "RGBa", "RGBX", "HSV", "I;16", "I;16B", "I", "F", "1", "CMYK"])
def test_modes_of_rare_files_become_working_modes(mode):
    assert working(Image.new(mode, (4, 3))).mode in WORKING_MODES


@pytest.mark.parametrize("mode", sorted(WORKING_MODES))
def test_working_modes_are_not_converted(mode):
    image = Image.new(mode, (4, 3))
    assert working(image) is image


@pytest.mark.parametrize(("deep_value", "value"), [(0, 0), (257, 1), (300, 1), (32_768, 128), (65_535, 255)])
@pytest.mark.parametrize("pillow_format", ["PNG", "TIFF"])
def test_16_bits_keep_their_brightness(deep_value, value, pillow_format):
    result = shown(encoded(deep(deep_value), pillow_format), "image/format,png")
    assert (result.mode, result.getpixel((0, 0))) == ("L", value)


def test_big_endian_16_bit_files_are_read():
    image = Image.frombytes("I;16B", (2, 1), b"\x80\x00\xff\xff")
    assert [working(image).getpixel((x, 0)) for x in (0, 1)] == [128, 255]


def test_a_jpeg_is_written_as_the_service_does():
    result = shown(picture(64, 48, "JPEG", quality=91), "image/resize,w_32")
    assert [component[1:3] for component in result.layer] == [(2, 2), (1, 1), (1, 1)]
    assert result.info.get("progressive") is None
    assert (result.info["jfif_unit"], result.info["jfif_density"]) == (0, (1, 1))
    assert result.quantization == Image.open(io.BytesIO(picture(9, 9, "JPEG", quality=91))).quantization


def test_huffman_tables_are_optimised():
    source = picture(200, 150)
    plain = encoded(shown(source, "image/format,bmp"), "JPEG", quality=80, subsampling="4:2:0")
    assert len(run(source, "image/format,jpg").content) < len(plain)


def test_noise_that_overflows_pillow_s_buffer_is_written_all_the_same():
    black_and_white = NOISE.point(lambda value: 255 if value > 128 else 0)
    channels = [black_and_white.transpose(turn) for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180)]
    source = encoded(Image.merge("RGB", (black_and_white, *channels)), compress_level=1)
    assert shown(source, "image/format,jpg/quality,Q_94").size == (1500, 1500)


def test_nothing_beside_the_pixels_is_kept():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[305] = "A secret place"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "A secret place")
    options = {"icc_profile": profile, "exif": exif.tobytes(), "comment": b"A secret place", "dpi": (300, 300)}
    sources = [
        picture(40, 30, "JPEG", **options),
        picture(40, 30, "PNG", pnginfo=notes, **options),
        picture(40, 30, "WEBP", **options),
        picture(40, 30, "GIF", **options),
        encoded(scene(40, 30), "TIFF", tiffinfo={305: "A secret place", 700: b"A secret place"}, **options),
    ]
    for source in sources:
        for text in ("image/resize,w_40", "image/resize,w_20", "image/format,png", "image/format,tiff"):
            content = run(source, text).content
            assert b"A secret place" not in content
            info = Image.open(io.BytesIO(content)).info
            assert not info.keys() & {"icc_profile", "exif", "comment", "xmp"}
            assert info.get("dpi", (1, 1)) == (1, 1)


def test_transparent_parts_are_laid_on_white():
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    image.putpixel((1, 0), (0, 0, 0, 128))
    assert [opaque(image).getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (127, 127, 127)]
    assert opaque(Image.new("L", (1, 1))).mode == "L"


def test_a_picture_with_a_second_picture_behind_it_is_its_first():
    source = encoded(scene(40, 30), "MPO", save_all=True, append_images=[scene(20, 10)])
    assert shown(source, "image/resize,w_20").size == (20, 15)
    assert b'"FrameCount": {"value": "1"}' in run(source, "image/info").content


@pytest.mark.parametrize("pillow_format", ["TIFF", "PNG"])
def test_of_several_pages_the_first_is_read(pillow_format):
    source = encoded(scene(40, 30), pillow_format, save_all=True, append_images=[scene(40, 30, "L").convert("RGB")])
    assert difference(shown(source, "image/format,png"), scene(40, 30)) == 0


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "tiff_jpeg"])
def test_compressed_tiffs_are_read(compression):
    source = encoded(scene(40, 30), "TIFF", compression=compression)
    assert shown(source, "image/format,png").size == (40, 30)


def test_a_palette_of_256_colours_survives_a_gif_exactly():
    image = scene(64, 48).quantize(256)
    result = shown(encoded(image, "GIF"), "image/crop,w_50")
    assert result.convert("RGB").tobytes() == image.convert("RGB").crop((0, 0, 50, 48)).tobytes()


def test_png_is_lossless_and_packed():
    content = run(picture(200, 150, "BMP"), "image/format,png").content
    assert difference(Image.open(io.BytesIO(content)), scene(200, 150)) == 0
    assert len(content) < 200 * 150 * 3
