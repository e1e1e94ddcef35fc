"""The quality of a JPEG as its quantisation tables tell it, against what libjpeg really writes."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.JpegPresets import presets

from pixoss.processors.codecs.jpeg_quality import estimate_quality

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
DIVISORS = st.lists(st.integers(0, 65535), min_size=64, max_size=64)


def tables(mode: str, **options: object) -> dict[int, list[int]]:
    target = io.BytesIO()
    Image.effect_noise((32, 32), 50).convert(mode).save(target, "JPEG", **options)
    with Image.open(target) as image:
        return dict(image.quantization)


def without_ceiling(quality: int) -> dict[int, list[int]]:
    """The tables of `cjpeg -quality N` without `-baseline`: from the standard ones (quality 50), in 16 bits."""
    percent = 5000 // quality
    return {number: [(value * percent + 50) // 100 for value in table] for number, table in STANDARD.items()}


STANDARD = tables("RGB", quality=50)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_quality_of_libjpeg_is_exact(mode: str) -> None:
    found = {quality: estimate_quality(tables(mode, quality=quality)) for quality in range(1, 101)}
    assert found == {quality: quality for quality in range(1, 101)}


def test_every_quality_with_sixteen_bit_tables_is_exact() -> None:
    coarse = {quality: without_ceiling(quality) for quality in range(1, 50) if max(without_ceiling(quality)[0]) > 255}
    assert len(coarse) > 20
    assert {quality: estimate_quality(table) for quality, table in coarse.items()} == {q: q for q in coarse}


def test_a_luminance_table_alone_is_enough() -> None:
    assert estimate_quality({0: tables("RGB", quality=37)[0]}) == 37


def test_table_numbers_need_not_start_at_zero_nor_come_in_order() -> None:
    luminance, chrominance = tables("RGB", quality=64).values()
    assert estimate_quality({3: chrominance, 1: luminance}) == 64


def test_a_third_table_changes_nothing() -> None:
    assert estimate_quality(tables("RGB", quality=64) | {2: [255] * 64}) == 64


def test_tables_need_not_be_lists() -> None:
    assert estimate_quality({number: tuple(table) for number, table in STANDARD.items()}) == 50


@pytest.mark.parametrize(
    ("names", "family"),
    [
        (["web_low", "web_medium", "web_high", "web_very_high", "web_maximum"], "web"),
        (["low", "medium", "high"], "plain"),
    ],
)
def test_photoshop_steps_keep_their_order(names: list[str], family: str) -> None:
    found = [estimate_quality(dict(enumerate(presets[name]["quantization"]))) for name in names]
    assert found == sorted(set(found)), family
    assert all(40 <= quality <= 99 for quality in found)


@pytest.mark.parametrize(("divisor", "quality"), [(1, 100), (255, 1), (65535, 1), (0, 100)])
def test_flat_tables_end_at_the_ends(divisor: int, quality: int) -> None:
    assert estimate_quality({0: [divisor] * 64, 1: [divisor] * 64}) == quality


def test_finer_tables_never_have_a_lower_quality() -> None:
    found = [estimate_quality({0: [divisor] * 64}) for divisor in range(1, 256)]
    assert found == sorted(found, reverse=True)


@given(st.integers(2, 99), st.data())
def test_a_touched_table_stays_near(quality: int, data: st.DataObject) -> None:
    written = tables("RGB", quality=quality)[0]
    place = data.draw(st.integers(0, 63))
    touched = [min(value + (index == place), 255) for index, value in enumerate(written)]
    assert abs(estimate_quality({0: touched}) - quality) <= 1


@given(st.dictionaries(st.integers(0, 15), DIVISORS, min_size=1, max_size=4))
def test_any_tables_have_a_quality(quantization: dict[int, list[int]]) -> None:
    assert 1 <= estimate_quality(quantization) <= 100


def test_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match="quantisation"):
        estimate_quality({})


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are absent")
@pytest.mark.parametrize(("name", "quality"), [("example.jpg", 82), ("f.jpg", 94)])
def test_samples(name: str, quality: int) -> None:
    with Image.open(SAMPLES / name) as image:
        assert estimate_quality(image.quantization) == quality
