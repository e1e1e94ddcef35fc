"""The legacy watermark, `watermark=1&object=…&t=90&p=9`, as today's action."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ....processors.errors import BadRequestError, image_ec
from ....processors.params import decode_base64
from ...errors import OSSError, invalid_argument
from .actions import PLACES, actions
from .keys import MARK_KEYS, parse

NAME = "watermark"

_NUMBER = re.compile(r"-?[0-9]{1,5}", re.ASCII)
_COLOR = re.compile(r"#([0-9A-Fa-f]{6})", re.ASCII)
MALFORMED = image_ec(371)


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric field: its name in today's syntax, its range, and the EC of a value outside, None where unknown."""

    name: str
    allowed: range
    ec: int | None = None


# Source: the guide's pages on watermarks, and the EC pages 0040-00000361 to 0040-00000375.
_PLACED: Mapping[str, Number] = {
    "t": Number("t", range(101), 361),
    "p": Number("g", range(1, 10), 365),
    "x": Number("x", range(4097), 362),
    "y": Number("y", range(4097), 363),
    "voffset": Number("voffset", range(-1000, 1001), 364),
}
_LETTERED: Mapping[str, Number] = {
    "size": Number("size", range(1, 1001), 375),
    "s": Number("shadow", range(1, 101)),
    "rotate": Number("rotate", range(361)),
    "fill": Number("fill", range(2)),
}
_MIXED: Mapping[str, Number] = {
    "order": Number("order", range(2)),
    "align": Number("align", range(3)),
    "interval": Number("interval", range(1001)),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of watermark: the fields that must be there, those that may, and what it has unless told."""

    required: tuple[str, ...]
    numbers: Mapping[str, Number]
    defaults: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "1": Kind(("object",), _PLACED),
    "2": Kind(("text",), {**_PLACED, **_LETTERED}),
    # Legacy marks are aligned at their upper edges; today's default is the lower ones.
    "3": Kind(("object", "text"), {**_PLACED, **_LETTERED, **_MIXED}, ("align=0",)),
}

# The EC of a mark without its picture is that of today's syntax; the legacy one is unknown.
_MISSING: Mapping[str, str] = {"text": image_ec(379), "object": image_ec(278)}


def watermark(stage: str) -> str:
    """The action of a stage that begins with `watermark`; fields that its kind does not have are ignored.

    Raises `InvalidArgument`, `MissingArgument` and `BadRequest` with the ECs of the legacy syntax.
    """
    if not stage.startswith(f"{NAME}="):
        raise invalid_argument(NAME, stage, ec=image_ec(360))
    given = _fields(stage)
    kind = KINDS.get(given[NAME])
    if kind is None:
        raise invalid_argument(NAME, given[NAME], ec=MALFORMED)
    for name in kind.required:
        if name not in given:
            raise OSSError("MissingArgument", ec=_MISSING[name], details={"ArgumentName": name})
    fields = {**_fields("&".join(kind.defaults)), **given}
    texts = [write(fields[name]) for name, write in _TEXTS.items() if name in fields and _has(kind, name)]
    numbers = [_number(name, fields[name], number) for name, number in kind.numbers.items() if name in fields]
    return ",".join([NAME, *texts, *numbers])


def _has(kind: Kind, name: str) -> bool:
    """Whether a kind has a text field: the picture is its object, all others belong to its text."""
    return name in kind.required or (name != "object" and "text" in kind.required)


def _fields(stage: str) -> dict[str, str]:
    """The fields of `name=value&…`; of a repeated one the later counts."""
    pairs = [part.partition("=") for part in stage.split("&") if part]
    for name, _, value in pairs:
        if not value:
            raise invalid_argument(name, value, ec=MALFORMED)
    return {name: value for name, _, value in pairs}


def _number(name: str, text: str, number: Number) -> str:
    if not _NUMBER.fullmatch(text):
        raise invalid_argument(name, text, ec=MALFORMED)
    value = int(text)
    if value not in number.allowed:
        raise invalid_argument(name, text, ec=image_ec(number.ec) if number.ec else None)
    return f"g_{PLACES[value - 1]}" if number.name == "g" else f"{number.name}_{value}"


def _decoded(text: str, ec: int | None) -> str:
    try:
        return decode_base64(text)
    except BadRequestError as error:
        raise OSSError("BadRequest", error.message, ec=image_ec(ec) if ec else None) from None


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8")).decode("ascii").rstrip("=")


def _picture(text: str) -> str:
    """The picture of a mark, and behind its last `@` what is done to it before: one stage, without pipes."""
    key, _, parameters = _decoded(text, 387).rpartition("@")
    if not key:
        return f"image_{_encoded(parameters)}"
    if "|" in parameters:
        raise invalid_argument("object", parameters, ec=MALFORMED)
    done = "/".join(actions(parse(parameters.strip().partition(".")[0], MARK_KEYS)))
    return f"image_{_encoded(f'{key}?x-oss-process=image/{done}' if done else key)}"


def _color(text: str) -> str:
    found = _COLOR.fullmatch(_decoded(text, 384))
    if not found:
        raise invalid_argument("color", text, ec=image_ec(384))
    return f"color_{found[1]}"


# Base64 is written anew: the standard alphabet's slash would end today's action.
_TEXTS: Mapping[str, Callable[[str], str]] = {
    "object": _picture,
    "text": lambda text: f"text_{_encoded(_decoded(text, None))}",
    "type": lambda text: f"type_{_encoded(_decoded(text, 381))}",
    "color": _color,
}
