"""``interlace``: whether a JPEG shows up coarse and whole, or fine and from the top."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from ..errors import image_ec
from ..params import Flag
from ..picture import Encoding, Source
from .base import Setting, SingleValue, key


class Interlace(SingleValue, Setting):
    """A choice of progressive JPEG, without effect on other formats (OSS's page "Configure gradual display")."""

    action: ClassVar[str] = "interlace"
    missing_ec: ClassVar[str | None] = image_ec(281)

    progressive: Flag = key(
        "interlace", ec=282, default=..., description="`1` writes a JPEG progressive, `0` from top to bottom."
    )

    def settle(self, encoding: Encoding, source: Source) -> Encoding:
        """The encoding with the choice made; what a source was does not matter."""
        return replace(encoding, progressive=self.progressive)
