"""The query parameters that several listings share: page sizes, prefixes, and how keys are to be written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from ..errors import invalid_argument

DEFAULT_KEYS = 100
MAX_KEYS = 1000

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def max_keys(params: Mapping[str, str]) -> int:
    """`max-keys`: 1 to 1000, 100 when absent or empty. Raises `InvalidArgument`."""
    return bounded_number(params, "max-keys", range(1, MAX_KEYS + 1), DEFAULT_KEYS)


def bounded_number(params: Mapping[str, str], name: str, allowed: range, default: int) -> int:
    """A number within `allowed`; `default` when absent or empty. Raises `InvalidArgument`."""
    text = params.get(name) or str(default)
    if not _NUMBER.fullmatch(text) or int(text) not in allowed:
        raise invalid_argument(name, text)
    return int(text)


def bounded_text(params: Mapping[str, str], name: str) -> str:
    """A prefix, marker or delimiter of at most 1023 bytes; absent and empty are the same. Raises `InvalidArgument`."""
    text = params.get(name, "")
    if len(text.encode("utf-8")) > 1023:
        raise invalid_argument(name, text)
    return text


class Encoder:
    """How keys are written into a listing: as they are, or percent-encoded with `encoding-type=url`."""

    def __init__(self, params: Mapping[str, str]) -> None:
        self.name = params.get("encoding-type") or None
        if self.name not in (None, "url"):
            raise invalid_argument("encoding-type", self.name or "")

    def __call__(self, text: str) -> str:
        """`text` as the client wants it; strict encoding (`%2F`, `%20`), which every SDK's unquote reverses."""
        return quote(text, safe="") if self.name else text
