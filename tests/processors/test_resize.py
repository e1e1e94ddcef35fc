"""``resize`` on pixels: sizes, cuts, margins, limits."""

import pytest
from PIL import Image
from support_images import difference, encoded, picture, refusal, run, scene, shown

from pixoss.processors.geometry import Size
from pixoss.processors.kernels.simd import SimdKernel, filter_for
from pixoss.processors.limits import Limits

LANDSCAPE = picture(400, 267)


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ("w_100", (100, 67)),
        ("h_100", (150, 100)),
        ("w_100,h_100", (100, 67)),
        ("w_100,h_100,m_lfit", (100, 67)),
        ("w_100,h_100,m_mfit", (150, 100)),
        ("w_100,h_100,m_fill", (100, 100)),
        ("w_100,h_100,m_pad", (100, 100)),
        ("w_100,h_100,m_fixed", (100, 100)),
        ("w_100,m_fill", (100, 100)),
        ("h_100,m_pad", (100, 100)),
        ("h_100,m_fixed", (100, 100)),
        ("l_100", (100, 67)),
        ("s_100", (150, 100)),
        ("s_100,l_100", (100, 67)),
        ("l_100,s_100,m_fixed,limit_0", (100, 100)),
        ("l_200,s_50,m_mfit", (200, 134)),
        ("l_100,m_fixed", (100, 100)),
        ("p_50", (200, 134)),
        ("p_200", (800, 534)),
        ("w_500", (400, 267)),
        ("w_500,limit_0", (500, 334)),
        ("w_500,h_300,m_pad", (400, 267)),
        ("w_500,h_300,m_pad,limit_0", (500, 300)),
        ("w_400", (400, 267)),
        ("w_1", (1, 1)),
        # the keys that win
        ("w_100,l_50,s_50,p_10", (100, 67)),
        ("h_600,l_900,limit_0", (899, 600)),
        ("l_100,p_10", (100, 67)),
    ],
)
def test_sizes(arguments, size):
    assert shown(LANDSCAPE, f"image/resize,{arguments}").size == size


@pytest.mark.parametrize(
    ("arguments", "size"),
    [("l_100", (67, 100)), ("s_100", (100, 150)), ("l_100,s_50", (50, 75)), ("l_100,s_50,m_fixed", (50, 100))],
)
def test_sizes_of_a_portrait(arguments, size):
    assert shown(picture(267, 400), f"image/resize,{arguments}").size == size


def test_the_documented_picture_where_width_or_height_beats_longer():
    assert shown(picture(3924, 2550, "JPEG"), "image/resize,l_900,h_600").size == (923, 600)


def test_a_second_resize_sees_the_result_of_the_first():
    text = "image/resize,w_200,h_100,m_fixed/resize,w_150,h_100,m_lfit"
    assert shown(picture(400, 300), text).size == (150, 75)


def test_pad_lays_the_picture_in_the_middle_of_its_colour():
    padded = shown(LANDSCAPE, "image/resize,m_pad,w_100,h_100,color_FF0000")
    plain = shown(LANDSCAPE, "image/resize,w_100")
    assert padded.crop((0, 16, 100, 83)).tobytes() == plain.tobytes()
    assert padded.crop((0, 0, 100, 16)).getcolors() == [(1600, (255, 0, 0))]
    assert padded.crop((0, 83, 100, 100)).getcolors() == [(1700, (255, 0, 0))]


def test_pad_is_white_unless_told_otherwise():
    assert shown(LANDSCAPE, "image/resize,m_pad,w_100,h_100").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("mode", "color", "result_mode", "ink"),
    [
        ("L", "FF0000", "RGB", (255, 0, 0)),
        ("L", "808080", "L", 128),
        ("LA", "FF0000", "RGBA", (255, 0, 0, 255)),
        ("LA", "808080", "LA", (128, 255)),
        ("RGBA", "00FF00", "RGBA", (0, 255, 0, 255)),
    ],
)
def test_margins_are_opaque_and_grey_stays_grey_where_it_can(mode, color, result_mode, ink):
    padded = shown(picture(100, 50, mode=mode), f"image/resize,m_pad,w_50,h_50,color_{color}")
    assert (padded.mode, padded.getpixel((0, 0))) == (result_mode, ink)


