"""``format``: the format a result is written in."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from ..errors import NotBuiltError, image_ec
from ..picture import Encoding, Source
from .base import Setting, SingleValue, key

FORMATS = {"jpg": "jpg", "jpeg": "jpg", "png": "png", "webp": "webp", "gif": "gif", "bmp": "bmp", "tiff": "tiff"}
"""What the URL may say and the format that is meant; ``jpeg`` is accepted by OSS's console too."""

_NOT_BUILT = frozenset({"heic", "avif"})


def _format(value: object) -> str:
    if value in _NOT_BUILT:
        raise NotBuiltError.of("format", str(value))
    if value not in FORMATS:
        raise ValueError("not a format")
    return FORMATS[str(value)]


class Format(SingleValue, Setting):
    """A choice of format, wherever in the chain it stands (OSS's page "Convert image formats")."""

    action: ClassVar[str] = "format"
    missing_ec: ClassVar[str] = image_ec(207)
    keeps_motion: ClassVar[bool] = True

    format: Annotated[str, BeforeValidator(_format)] = key("format", ec=206, default=...)

    def settle(self, encoding: Encoding, source: Source) -> Encoding:
        """The encoding in that format; only a GIF source becomes a GIF, others keep the format they have."""
        if self.format == "gif" and source.format != "gif":
            return encoding
        return replace(encoding, format=self.format)
