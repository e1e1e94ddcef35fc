"""``bright``, ``contrast``, ``sharpen``, ``blur`` and ``interlace``: grammar, formulas, and what they leave alone."""

import io

import numpy as np
import pytest
from PIL import Image
from support_images import animation, encoded, frames, moving_square, picture, refusal, run, scene, shown

from pixoss.processors.chain import Chain
from pixoss.processors.errors import InvalidArgumentError, MissingArgumentError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.operations import OPERATIONS

GREYS = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
TRANSPARENT = encoded(scene(40, 30, "RGBA"))


def greys(text):
    return np.asarray(shown(encoded(GREYS), f"image/{text}")).reshape(-1).astype(int)


def values():
    return np.arange(256)


@pytest.mark.parametrize(
    ("text", "error", "ec", "parameter"),
    [
        ("bright", MissingArgumentError, 245, "bright"),
        ("bright,101", InvalidArgumentError, 246, "bright"),
        ("bright,-101", InvalidArgumentError, 246, "bright"),
        ("bright,abc", InvalidArgumentError, 246, "bright"),
        ("bright,+5", InvalidArgumentError, 246, "bright"),
        ("bright,--5", InvalidArgumentError, 246, "bright"),
        ("bright,-", InvalidArgumentError, 246, "bright"),
        ("bright,1.5", InvalidArgumentError, 246, "bright"),
        ("bright,\uff11", InvalidArgumentError, 246, "bright"),
        ("bright,b_50", InvalidArgumentError, 246, "b"),
        ("bright,1,2", InvalidArgumentError, 203, "bright"),
        ("contrast", MissingArgumentError, None, "contrast"),
        ("contrast,101", InvalidArgumentError, None, "contrast"),
        ("contrast,-101", InvalidArgumentError, None, "contrast"),
        ("contrast,1,2", InvalidArgumentError, 203, "contrast"),
        ("sharpen", MissingArgumentError, 279, "sharpen"),
        ("sharpen,49", InvalidArgumentError, 280, "sharpen"),
        ("sharpen,400", InvalidArgumentError, 280, "sharpen"),
        ("sharpen,-100", InvalidArgumentError, 280, "sharpen"),
        ("sharpen,1_00", InvalidArgumentError, 280, "1"),
        ("sharpen,50,60", InvalidArgumentError, 203, "sharpen"),
        ("blur", MissingArgumentError, None, "r"),
        ("blur,r_3", MissingArgumentError, None, "s"),
        ("blur,s_3", MissingArgumentError, None, "r"),
        ("blur,r_0,s_3", InvalidArgumentError, None, "r"),
        ("blur,r_3,s_0", InvalidArgumentError, None, "s"),
        ("blur,r_51,s_3", InvalidArgumentError, None, "r"),
        ("blur,r_3,s_51", InvalidArgumentError, None, "s"),
        ("blur,r_3,s_-2", InvalidArgumentError, None, "s"),
        ("blur,r_3,s_2.5", InvalidArgumentError, None, "s"),
        ("interlace", MissingArgumentError, 281, "interlace"),
        ("interlace,2", InvalidArgumentError, 282, "interlace"),
        ("interlace,true", InvalidArgumentError, 282, "interlace"),
        ("interlace,1,1", InvalidArgumentError, 203, "interlace"),
    ],
)
def test_refusals(text, error, ec, parameter):
    with pytest.raises(error) as caught:
        Chain.parse(f"image/{text}")
    assert type(caught.value) is error
    assert caught.value.ec == (None if ec is None else f"0040-{ec:08d}")
    assert caught.value.parameter == parameter


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("bright,050", "bright,50"),
        ("bright,-100", "bright,-100"),
        ("bright,-0", "bright,0"),
        ("contrast,100", "contrast,100"),
        ("sharpen,399", "sharpen,399"),
        ("blur,s_2,r_3", "blur,r_3,s_2"),
        ("interlace,1/format,jpg", "format,jpg/interlace,1"),
        ("interlace,1/interlace,0", "interlace,0"),
    ],
)
def test_canonical_text(text, canonical):
    assert str(Chain.parse(f"image/{text}")) == f"image/{canonical}"
    assert Chain.parse(f"image/{canonical}") == Chain.parse(f"image/{text}")


@pytest.mark.parametrize("change", [-100, -1, 0, 50, 100])
def test_bright_adds(change):
    assert np.array_equal(greys(f"bright,{change}"), np.clip(values() + change, 0, 255))


@pytest.mark.parametrize(("change", "gain"), [(-100, 0.5), (-50, 0.75), (0, 1.0), (1, 1.01), (50, 1.5), (100, 2.0)])
def test_contrast_turns_about_middle_grey(change, gain):
    result = greys(f"contrast,{change}")
    assert np.array_equal(result, np.clip(np.rint((values() - 128) * gain + 128), 0, 255))
    assert result[128] == 128