def test_pad_leaves_transparent_pixels_transparent():
    padded = shown(encoded(Image.new("RGBA", (100, 50))), "image/resize,m_pad,w_50,h_50,color_00FF00")
    assert padded.getpixel((25, 25))[3] == 0


def test_fill_cuts_the_middle():
    filled = shown(LANDSCAPE, "image/resize,m_fill,w_100,h_100")
    covering = shown(LANDSCAPE, "image/resize,m_mfit,w_100,h_100")
    assert filled.tobytes() == covering.crop((25, 0, 125, 100)).tobytes()


def test_the_source_resolution_is_kept_and_written_anew():
    source = picture(50, 40, "JPEG", quality=95)
    result = run(source, "image/resize,w_100")
    assert result.format == "jpg" and result.content != source


@pytest.mark.parametrize(
    "arguments",
    [
        "m_fixed,w_5000,h_5000",  # the documented example; the limit of 1 does not excuse it
        "m_fixed,w_5000,h_5000,limit_0",
        "m_fill,w_5000",
        "m_pad,w_16384,h_1025",
        "w_8000,limit_0",
        "w_16384,h_16384,limit_0",
        "p_1000",
        "m_fill,w_16000,h_10,limit_0",
    ],
)
def test_results_past_the_limits(arguments):
    error = refusal(picture(800, 600), f"image/resize,{arguments}")
    assert (error.code, error.ec) == ("ImageTooLarge", "0040-00000007")


@pytest.mark.parametrize("arguments", ["w_16384", "w_16384,h_16384", "w_9000,limit_1", "m_fixed,w_4096,h_4096"])
def test_wishes_that_the_limit_of_1_makes_harmless(arguments):
    assert shown(picture(80, 60), f"image/resize,{arguments}").size == (80, 60)


def test_a_side_past_the_limit_is_refused_too():
    error = refusal(picture(10, 2), "image/resize,h_100,limit_0", limits=Limits(output_side=400))
    assert (error.ec, error.message) == ("0040-00000007", "Maximal size of image supported is 400.")


def test_transparent_pixels_do_not_bleed_their_colour():
    image = Image.new("RGBA", (200, 100), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 97, 100))
    small = shown(encoded(image), "image/resize,w_23")
    assert all(green == 0 for _, (_, green, _, alpha) in small.getcolors(10_000) if alpha)
    assert shown(encoded(image), "image/resize,w_23/format,jpg").getpixel((2, 5))[0] > 250


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_the_mode_stays(mode):
    assert shown(picture(100, 80, mode=mode), "image/resize,w_33").mode == mode


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (400, 100, "BOX"),
        (267, 100, "HAMMING"),
        (400, 400, "BOX"),
        (110, 100, "BILINEAR"),
        (129, 100, "BILINEAR"),
        (131, 100, "HAMMING"),
        (799, 100, "HAMMING"),
        (801, 100, "BOX"),
        (100, 150, "BICUBIC"),
    ],
)
def test_the_filter_follows_the_ratio(before, after, name):
    assert filter_for(before, after).name == name


def test_whole_ratios_are_exact_averages():
    image = scene(240, 120)
    for ratio in (2, 3, 4, 8):
        small = SimdKernel().resample(image, Size(240 // ratio, 120 // ratio))
        assert difference(small, image.reduce(ratio)) < 0.5


def area_average(image, size):
    """The mean of the source under every result pixel, fractions counted: by way of a picture of both sizes at once."""
    width, height = size
    large = image.resize((image.width * width, image.height * height), Image.Resampling.NEAREST)
    return large.reduce((image.width, image.height))


@pytest.mark.parametrize("size", [(57, 41), (43, 29), (31, 17), (20, 17), (11, 7), (7, 5)])
def test_other_ratios_come_near_area_averages(size):
    image = scene(60, 45)
    assert difference(SimdKernel().resample(image, Size(*size)), area_average(image, size)) < 1.6


def test_a_picture_of_the_wanted_size_is_not_touched():
    image = scene(30, 20)
    assert SimdKernel().resample(image, Size(30, 20)) is image
