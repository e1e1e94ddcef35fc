"""The table of operations: the word in the URL and the class that stands for it."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InvalidArgumentError, NotBuiltError, image_ec
from .auto_orient import AutoOrient
from .base import Operation, PixelOperation, Query, Setting, Tools
from .crop import Crop
from .format import Format
from .info import Info
from .quality import Quality
from .resize import Resize
from .rotate import Rotate

_BUILT: tuple[type[Operation], ...] = (AutoOrient, Crop, Format, Info, Quality, Resize, Rotate)

OPERATIONS: dict[str, type[Operation]] = {operation.action: operation for operation in _BUILT}

NOT_BUILT = frozenset(
    {
        "average-hue",
        "blur",
        "bright",
        "circle",
        "contrast",
        "indexcrop",
        "interlace",
        "rounded-corners",
        "sharpen",
        "watermark",
    }
)
"""Actions that OSS documents and that are not built yet; they must not be taken for unknown ones."""


def parse_action(name: str, arguments: Sequence[str]) -> Operation:
    """The operation that an action's name and arguments describe; ProcessError for a bad or unknown one."""
    if name in NOT_BUILT:
        raise NotBuiltError.of("action", name)
    if name not in OPERATIONS:
        raise InvalidArgumentError.of("action", name, image_ec(213))
    return OPERATIONS[name].parse(arguments)


__all__ = [
    "NOT_BUILT",
    "OPERATIONS",
    "AutoOrient",
    "Operation",
    "PixelOperation",
    "Query",
    "Setting",
    "Tools",
    "parse_action",
]
