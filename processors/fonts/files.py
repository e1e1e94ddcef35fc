"""The font files of this machine, by folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")
HOME_FOLDERS = (".fonts", ".local/share/fonts", "Library/Fonts")
PACKAGES = ("noto_cjk_sans_otc",)
"""Python packages that carry a font: the extra ``fonts``."""

_SUFFIXES = (".ttf", ".ttc", ".otf")
_STYLE = re.compile(
    "[-_](?:Extra|Semi|Demi|Ultra|Bold|Light|Medium|Regular|Thin|Black|Heavy|Book|Roman|Italic|Oblique)+$",
    re.IGNORECASE,
)


class FontFile(NamedTuple):
    """A font file and which of its faces is meant."""

    path: str
    number: int = 0

    @property
    def family(self) -> str:
        """The family the file is named after: ``DejaVuSans`` for ``DejaVuSans-BoldOblique.ttf``."""
        return _STYLE.sub("", Path(self.path).stem)

    @property
    def is_styled(self) -> bool:
        """Whether the name tells a style: bold, slanted, light, regular."""
        return self.family != Path(self.path).stem


@lru_cache(maxsize=8)
def font_files(own: str) -> dict[str, str]:
    """File name in lower case to path, in the folder ``own``, if any, before the system's and the packages'.

    Folders are read once in a process. The first of several files with one name counts.
    """
    found: dict[str, str] = {}
    for folder in _folders(own):
        for path in _below(folder):
            found.setdefault(path.name.lower(), str(path))
    return found


def _folders(own: str) -> Iterator[Path]:
    if own:
        yield Path(own)
    yield from map(Path, SYSTEM_FOLDERS)
    with suppress(RuntimeError):  # a user without a home
        yield from (Path.home() / folder for folder in HOME_FOLDERS)
    for package in PACKAGES:
        spec = find_spec(package)
        if spec is not None:
            yield from map(Path, spec.submodule_search_locations or ())


def _below(folder: Path) -> Iterator[Path]:
    """All font files in and below a folder, in order of their paths; what cannot be read is passed over."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names) if name.lower().endswith(_SUFFIXES))
