"""A chain of operations: ``image/resize,w_100/rotate,90`` as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from .errors import InvalidArgumentError, MissingArgumentError, TooManyPipesError, WatermarkError, image_ec
from .geometry import Size
from .limits import MAX_CHAIN_BYTES, MAX_MARK_IMAGES, Limits
from .operations import AutoOrient, HeaderQuery, Operation, PixelOperation, PixelQuery, Setting, parse_action
from .picture import Source

_TOO_LONG = "0017-00000288"
"""OSS's EC for a process value that is too long or holds too many actions."""


_UNKNOWN_ACTION = image_ec(213)

_UPRIGHT = AutoOrient(enabled=True)
_USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Chain:
    """Operations in the order in which they are done, whatever order they were asked for in.

    ``auto-orient`` goes first and settings go last, and of each of these the last one asked for counts; a query
    makes all others moot. Chains that mean the same are equal and have the same text.
    """

    operations: tuple[Operation, ...]

    @classmethod
    def parse(cls, text: str, limits: Limits = _USUAL) -> Self:
        """The chain that a decoded process value writes, ``|sys/...`` already taken off; ProcessError if it is bad.

        ``limits`` say how long it may be and which of its values are within the profile.
        """
        if len(text.encode(errors="replace")) > MAX_CHAIN_BYTES:
            raise InvalidArgumentError.of("x-oss-process", f"{text[:32]}...", _TOO_LONG)
        word, _, actions = text.partition("/")
        if word != "image":
            raise InvalidArgumentError.of("x-oss-process", text)
        segments = actions.split("/")
        if len(segments) > limits.chain_actions:
            raise TooManyPipesError(f"Maximal number of pipes supported is {limits.chain_actions}.", ec=_TOO_LONG)
        chain = cls(_in_order(_operations(segments, limits)))
        if len(chain.references()) > MAX_MARK_IMAGES:
            raise WatermarkError(f"Maximal number of watermark images supported is {MAX_MARK_IMAGES}.", ec=image_ec(26))
        return chain

    def __str__(self) -> str:
        return "/".join(["image", *map(str, self.operations)])

    @property
    def query(self) -> HeaderQuery | PixelQuery | None:
        """The question that the chain asks instead of making a picture, if it is one."""
        return next((asked for asked in self.operations if isinstance(asked, HeaderQuery | PixelQuery)), None)

    @property
    def pixel_operations(self) -> tuple[PixelOperation, ...]:
        """What is done to the pixels, first to last; turning upright comes first even when nobody asks for it."""
        asked = tuple(operation for operation in self.operations if isinstance(operation, PixelOperation))
        return asked if asked and isinstance(asked[0], AutoOrient) else (_UPRIGHT, *asked)

    def references(self) -> tuple[str, ...]:
        """The keys of the objects whose pictures are laid on as watermarks, each once, in the order of their use."""
        keys = (key for operation in self.pixel_operations for key in operation.references())
        return tuple(dict.fromkeys(keys))

    @property
    def settings(self) -> tuple[Setting, ...]:
        """How the result is to be written."""
        return tuple(operation for operation in self.operations if isinstance(operation, Setting))

    @property
    def keeps_motion(self) -> bool:
        """Whether an animation stays one: every operation that was asked for must keep it."""
        return all(
            operation.keeps_motion for operation in self.operations if isinstance(operation, PixelOperation | Setting)
        )

    def needed_size(self, source: Source) -> Size:
        """The stored size that decoding must not fall below: the full one unless the chain starts by resizing."""
        first, *rest = self.pixel_operations
        if not rest:
            return source.size
        if first == _UPRIGHT and source.orientation > 4:
            return rest[0].needed_size(source, source.upright_size).turned
        return rest[0].needed_size(source, source.size)


def _operations(segments: list[str], limits: Limits) -> list[Operation]:
    """The operations of all segments, and a hint where the one before an unknown one may hold half a Base64 value."""
    operations: list[Operation] = []
    for segment in segments:
        try:
            operations.append(_operation(segment, limits))
        except InvalidArgumentError as error:
            if error.ec != _UNKNOWN_ACTION or not operations or operations[-1].action != "watermark":
                raise
            hint = 'If the "/" before it belongs to a Base64 value, write "_" for it: URL-safe Base64.'
            raise InvalidArgumentError.of("action", error.value or "", error.ec, hint=hint) from None
    return operations


def _operation(segment: str, limits: Limits) -> Operation:
    """The operation of ``name,argument,...``; empty arguments mean nothing (the SDKs' tests send them)."""
    name, *arguments = segment.split(",")
    if not name:
        raise MissingArgumentError.of("action", image_ec(212))
    return parse_action(name, [argument for argument in arguments if argument], limits)


def _in_order(operations: list[Operation]) -> tuple[Operation, ...]:
    queries = [operation for operation in operations if isinstance(operation, HeaderQuery | PixelQuery)]
    if queries:
        return (queries[0],)
    states = {type(operation): operation for operation in operations if isinstance(operation, AutoOrient | Setting)}
    orient = states.pop(AutoOrient, None)
    pixels = [operation for operation in operations if type(operation) not in (AutoOrient, *states)]
    settings = sorted(states.values(), key=lambda operation: operation.action)
    return (*([orient] if orient else []), *pixels, *settings)
