"""What operations and codecs may use beside the picture itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .fonts import MACHINE_FONTS, Fonts
from .geometry import Size
from .kernels.base import Kernel
from .limits import Limits
from .picture import Picture


@dataclass(frozen=True, slots=True)
class Tools:
    """The pixel kernels, the limits, the fonts and the pictures for watermarks of one rendering.

    ``marks`` has the decoded pictures by their keys. ``main`` is the size of the picture that a mark goes to, None
    unless a mark is being prepared.
    """

    kernel: Kernel
    limits: Limits
    fonts: Fonts = MACHINE_FONTS
    marks: Mapping[str, Picture] = field(default_factory=dict)
    main: Size | None = None
