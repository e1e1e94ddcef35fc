"""The picture that the documentation shows its operations on: drawn here, so that nobody's photograph is needed."""

from __future__ import annotations

import io
import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (400, 267)
SCALE = 3


def scene() -> Image.Image:
    """A lake between hills at dusk, 400 x 267 pixels: soft gradients, hard edges, fine grain and strong colours."""
    width, height = (side * SCALE for side in SIZE)
    picture = _gradient((width, height), (24, 42, 92), (255, 178, 92))
    draw = ImageDraw.Draw(picture)
    sun = (int(width * 0.68), int(height * 0.44))
    picture.paste((255, 236, 170), mask=_glow((width, height), sun, height // 3))
    draw.ellipse([sun[0] - 66, sun[1] - 66, sun[0] + 66, sun[1] + 66], fill=(255, 244, 200))
    for depth, color in enumerate([(92, 84, 128), (58, 66, 104), (30, 46, 66)]):
        draw.polygon(_hills(width, height, depth), fill=color)
    _water(picture, sun[0])
    _boat(ImageDraw.Draw(picture), width, height)
    grain = Image.effect_noise((width, height), 18)
    picture = ImageChops.overlay(picture, Image.merge("RGB", [grain] * 3))
    return picture.resize(SIZE, Image.Resampling.BOX)


def badge() -> Image.Image:
    """A mark with a transparent ground, 80 x 80 pixels."""
    image = Image.new("RGBA", (320, 320), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse([10, 10, 310, 310], fill=(220, 40, 60, 255))
    star = [
        (160 + radius * math.sin(step * math.pi / 5), 160 - radius * math.cos(step * math.pi / 5))
        for step, radius in enumerate([120, 50] * 5)
    ]
    draw.polygon(star, fill=(255, 240, 200, 255))
    return image.resize((80, 80), Image.Resampling.BOX)


def moving(frames: int = 6) -> bytes:
    """Nightfall over the scene, 120 x 80 pixels, as a GIF that plays for ever."""
    base = scene().resize((120, 80), Image.Resampling.BOX)
    pictures = [_dimmed(base, 1 - 0.14 * number).quantize(32) for number in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=200, loop=0)
    return out.getvalue()


def encoded(image: Image.Image, format: str) -> bytes:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, format, quality=90)
    return out.getvalue()


def _gradient(size: tuple[int, int], top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _glow(size: tuple[int, int], centre: tuple[int, int], radius: int) -> Image.Image:
    mask = Image.new("L", size)
    box = [centre[0] - radius // 2, centre[1] - radius // 2, centre[0] + radius // 2, centre[1] + radius // 2]
    ImageDraw.Draw(mask).ellipse(box, fill=190)
    return mask.filter(ImageFilter.GaussianBlur(radius / 3))


def _hills(width: int, height: int, depth: int) -> list[tuple[float, float]]:
    line = height * (0.52 + 0.05 * depth)
    waves = [(x, line - height * 0.07 * _wave(x / width, depth)) for x in range(0, width + 1, 6)]
    return [(0, height * 0.72), *waves, (width, height * 0.72)]


def _wave(x: float, depth: int) -> float:
    return math.sin(7 * x + 2 * depth) + 0.6 * math.sin(17 * x + depth * 5) + 0.25 * math.sin(41 * x + depth)


def _water(picture: Image.Image, glitter: int) -> None:
    width, height = picture.size
    shore = int(height * 0.7)
    sky = picture.crop((0, shore - (height - shore), width, shore)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    picture.paste(_dimmed(sky, 0.72), (0, shore))
    draw, chance = ImageDraw.Draw(picture), random.Random(7)
    for _ in range(150):
        y = chance.randint(shore + 4, height - 6)
        x, half = glitter + chance.gauss(0, 14 + (y - shore) / 3), chance.randint(4, 26)
        draw.line([x - half, y, x + half, y], fill=(255, 226, 160), width=2)


def _boat(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    x, y = width * 0.27, height * 0.79
    draw.polygon([(x - 90, y), (x + 90, y), (x + 60, y + 36), (x - 64, y + 36)], fill=(140, 40, 36))
    draw.line([x, y, x, y - 170], fill=(40, 30, 30), width=6)
    draw.polygon([(x + 8, y - 166), (x + 8, y - 14), (x + 100, y - 14)], fill=(250, 246, 235))
    draw.polygon([(x - 8, y - 140), (x - 8, y - 14), (x - 70, y - 14)], fill=(228, 214, 190))


def _dimmed(image: Image.Image, factor: float) -> Image.Image:
    return image.point(lambda value: int(value * factor))
