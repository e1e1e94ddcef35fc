"""Which font file writes a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .coverage import covers
from .files import FontFile, font_files
from .table import OSS_FONTS, STAND_INS, Face

_SAMPLE = "水印"
"""What a font for Chinese has at least."""


@dataclass(frozen=True, slots=True)
class Served:
    """One of OSS's font names, the file that serves it, if there is one, and whether the file is one of its own."""

    name: str
    font: FontFile | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts of this machine and those in ``folder``, which come first where it is said."""

    folder: str = ""

    @property
    def files(self) -> tuple[FontFile, ...]:
        """All font files, by name."""
        found = font_files(self.folder)
        return tuple(FontFile(found[name]) for name in sorted(found))

    def choose(self, name: str, text: str) -> FontFile | None:
        """The font that writes ``text`` where OSS would take the font called ``name``; None where nothing here can.

        One font writes the whole text: the first of the name's own that has every character, else any that has. If
        none has, one of the name's own that has some draws boxes for the rest, as the service's fonts must do too.
        """
        own = list(self._found(OSS_FONTS[name]))
        able = (font for font in (*own, *self._others()) if covers(font, text))
        partly = (font for font in own if any(covers(font, character) for character in text))
        return next(able, None) or next(partly, None)

    def served(self) -> Iterator[Served]:
        """Which file serves Chinese text in each of OSS's fonts."""
        for name, faces in OSS_FONTS.items():
            font = self.choose(name, _SAMPLE)
            yield Served(name, font, font in set(self._found(faces)))

    def _found(self, faces: Iterable[Face]) -> Iterator[FontFile]:
        found = font_files(self.folder)
        for face in faces:
            path = found.get(face.file.lower())
            if path is not None:
                yield FontFile(path, face.number)

    def _others(self) -> Iterator[FontFile]:
        """All others: the likely stand-ins, then every file, the plain styles before the bold and the slanted."""
        yield from self._found(STAND_INS)
        yield from sorted(self.files, key=lambda font: (font.is_styled, font.path))


MACHINE_FONTS = Fonts()
"""The fonts of this machine alone."""
