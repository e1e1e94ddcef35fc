"""How a JPEG is written: colour resolution, tables and scans by the encoding that the chain has settled."""

import io

import numpy as np
import pytest
from PIL import Image
from support_images import encoded, scene

from pixoss.processors.codecs import CODECS
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.geometry import Size
from pixoss.processors.kernels import kernel_for
from pixoss.processors.limits import Limits
from pixoss.processors.picture import Encoding, Frame, Picture, Source
from pixoss.processors.tools import Tools

TOOLS = Tools(kernel_for(Fidelity.FAST), Limits())


def written(image, **encoding):
    size = Size(*image.size)
    picture = Picture((Frame(image),), size, Encoding("jpg", **encoding), Source("jpg", size, 0))
    content = CODECS["jpg"].encode(picture, TOOLS)
    return content, Image.open(io.BytesIO(content))


def sampling(image):
    """How many times as many samples the luminance has as the colours, across and down."""
    (_, *luminance, _), (_, *colour, _), _ = image.layer
    return luminance[0] // colour[0], luminance[1] // colour[1]


@pytest.mark.parametrize(("full_colour", "ratio"), [(False, (2, 2)), (True, (1, 1))])
@pytest.mark.parametrize("progressive", [False, True])
def test_colour_resolution(full_colour, ratio, progressive):
    _, image = written(scene(60, 40), full_colour=full_colour, progressive=progressive)
    assert sampling(image) == ratio
    assert bool(image.info.get("progressive")) is progressive


def test_tables_are_optimised():
    image = scene(200, 150)
    content, _ = written(image, quality=80)
    plain = encoded(image, "JPEG", quality=80, subsampling="4:2:0")
    assert len(content) < len(plain)
    assert Image.open(io.BytesIO(content)).tobytes() == Image.open(io.BytesIO(plain)).tobytes()


@pytest.mark.parametrize("full_colour", [False, True])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("quality", [50, 90, 94, 95, 100])
def test_pure_noise_is_written_too(full_colour, progressive, quality):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (700, 700, 3), np.uint8))
    _, image = written(noise, quality=quality, full_colour=full_colour, progressive=progressive)
    assert (image.size, sampling(image)) == ((700, 700), (1, 1) if full_colour else (2, 2))
