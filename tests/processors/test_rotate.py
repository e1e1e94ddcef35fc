"""``rotate`` on pixels: quarter turns exactly, other angles on a grown canvas."""

import pytest
from PIL import Image
from support_images import corners, difference, encoded, picture, refusal, scene, shown

from pixoss.processors.geometry import Size, rotated
from pixoss.processors.kernels.simd import SimdKernel
from pixoss.processors.limits import Limits
from pixoss.processors.params import WHITE

SOURCE = picture(60, 40)


@pytest.mark.parametrize(
    ("degrees", "turn"),
    [
        (0, None),
        (90, Image.Transpose.ROTATE_270),
        (180, Image.Transpose.ROTATE_180),
        (270, Image.Transpose.ROTATE_90),
        (360, None),
    ],
)
def test_quarter_turns_move_pixels_clockwise(degrees, turn):
    expected = scene(60, 40)
    expected = expected if turn is None else expected.transpose(turn)
    assert shown(SOURCE, f"image/rotate,{degrees}").tobytes() == expected.tobytes()


@pytest.mark.parametrize("degrees", [1, 30, 45, 89, 91, 135, 200, 301, 359])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_other_angles_grow_the_canvas(degrees, mode):
    turned = shown(picture(60, 40, mode=mode), f"image/rotate,{degrees}")
    assert (turned.size, turned.mode) == (rotated(Size(60, 40), degrees), mode)


@pytest.mark.parametrize(
    ("mode", "corner"), [("L", 255), ("LA", (0, 0)), ("RGB", (255, 255, 255)), ("RGBA", (0, 0, 0, 0))]
)
def test_corners_are_transparent_where_there_is_alpha_else_white(mode, corner):
    turned = shown(encoded(Image.new(mode, (60, 40))), "image/rotate,45")
    assert list(corners(turned)) == [corner] * 4


@pytest.mark.parametrize("degrees", [0, 360])
def test_a_full_turn_touches_nothing(degrees):
    image = scene(30, 20)
    assert SimdKernel().rotate(image, degrees, WHITE) is image


def test_corners_are_white_in_a_jpeg_of_a_transparent_source():
    turned = shown(encoded(Image.new("RGBA", (60, 40), "black")), "image/rotate,45/format,jpg")
    assert all(min(pixel) > 250 for pixel in corners(turned))


@pytest.mark.parametrize("degrees", [10, 77, 123, 250])
def test_the_picture_turns_about_its_middle(degrees):
    image = scene(90, 70)
    turned = shown(encoded(image), f"image/rotate,{degrees}")
    back = shown(encoded(turned), f"image/rotate,{360 - degrees}")
    left, upper = (back.width - 90) // 2, (back.height - 70) // 2
    middle = (20, 20, 70, 50)
    again = back.crop((left, upper, left + 90, upper + 70)).crop(middle)
    assert difference(again, image.crop(middle)) < 6


def test_edges_are_smooth():
    turned = shown(encoded(Image.new("L", (60, 40))), "image/rotate,30")
    greys = [value for _, value in turned.getcolors() if 0 < value < 255]
    assert len(greys) > 10


@pytest.mark.parametrize(("size", "refused"), [((4096, 4), False), ((4097, 4), True), ((4, 4097), True)])
def test_sides_past_4096_are_refused(size, refused):
    source = encoded(Image.new("L", size))
    assert shown(source, "image/rotate,0").size == size
    if not refused:
        assert shown(source, "image/rotate,90").size == size[::-1]
        return
    error = refusal(source, "image/rotate,90")
    assert (error.code, error.ec) == ("BadRequest", None)
    assert error.message == "Picture exceed the maximum allowable rotation range."


def test_a_large_source_may_be_turned_once_it_is_small():
    assert shown(picture(60, 40), "image/resize,w_30/rotate,90", limits=Limits(rotate_side=30)).size == (20, 30)
