"""Limits: the two profiles, what is checked before anything is read, and every EC of a source or a result."""

import pickle
from dataclasses import fields, replace

import pytest
from PIL import Image
from support_heif import modern_scene, with_claimed_size
from support_images import LIMITS, encoded, picture, refusal, run, scene, shown

from pixoss.processors import decoding
from pixoss.processors.chain import Chain
from pixoss.processors.errors import ProcessError
from pixoss.processors.geometry import Size
from pixoss.processors.limits import PROFILES, Limits, Profile, check_growth

CLASSIC = Limits.oss_classic()


def parse_refusal(text, limits=LIMITS):
    with pytest.raises(ProcessError) as caught:
        Chain.parse(text, limits)
    return caught.value


def flat(width, height):
    return encoded(Image.new("L", (width, height)))


def test_a_profile_for_every_name():
    assert set(PROFILES) == set(Profile) == {"oss-2026", "oss-classic"}
    assert PROFILES[Profile.OSS_2026] == Limits() == Limits.oss_2026()
    assert PROFILES[Profile.OSS_CLASSIC] == CLASSIC
    assert pickle.loads(pickle.dumps(CLASSIC)) == CLASSIC


def test_the_classic_profile_allows_nothing_more():
    for field in fields(Limits):
        old, new = getattr(CLASSIC, field.name), getattr(LIMITS, field.name)
        assert old <= new, field.name
    assert {field.name for field in fields(Limits) if getattr(CLASSIC, field.name) != getattr(LIMITS, field.name)} == {
        "formats",
        "chain_actions",
        "wanted_side",
        "output_side",
    }


@pytest.mark.parametrize(("name", "ec"), [("w", 312), ("h", 313), ("l", 314), ("s", 315)])
def test_wanted_sides(name, ec):
    for limits, most in ((LIMITS, 16_384), (CLASSIC, 4096)):
        assert Chain.parse(f"image/resize,{name}_{most}", limits)
        error = parse_refusal(f"image/resize,{name}_{most + 1}", limits)
        assert (error.code, error.ec) == ("InvalidArgument", f"0040-{ec:08d}")
        assert error.message == f"The value: {most + 1} of parameter: {name} is invalid."


def test_the_number_of_actions():
    for limits, most in ((LIMITS, 20), (CLASSIC, 4)):
        assert Chain.parse("image" + "/rotate,1" * most, limits)
        error = parse_refusal("image" + "/rotate,1" * (most + 1), limits)
        assert (error.code, error.ec) == ("TooManyPipes", "0017-00000288")
        assert error.message == f"Maximal number of pipes supported is {most}."


@pytest.mark.parametrize("name", ["heic", "avif"])
def test_formats_that_are_younger_than_the_profile(name):
    assert Chain.parse(f"image/format,{name}", LIMITS) == Chain.parse(f"image/format,{name}")
    error = parse_refusal(f"image/format,{name}", CLASSIC)
    assert (error.code, error.ec) == ("InvalidArgument", "0040-00000206")
    error = refusal(modern_scene(name), "image/info", limits=CLASSIC)
    assert (error.code, error.ec) == ("BadRequest", "0040-00000005")
    assert refusal(modern_scene(name), "image/resize,w_9", limits=CLASSIC).ec == "0040-00000005"


@pytest.mark.parametrize("name", ["jpg", "png", "webp", "gif", "bmp", "tiff"])
def test_formats_of_both_profiles(name):
    for limits in PROFILES.values():
        assert Chain.parse(f"image/format,{name}", limits)


def test_a_classic_result_has_sides_to_4096():
    source = flat(100, 1)
    assert shown(source, "image/resize,m_fixed,w_4096,h_1,limit_0", limits=CLASSIC).size == (4096, 1)
    error = refusal(flat(1000, 1), "image/resize,p_500", limits=CLASSIC)
    assert (error.code, error.ec) == ("ImageTooLarge", "0040-00000007")
    assert shown(flat(1000, 1), "image/resize,p_500").size == (5000, 5)


def check(before, after, **limits):
    check_growth(Size(*before), Size(*after), replace(LIMITS, **limits))


@pytest.mark.parametrize(
    ("before", "after", "is_refused"),
    [
        ((10, 10), (100, 100), False),
        ((10, 10), (101, 1), True),
        ((10, 10), (1, 101), True),
        ((10, 10), (51, 100), True),
        ((10, 10), (50, 100), False),
        ((500, 500), (500, 500), False),
        ((500, 500), (499, 400), False),
        ((500, 500), (501, 1), True),
    ],
)
def test_only_what_grows_is_bound(before, after, is_refused):
    limits = {"output_side": 100, "output_pixels": 5000 if is_refused or after == (50, 100) else 10_000}
    if not is_refused:
        check(before, after, **limits)
        return
    with pytest.raises(ProcessError) as caught:
        check(before, after, **limits)
    assert (caught.value.code, caught.value.ec) == ("ImageTooLarge", "0040-00000007")


