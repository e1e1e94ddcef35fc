"""Text as a picture: one line, cut to its ink.

The recorded size of OSS's default text watermark fits text that is placed by the box of its ink, not by its line: at
4:4:4 that gives 26365 bytes against 26369 recorded, the line 26612. Lines are laid out without shaping, so that the
result does not depend on the libraries that Pillow was compiled with.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from .errors import InvalidArgumentError, WatermarkError, image_ec
from .fonts import OSS_FONTS, FontFile, Fonts
from .geometry import Size
from .overlay import blank, require_mark_size
from .params import Color, decode_base64
from .placing import Point

_SHADOW = Point(2, 2)
"""How far to the right and down of the text its shadow falls (a reimplementation that was compared with OSS)."""

_INVISIBLE = frozenset(chr(code) for code in range(0xFE00, 0xFE10))
"""Variation selectors, which ask for another shape of the character before and have none of their own."""


_MAX_BYTES = 64
"""Bytes of UTF-8 in a text (OSS's page says 64 characters and 21 Chinese ones, which is 64 bytes)."""

_BAD_TEXT, _FONT_NOT_BASE64, _NO_SUCH_FONT = image_ec(258), image_ec(250), image_ec(251)


def read_text(raw: str) -> str:
    """The text behind ``text_``: refused when it is not Base64 or longer than 64 bytes."""
    text = decode_base64(raw, parameter="text", ec=_BAD_TEXT)
    count = len(text.encode())
    if count > _MAX_BYTES:
        hint = f"A text may have {_MAX_BYTES} bytes of UTF-8, this one has {count}."
        raise InvalidArgumentError.of("text", raw, _BAD_TEXT, hint=hint)
    return text


def read_font(raw: str) -> str:
    """The name of a font behind ``type_``: refused when it is not Base64, or none of OSS's."""
    name = decode_base64(raw, parameter="type", ec=_FONT_NOT_BASE64)
    if name not in OSS_FONTS:
        raise InvalidArgumentError.of("type", raw, _NO_SUCH_FONT, hint=f"OSS has no font called {name!r}.")
    return name


def draw_text(text: str, font_name: str, size: int, color: Color, shadow: int, fonts: Fonts) -> Image.Image | None:
    """The text as a mark: grey colours as LA, others as RGBA; None for text without ink.

    ``size`` is in pixels, ``shadow`` the opacity of a black shadow in percent, 0 for none. Raises ``WatermarkError``
    when no font here has the characters.
    """
    line = one_line(text).strip()
    ink = _ink(line, _font(_chosen(line, font_name, fonts), size)) if line else None
    if ink is None:
        return None
    mode = "LA" if color.is_grey else "RGBA"
    plain = _coloured(ink, mode, color)
    return _shadowed(plain, ink, shadow) if shadow else plain


def one_line(text: str) -> str:
    """The text as it can be drawn: control characters are spaces, and what only steers other characters is left out."""
    kinds = ((character, unicodedata.category(character)) for character in text)
    kept = (" " if kind == "Cc" else character for character, kind in kinds if kind != "Cf")
    return "".join(character for character in kept if character not in _INVISIBLE)


def _chosen(line: str, font_name: str, fonts: Fonts) -> FontFile:
    needed = "".join(line.split())
    font = fonts.choose(font_name, needed)
    if font is None:
        raise WatermarkError(f"No font here has the characters of parameter: text ({needed}).", parameter="text")
    return font


@lru_cache(maxsize=32)
def _font(font: FontFile, size: int) -> ImageFont.FreeTypeFont:
    try:
        # Not by `truetype`, which takes another file of the same name where this one does not open.
        return ImageFont.FreeTypeFont(font.path, size, font.number, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        raise WatermarkError(f"The font file {font.family} can not be read.", parameter="type") from None


def _ink(line: str, font: ImageFont.FreeTypeFont) -> Image.Image | None:
    """How much of every pixel the text covers, as mode L."""
    left, upper, right, lower = (round(edge) for edge in font.getbbox(line))
    require_mark_size(Size(right - left, lower - upper))
    canvas = Image.new("L", (right - left, lower - upper))
    ImageDraw.Draw(canvas).text((-left, -upper), line, fill=255, font=font)
    box = canvas.getbbox()
    return canvas.crop(box) if box else None


def _coloured(ink: Image.Image, mode: str, color: Color) -> Image.Image:
    mark = Image.new(mode, ink.size, color[:1] if mode == "LA" else tuple(color))
    mark.putalpha(ink)
    return mark


def _shadowed(plain: Image.Image, ink: Image.Image, opacity: int) -> Image.Image:
    """The text over its shadow, on a canvas that holds both."""
    size = Size(ink.width + _SHADOW.left, ink.height + _SHADOW.upper)
    under, over = blank(size, plain.mode), blank(size, plain.mode)
    cast = Image.new("L", size)
    cast.paste(ink.point([(value * opacity + 50) // 100 for value in range(256)]), _SHADOW)
    under.putalpha(cast)
    over.paste(plain, (0, 0))
    return Image.alpha_composite(under, over)
