"""Everything an image request can be refused for, each with the word and the EC that OSS puts on the wire.

    ProcessError
    ├── InvalidArgumentError       a parameter's value is not one that OSS takes
    ├── MissingArgumentError       a required parameter is absent
    ├── TooManyPipesError          more actions in a chain than are allowed
    ├── NotBuiltError              what is documented and cannot be done here (``NotImplemented`` on the wire)
    ├── BadRequestError            not a supported picture, not Base64, too large to turn
    ├── CutEdgeExceedRangeError    a crop that starts outside the picture
    ├── ImageTooLargeError         bytes or sides past a limit
    ├── MemLimitExceededError      more pixels than may be held
    ├── WatermarkError             a watermark that cannot be made or laid on
    └── ImageDamageError           a picture that cannot be decoded

Codes, messages and ECs: OSS's pages "Error codes" and "EC error codes, 40-IMAGE", and observations of the live
service. None of them knows an HTTP status. All survive pickling, since they cross from a worker process to the server.
"""

from __future__ import annotations

from typing import ClassVar, Self


def image_ec(number: int) -> str:
    """The full form of an image EC: 312 is ``0040-00000312``."""
    return f"0040-{number:08d}"


class ProcessError(Exception):
    """A refusal: OSS's code, its message, its EC or none, and the parameter and value at fault where there is one."""

    code: ClassVar[str] = "InvalidArgument"

    def __init__(
        self, message: str, *, ec: str | None = None, parameter: str | None = None, value: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.ec = ec
        self.parameter = parameter
        self.value = value

    def __reduce__(self) -> tuple[object, ...]:
        state = {"ec": self.ec, "parameter": self.parameter, "value": self.value}
        return type(self), (self.message,), state


class InvalidArgumentError(ProcessError):
    """A value that OSS does not take; the message names value and parameter as the live service does."""

    code = "InvalidArgument"

    @classmethod
    def of(cls, parameter: str, value: str, ec: str | None = None, *, hint: str = "") -> Self:
        """The refusal of ``value`` for ``parameter``; a ``hint`` of ours stands after OSS's words."""
        message = f"The value: {value} of parameter: {parameter} is invalid. {hint}".rstrip()
        return cls(message, ec=ec, parameter=parameter, value=value)


class MissingArgumentError(ProcessError):
    """A required parameter or action is absent."""

    code = "MissingArgument"

    @classmethod
    def of(cls, parameter: str, ec: str | None = None) -> Self:
        """The refusal of a request that lacks ``parameter``."""
        return cls("Missing Some Required Arguments.", ec=ec, parameter=parameter)


class TooManyPipesError(ProcessError):
    """More actions in one chain than are allowed."""

    code = "TooManyPipes"


class NotBuiltError(ProcessError):
    """Something that OSS documents and that cannot be done here, for want of a package."""

    code = "NotImplemented"


class BadRequestError(ProcessError):
    """A request that makes no sense for this source."""

    code = "BadRequest"


class CutEdgeExceedRangeError(ProcessError):
    """A crop that starts outside the picture."""

    code = "CutEdgeExceedRange"


class ImageTooLargeError(ProcessError):
    """A source or a result past a limit of bytes or sides."""

    code = "ImageTooLarge"


class MemLimitExceededError(ProcessError):
    """More pixels, or more memory, than one picture may take."""

    code = "MemLimitExceeded"


class WatermarkError(ProcessError):
    """A watermark that cannot be made: its picture is missing or unfit, its font lacks the characters."""

    code = "WatermarkError"


class ImageDamageError(ProcessError):
    """A picture that announces a supported format and cannot be decoded."""

    code = "ImageDamage"

    def __init__(
        self,
        message: str = "The image file may be damaged.",
        *,
        ec: str | None = None,
        parameter: str | None = None,
        value: str | None = None,
    ) -> None:
        super().__init__(message, ec=ec, parameter=parameter, value=value)
