"""``crop`` on pixels: nine places, offsets, clipping, and starts outside the picture."""

import pytest
from support_images import picture, refusal, scene, shown

WIDTH, HEIGHT = 400, 267
SOURCE = picture(WIDTH, HEIGHT)
SCENE = scene(WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("arguments", "box"),
    [
        ("x_100,y_50", (100, 50, 400, 267)),
        ("x_100,y_50,w_100,h_100", (100, 50, 200, 150)),
        ("w_100", (0, 0, 100, 267)),
        ("h_100", (0, 0, 400, 100)),
        ("w_0,h_0", (0, 0, 400, 267)),
        ("w_0,h_0,x_10,y_10", (10, 10, 400, 267)),
        ("x_0,y_0,w_10000,h_10000", (0, 0, 400, 267)),
        ("x_399,y_266,w_10,h_10", (399, 266, 400, 267)),
        ("g_center", (0, 0, 400, 267)),
        # the nine places; 267 - 100 is odd
        ("w_200,h_100,g_nw", (0, 0, 200, 100)),
        ("w_200,h_100,g_north", (100, 0, 300, 100)),
        ("w_200,h_100,g_ne", (200, 0, 400, 100)),
        ("w_200,h_100,g_west", (0, 83, 200, 183)),
        ("w_200,h_100,g_center", (100, 83, 300, 183)),
        ("w_200,h_100,g_east", (200, 83, 400, 183)),
        ("w_200,h_100,g_sw", (0, 167, 200, 267)),
        ("w_200,h_100,g_south", (100, 167, 300, 267)),
        ("w_200,h_100,g_se", (200, 167, 400, 267)),
        # places moved, and clipped
        ("x_10,y_10,w_200,h_200,g_se", (210, 77, 400, 267)),
        ("x_10,y_20,w_100,h_100,g_center", (160, 103, 260, 203)),
        ("x_100,w_500,h_50,g_east", (100, 108, 400, 158)),
        ("x_5,w_500,h_500,g_center", (5, 0, 400, 267)),
    ],
)
def test_the_rectangle(arguments, box):
    result = shown(SOURCE, f"image/crop,{arguments}")
    assert result.size == (box[2] - box[0], box[3] - box[1])
    assert result.tobytes() == SCENE.crop(box).tobytes()


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        (picture(1, 1), "x_10,y_10,w_100,h_100"),
        (SOURCE, "x_400"),
        (SOURCE, "y_267"),
        (SOURCE, "w_100,x_100,g_ne"),
        (SOURCE, "h_100,y_100,g_se"),
        (SOURCE, "x_999999999"),
    ],
)
def test_starts_outside_the_picture(source, arguments):
    error = refusal(source, f"image/crop,{arguments}")
    assert (error.code, error.ec) == ("CutEdgeExceedRange", None)
    assert error.message == "Advance cut's position is out of image."


def test_the_current_picture_counts_and_not_the_source():
    assert shown(SOURCE, "image/resize,w_100/crop,x_50,w_100").size == (50, 67)
    assert refusal(SOURCE, "image/resize,w_100/crop,x_100").code == "CutEdgeExceedRange"
