"""The door of the room: source bytes and a chain in, the bytes of the result out.

``render`` does no input or output and keeps no state, so that it can run in a worker process that may be killed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .chain import Chain
from .codecs import CODECS
from .decoding import Opened, decode, open_source, shrink
from .errors import MemLimitExceededError
from .fidelity import Fidelity
from .fonts import MACHINE_FONTS, Fonts
from .kernels import kernel_for
from .kernels.simd import resample_region
from .limits import Limits
from .operations import HeaderQuery, PixelQuery
from .picture import Encoding, Picture
from .references import read_marks
from .tools import Tools

__all__ = ["Chain", "Fidelity", "Fonts", "Limits", "Rendered", "render"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A result: its bytes, their Content-Type and OSS's name of the format (``json`` for an answer)."""

    content: bytes
    media_type: str
    format: str


def render(
    source: bytes,
    chain: Chain,
    limits: Limits,
    fidelity: Fidelity,
    references: Mapping[str, bytes] = {},
    fonts: Fonts = MACHINE_FONTS,
) -> Rendered:
    """The source with the chain done to it; every refusal is a ProcessError.

    ``references`` has the objects that ``chain.references()`` names, by their keys.
    """
    try:
        tools = Tools(kernel_for(fidelity), limits, fonts)
        tools = replace(tools, marks=read_marks(chain.references(), references, tools))
        return _render(open_source(source, limits), chain, tools, fidelity)
    except MemoryError:
        raise MemLimitExceededError("The image needs more memory than is allowed.") from None


def _render(opened: Opened, chain: Chain, tools: Tools, fidelity: Fidelity) -> Rendered:
    if chain.query:
        return Rendered(_answer(opened, chain.query), "application/json", "json")
    encoding = _encoding(opened, chain)
    codec = CODECS[encoding.format]
    codec.require()
    picture = _picture(opened, chain, encoding, fidelity)
    for operation in chain.pixel_operations:
        picture = operation.apply(picture, tools)
    return Rendered(codec.encode(picture, tools), codec.media_type, codec.name)


def _answer(opened: Opened, query: HeaderQuery | PixelQuery) -> bytes:
    if isinstance(query, HeaderQuery):
        return query.answer(opened.source)
    source = opened.source
    return query.answer(Picture(decode(opened, animated=False), source.size, Encoding(source.format), source))


def _encoding(opened: Opened, chain: Chain) -> Encoding:
    encoding = Encoding(opened.source.format)
    for setting in chain.settings:
        encoding = setting.settle(encoding, opened.source)
    return encoding


def _picture(opened: Opened, chain: Chain, encoding: Encoding, fidelity: Fidelity) -> Picture:
    """The decoded picture, its size being the source's even where it has been shrunk to what the chain needs."""
    source = opened.source
    needed = chain.needed_size(source)
    region = shrink(opened, needed) if fidelity is Fidelity.FAST else None
    animated = chain.keeps_motion and CODECS[encoding.format].is_animated
    picture = Picture(decode(opened, animated=animated), source.size, encoding, source)
    if region is None:
        return picture
    return picture.draw(source.size, lambda image: resample_region(image, needed, region))
