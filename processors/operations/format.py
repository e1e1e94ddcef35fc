"""``format``: the format a result is written in."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ValidationInfo

from ..errors import BadRequestError, image_ec
from ..limits import Limits
from ..picture import Encoding, Source
from .base import Setting, SingleValue, key

FORMATS = {name: name for name in ("jpg", "png", "webp", "gif", "bmp", "tiff", "heic", "avif")} | {"jpeg": "jpg"}
"""What the URL may say and the format that is meant; ``jpeg`` is accepted by OSS's console too."""


def _format(value: object, info: ValidationInfo) -> str:
    """The format meant, if the profile that the chain is parsed with knows it."""
    formats = info.context.formats if isinstance(info.context, Limits) else FORMATS.values()
    if value not in FORMATS or FORMATS[str(value)] not in formats:
        raise ValueError("not a format")
    return FORMATS[str(value)]


_DESCRIPTION = "`jpg` (or `jpeg`), `png`, `webp`, `gif` (of GIF sources only), `bmp`, `tiff`, `heic` or `avif`."


class Format(SingleValue, Setting):
    """A choice of format, wherever in the chain it stands (OSS's page "Convert image formats")."""

    action: ClassVar[str] = "format"
    missing_ec: ClassVar[str | None] = image_ec(207)
    keeps_motion: ClassVar[bool] = True

    format: Annotated[str, BeforeValidator(_format)] = key("format", ec=206, default=..., description=_DESCRIPTION)

    def settle(self, encoding: Encoding, source: Source) -> Encoding:
        """The encoding in that format; only a GIF source becomes a GIF, others keep the format they have.

        A HEIC source with alpha cannot become a JPEG (OSS's documentation; the words of the refusal are ours).
        """
        if self.format == "gif" and source.format != "gif":
            return encoding
        if self.format == "jpg" and source.format == "heic" and source.has_alpha:
            raise BadRequestError("A HEIC image with an alpha channel cannot be converted to jpg.")
        return replace(encoding, format=self.format)
