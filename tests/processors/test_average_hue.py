"""The colour that a picture mostly has."""

from pathlib import Path

import pytest
from PIL import Image
from support_images import animation, encoded, picture, refusal, run, scene

from pixoss.processors.chain import Chain
from pixoss.processors.limits import Limits
from pixoss.processors.operations import HeaderQuery, PixelQuery
from pixoss.processors.operations.average_hue import average_hue

EXAMPLE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "example.jpg"
RED, GREEN, BLUE, ORANGE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 128, 0)


def stripes(*colors):
    """One column of pixels for every colour."""
    image = Image.new("RGB", (len(colors), 3))
    for x, color in enumerate(colors):
        image.paste(color, (x, 0, x + 1, 3))
    return image


def pixel_by_pixel(image):
    """The definition, slowly; hues as Pillow reckons them."""
    pixels = list(zip(*[iter(image.tobytes())] * 3, strict=True))
    hues = list(image.convert("HSV").getchannel("H").tobytes())
    mean = sum(hues) / len(hues)
    kept = [pixel for pixel, hue in zip(pixels, hues, strict=True) if abs(hue - mean) <= 32] or pixels
    return tuple(sum(band) // len(kept) for band in zip(*kept, strict=True))


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the shared samples are absent")
def test_the_one_documented_answer():
    rendered = run(EXAMPLE.read_bytes(), "image/average-hue")
    assert rendered.content == b'{"RGB": "0x5c783b"}'
    assert (rendered.media_type, rendered.format) == ("application/json", "json")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (stripes(RED), RED),
        (stripes((1, 2, 3)), (1, 2, 3)),
        (stripes((77, 77, 77)), (77, 77, 77)),
        (stripes(GREEN, GREEN, GREEN, GREEN, GREEN, RED), GREEN),
        (stripes(RED, ORANGE), (255, 64, 0)),
        (stripes(RED, BLUE), (127, 0, 127)),  # the mean hue is green, and nothing is near it
        (stripes((255, 0, 1), RED), (255, 0, 0)),  # the circle of hues is cut open at red
    ],
)
def test_what_is_near_the_mean_hue_counts(image, expected):
    assert average_hue(image) == expected


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (80, 60)])
def test_histograms_give_what_pixel_by_pixel_does(size):
    for image in (scene(*size), scene(*size).rotate(90), Image.effect_noise(size, 90).convert("RGB")):
        assert average_hue(image) == pixel_by_pixel(image)


def test_the_body_has_two_digits_a_channel():
    assert run(encoded(stripes((1, 2, 3))), "image/average-hue").content == b'{"RGB": "0x010203"}'


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "I;16"])
def test_any_mode_will_do(mode):
    image = Image.new("I", (5, 5), 128 * 257).convert("I;16") if mode == "I;16" else scene(5, 5).convert(mode)
    assert run(encoded(image, "TIFF"), "image/average-hue").content.startswith(b'{"RGB": "0x')


def test_transparent_parts_count_as_white():
    assert run(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0))), "image/average-hue").content == b'{"RGB": "0xffffff"}'


def test_of_an_animation_the_first_frame_counts():
    images = [Image.new("RGB", (20, 20), color) for color in (RED, BLUE)]
    assert run(animation(images), "image/average-hue").content == b'{"RGB": "0xff0000"}'


def test_other_actions_are_moot():
    alone = run(picture(40, 30), "image/average-hue").content
    assert run(picture(40, 30), "image/resize,w_5/average-hue/format,png").content == alone
    assert str(Chain.parse("image/rotate,90/average-hue/info")) == "image/average-hue"
    assert str(Chain.parse("image/info/average-hue")) == "image/info"


def test_a_turned_picture_need_not_be_turned_for_it():
    exif = Image.Exif()
    exif[274] = 6
    source = picture(40, 30, "JPEG", exif=exif.tobytes())
    assert run(source, "image/average-hue", limits=Limits(rotate_side=20)).content.startswith(b'{"RGB"')


def test_info_is_of_the_header_and_average_hue_of_the_pixels():
    assert isinstance(Chain.parse("image/info").query, HeaderQuery)
    assert isinstance(Chain.parse("image/average-hue").query, PixelQuery)
    broken = picture(400, 300, "PNG")[:400]
    assert b'"ImageWidth": {"value": "400"}' in run(broken, "image/info").content
    assert refusal(broken, "image/average-hue").code == "ImageDamage"


def test_values_are_ignored():
    assert run(encoded(stripes(RED)), "image/average-hue,x_1").content == b'{"RGB": "0xff0000"}'
