"""What an operation is: its parameters, read strictly from text, and what it does.

A subclass declares each parameter as a field whose type is a kind of value from ``params`` and whose ``key`` gives the
name in the URL and the EC that a bad value is refused with.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import InvalidArgumentError, MissingArgumentError, ProcessError, image_ec
from ..geometry import Size
from ..limits import Limits
from ..picture import Encoding, Picture, Source
from ..tools import Tools

__all__ = ["HeaderQuery", "Operation", "PixelOperation", "PixelQuery", "Setting", "SingleValue", "Tools", "key"]


def key(name: str, *, ec: int | None = None, default: Any = None, description: str | None = None) -> Any:
    """A parameter called ``name`` in the URL; a bad value is refused with EC 0040-00000``ec``, or with none.

    ``description`` says for the documentation what it means: unit, what its default does, and where the rule is from.
    """
    extra: dict[str, Any] = {"ec": image_ec(ec) if ec else None}
    return Field(default=default, alias=name, description=description, json_schema_extra=extra)


class Operation(BaseModel):
    """One action of a chain with its parameters; equal actions are equal values."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True)

    action: ClassVar[str]
    """The word in the URL."""

    @classmethod
    def parse(cls, arguments: Sequence[str], limits: Limits) -> Self:
        """The operation that the arguments of an action describe; ProcessError when one of them is bad.

        Kinds of value whose range depends on the profile find ``limits`` in pydantic's validation context.
        """
        try:
            return cls.model_validate(cls.read(arguments), context=limits, by_alias=True, by_name=False)
        except ValidationError as error:
            raise cls._refusal(error) from None

    @classmethod
    def read(cls, arguments: Sequence[str]) -> dict[str, str]:
        """Arguments as names and values: split at the first underscore, the later of two equal names wins."""
        parts = (argument.partition("_") for argument in arguments)
        return {name: value for name, _, value in parts}

    @classmethod
    def _refusal(cls, error: ValidationError) -> ProcessError:
        """The one place where pydantic's error becomes ours: the first bad parameter, its value and its EC."""
        first = error.errors(include_url=False, include_context=False)[0]
        name = str(first["loc"][0])
        if first["type"] == "missing":
            return MissingArgumentError.of(name)
        return InvalidArgumentError.of(name, str(first["input"]), cls.ec(name))

    @classmethod
    def ec(cls, name: str) -> str | None:
        """The EC of a bad value for the parameter that the URL calls ``name``."""
        fields = {field.alias: field.json_schema_extra for field in cls.model_fields.values()}
        extra = fields[name]
        assert isinstance(extra, dict)
        return str(extra["ec"]) if extra["ec"] else None

    def written(self) -> dict[str, str]:
        """The parameters that count, by their names in the URL, without those that have their default."""
        fields = type(self).model_fields.items()
        values = {field.alias or name: (getattr(self, name), field.default) for name, field in fields}
        return {name: _text(value) for name, (value, default) in values.items() if value != default}

    def __str__(self) -> str:
        return ",".join([self.action, *(f"{name}_{value}" for name, value in self.written().items())])


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


class SingleValue(Operation):
    """An action that takes one bare value: ``rotate,90``. Its one field is called like the action in the URL."""

    missing_ec: ClassVar[str | None]
    """The EC of the action without a value."""

    @classmethod
    def read(cls, arguments: Sequence[str]) -> dict[str, str]:
        """The one bare value; none, several and ``key_value`` are refused, the last by its key alone, as OSS does."""
        if not arguments:
            raise MissingArgumentError.of(cls.action, cls.missing_ec)
        if len(arguments) > 1:
            raise InvalidArgumentError.of(cls.action, ",".join(arguments), image_ec(203))
        name, underscore, _ = arguments[0].partition("_")
        if underscore:
            raise InvalidArgumentError.of(name, name, cls.ec(cls.action))
        return {cls.action: arguments[0]}

    def __str__(self) -> str:
        name = next(iter(type(self).model_fields))
        return f"{self.action},{_text(getattr(self, name))}"


class PixelOperation(Operation):
    """An operation on pixels, done in the order of the chain."""

    @abstractmethod
    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture with the operation done; ProcessError when a limit stands against it."""

    @property
    def keeps_motion(self) -> bool:
        """Whether an animation survives the operation; OSS answers the first frame alone for all others."""
        return False

    def references(self) -> tuple[str, ...]:
        """The keys of the objects, beside the source, whose pictures the operation needs."""
        return ()

    def needed_size(self, source: Source, size: Size) -> Size:
        """The size that a picture of ``size`` may be scaled to beforehand when this operation is the first."""
        return size


class Setting(Operation):
    """An operation on how the result is written; it counts wherever it stands in the chain, the last of a kind wins."""

    keeps_motion: ClassVar[bool] = False

    @abstractmethod
    def settle(self, encoding: Encoding, source: Source) -> Encoding:
        """The encoding with the setting made."""


class HeaderQuery(Operation):
    """An operation that answers a question about the source from its header alone; it makes the others moot."""

    @abstractmethod
    def answer(self, source: Source) -> bytes:
        """The answer, JSON in OSS's own layout."""


class PixelQuery(Operation):
    """An operation that answers a question about the source's pixels as stored; it makes the others moot."""

    @abstractmethod
    def answer(self, picture: Picture) -> bytes:
        """The answer for a source's first frame, JSON in OSS's own layout."""
