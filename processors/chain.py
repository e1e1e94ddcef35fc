"""A chain of operations: ``image/resize,w_100/rotate,90`` as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from .errors import InvalidArgumentError, MissingArgumentError, TooManyPipesError, image_ec
from .geometry import Size
from .limits import MAX_CHAIN_ACTIONS, MAX_CHAIN_BYTES
from .operations import AutoOrient, Operation, PixelOperation, Query, Setting, parse_action
from .picture import Source

_TOO_LONG = "0017-00000288"
"""OSS's EC for a process value that is too long or holds too many actions."""


_UPRIGHT = AutoOrient(enabled=True)


@dataclass(frozen=True, slots=True)
class Chain:
    """Operations in the order in which they are done, whatever order they were asked for in.

    ``auto-orient`` goes first and settings go last, and of each of these the last one asked for counts; a query
    makes all others moot. Chains that mean the same are equal and have the same text.
    """

    operations: tuple[Operation, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The chain that a decoded process value writes, ``|sys/...`` already taken off; ProcessError if it is bad."""
        if len(text.encode(errors="replace")) > MAX_CHAIN_BYTES:
            raise InvalidArgumentError.of("x-oss-process", f"{text[:32]}...", _TOO_LONG)
        word, _, actions = text.partition("/")
        if word != "image":
            raise InvalidArgumentError.of("x-oss-process", text)
        segments = actions.split("/")
        if len(segments) > MAX_CHAIN_ACTIONS:
            raise TooManyPipesError(f"Maximal number of pipes supported is {MAX_CHAIN_ACTIONS}.", ec=_TOO_LONG)
        return cls(_in_order([_operation(segment) for segment in segments]))

    def __str__(self) -> str:
        return "/".join(["image", *map(str, self.operations)])

    @property
    def query(self) -> Query | None:
        """The question that the chain asks instead of making a picture, if it is one."""
        return next((operation for operation in self.operations if isinstance(operation, Query)), None)

    @property
    def pixel_operations(self) -> tuple[PixelOperation, ...]:
        """What is done to the pixels, first to last; turning upright comes first even when nobody asks for it."""
        asked = tuple(operation for operation in self.operations if isinstance(operation, PixelOperation))
        return asked if asked and isinstance(asked[0], AutoOrient) else (_UPRIGHT, *asked)

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


def _operation(segment: str) -> Operation:
    """The operation of ``name,argument,...``; empty arguments mean nothing (the SDKs' tests send them)."""
    name, *arguments = segment.split(",")
    if not name:
        raise MissingArgumentError.of("action", image_ec(212))
    return parse_action(name, [argument for argument in arguments if argument])


def _in_order(operations: list[Operation]) -> tuple[Operation, ...]:
    queries = [operation for operation in operations if isinstance(operation, Query)]
    if queries:
        return (queries[0],)
    states = {type(operation): operation for operation in operations if isinstance(operation, AutoOrient | Setting)}
    orient = states.pop(AutoOrient, None)
    pixels = [operation for operation in operations if type(operation) not in (AutoOrient, *states)]
    settings = sorted(states.values(), key=lambda operation: operation.action)
    return (*([orient] if orient else []), *pixels, *settings)
