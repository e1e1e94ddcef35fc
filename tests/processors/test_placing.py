"""Where marks go, by the table of OSS's documentation."""

import pytest

from pixoss.processors.geometry import Box, Gravity, Size
from pixoss.processors.placing import Align, Pair, Placement, Point, visible

PICTURE, MARK = Size(100, 81), Size(31, 20)


@pytest.mark.parametrize(
    ("place", "corner"),
    [
        (Gravity.NW, (7, 9)),
        (Gravity.NORTH, (34, 9)),
        (Gravity.NE, (62, 9)),
        (Gravity.WEST, (7, 35)),
        (Gravity.CENTER, (34, 35)),
        (Gravity.EAST, (62, 35)),
        (Gravity.SW, (7, 52)),
        (Gravity.SOUTH, (34, 52)),
        (Gravity.SE, (62, 52)),
    ],
)
def test_the_nine_places(place, corner):
    """x counts at the sides, y above and below, voffset between them."""
    assert Placement(place, 7, 9, 5).corner(PICTURE, MARK) == corner


def test_voffset_moves_up_as_well():
    assert Placement(Gravity.EAST, 0, 0, -40).corner(PICTURE, MARK) == (69, -10)


def test_half_pixels_are_cut_off_for_marks_that_overflow_too():
    assert Placement(Gravity.CENTER, 0, 0, 0).corner(Size(10, 10), Size(13, 13)) == (-2, -2)


@pytest.mark.parametrize(("align", "uppers"), [(Align.TOP, (0, 0)), (Align.MIDDLE, (0, 7)), (Align.BOTTOM, (0, 15))])
def test_marks_side_by_side(align, uppers):
    pair = Pair.of(Size(10, 20), Size(30, 5), 4, align)
    assert pair == Pair(Size(44, 20), Point(0, uppers[0]), Point(14, uppers[1]))
    turned = Pair.of(Size(30, 5), Size(10, 20), 4, align)
    assert turned == Pair(Size(44, 20), Point(0, uppers[1]), Point(34, uppers[0]))


@pytest.mark.parametrize(
    ("corner", "box"),
    [
        ((0, 0), (0, 0, 31, 20)),
        ((-5, -6), (5, 6, 31, 20)),
        ((90, 75), (0, 0, 10, 6)),
        ((-31, 0), None),
        ((100, 0), None),
        ((0, -20), None),
        ((0, 81), None),
    ],
)
def test_the_part_that_is_seen(corner, box):
    assert visible(PICTURE, MARK, Point(*corner)) == (box and Box(*box))


def test_a_mark_larger_than_the_picture():
    assert visible(Size(10, 10), Size(50, 60), Point(-20, -25)) == Box(20, 25, 30, 35)
