"""The keys of the legacy syntax: how the value in front of each is written, its range, and the EC of a bad one.

Source: the pages on the legacy syntax in OSS's user guide, and the EC pages 0040-00000201 to 0040-00000355, each of
which shows a bad request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ....processors.errors import image_ec
from ...errors import OSSError, invalid_argument

Values = Mapping[str, tuple[int, ...]]
"""The values of one stage by key; a number that was left out is 0."""

WRONG_TYPE = 201
_NUMBER = r"(-?[0-9]{1,5})"


@dataclass(frozen=True, slots=True)
class Key:
    """How the value of a key is written: the numbers in it, their ranges, and the ECs of bad ones.

    `outside` has the EC of each number out of its range, None where it is unknown. `malformed` has an EC for each kind
    of wrong writing; the first pattern that is found in the value counts.
    """

    form: str
    ranges: tuple[range, ...]
    outside: tuple[int | None, ...]
    malformed: tuple[tuple[str, int], ...] = (("", WRONG_TYPE),)


def _number(first: int, last: int, ec: int | None) -> Key:
    return Key(_NUMBER, (range(first, last + 1),), (ec,))


# Ranges and ECs are the EC pages', which are newer than the guide: it says 1 to 4096 for w and h.
KEYS: Mapping[str, Key] = {
    "w": _number(0, 16384, 336),
    "h": _number(0, 16384, 334),
    "e": _number(0, 5, 345),
    "c": _number(0, 1, 346),
    "l": _number(0, 4, 333),
    "p": _number(1, 1000, 338),
    # The multiplier of the guide's page "Key rules": 2x is 200p.
    "x": _number(1, 10, None),
    "bgc": Key("-".join([_NUMBER] * 3), (range(256),) * 3, (332,) * 3, (("", 332),)),
    "rc": Key(
        r"([0-9]{0,5})x([0-9]{0,5})-([0-9]{1,5})",
        (range(4097), range(4097), range(1, 10)),
        (330, 330, 328),
        (("-.*-", 327), ("^[^x]*$", 329), ("", 330)),
    ),
    "a": Key(
        "-".join([_NUMBER] * 4),
        (range(100_000), range(100_000), range(4097), range(4097)),
        (205,) * 4,
        (("", 205),),
    ),
    "ic": Key(r"(?:([0-9]{1,5})x|([0-9]{1,5})y)-([0-9]{1,5})", (range(100_000),) * 3, (325,) * 3, (("", 325),)),
    "ci": Key(f"{_NUMBER}-{_NUMBER}", (range(1, 4097), range(3)), (236, 234), (("", 235),)),
    "o": _number(0, 2, 348),
    "r": _number(0, 360, 217),
    "q": _number(1, 100, 351),
    "Q": _number(1, 100, 352),
    "b": _number(-100, 100, 246),
    "d": _number(-100, 100, 248),
    "sh": _number(50, 399, 280),
    "bl": Key(f"{_NUMBER}-{_NUMBER}", (range(1, 51),) * 2, (239, None), (("", 238),)),
    "pr": _number(0, 1, 353),
    "wh": _number(0, 1, 354),
}

# `P` scales the picture of a watermark by the one that it is laid on, and means nothing elsewhere.
MARK_KEYS: Mapping[str, Key] = {**KEYS, "P": _number(1, 100, 355)}


def parse(stage: str, keys: Mapping[str, Key] = KEYS) -> Values:
    """The values of `100w_100h_1e`, in any order; of a repeated key the later counts. Raises `InvalidArgument`."""
    return dict(_pair(token, keys) for token in stage.split("_") if token)


def _pair(token: str, keys: Mapping[str, Key]) -> tuple[str, tuple[int, ...]]:
    """The key at the end of a token, the longest that fits, and the numbers in front of it."""
    name = max((name for name in keys if token.endswith(name)), key=len, default="")
    if not name:
        raise invalid_argument(token, token, ec=image_ec(WRONG_TYPE))
    return name, _numbers(name, token.removesuffix(name), keys[name])


def _numbers(name: str, text: str, key: Key) -> tuple[int, ...]:
    found = re.fullmatch(key.form, text, re.ASCII)
    if not found:
        raise _bad(name, text, next(ec for pattern, ec in key.malformed if re.search(pattern, text)))
    numbers = tuple(int(group or 0) for group in found.groups())
    for number, allowed, ec in zip(numbers, key.ranges, key.outside, strict=True):
        if number not in allowed:
            raise _bad(name, text, ec)
    return numbers


def _bad(name: str, text: str, ec: int | None) -> OSSError:
    return invalid_argument(name, text, ec=image_ec(ec) if ec else None)
