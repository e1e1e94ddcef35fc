"""Slices of a picture."""

import pytest
from support_images import animation, encoded, frames, moving_square, picture, refusal, scene, shown

from pixoss.processors.chain import Chain
from pixoss.processors.geometry import Box, Size
from pixoss.processors.operations import OPERATIONS

SIZE = Size(400, 267)


def box(text):
    (operation,) = Chain.parse(f"image/{text}").operations
    return operation.box(SIZE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("indexcrop,x_100", (0, 0, 100, 267)),
        ("indexcrop,x_100,i_0", (0, 0, 100, 267)),
        ("indexcrop,x_100,i_3", (300, 0, 400, 267)),
        ("indexcrop,x_100,i_4", (0, 0, 400, 267)),
        ("indexcrop,x_250,i_1", (0, 0, 400, 267)),
        ("indexcrop,x_400", (0, 0, 400, 267)),
        ("indexcrop,x_401", (0, 0, 400, 267)),
        ("indexcrop,x_999999999,i_999999999", (0, 0, 400, 267)),
        ("indexcrop,y_100,i_0", (0, 0, 400, 100)),
        ("indexcrop,y_100,i_1", (0, 100, 400, 200)),
        ("indexcrop,y_200,i_1", (0, 0, 400, 267)),
        ("indexcrop,y_100,i_10", (0, 0, 400, 267)),
        ("indexcrop,y_267", (0, 0, 400, 267)),
        ("indexcrop,y_1,i_266", (0, 266, 400, 267)),
        ("indexcrop,x_100,y_50,i_2", (0, 100, 400, 150)),
    ],
)
def test_the_slice(text, expected):
    assert box(text) == Box(*expected)


@pytest.mark.parametrize(
    ("text", "code", "ec", "parameter", "value"),
    [
        ("image/indexcrop", "MissingArgument", None, "indexcrop", None),
        ("image/indexcrop,i_1", "MissingArgument", None, "indexcrop", None),
        ("image/indexcrop,x_abc", "InvalidArgument", 223, "x", "abc"),
        ("image/indexcrop,x", "InvalidArgument", 223, "x", ""),
        ("image/indexcrop,x_-1", "InvalidArgument", 223, "x", "-1"),
        ("image/indexcrop,y_abc,i_0", "InvalidArgument", 224, "y", "abc"),
        ("image/indexcrop,y_1.5", "InvalidArgument", 224, "y", "1.5"),
        ("image/indexcrop,x_100,i_abc", "InvalidArgument", 229, "i", "abc"),
        ("image/indexcrop,x_100,i_-1", "InvalidArgument", 229, "i", "-1"),
        ("image/indexcrop,x_0", "InvalidArgument", 230, "x", "0"),
        ("image/indexcrop,x_0,y_100", "InvalidArgument", 230, "x", "0"),
        ("image/indexcrop,y_0,i_1", "InvalidArgument", 230, "y", "0"),
        ("image/indexcrop,x_100,y_000", "InvalidArgument", 230, "y", "0"),
    ],
)
def test_refusals(text, code, ec, parameter, value):
    error = refusal(picture(9, 9), text)
    assert (error.code, error.ec) == (code, f"0040-{ec:08d}" if ec else None)
    assert (error.parameter, error.value) == (parameter, value)


def test_the_text_leaves_out_what_does_not_count():
    assert str(Chain.parse("image/indexcrop,i_0,x_100")) == "image/indexcrop,x_100"
    assert str(Chain.parse("image/indexcrop,x_100,i_2,y_50")) == "image/indexcrop,y_50,i_2"


def test_pixels_are_those_of_the_slice():
    result = shown(picture(40, 30), "image/indexcrop,x_10,i_2")
    assert result.tobytes() == scene(40, 30).crop((20, 0, 30, 30)).tobytes()


def test_it_works_on_the_picture_as_it_has_become():
    assert shown(picture(40, 30), "image/resize,w_20/indexcrop,x_10,i_1").size == (10, 15)


def test_a_moving_picture_becomes_still():
    assert len(frames(shown(animation(moving_square(3)), "image/indexcrop,x_50,i_1"))) == 1
    assert not OPERATIONS["indexcrop"](width=5).keeps_motion


def test_one_pixel():
    assert shown(encoded(scene(1, 1)), "image/indexcrop,x_1").size == (1, 1)
