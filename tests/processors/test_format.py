"""``format`` and ``quality``: what is written, from what, how well."""

import io

import pytest
from PIL import Image
from support_images import animation, corners, encoded, frames, moving_square, picture, refusal, run, scene, shown

from pixoss.processors.limits import Limits

FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP", "tiff": "TIFF"}
MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
}


def quality_of(content):
    """The luminance table of a JPEG, which grows as quality falls."""
    return sum(content.quantization[0])


def written_at(quality, image):
    """The same measure of the image as Pillow writes it at that quality."""
    return quality_of(Image.open(io.BytesIO(encoded(image, "JPEG", quality=quality))))


@pytest.mark.parametrize("source", FORMATS)
def test_without_a_format_the_source_s_is_kept(source):
    result = run(picture(40, 30, FORMATS[source]), "image/resize,w_20")
    assert (result.format, result.media_type) == (source, MEDIA_TYPES[source])
    assert shown(picture(40, 30, FORMATS[source]), "image/resize,w_20").format == FORMATS[source]


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("target", FORMATS)
def test_every_format_becomes_every_other_but_only_a_gif_a_gif(source, target):
    result = run(picture(40, 30, FORMATS[source]), f"image/format,{target}")
    expected = source if target == "gif" else target
    assert (result.format, result.media_type) == (expected, MEDIA_TYPES[expected])
    image = shown(picture(40, 30, FORMATS[source]), f"image/format,{target}")
    assert (image.format, image.size) == (FORMATS[expected], (40, 30))


@pytest.mark.parametrize("text", ["image/format,png/resize,w_20", "image/resize,w_20/format,png"])
def test_the_place_of_format_does_not_matter(text):
    assert shown(picture(40, 30, "JPEG"), text).format == "PNG"


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_a_jpeg_of_a_transparent_picture_is_white_and_never_black(mode):
    image = shown(encoded(Image.new(mode, (40, 30))), "image/format,jpg")
    assert image.mode == mode[:-1]
    assert all(pixel in (255, (255, 255, 255)) for pixel in corners(image))


@pytest.mark.parametrize("target", ["png", "webp", "bmp", "tiff"])
def test_transparency_is_kept_where_it_can_be(target):
    image = Image.new("RGBA", (40, 30), (200, 100, 50, 128))
    image.paste((0, 0, 0, 0), (20, 0, 40, 30))
    result = shown(encoded(image), f"image/format,{target}")
    assert result.mode == "RGBA"
    assert result.getpixel((30, 15))[3] == 0
    assert all(abs(a - b) < 12 for a, b in zip(result.getpixel((8, 15)), (200, 100, 50, 128), strict=True))


@pytest.mark.parametrize("target", ["png", "webp", "tiff", "bmp"])
def test_grey_with_alpha_is_written(target):
    assert shown(picture(40, 30, mode="LA"), f"image/format,{target}").convert("LA").size == (40, 30)


@pytest.mark.parametrize(("target", "mode"), [("jpg", "L"), ("png", "L"), ("tiff", "L"), ("webp", "RGB")])
def test_grey_stays_grey_where_the_format_has_it(target, mode):
    assert shown(picture(40, 30, mode="L"), f"image/format,{target}").mode == mode


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("image/resize,w_40", 75),
        ("image/quality,Q_40", 40),
        ("image/quality,Q_90", 75),
        ("image/quality,40", 40),
        ("image/quality,q_40", 30),
        ("image/quality,q_90", 68),  # 67.5
        ("image/quality,q_1", 1),
        ("image/quality,q_100", 75),
        ("image/quality,q_10,Q_50", 50),
        ("image/quality,q_10/quality,Q_50", 50),
    ],
)
def test_quality_of_a_jpeg_source(text, quality):
    image = scene(80, 60)
    assert quality_of(shown(encoded(image, "JPEG", quality=75), text)) == written_at(quality, image)


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("image/format,jpg", 80),
        ("image/format,jpg/quality,Q_95", 95),
        ("image/quality,q_40/format,jpg", 40),
        ("image/quality,30/format,jpg", 30),
    ],
)
def test_quality_of_other_sources_is_taken_as_it_stands(text, quality):
    image = scene(80, 60)
    assert quality_of(shown(encoded(image, "PNG"), text)) == written_at(quality, image)


def test_quality_of_webp():
    source = picture(200, 150, "WEBP", quality=95)
    sizes = [len(run(source, f"image/quality,{letter}_{value}").content) for letter in "qQ" for value in (10, 50, 90)]
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[:3] == sizes[3:]
    assert len(run(source, "image/resize,p_100").content) == len(run(source, "image/quality,Q_80").content)


def test_quality_of_a_webp_from_a_jpeg_is_bound_by_the_jpeg_s():
    source = picture(200, 150, "JPEG", quality=60)
    high, bound = (len(run(source, f"image/format,webp/quality,Q_{value}").content) for value in (100, 60))
    assert high == bound
    assert len(run(source, "image/format,webp").content) > bound


@pytest.mark.parametrize("target", ["png", "bmp", "tiff"])
def test_quality_means_nothing_to_lossless_formats(target):
    source = picture(40, 30)
    assert run(source, f"image/format,{target}/quality,Q_1").content == run(source, f"image/format,{target}").content


def test_webp_sides_are_limited():
    source = encoded(Image.new("L", (16_384, 1)))
    error = refusal(source, "image/format,webp")
    assert (error.code, error.ec) == ("ImageTooLarge", "0040-00000011")
    assert shown(source, "image/crop,w_16383/format,webp").size == (16_383, 1)
    assert refusal(picture(9, 5), "image/format,webp", limits=Limits(webp_side=8)).ec == "0040-00000011"


def test_a_moving_gif_becomes_a_still_picture_or_a_moving_webp():
    source = animation(moving_square(3))
    for target, count in {"jpg": 1, "png": 1, "bmp": 1, "tiff": 1, "webp": 3, "gif": 3}.items():
        assert len(frames(run(source, f"image/format,{target}").content)) == count
