"""``info``: what a source says about itself, from its header alone."""

from __future__ import annotations

import json
from typing import ClassVar

from ..exif import exif_fields
from ..picture import Source
from .base import HeaderQuery


class Info(HeaderQuery):
    """Basic facts and EXIF (OSS's page "Query image information"); the layout is the one that SDK tests compare."""

    action: ClassVar[str] = "info"

    def answer(self, source: Source) -> bytes:
        """JSON with the keys in order and every value a string; width and height are the stored ones."""
        fields = dict(source.resolution) | exif_fields(source.exif) | _basic(source)
        lines = (f'    {json.dumps(name)}: {{"value": {json.dumps(fields[name])}}}' for name in sorted(fields))
        return ("{\n" + ",\n".join(lines) + "}").encode()


def _basic(source: Source) -> dict[str, str]:
    return {
        "FileSize": str(source.byte_size),
        "Format": source.format,
        "FrameCount": str(source.frame_count),
        "ImageHeight": str(source.size.height),
        "ImageWidth": str(source.size.width),
    }
