"""Pictures for tests, made on the spot, and how to render and look at results."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from PIL import Image, ImageDraw

from pixoss.processors.chain import Chain
from pixoss.processors.errors import ProcessError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.processors.render import Rendered, render

LIMITS = Limits()


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture with a different colour in every corner, slopes and edges, so that no turn or cut goes unseen."""
    red = Image.linear_gradient("L").resize((width, height))
    green = Image.linear_gradient("L").rotate(90).resize((width, height))
    blue = Image.radial_gradient("L").resize((width, height))
    image = Image.merge("RGB", (red, green, blue))
    draw = ImageDraw.Draw(image)
    draw.line((0, height - 1, width, height // 2), fill="white", width=max(1, width // 40))
    draw.rectangle((0, 0, width // 5, height // 5), fill="red")
    if mode in ("LA", "RGBA"):
        image.putalpha(Image.linear_gradient("L").resize((width, height)))
    return image.convert(mode)


def encoded(image: Image.Image, pillow_format: str = "PNG", **options: Any) -> bytes:
    """The image as a file."""
    target = io.BytesIO()
    image.save(target, pillow_format, **options)
    return target.getvalue()


def picture(width: int, height: int, pillow_format: str = "PNG", mode: str = "RGB", **options: Any) -> bytes:
    """A scene as a file."""
    return encoded(scene(width, height, mode), pillow_format, **options)


def animation(
    images: Sequence[Image.Image], pillow_format: str = "GIF", duration: int | list[int] = 100, **options: Any
) -> bytes:
    """The images as one moving file."""
    options |= {"save_all": True, "append_images": images[1:], "duration": duration}
    return encoded(images[0], pillow_format, **options)


def moving_square(count: int, width: int = 120, height: int = 60, mode: str = "RGB") -> list[Image.Image]:
    """Frames of a square that wanders over a plain (or transparent) ground."""
    ground = (240, 240, 255) if mode == "RGB" else (0, 0, 0, 0)
    images = [Image.new(mode, (width, height), ground) for _ in range(count)]
    for index, image in enumerate(images):
        left = index * width // (count + 1)
        ImageDraw.Draw(image).rectangle((left, height // 4, left + width // 5, height // 2), fill=(200, 30 * index, 0))
    return images


def run(source: bytes, text: str, *, limits: Limits = LIMITS, fidelity: Fidelity = Fidelity.EXACT) -> Rendered:
    """The source with the chain done to it."""
    return render(source, Chain.parse(text), limits, fidelity)


def shown(source: bytes, text: str, *, limits: Limits = LIMITS, fidelity: Fidelity = Fidelity.EXACT) -> Image.Image:
    """The result of a chain, decoded."""
    image = Image.open(io.BytesIO(run(source, text, limits=limits, fidelity=fidelity).content))
    image.load()
    return image


def refusal(source: bytes, text: str, **options: Any) -> ProcessError:
    """The error that a chain ends in."""
    with pytest.raises(ProcessError) as caught:
        run(source, text, **options)
    return caught.value


def frames(content: bytes | Image.Image) -> list[tuple[Image.Image, int]]:
    """Every frame as RGBA with its duration in milliseconds."""
    image = content if isinstance(content, Image.Image) else Image.open(io.BytesIO(content))
    seen = []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        image.load()
        seen.append((image.convert("RGBA"), image.info.get("duration", 0)))
    return seen


def difference(first: Image.Image, second: Image.Image) -> float:
    """The mean absolute difference of two images of one size and mode, in steps of 0..255."""
    assert (first.size, first.mode) == (second.size, second.mode)
    pairs = zip(first.tobytes(), second.tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / len(first.tobytes())


def corners(image: Image.Image) -> Iterable[Any]:
    """The four corner pixels, clockwise from the upper left."""
    right, lower = image.width - 1, image.height - 1
    return [image.getpixel(at) for at in ((0, 0), (right, 0), (right, lower), (0, lower))]
