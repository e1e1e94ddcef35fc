"""The quality of a JPEG file, estimated from its quantisation tables.

OSS writes a JPEG with the quality of its source (section 3) and `quality,q_N` is relative to it (section 7.1). A file
does not tell its quality; its tables do, since libjpeg scales two standard tables by it (ITU-T T.81, annex K).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

# fmt: off
_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)
_CHROMINANCE = (
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    *[99] * 32,
)
# fmt: on
_STANDARD = (*_LUMINANCE, *_CHROMINANCE)

_QUALITIES = range(1, 101)
_BASELINE_LIMIT = 255
_EXTENDED_LIMIT = 32767


def estimate_quality(quantization: Mapping[int, Sequence[int]]) -> int:
    """The quality 1..100 at which libjpeg's tables are, entry by entry on average, as coarse as these.

    Tables are 64 divisors in natural (not zigzag) order by table number, as Pillow's `quantization` gives them. The
    lowest number is taken as luminance and the next as chrominance; further ones are not read; none is a ValueError.
    Exact for every file that libjpeg wrote at a quality. Of foreign tables (Photoshop, cameras) each entry counts by
    its ratio to the standard one, so that the coarse divisors of fine detail do not drown those that the eye sees.
    Of two equally near qualities it is the higher.
    """
    if not quantization:
        raise ValueError("a JPEG file has at least one quantisation table")
    divisors = [divisor for number in sorted(quantization)[:2] for divisor in quantization[number]]
    limit = _BASELINE_LIMIT if max(divisors) <= _BASELINE_LIMIT else _EXTENDED_LIMIT
    standard = _coarseness_by_quality(len(divisors), limit)
    coarseness = _coarseness(divisors)
    return min(_QUALITIES, key=lambda quality: (abs(standard[quality] - coarseness), -quality))


def _coarseness(divisors: Iterable[int]) -> float:
    """The sum of all ratios to the standard divisors, of the luminance table or of both."""
    return sum(divisor / standard for divisor, standard in zip(divisors, _STANDARD, strict=False))


@cache
def _coarseness_by_quality(count: int, limit: int) -> dict[int, float]:
    """The coarseness of the first `count` divisors of libjpeg's tables at every quality; it falls with each."""
    return {quality: _coarseness(_scaled(quality, limit)[:count]) for quality in _QUALITIES}


def _scaled(quality: int, limit: int) -> list[int]:
    """Both tables as libjpeg scales them (`jpeg_add_quant_table`): rounded half up, 1..limit."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return [min(max((divisor * percent + 50) // 100, 1), limit) for divisor in _STANDARD]
