"""What flows through a chain: frames, the encoding they are to get, and the facts of the source they came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from PIL import Image

from .geometry import Size


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of mode L, LA, RGB or RGBA and the milliseconds it is shown for."""

    image: Image.Image
    duration: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """What the header of a source says, in stored (unturned) pixels.

    ``plays`` counts the rounds of an animation, 0 for ever; ``quality`` is the 1..100 that a JPEG was written with,
    None for other formats; ``resolution`` holds the tags that ``info`` shows; ``exif`` is the TIFF structure, if any.
    """

    format: str
    size: Size
    byte_size: int
    frame_count: int = 1
    plays: int = 1
    orientation: int = 1
    has_alpha: bool = False
    quality: int | None = None
    resolution: Mapping[str, str] = field(default_factory=dict)
    exif: bytes = field(default=b"", repr=False)

    @property
    def upright_size(self) -> Size:
        """The size that the source is meant to be seen at: sides swapped for orientations 5 to 8."""
        return self.size.turned if self.orientation > 4 else self.size


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the result is written.

    ``format`` is OSS's name, ``quality`` 1..100, or None for the usual one. For JPEG alone count ``progressive`` and
    ``full_colour``: whether every pixel keeps a colour of its own (4:4:4), or each square of four shares one (4:2:0).
    """

    format: str
    quality: int | None = None
    progressive: bool = False
    full_colour: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Frames of one size on their way through a chain; every step makes a new one.

    ``size`` is what the chain reckons with. Where fewer pixels were decoded the frames themselves are smaller, just as
    large as the resize that starts the chain wants them.
    """

    frames: tuple[Frame, ...]
    size: Size
    encoding: Encoding
    source: Source

    @property
    def image(self) -> Image.Image:
        """The first frame's image."""
        return self.frames[0].image

    @property
    def is_animated(self) -> bool:
        """Whether there is more than one frame."""
        return len(self.frames) > 1

    def draw(self, size: Size, change: Callable[[Image.Image], Image.Image]) -> Picture:
        """The picture with ``change`` made to every frame, which is then of ``size``."""
        frames = tuple(replace(frame, image=change(frame.image)) for frame in self.frames)
        return replace(self, frames=frames, size=size)
