"""Pictures to measure with."""

from __future__ import annotations

import io

from PIL import Image


def photograph(size: tuple[int, int]) -> bytes:
    """A JPEG that compresses as photographs do: soft shapes with grain over them."""
    shapes = Image.effect_mandelbrot((size[0] // 4, size[1] // 4), (-2, -1.2, 1, 1.2), 80).resize(size)
    grain = [Image.effect_noise(size, deviation) for deviation in (30, 40, 50)]
    out = io.BytesIO()
    Image.merge("RGB", [Image.blend(shapes, band, 0.3) for band in grain]).save(out, "JPEG", quality=85)
    return out.getvalue()
