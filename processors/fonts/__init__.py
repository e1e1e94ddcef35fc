"""OSS's font names and the free font files that stand in for them; no font file is kept here."""

from __future__ import annotations

from .files import FontFile
from .search import MACHINE_FONTS, Fonts, Served
from .table import DEBIAN_PACKAGES, DEFAULT_FONT, OSS_FONTS

__all__ = ["DEBIAN_PACKAGES", "DEFAULT_FONT", "MACHINE_FONTS", "OSS_FONTS", "FontFile", "Fonts", "Served"]