@pytest.mark.parametrize(
    "text",
    [
        "image/resize,w_9000,limit_0",
        "image/resize,m_fixed,w_5000,h_5000,limit_0",
        "image/resize,m_pad,w_5000,h_5000,limit_0",
        "image/resize,m_fill,w_5000,h_5000,limit_0",
        "image/resize,p_1000",
        "image/resize,w_4000,h_4000,limit_0/rotate,45/resize,p_101",
        "image/resize,w_16384,h_1,m_fixed,limit_0/crop,w_4096/rotate,90/resize,p_1000",
    ],
)
def test_every_action_that_grows_a_picture_is_bound(text):
    error = refusal(flat(800, 800), text)
    assert (error.code, error.ec) == ("ImageTooLarge", "0040-00000007")


def test_a_turned_canvas_is_bound_by_what_may_be_turned():
    assert shown(flat(4096, 4096), "image/rotate,45").size == (5793, 5793)
    assert shown(flat(4096, 4096), "image/rotate,90").size == (4096, 4096)
    assert refusal(flat(4096, 4096), "image/rotate,45/rotate,45").code == "BadRequest"


CASES = {
    1: (lambda: picture(9, 9), "image/resize,w_5", Limits(source_bytes=50), "ImageTooLarge"),
    5: (lambda: b"a text", "image/resize,w_5", LIMITS, "BadRequest"),
    7: (lambda: picture(9, 9), "image/resize,m_fixed,w_5000,h_5000", LIMITS, "ImageTooLarge"),
    9: (lambda: flat(30_001, 1), "image/resize,w_5", LIMITS, "ImageTooLarge"),
    11: (lambda: flat(16_384, 1), "image/format,webp", LIMITS, "ImageTooLarge"),
    12: (lambda: flat(300, 300), "image/resize,w_5", Limits(source_pixels=89_999), "MemLimitExceeded"),
    14: (lambda: with_claimed_size(modern_scene("avif"), 10_001, 1), "image/resize,w_5", LIMITS, "ImageTooLarge"),
    20: (lambda: modern_scene("heic")[:-30], "image/resize,w_5", LIMITS, "ImageDamage"),
    21: (lambda: modern_scene("avif")[:-30], "image/resize,w_5", LIMITS, "ImageDamage"),
}


@pytest.mark.parametrize("ec", CASES)
def test_system_ecs(ec):
    make, text, limits, code = CASES[ec]
    error = refusal(make(), text, limits=limits)
    assert (error.code, error.ec) == (code, f"0040-{ec:08d}")


@pytest.mark.parametrize(("ec", "text"), [(ec, "image/average-hue") for ec in (1, 5, 9, 12, 14, 20, 21)])
def test_questions_about_pixels_are_bound_as_well(ec, text):
    make, _, limits, code = CASES[ec]
    error = refusal(make(), text, limits=limits)
    assert (error.code, error.ec) == (code, f"0040-{ec:08d}")


@pytest.mark.parametrize(
    ("source", "limits"),
    [
        (flat(30_001, 1), LIMITS),
        (flat(300, 300), Limits(source_pixels=89_999)),
        (with_claimed_size(modern_scene("avif"), 10_001, 1), LIMITS),
        (with_claimed_size(modern_scene("heic", 64, 64), 30_001, 1), LIMITS),
        (modern_scene("heic", mode="RGBA"), LIMITS),
    ],
)
def test_nothing_is_decoded_for_a_refusal(source, limits, monkeypatch):
    monkeypatch.setattr(decoding, "decode", lambda *_, **__: pytest.fail("decoded"))
    monkeypatch.setattr("pixoss.processors.render.decode", lambda *_, **__: pytest.fail("decoded"))
    assert refusal(source, "image/format,jpg", limits=limits).code != "ImageDamage"


def test_turning_is_bound_by_the_side_of_the_moment():
    error = refusal(flat(4097, 2), "image/rotate,1")
    assert (error.code, error.ec) == ("BadRequest", None)
    assert error.message == "Picture exceed the maximum allowable rotation range."
    assert shown(flat(4097, 2), "image/crop,w_4096/rotate,90").size == (2, 4096)


def test_a_scene_within_all_limits():
    assert run(encoded(scene(60, 40)), "image/resize,w_30/rotate,30", limits=CLASSIC).format == "png"
