"""The whole of a legacy string: stages joined by `|`, a format behind the dot, or a word that asks a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ....processors.errors import image_ec
from ...errors import OSSError, invalid_argument
from .actions import actions, not_built, orientation
from .keys import parse
from .watermark import NAME, watermark

MAX_STAGES = 4
SOURCE_FORMAT = "src"
DEFAULT_FORMAT = "jpg"

# The legacy service had a layout of its own for `info` and one without EXIF or without sizes; all get today's answer.
QUESTIONS: Mapping[str, str] = {
    "info": "image/info",
    "exif": "image/info",
    "infoexif": "image/info",
    "imageAve": "image/average-hue",
}

_FORMAT = re.compile(r"[A-Za-z0-9]{1,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its actions, whether the source is turned upright (`0` or `1`), and its format, empty if unsaid."""

    actions: list[str]
    orientation: str
    format: str


def translate(parameters: str) -> str:
    """The process string that means what stands behind the `@` of `key@100w_100h_1e|watermark=….png`.

    The result is a jpg unless a format is given, of several the last; `src` keeps that of the source. Raises
    `OSSError`: the legacy syntax's own codes and ECs for bad parameters, `NotImplemented` for what today's actions
    cannot express.
    """
    if parameters in QUESTIONS:
        return QUESTIONS[parameters]
    texts = parameters.split("|")
    if len(texts) > MAX_STAGES:
        raise OSSError("TooManyPipe", f"Maximal number of pipes supported is {MAX_STAGES}.", ec=image_ec(211))
    first, *rest = (_stage(text) for text in texts)
    if any(stage.orientation != "0" for stage in rest):
        raise not_built("o", "in a later stage than the first")
    written = [action for stage in (first, *rest) for action in stage.actions]
    return "/".join(["image", f"auto-orient,{first.orientation}", *written, *_format([first, *rest])])


def _stage(text: str) -> Stage:
    parameters, _, format = text.partition(".")
    if not text:
        raise OSSError("MissingArgument", ec=image_ec(212))
    if format and not _FORMAT.fullmatch(format):
        raise invalid_argument("format", format, ec=image_ec(206))
    if parameters.startswith(NAME):
        return Stage([watermark(parameters)], "0", format)
    values = parse(parameters)
    return Stage(actions(values), orientation(values), format)


def _format(stages: list[Stage]) -> list[str]:
    named = [stage.format for stage in stages if stage.format]
    format = named[-1] if named else DEFAULT_FORMAT
    return [] if format == SOURCE_FORMAT else [f"format,{format}"]
