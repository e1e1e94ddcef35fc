"""The picture that a watermark lays on: an object's key and what is done to the picture beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from PIL import Image

from .errors import InvalidArgumentError, TooManyPipesError, WatermarkError, image_ec
from .geometry import Size
from .limits import Limits
from .params import decode_base64
from .picture import Picture
from .tools import Tools

_MARKER = "?x-oss-process="
_PREFIX = "image/"

_BAD_IMAGE = image_ec(265)

_REFUSED = {"watermark": image_ec(373), "info": image_ec(374)}
"""Actions whose refusal has an EC of its own (OSS's EC pages)."""


class Preparation(Protocol):
    """An operation on a mark before it is laid on."""

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The mark with the operation done; ``tools.main`` is the size of the picture it goes to."""
        ...


Preparations = Mapping[str, Callable[[Sequence[str], Limits], Preparation]]
"""The actions that are allowed on a mark: the word in the URL and what reads the arguments."""


@dataclass(frozen=True, slots=True)
class MarkImage:
    """An object of the same bucket, and the operations on it in their order."""

    key: str
    preparations: tuple[Preparation, ...] = ()

    @classmethod
    def parse(cls, text: str, allowed: Preparations, limits: Limits) -> Self:
        """The mark that ``KEY`` or ``KEY?x-oss-process=image/...`` describes; ProcessError if it is a bad one."""
        key, marker, process = text.partition(_MARKER)
        if not marker:
            return cls(key)
        if not process.startswith(_PREFIX):
            raise WatermarkError(f"Not an image action on a watermark image: {process}.", parameter="image")
        segments = process.removeprefix(_PREFIX).split("/")
        if len(segments) > limits.chain_actions:
            raise TooManyPipesError(f"Maximal number of pipes supported is {limits.chain_actions}.")
        return cls(key, tuple(_preparation(segment, allowed, limits) for segment in segments))

    def __str__(self) -> str:
        actions = "/".join(map(str, self.preparations))
        return f"{self.key}{_MARKER}{_PREFIX}{actions}" if actions else self.key

    def image(self, tools: Tools, main: Size) -> Image.Image:
        """The mark, LA or RGBA, ready to be laid on a picture of the size ``main``."""
        picture = tools.marks[self.key]
        for preparation in self.preparations:
            picture = preparation.apply(picture, replace(tools, main=main))
        return picture.image


def read_mark(raw: str) -> str:
    """The text behind ``image_``: refused when it is empty or not Base64 (EC 265)."""
    decoded = decode_base64(raw, parameter="image", ec=_BAD_IMAGE)
    if not decoded:
        raise InvalidArgumentError.of("image", raw, _BAD_IMAGE)
    return decoded


def _preparation(segment: str, allowed: Preparations, limits: Limits) -> Preparation:
    name, *arguments = segment.split(",")
    if name not in allowed:
        message = f"The action {name} is not allowed on a watermark image."
        raise WatermarkError(message, ec=_REFUSED.get(name), parameter="image", value=name)
    return allowed[name]([argument for argument in arguments if argument], limits)
