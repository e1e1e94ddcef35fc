"""Circles and rounded corners: where they lie, how smooth they are, and what is outside of them."""

import math

import pytest
from PIL import Image
from support_images import animation, corners, encoded, frames, moving_square, picture, refusal, run, scene, shown

from pixoss.processors.arc import cut_round
from pixoss.processors.chain import Chain
from pixoss.processors.geometry import Box, Size

RED = (200, 30, 30)


def plain(width, height, mode="RGB"):
    return encoded(Image.new("RGB", (width, height), RED).convert(mode))


@pytest.mark.parametrize(
    ("size", "radius", "expected"),
    [
        ((400, 267), 100, (99, 33, 300, 234)),
        ((400, 267), 133, (66, 0, 333, 267)),
        ((400, 267), 4096, (66, 0, 333, 267)),
        ((100, 100), 50, (0, 0, 100, 100)),
        ((100, 100), 49, (0, 0, 99, 99)),
        ((30, 100), 2, (12, 47, 17, 52)),
        ((1, 1), 1, (0, 0, 1, 1)),
        ((2, 9), 1, (0, 3, 2, 5)),
    ],
)
def test_the_square_around_a_circle(size, radius, expected):
    (circle,) = Chain.parse(f"image/circle,r_{radius}").operations
    assert circle.box(Size(*size)) == Box(*expected)


def alpha_of(side, radius):
    return cut_round(Image.new("L", (side, side)), radius).getchannel("A")


@pytest.mark.parametrize("diameter", [1, 2, 3, 4, 5, 20, 21, 99, 200, 201])
def test_a_disc_has_the_area_of_a_disc(diameter):
    alpha = alpha_of(diameter, diameter / 2)
    area = sum(alpha.tobytes()) / 255
    assert area == pytest.approx(math.pi * diameter**2 / 4, abs=0.004 * diameter + 0.01)


@pytest.mark.parametrize(("diameter", "radius"), [(9, 4.5), (20, 10), (20, 5), (21, 7.5), (40, 1)])
def test_an_edge_pixel_counts_by_how_much_of_it_is_inside(diameter, radius):
    alpha = alpha_of(diameter, radius).load()
    fine = [(step + 0.5) / 50 for step in range(50)]
    for x in range(math.ceil(radius)):
        for y in range(math.ceil(radius)):
            left = [min(radius, x + part) for part in fine]
            upper = [min(radius, y + part) for part in fine]
            inside = sum((radius - a) ** 2 + (radius - b) ** 2 <= radius**2 for a in left for b in upper)
            assert alpha[x, y] / 255 == pytest.approx(inside / 2500, abs=0.02)


@pytest.mark.parametrize("radius", [1, 3, 7.5, 20, 22.5])
def test_all_four_corners_are_alike(radius):
    alpha = cut_round(Image.new("RGB", (60, 45)), radius).getchannel("A")
    for turn in (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.ROTATE_180):
        assert alpha.transpose(turn).tobytes() == alpha.tobytes()


def test_the_largest_radius_is_no_matter_of_memory():
    alpha = alpha_of(8193, 4096.5)
    assert [alpha.getpixel(at) for at in ((0, 0), (4096, 0), (4096, 4096), (8192, 8192))] == [0, 255, 255, 0]


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("action", ["circle", "rounded-corners"])
def test_every_mode_gets_transparent_corners(mode, action):
    result = shown(encoded(scene(60, 40, mode)), f"image/{action},r_4096")
    assert result.mode in ("LA", "RGBA")
    assert [pixel[-1] for pixel in corners(result)] == [0] * 4


def test_what_was_transparent_stays_so():
    image = Image.new("RGBA", (40, 40), (*RED, 100))
    result = shown(encoded(image), "image/rounded-corners,r_10")
    assert result.getpixel((20, 20)) == (*RED, 100)
    assert 0 < result.getpixel((3, 3))[3] <= 100
    assert result.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("target", ["png", "webp", "bmp", "tiff", "avif", "heic"])
@pytest.mark.parametrize("action", ["circle,r_20", "rounded-corners,r_20"])
def test_formats_with_alpha_are_transparent_outside(target, action):
    content = run(plain(40, 40), f"image/{action}/format,{target}").content
    result = shown(content, "image/format,png").convert("RGBA")
    assert all(pixel[3] <= 2 for pixel in corners(result))
    assert result.getpixel((20, 20))[3] >= 253
    assert all(abs(a - b) < 12 for a, b in zip(result.getpixel((20, 20)), RED, strict=False))


@pytest.mark.parametrize("action", ["circle,r_20", "rounded-corners,r_20"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_is_white_outside(action, mode):
    result = shown(encoded(Image.new(mode, (41, 41)), "JPEG", quality=95), f"image/{action}")
    assert result.mode == mode
    assert all(min(pixel) > 250 if mode == "RGB" else pixel > 250 for pixel in corners(result))
    assert result.convert("L").getpixel((20, 20)) < 5


def test_a_gif_becomes_still():
    for action in ("circle", "rounded-corners"):
        content = run(animation(moving_square(3)), f"image/{action},r_20").content
        ((frame, _),) = frames(content)
        assert frame.getpixel((0, 0))[3] == 0


def test_sizes():
    source = picture(400, 267, "JPEG")
    assert shown(source, "image/circle,r_100/format,png").size == (201, 201)
    assert shown(source, "image/rounded-corners,r_30").size == (400, 267)
    assert shown(source, "image/crop,w_100,h_100/rounded-corners,r_10/format,png").size == (100, 100)
    assert shown(encoded(scene(1, 1)), "image/circle,r_5").size == (1, 1)
    assert shown(encoded(scene(3, 1)), "image/rounded-corners,r_5").size == (3, 1)


@pytest.mark.parametrize(("action", "ec"), [("circle", 233), ("rounded-corners", 237)])
@pytest.mark.parametrize("value", ["0", "4097", "5000", "abc", "-1", "", "1.5", "1e2"])
def test_bad_radii(action, ec, value):
    error = refusal(picture(9, 9), f"image/{action},r_{value}")
    assert (error.code, error.ec) == ("InvalidArgument", f"0040-{ec:08d}")
    assert error.message == f"The value: {value} of parameter: r is invalid."


@pytest.mark.parametrize("action", ["circle", "rounded-corners"])
def test_a_radius_is_needed(action):
    for text in (f"image/{action}", f"image/{action},x_5", f"image/{action},100"):
        assert (refusal(picture(9, 9), text).code, refusal(picture(9, 9), text).parameter) == ("MissingArgument", "r")
