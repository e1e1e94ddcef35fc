"""Any chain on any picture, sound or not: a result that opens, or a ProcessError.

Some seconds in the suite; ``pytest tests/processors/test_render_fuzz.py --hypothesis-profile=long`` goes on for longer.
"""

import io
import json
import pickle

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from support_grammar import ACTIONS, CHAINS, MARK, wild, wounded
from support_heif import exif_of, modern_scene
from support_images import animation, encoded, moving_square, picture, scene

from pixoss.processors.chain import Chain
from pixoss.processors.codecs import CODECS
from pixoss.processors.errors import ProcessError
from pixoss.processors.fidelity import Fidelity
from pixoss.processors.limits import Limits
from pixoss.processors.operations import OPERATIONS
from pixoss.processors.render import render

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:PIL"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]

LIMITS = Limits(output_side=400, output_pixels=90_000, source_pixels=400_000)
"""So small that no example takes long; what is past them is refused, which is part of the test."""

EXAMPLES = settings.default.max_examples
LOOK = settings(max_examples=EXAMPLES * 3, deadline=None, suppress_health_check=list(HealthCheck))

SIXTEEN_BIT = Image.new("I", (20, 10), 40_000).convert("I;16")
PLAIN = {
    "jpg": ("JPEG", ("L", "RGB", "CMYK")),
    "png": ("PNG", ("1", "L", "LA", "P", "RGB", "RGBA")),
    "webp": ("WEBP", ("RGB", "RGBA")),
    "gif": ("GIF", ("L", "P", "RGB")),
    "bmp": ("BMP", ("1", "L", "P", "RGB")),
    "tiff": ("TIFF", ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F", "LAB")),
}
SOURCES = {
    **{f"{name} {mode}": picture(36, 24, pillow, mode) for name, (pillow, modes) in PLAIN.items() for mode in modes},
    **{
        f"{name} {mode}": modern_scene(name, 36, 24, mode) for name in ("heic", "avif") for mode in ("L", "RGB", "RGBA")
    },
    **{f"turned {turn}": picture(36, 24, "JPEG", exif=exif_of(turn)) for turn in (3, 6, 7)},
    "turned heic": modern_scene("heic", 36, 24, exif=exif_of(6)),
    "turned avif": modern_scene("avif", 36, 24, exif=exif_of(5)),
    "deep png": encoded(SIXTEEN_BIT),
    "deep tiff": encoded(SIXTEEN_BIT, "TIFF"),
    "progressive": picture(36, 24, "JPEG", progressive=True),
    "moving gif": animation(moving_square(3, 36, 24)),
    "moving webp": animation(moving_square(3, 36, 24), "WEBP"),
    "one pixel": encoded(scene(1, 1)),
    "a line": encoded(scene(90, 1)),
}
MARKS = {MARK: picture(12, 9, "PNG", "RGBA")}

sources = st.sampled_from(sorted(SOURCES))
fidelities = st.sampled_from(Fidelity)


@st.composite
def flipped(draw):
    """A source with some of its bytes replaced, few of them those that it is known by, or with its end lost."""
    content = bytearray(SOURCES[draw(sources)])
    known_by = draw(st.sampled_from([12, 12, 12, 12, 0]))
    for _ in range(draw(st.integers(1, 5))):
        content[draw(st.integers(known_by, len(content) - 1))] = draw(st.integers(0, 255))
    lost = draw(st.sampled_from([0, 0, 0, 1, len(content) // 2, len(content) - 40]))
    return bytes(content[: max(1, len(content) - lost)])


def attempt(source, text, fidelity):
    """What a chain does to a source: the name of the result's format, or the error's code."""
    try:
        chain = Chain.parse(text, LIMITS)
        rendered = render(source, chain, LIMITS, fidelity, MARKS)
    except ProcessError as error:
        again = pickle.loads(pickle.dumps(error))
        assert error.message and (type(again), again.ec) == (type(error), error.ec)
        return error.code
    if rendered.format == "json":
        assert json.loads(rendered.content)
    else:
        with Image.open(io.BytesIO(rendered.content), formats=[CODECS[rendered.format].pillow]) as image:
            image.load()
            assert max(image.size) <= LIMITS.output_side
    return rendered.format


@given(CHAINS, sources, fidelities)
@LOOK
@example("image/watermark", "png RGBA", Fidelity.EXACT)
def test_valid_chains(text, source, fidelity):
    attempt(SOURCES[source], text, fidelity)


@pytest.mark.parametrize("name", OPERATIONS)
@given(st.data(), sources, fidelities)
@settings(LOOK, max_examples=EXAMPLES // 3)
def test_every_action_alone(name, data, source, fidelity):
    attempt(SOURCES[source], f"image/{data.draw(ACTIONS[name])}", fidelity)


@given(wounded() | wild(), sources, fidelities)
@LOOK
def test_wounded_and_wild_chains(text, source, fidelity):
    attempt(SOURCES[source], text, fidelity)


@given(CHAINS, flipped(), fidelities)
@LOOK
def test_damaged_sources(text, source, fidelity):
    attempt(source, text, fidelity)


@pytest.mark.parametrize("target", sorted(CODECS))
@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_source_becomes_every_format(source, target):
    outcome = attempt(SOURCES[source], f"image/format,{target}", Fidelity.EXACT)
    name = source.split()[0]
    if target == "jpg" and source == "heic RGBA":
        assert outcome == "BadRequest"
    elif target == "gif":
        assert outcome != "InvalidArgument"
    else:
        assert outcome == target, name
