"""``auto-orient``: all eight orientations, on by default, before everything else."""

import pytest
from PIL import Image
from support_images import difference, encoded, refusal, scene, shown

from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits

Turn = Image.Transpose
UPRIGHT = scene(64, 32)
AWAY_FROM_UPRIGHT = {
    1: None,
    2: Turn.FLIP_LEFT_RIGHT,
    3: Turn.ROTATE_180,
    4: Turn.FLIP_TOP_BOTTOM,
    5: Turn.TRANSPOSE,
    6: Turn.ROTATE_90,
    7: Turn.TRANSVERSE,
    8: Turn.ROTATE_270,
}


def stored(orientation, pillow_format, image=UPRIGHT):
    """A file whose pixels lie as the orientation says."""
    turn = AWAY_FROM_UPRIGHT.get(orientation)
    image = image if turn is None else image.transpose(turn)
    if pillow_format == "TIFF":
        return encoded(image, "TIFF", tiffinfo={274: orientation})
    exif = Image.Exif()
    exif[274] = orientation
    return encoded(image, pillow_format, exif=exif.tobytes(), quality=95, lossless=True, subsampling=0)


@pytest.mark.parametrize("pillow_format", ["JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", AWAY_FROM_UPRIGHT)
def test_every_orientation_is_put_upright(orientation, pillow_format):
    source = stored(orientation, pillow_format)
    for text in ("image/format,png", "image/auto-orient,1/format,png"):
        result = shown(source, text)
        assert difference(result.convert("RGB"), UPRIGHT) < 4


@pytest.mark.parametrize("pillow_format", ["JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", AWAY_FROM_UPRIGHT)
def test_auto_orient_0_leaves_pixels_as_stored(orientation, pillow_format):
    turn = AWAY_FROM_UPRIGHT[orientation]
    expected = UPRIGHT if turn is None else UPRIGHT.transpose(turn)
    result = shown(stored(orientation, pillow_format), "image/auto-orient,0/format,png")
    assert difference(result.convert("RGB"), expected) < 4


@pytest.mark.parametrize("fidelity", Fidelity)
@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("image/resize,w_100", (100, 127)),
        ("image/resize,w_100/auto-orient,1", (100, 127)),
        ("image/auto-orient,1/resize,w_100", (100, 127)),
        ("image/resize,w_100/auto-orient,0", (100, 79)),
        ("image/crop,w_300,h_400/auto-orient,1", (300, 400)),
    ],
)
def test_it_comes_first_wherever_it_stands(text, size, fidelity):
    source = stored(7, "JPEG", scene(333, 424))
    assert shown(source, text, fidelity=fidelity).size == size


def test_results_carry_no_orientation():
    assert shown(stored(6, "JPEG"), "image/resize,w_20").getexif() == {}
    assert shown(stored(6, "WEBP"), "image/resize,w_20").getexif() == {}
    assert 274 not in shown(stored(6, "TIFF"), "image/resize,w_20").tag_v2


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_orientations_that_do_not_exist_mean_nothing(orientation):
    for pillow_format in ("JPEG", "TIFF"):
        assert shown(stored(orientation, pillow_format), "image/resize,w_20").size == (20, 10)


def test_sides_past_the_limit_are_refused_if_there_is_something_to_turn():
    limits = Limits(rotate_side=63)
    for orientation in (2, 6):
        error = refusal(stored(orientation, "JPEG"), "image/resize,w_5", limits=limits)
        assert (error.code, error.ec) == ("BadRequest", None)
        assert error.message == "Picture exceed the maximum allowable rotation range."
    assert shown(stored(6, "JPEG"), "image/resize,w_5/auto-orient,0", limits=limits).size == (5, 10)
    assert shown(stored(1, "JPEG"), "image/resize,w_6/auto-orient,1", limits=limits).size == (6, 3)
