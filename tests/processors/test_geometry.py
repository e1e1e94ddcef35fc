"""Sizes and positions of resize, crop and rotate, as tables."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixoss.processors.geometry import (
    Box,
    Fit,
    Gravity,
    Layout,
    Size,
    contain,
    cover,
    hang,
    lay_out,
    part,
    percent_of,
    rotated,
    sides,
)

LFIT, MFIT, FILL, PAD, FIXED = Fit

sizes = st.builds(Size, st.integers(1, 30_000), st.integers(1, 30_000))
wanted_sides = st.integers(1, 16_384)


@pytest.mark.parametrize(
    ("length", "numerator", "denominator", "expected"),
    [
        (333, 100, 424, 79),  # 78.54
        (424, 100, 333, 127),  # 127.33
        (267, 50, 100, 134),  # 133.5, half up
        (267, 100, 400, 67),  # 66.75
        (265, 50, 100, 133),  # 132.5, half up and not to even
        (1, 1, 1000, 1),  # never nothing
        (30_000, 16_384, 1, 491_520_000),
    ],
)
def test_parts_are_rounded_half_up(length, numerator, denominator, expected):
    assert part(length, numerator, denominator) == expected


@pytest.mark.parametrize(
    ("source", "fit", "width", "height", "enlarge", "scaled", "canvas", "corner"),
    [
        # the documentation's own pictures
        ((200, 100), LFIT, 150, 80, False, (150, 75), (150, 75), (0, 0)),
        ((200, 100), MFIT, 150, 80, False, (160, 80), (160, 80), (0, 0)),
        ((200, 100), FILL, 150, 80, False, (160, 80), (150, 80), (-5, 0)),
        ((200, 100), PAD, 150, 80, False, (150, 75), (150, 80), (0, 2)),
        ((200, 100), FIXED, 150, 80, False, (150, 80), (150, 80), (0, 0)),
        # one side
        ((424, 333), LFIT, 100, None, False, (100, 79), (100, 79), (0, 0)),
        ((333, 424), LFIT, 100, None, False, (100, 127), (100, 127), (0, 0)),
        ((400, 267), LFIT, None, 100, False, (150, 100), (150, 100), (0, 0)),
        ((400, 267), MFIT, 100, None, False, (100, 67), (100, 67), (0, 0)),
        ((400, 267), FILL, None, 100, False, (150, 100), (100, 100), (-25, 0)),
        ((400, 267), PAD, 100, None, False, (100, 67), (100, 100), (0, 16)),
        ((400, 267), FIXED, None, 100, False, (100, 100), (100, 100), (0, 0)),
        # one side whose other rounds down: the given side stays what was asked for
        ((1000, 201), LFIT, 301, None, False, (301, 61), (301, 61), (0, 0)),
        ((1000, 203), LFIT, 299, None, False, (299, 61), (299, 61), (0, 0)),
        # rounding of the middle
        ((400, 267), FILL, 100, 100, False, (150, 100), (100, 100), (-25, 0)),
        ((401, 267), FILL, 100, 101, False, (152, 101), (100, 101), (-26, 0)),
        ((401, 267), FILL, 101, 100, False, (150, 100), (101, 100), (-24, 0)),
        ((100, 300), PAD, 100, 100, False, (33, 100), (100, 100), (33, 0)),
        # limit: larger than the source leaves it alone
        ((20, 20), LFIT, 100, 100, False, (20, 20), (20, 20), (0, 0)),
        ((20, 20), LFIT, 100, 100, True, (100, 100), (100, 100), (0, 0)),
        ((400, 267), LFIT, 500, None, True, (500, 334), (500, 334), (0, 0)),
        ((400, 267), LFIT, 500, None, False, (400, 267), (400, 267), (0, 0)),
        ((400, 267), LFIT, None, 300, False, (400, 267), (400, 267), (0, 0)),
        ((400, 267), LFIT, 500, 100, False, (150, 100), (150, 100), (0, 0)),  # one side larger, yet it shrinks
        ((400, 267), MFIT, 500, 100, False, (400, 267), (400, 267), (0, 0)),
        ((400, 267), FILL, 500, 100, False, (400, 267), (400, 267), (0, 0)),
        ((400, 267), FILL, 500, 100, True, (500, 334), (500, 100), (0, -117)),
        ((400, 267), PAD, 500, 300, False, (400, 267), (400, 267), (0, 0)),
        ((400, 267), PAD, 500, 100, False, (150, 100), (500, 100), (175, 0)),
        ((400, 267), PAD, 500, 300, True, (449, 300), (500, 300), (25, 0)),
        ((400, 267), FIXED, 500, 100, False, (400, 267), (400, 267), (0, 0)),
        ((400, 267), FIXED, 500, 100, True, (500, 100), (500, 100), (0, 0)),
        ((400, 267), FIXED, 400, 267, False, (400, 267), (400, 267), (0, 0)),
        # a side never vanishes
        ((30_000, 10), LFIT, 100, None, False, (100, 1), (100, 1), (0, 0)),
        ((1, 30_000), LFIT, None, 10, False, (1, 10), (1, 10), (0, 0)),
    ],
)
def test_layouts(source, fit, width, height, enlarge, scaled, canvas, corner):
    layout = lay_out(Size(*source), fit, width, height, enlarge)
    assert layout == Layout(Size(*scaled), Size(*canvas), *corner)


@pytest.mark.parametrize(
    ("source", "longer", "shorter", "expected"),
    [
        ((400, 267), 100, None, (100, None)),
        ((400, 267), None, 100, (None, 100)),
        ((400, 267), 100, 80, (100, 80)),
        ((267, 400), 100, None, (None, 100)),
        ((267, 400), 100, 80, (80, 100)),
        ((300, 300), 100, 80, (100, 80)),
    ],
)
def test_longer_and_shorter_sides(source, longer, shorter, expected):
    assert sides(Size(*source), longer, shorter) == expected


@pytest.mark.parametrize(
    ("source", "percent", "expected"),
    [((400, 267), 50, (200, 134)), ((100, 100), 1000, (1000, 1000)), ((400, 267), 1, (4, 3)), ((10, 10), 1, (1, 1))],
)
def test_percentages(source, percent, expected):
    assert percent_of(Size(*source), percent) == expected


@pytest.mark.parametrize(
    ("gravity", "expected"),
    [
        ("nw", (0, 0)),
        ("north", (100, 0)),
        ("ne", (201, 0)),
        ("west", (0, 33)),
        ("center", (100, 33)),
        ("east", (201, 33)),
        ("sw", (0, 67)),
        ("south", (100, 67)),
        ("se", (201, 67)),
    ],
)
def test_hanging_in_nine_places(gravity, expected):
    place = next(place for place in Gravity if str(place) == gravity)
    assert hang(Size(401, 267), Size(200, 200), place) == expected


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [
        (0, (400, 267)),
        (90, (267, 400)),
        (180, (400, 267)),
        (270, (267, 400)),
        (360, (400, 267)),
        (30, (480, 432)),  # 400 cos + 267 sin = 479.91, 400 sin + 267 cos = 431.23
        (45, (472, 472)),
        (1, (405, 274)),
    ],
)
def test_the_box_around_a_turned_picture(degrees, expected):
    assert rotated(Size(400, 267), degrees) == expected


def test_a_pixel_turned_stays_at_least_a_pixel():
    assert all(min(rotated(Size(1, 1), degrees)) >= 1 for degrees in range(361))


def test_boxes_and_sizes_know_themselves():
    assert Box(10, 20, 40, 60).size == Size(30, 40)
    assert Size(30, 40).turned == Size(40, 30)
    assert Size(30, 40).pixels == 1200


@given(size=sizes, width=wanted_sides, height=wanted_sides)
def test_contain_and_cover_meet_one_side_exactly(size, width, height):
    box = Size(width, height)
    inside, outside = contain(size, box), cover(size, box)
    assert inside.width <= width and inside.height <= height
    assert inside.width == width or inside.height == height
    assert outside.width >= width and outside.height >= height
    assert outside.width == width or outside.height == height


@given(size=sizes, fit=st.sampled_from(Fit), width=wanted_sides, height=st.none() | wanted_sides)
def test_without_enlarging_nothing_grows(size, fit, width, height):
    layout = lay_out(size, fit, width, height, enlarge=False)
    assert layout.scaled.width <= size.width and layout.scaled.height <= size.height


@given(size=sizes, fit=st.sampled_from(Fit), width=st.none() | wanted_sides, height=wanted_sides, enlarge=st.booleans())
def test_a_layout_either_cuts_or_pads(size, fit, width, height, enlarge):
    layout = lay_out(size, fit, width, height, enlarge)
    spare = (layout.canvas.width - layout.scaled.width, layout.canvas.height - layout.scaled.height)
    for room, corner in zip(spare, (layout.left, layout.upper), strict=True):
        assert corner == math.trunc(room / 2)
    assert min(spare) >= 0 or max(spare) <= 0


@given(size=sizes, degrees=st.integers(0, 360))
def test_turning_keeps_the_area(size, degrees):
    canvas = rotated(size, degrees)
    assert canvas.pixels >= size.pixels * 0.999
    assert max(canvas) <= math.hypot(*size) + 1
