"""The table of operations: the word in the URL and the class that stands for it."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InvalidArgumentError, image_ec
from ..limits import Limits
from .auto_orient import AutoOrient
from .average_hue import AverageHue
from .base import HeaderQuery, Operation, PixelOperation, PixelQuery, Setting, Tools
from .blur import Blur
from .bright import Bright
from .circle import Circle
from .contrast import Contrast
from .crop import Crop
from .format import Format
from .indexcrop import IndexCrop
from .info import Info
from .interlace import Interlace
from .quality import Quality
from .resize import MarkResize, Resize
from .rotate import Rotate
from .rounded_corners import RoundedCorners
from .sharpen import Sharpen
from .watermark import Watermark

_BUILT: tuple[type[Operation], ...] = (
    AutoOrient,
    AverageHue,
    Blur,
    Bright,
    Circle,
    Contrast,
    Crop,
    Format,
    IndexCrop,
    Info,
    Interlace,
    Quality,
    Resize,
    Rotate,
    RoundedCorners,
    Sharpen,
    Watermark,
)

OPERATIONS: dict[str, type[Operation]] = {operation.action: operation for operation in _BUILT}

Watermark.preparations = {
    operation.action: operation.parse for operation in (Crop, IndexCrop, MarkResize, Rotate, RoundedCorners)
}


def parse_action(name: str, arguments: Sequence[str], limits: Limits) -> Operation:
    """The operation that an action's name and arguments describe; ProcessError for a bad or unknown one."""
    if name not in OPERATIONS:
        raise InvalidArgumentError.of("action", name, image_ec(213))
    return OPERATIONS[name].parse(arguments, limits)


__all__ = [
    "OPERATIONS",
    "AutoOrient",
    "HeaderQuery",
    "Operation",
    "PixelOperation",
    "PixelQuery",
    "Setting",
    "Tools",
    "parse_action",
]
