"""``quality``: how well a JPEG or WebP result is to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Self

from pydantic import model_validator

from ..errors import MissingArgumentError, image_ec
from ..geometry import part
from ..params import Percent
from ..picture import Encoding, Source
from .base import Setting, key

_ABSOLUTE = "Quality, 1 to 100, but not above a JPEG source's own; wins over `q`."
_RELATIVE = "Percent, 1 to 100, of a JPEG source's own quality; the quality itself for other sources."


class Quality(Setting):
    """``q`` relative to the source's quality, ``Q`` absolute; a bare number counts as ``Q`` (OSS's page "Adjust image
    quality"; the bare form follows from its EC 310)."""

    action: ClassVar[str] = "quality"

    absolute: Percent | None = key("Q", ec=308, description=_ABSOLUTE)
    relative: Percent | None = key("q", ec=309, description=_RELATIVE)
    bare: Percent | None = key("quality", ec=310, description="A bare number, 1 to 100: the same as `Q` (inferred).")

    @classmethod
    def read(cls, arguments: Sequence[str]) -> dict[str, str]:
        """Arguments as names and values, a word that is no name of a parameter as the bare value."""
        bare = [argument for argument in arguments if "_" not in argument and argument not in ("q", "Q")]
        named = super().read([argument for argument in arguments if argument not in bare])
        named.pop("quality", None)
        return named | ({"quality": bare[-1]} if bare else {})

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise MissingArgumentError.of("quality", image_ec(307))
        return self

    @property
    def _ceiling(self) -> int | None:
        return self.absolute or self.bare

    def written(self) -> dict[str, str]:
        """The one value that counts, by its explicit name."""
        return {"Q": str(self._ceiling)} if self._ceiling else {"q": str(self.relative)}

    def settle(self, encoding: Encoding, source: Source) -> Encoding:
        """The encoding with the quality worked out: against a JPEG source's own quality, else as it stands."""
        return replace(encoding, quality=self._against(source.quality))

    def _against(self, source_quality: int | None) -> int:
        wanted = self._ceiling or self.relative or 100
        if source_quality is None:
            return wanted
        return min(source_quality, wanted) if self._ceiling else part(source_quality, wanted, 100)