@pytest.mark.parametrize("fidelity", Fidelity)
@pytest.mark.parametrize("text", ["bright,40", "contrast,-30", "sharpen,200"])
def test_alpha_is_untouched(text, fidelity):
    alpha = shown(TRANSPARENT, "image/rotate,0").getchannel("A")
    result = shown(TRANSPARENT, f"image/{text}", fidelity=fidelity)
    assert result.getchannel("A").tobytes() == alpha.tobytes()
    assert result.convert("RGB").tobytes() != shown(TRANSPARENT, "image/rotate,0").convert("RGB").tobytes()


def contrast_at_the_edge(text, fidelity):
    edge = Image.new("L", (60, 20), 80)
    edge.paste(160, (30, 0, 60, 20))
    return np.asarray(shown(encoded(edge), f"image/{text}", fidelity=fidelity))[10].astype(int)


@pytest.mark.parametrize("fidelity", Fidelity)
def test_sharpen_lifts_an_edge_and_the_more_the_stronger(fidelity):
    rows = [contrast_at_the_edge(f"sharpen,{strength}", fidelity) for strength in (50, 100, 399)]
    for row in rows:
        assert row[29] < 80 and row[30] > 160
        assert (row[5], row[55]) == (80, 160)
    lifted = [np.abs(row - np.where(np.arange(60) < 30, 80, 160)).sum() for row in rows]
    assert lifted[0] < lifted[1] < lifted[2]


def test_sharpen_100_is_seven_tenths_of_a_gaussian_of_one_pixel():
    pytest.importorskip("cv2")
    row = contrast_at_the_edge("sharpen,100", Fidelity.EXACT)
    weights = np.exp(-(np.arange(-3, 4) ** 2) / 2)
    weights /= weights.sum()
    above = 80 * weights[4:].sum()
    assert row[29] == round(80 - 0.7 * above)


@pytest.mark.parametrize("fidelity", Fidelity)
def test_blur_softens_within_its_radius(fidelity):
    row = contrast_at_the_edge("blur,r_5,s_50", fidelity)
    assert list(row) == sorted(row)
    assert 115 <= row[29] <= 120 <= row[30] <= 125
    if fidelity is Fidelity.EXACT:
        pytest.importorskip("cv2")
        assert (row[24], row[35]) == (80, 160)
        assert row[25] > 80 and row[34] < 160


def test_blur_goes_by_the_curve_of_its_spread():
    assert OPERATIONS["blur"](radius=3, spread=1).sigma == pytest.approx(1.1036)
    assert OPERATIONS["blur"](radius=3, spread=50).sigma == pytest.approx(44.6156)
    rows = [contrast_at_the_edge(f"blur,r_20,s_{spread}", Fidelity.EXACT) for spread in (1, 5, 20)]
    steepest = [np.diff(row).max() for row in rows]
    assert steepest[0] > steepest[1] > steepest[2]


def is_progressive(content):
    return Image.open(io.BytesIO(content)).info.get("progressive", 0) == 1


@pytest.mark.parametrize(
    ("text", "progressive"),
    [
        ("interlace,1", True),
        ("interlace,0", False),
        ("rotate,0", False),
        ("interlace,1/resize,w_20", True),
        ("resize,w_20/interlace,1", True),
        ("interlace,1/format,jpg", True),
        ("format,jpg/interlace,1", True),
        ("interlace,1/interlace,0", False),
        ("interlace,1/quality,Q_50", True),
    ],
)
@pytest.mark.parametrize("was_progressive", [False, True])
def test_interlace_makes_a_progressive_jpeg(text, progressive, was_progressive):
    source = picture(60, 40, "JPEG", progressive=was_progressive)
    assert is_progressive(run(source, f"image/{text}").content) is progressive


def test_progressive_pixels_are_the_same():
    source = picture(60, 40, "JPEG")
    assert shown(source, "image/interlace,1").tobytes() == shown(source, "image/interlace,0").tobytes()


@pytest.mark.parametrize("pillow_format", ["PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_interlace_is_ignored_elsewhere(pillow_format):
    source = picture(30, 20, pillow_format)
    assert run(source, "image/interlace,1").content == run(source, "image/interlace,0").content


@pytest.mark.parametrize("text", ["bright,10", "contrast,10", "sharpen,100", "blur,r_2,s_2", "interlace,1"])
def test_an_animation_becomes_its_first_frame(text):
    source = animation(moving_square(3))
    assert len(frames(run(source, f"image/{text}").content)) == 1


@pytest.mark.parametrize("text", ["bright,0", "contrast,0"])
def test_zero_changes_nothing(text):
    source = encoded(scene(30, 20))
    assert shown(source, f"image/{text}").tobytes() == scene(30, 20).tobytes()


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "I;16", "L", "LA", "RGBA"])
@pytest.mark.parametrize("text", ["bright,10", "contrast,10", "sharpen,100", "blur,r_2,s_2"])
def test_sources_of_all_modes(mode, text):
    image = scene(20, 20).convert("L").convert("I").convert("I;16") if mode == "I;16" else scene(20, 20).convert(mode)
    source = encoded(image, "TIFF")
    assert shown(source, f"image/{text}/format,png").size == (20, 20)


def test_a_refusal_comes_before_the_picture_is_read():
    assert refusal(b"no picture at all", "image/bright,999").ec == "0040-00000246"
