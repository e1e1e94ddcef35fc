"""A posted form, read as it arrives: the fields, which are bounded, then the file, which is never gathered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser, parse_options_header

from ..errors import OSSError, invalid_argument
from ..request import Request
from .body import MAX_OBJECT_BYTES

MEDIA_TYPE = "multipart/form-data"

# API reference, "PostObject": a field's name has at most 8 KB, its value 2 MB.
MAX_NAME_BYTES = 8 << 10
MAX_VALUE_BYTES = 2 << 20
# All of them together, and their number: our choice, OSS says only that there is a bound.
MAX_FIELDS_BYTES = 4 << 20
MAX_FIELDS = 1000

# Of a part's header, besides the name of the field: the other parameters of Content-Disposition.
_HEADER_ROOM = 2 << 10


@dataclass(frozen=True, slots=True)
class PostedFile:
    """The file of a form: the name that the sender gave it, without folders, and what arrives of it.

    `content` can be read once, raises `MalformedPOSTRequest` for a body that is not well formed to its very end, and
    `IncorrectNumberOfFilesInPOSTRequest` for another file behind this one.
    """

    name: str
    content_type: str | None
    content: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """A posted form: what stood before the file, by lower-case name, and the file. What follows it is ignored."""

    fields: Mapping[str, str]
    file: PostedFile


def is_form(request: Request) -> bool:
    """Whether the body is announced as a multipart form."""
    return str(parse_options_header(request.headers.get("content-type", ""))[0]) == MEDIA_TYPE


async def read_form(request: Request) -> Form:
    """The form of a request, read up to the first byte of the file.

    Raises `MalformedPOSTRequest`, `FieldItemTooLong`, `MaxPOSTPreDataLengthExceededError`, `EntityTooLarge`,
    `IncorrectNumberOfFilesInPOSTRequest` for a form without a file, and `InvalidArgument` for a field that is repeated
    (our choice: which of the two was signed must not be a matter of taste) or is not UTF-8.
    """
    if (request.content_length or 0) > MAX_OBJECT_BYTES:
        raise OSSError("EntityTooLarge")
    events, gathered = _events(request), _Fields()
    async for event in events:
        if event is None:
            gathered.end()
        elif isinstance(event, bytes | bytearray):
            gathered.add(event)
        elif _is_file(event):
            return Form(gathered.values, PostedFile(_base_name(event.filename), _type(event), _content(events)))
        else:
            gathered.begin(event.name)
    raise OSSError("IncorrectNumberOfFilesInPOSTRequest")


class _Fields:
    """The fields under way, counted."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._name = ""
        self._value = bytearray()
        self._size = 0

    def begin(self, name: str) -> None:
        self._name = name.lower()
        if self._name in self.values:
            raise invalid_argument(name, "", f"The form field {name} must not be repeated.")
        if len(name.encode()) > MAX_NAME_BYTES:
            raise OSSError("FieldItemTooLong")
        self._count(len(name))

    def add(self, chunk: bytes | bytearray) -> None:
        self._value += chunk
        if len(self._value) > MAX_VALUE_BYTES:
            raise OSSError("FieldItemTooLong")
        self._count(len(chunk))

    def end(self) -> None:
        try:
            self.values[self._name] = self._value.decode("utf-8")
        except UnicodeDecodeError:
            raise invalid_argument(self._name, "", f"The form field {self._name} is not UTF-8.") from None
        self._value = bytearray()

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > MAX_FIELDS_BYTES or len(self.values) >= MAX_FIELDS:
            raise OSSError("MaxPOSTPreDataLengthExceededError")


async def _events(request: Request) -> AsyncIterator[Any]:
    """What the parser finds: a segment, the pieces of its content, None at its end, and the next one."""
    received = 0
    try:
        parser = PushMultipartParser(_boundary(request), max_header_size=MAX_NAME_BYTES + _HEADER_ROOM)
        async for chunk in request.stream():
            received += len(chunk)
            if received > MAX_OBJECT_BYTES:
                raise OSSError("EntityTooLarge")
            for event in parser.parse(chunk):
                yield event
        parser.close()
    except ParserLimitReached:
        raise OSSError("FieldItemTooLong") from None
    except MultipartError as error:
        raise OSSError("MalformedPOSTRequest", details={"ErrorDetail": str(error)}) from None


def _boundary(request: Request) -> str:
    return str(parse_options_header(request.headers["content-type"])[1].get("boundary", ""))


async def _content(events: AsyncIterator[Any]) -> AsyncIterator[bytes]:
    async for event in events:
        if event is None:
            break
        yield event
    async for event in events:
        if isinstance(event, MultipartSegment) and _is_file(event):
            raise OSSError("IncorrectNumberOfFilesInPOSTRequest")


def _is_file(segment: Any) -> bool:
    return str(segment.name).lower() == "file"


def _base_name(filename: str | None) -> str:
    """The last component: browsers that send a path mean the file (our choice, as S3 documents it)."""
    return (filename or "").replace("\\", "/").rpartition("/")[2]


def _type(segment: Any) -> str | None:
    """The part's Content-Type with its parameters, which the parser takes off."""
    return next((value for name, value in segment.headerlist if name == "Content-Type"), None)
