"""Laying marks, which are images of mode LA or RGBA, on pictures and on one another."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import Image

from .errors import WatermarkError
from .geometry import Size
from .limits import MAX_MARK_PIXELS
from .placing import Align, Pair, Point, visible

_COLOURED = {"L": "RGB", "LA": "RGBA"}


def blank(size: Size, mode: str) -> Image.Image:
    """A transparent mark; one of more than 33 megapixels is refused before it takes the memory."""
    require_mark_size(size)
    return Image.new(mode, size)


def require_mark_size(size: Size) -> None:
    """Raise ``WatermarkError`` for a mark that would take too much memory (our choice; OSS's bound is unpublished)."""
    if size.pixels > MAX_MARK_PIXELS:
        raise WatermarkError(f"A watermark of {size.width}x{size.height} pixels is too large.")


def faded(mark: Image.Image, percent: int) -> Image.Image:
    """The mark at ``percent`` of its opacity."""
    if percent == 100:
        return mark
    result = mark.copy()
    result.putalpha(mark.getchannel("A").point([(alpha * percent + 50) // 100 for alpha in range(256)]))
    return result


def side_by_side(first: Image.Image, second: Image.Image, interval: int, align: Align) -> Image.Image:
    """Two marks as one, ``first`` to the left."""
    pair = Pair.of(Size(*first.size), Size(*second.size), interval, align)
    mode = first.mode if first.mode == second.mode else "RGBA"
    canvas = blank(pair.canvas, mode)
    canvas.paste(first.convert(mode), pair.first)
    canvas.paste(second.convert(mode), pair.second)
    return canvas


def laid(image: Image.Image, mark: Image.Image, corner: Point) -> Image.Image:
    """The image under a mark at ``corner``; what overflows is cut off. A grey image becomes coloured if the mark is."""
    return _laid(image, mark, [corner])


def tiled(image: Image.Image, mark: Image.Image, across: int, down: int) -> Image.Image:
    """The image under a mark repeated from its upper left corner on, with gaps of ``across`` and ``down`` pixels."""
    strip = _strip(mark, across, image.width)
    return _laid(image, strip, (Point(0, upper) for upper in range(0, image.height, mark.height + down)))


def _strip(mark: Image.Image, gap: int, width: int) -> Image.Image:
    """A row of marks as wide as the picture, made by doubling: a mark may be a pixel, and a picture 30,000."""
    part = mark.crop((0, 0, min(mark.width, width), mark.height))
    strip = Image.new(mark.mode, (width, mark.height))
    strip.paste(part)
    done = mark.width + gap
    while done < width:
        strip.paste(strip.crop((0, 0, min(done, width - done), mark.height)), (done, 0))
        done *= 2
    return strip


def _laid(image: Image.Image, mark: Image.Image, corners: Iterable[Point]) -> Image.Image:
    grey = mark.mode == "LA"
    result = image.copy() if grey or image.mode not in _COLOURED else image.convert(_COLOURED[image.mode])
    if result.mode in ("LA", "RGBA"):
        mark = mark.convert(result.mode)
    for corner in corners:
        _lay(result, mark, corner)
    return result


def _lay(image: Image.Image, mark: Image.Image, corner: Point) -> None:
    box = visible(Size(*image.size), Size(*mark.size), corner)
    if box is None:
        return
    left, upper = corner.left + box.left, corner.upper + box.upper
    part = mark.crop(box)
    if image.mode in ("LA", "RGBA"):
        under = image.crop((left, upper, left + part.width, upper + part.height))
        image.paste(Image.alpha_composite(under, part), (left, upper))
    else:
        image.paste(part.convert(image.mode), (left, upper), part.getchannel("A"))
