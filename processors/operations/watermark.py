"""``watermark``: lays a picture, a text or both on a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Self

from PIL import Image
from pydantic import PlainValidator, ValidationInfo, model_validator

from ..errors import MissingArgumentError, image_ec
from ..fonts import DEFAULT_FONT
from ..geometry import Gravity, Size, rotated
from ..limits import Limits
from ..mark import MarkImage, Preparations, read_mark
from ..overlay import faded, laid, require_mark_size, side_by_side, tiled
from ..params import BLACK, Alignment, Degrees, Flag, Gap, HexColor, Margin, Offset, Opacity, Place, TextSize
from ..params import encode_base64 as encoded
from ..picture import Picture
from ..placing import Align, Placement
from ..text import draw_text, read_font, read_text
from .base import PixelOperation, Tools, key

_DECODERS = {"image": read_mark, "text": read_text, "type": read_font}
"""The parameters that are written in Base64, and what reads them."""

_NEVER_EMPTY = ("text", "size", "shadow")
"""The parameters whose EC says that they are missing (OSS's EC pages)."""

_PLACE = "Where the mark hangs: `nw` `north` `ne` `west` `center` `east` `sw` `south` `se`; half pixels are cut off."
_IMAGE = "Base64 of an object's key, to which `?x-oss-process=image/` and `resize`, `crop`, `indexcrop`, "
_IMAGE += "`rounded-corners` or `rotate` may be added; `resize,P_n` makes it n percent of the picture."


def _mark_image(value: object, info: ValidationInfo) -> MarkImage:
    limits = info.context if isinstance(info.context, Limits) else Limits()
    return value if isinstance(value, MarkImage) else MarkImage.parse(str(value), Watermark.preparations, limits)


class Watermark(PixelOperation):
    """One mark: a picture of the same bucket, a text, or both side by side (OSS's page "Add watermarks")."""

    action: ClassVar[str] = "watermark"

    preparations: ClassVar[Preparations] = {}
    """What may be done to the picture beforehand. The table of operations fills it in: operations do not know one
    another."""

    image: Annotated[MarkImage | None, PlainValidator(_mark_image)] = key("image", ec=265, description=_IMAGE)
    text: str | None = key("text", ec=258, description="Base64 of the text: one line, 1 to 64 bytes of UTF-8.")
    font: str = key("type", ec=251, default=DEFAULT_FONT, description="Base64 of one of OSS's seven names of fonts.")
    color: HexColor = key("color", ec=257, default=BLACK, description="Colour of the text, RRGGBB (EC inferred).")
    size: TextSize = key("size", ec=256, default=40, description="Height of the font in pixels, 1 to 1000.")
    shadow: Opacity = key("shadow", ec=255, default=0, description="Opacity of the text's shadow, 0 (none) to 100.")
    degrees: Degrees = key("rotate", ec=272, default=0, description="Degrees that the text is turned by, clockwise.")
    text_first: Flag = key("order", ec=269, default=False, description="`0` the image is to the left, `1` the text.")
    align: Alignment = key("align", ec=271, default=Align.BOTTOM, description="`0` top, `1` middle, `2` bottom.")
    interval: Gap = key("interval", ec=270, default=0, description="Pixels between image and text, 0 to 1000.")
    opacity: Opacity = key("t", ec=263, default=100, description="Opacity of the whole mark, 0 to 100.")
    gravity: Place = key("g", ec=260, default=Gravity.SE, description=_PLACE)
    x: Margin = key("x", ec=262, default=10, description="Pixels from the left or right edge, 0 to 4096 (EC inferred).")
    y: Margin = key("y", ec=264, default=10, description="Pixels from the upper or lower edge, 0 to 4096.")
    voffset: Offset = key("voffset", ec=268, default=0, description="Pixels below half height, -1000 to 1000.")
    fill: Flag = key("fill", ec=274, default=False, description="`1` repeats the mark all over, from the upper left.")
    across: Margin = key("padx", ec=276, default=0, description="Pixels between repeated marks, 0 to 4096.")
    down: Margin = key("pady", ec=277, default=0, description="Pixels between their rows, 0 to 4096 (EC inferred).")

    @classmethod
    def read(cls, arguments: Sequence[str]) -> dict[str, str]:
        """Arguments as names and values, Base64 decoded; ProcessError for an empty or a badly written one."""
        values = super().read(arguments)
        for name in _NEVER_EMPTY:
            if values.get(name) == "":
                raise MissingArgumentError.of(name, cls.ec(name))
        return values | {name: decode(values[name]) for name, decode in _DECODERS.items() if name in values}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.image is None and self.text is None:
            raise MissingArgumentError.of("watermark", image_ec(278))
        return self

    def written(self) -> dict[str, str]:
        """The parameters that count, Base64 where it is due."""
        return {name: encoded(value) if name in _DECODERS else value for name, value in super().written().items()}

    @property
    def keeps_motion(self) -> bool:
        """The mark is laid on every frame (an account's feature on OSS, our choice)."""
        return True

    def references(self) -> tuple[str, ...]:
        """The key of the mark's picture, if it has one."""
        return (self.image.key,) if self.image else ()

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture under the mark; a text without ink changes nothing."""
        marks = [self.image.image(tools, picture.size) if self.image else None, self._drawn(tools)]
        ordered = [mark for mark in (reversed(marks) if self.text_first else marks) if mark is not None]
        if not ordered:
            return picture
        first, *others = ordered
        mark = side_by_side(first, others[0], self.interval, self.align) if others else first
        mark = faded(mark, self.opacity)
        marked = picture.draw(picture.size, lambda image: self._laid(image, mark))
        # The size on record fits 4:4:4 and no other subsampling (docs/fidelity.md).
        return replace(marked, encoding=replace(marked.encoding, full_colour=True))

    def _drawn(self, tools: Tools) -> Image.Image | None:
        text = draw_text(self.text or "", self.font, self.size, self.color, self.shadow, tools.fonts)
        if text is None or self.degrees % 360 == 0:
            return text
        require_mark_size(rotated(Size(*text.size), self.degrees))
        return tools.kernel.rotate(text, self.degrees, BLACK)

    def _laid(self, image: Image.Image, mark: Image.Image) -> Image.Image:
        if self.fill:
            return tiled(image, mark, self.across, self.down)
        place = Placement(self.gravity, self.x, self.y, self.voffset)
        return laid(image, mark, place.corner(Size(*image.size), Size(*mark.size)))
