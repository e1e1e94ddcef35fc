"""What is to be explained, as a user has it at hand: a URL, or the text of a request; in both cases without a body."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from ..request import Request

MAX_CHARACTERS = 16_384
"""Of a URL or of the text of a request: twice what OSS takes, and little enough to try hundreds of changes of it."""

_URL = re.compile(r"(?P<scheme>https?)://(?P<host>[^/?#\s]+)(?P<target>[^#\s]*)(?:#\S*)?", re.IGNORECASE)
_REQUEST_LINE = re.compile(r"(?P<method>[A-Za-z]+) (?P<target>\S+)(?: HTTP/[0-9.]+)?")
_HEADER = re.compile(r"(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):(?P<value>.*)")
_METHOD = re.compile(r"[A-Za-z]{1,32}")
# The mark that curl -v puts in front of each line that it sends.
_SENT = "> "


class UnreadableError(ValueError):
    """What was given is neither a URL nor a request; the text says what is wrong, for people."""


def from_url(url: str, method: str = "GET", headers: Mapping[str, str] | None = None, *, now: float = 0) -> Request:
    """The request that a client would send for `url` (http or https; a fragment is not sent) with these headers.

    `now` is the time at which it arrives, in Unix seconds. Raises `UnreadableError`.
    """
    _require_text(url)
    found = _URL.fullmatch(url.strip())
    if not found:
        raise UnreadableError("This is not an http:// or https:// URL without blanks.")
    return _request(method, found, {"host": found["host"], **_lower(headers or {})}, now)


def from_text(text: str, *, now: float = 0) -> Request:
    """The request whose request line and headers are `text`, as a proxy or `curl -v` shows it; a body is not looked at.

    A lone URL is taken for a GET of it. `now` is the time at which it arrives, in Unix seconds.
    Raises `UnreadableError`.
    """
    _require_text(text)
    lines = [line.rstrip("\r").removeprefix(_SENT) for line in text.strip().split("\n")]
    if _URL.fullmatch(lines[0]):
        return from_url(lines[0], now=now)
    line = _REQUEST_LINE.fullmatch(lines[0].strip())
    if not line:
        raise UnreadableError("The first line must be a URL or a request line such as: GET /bucket/key HTTP/1.1")
    headers = _headers(lines[1:])
    if absolute := _URL.fullmatch(line["target"]):
        return _request(line["method"], absolute, {"host": absolute["host"], **headers}, now)
    return _request(line["method"], line, headers, now)


def _request(method: str, found: re.Match[str], headers: MutableMapping[str, str], now: float) -> Request:
    if not _METHOD.fullmatch(method):
        raise UnreadableError(f"{method!r} is not a method of HTTP.")
    path, _, query = _as_sent(found["target"]).partition("?")
    if path and not path.startswith("/"):
        raise UnreadableError("The path must begin with a slash.")
    scheme = found.groupdict().get("scheme") or "http"
    return Request(
        method=method.upper(),
        raw_path=path or "/",
        query_string=query,
        headers=headers,
        receive=_no_body,
        request_id="",
        now=now,
        scheme=scheme.lower(),
    )


def _headers(lines: list[str]) -> dict[str, str]:
    """Headers up to the empty line before the body, lower-case, same names joined as the server joins them."""
    headers: dict[str, str] = {}
    for line in lines:
        if not line.strip():
            break
        found = _HEADER.fullmatch(line)
        if not found:
            raise UnreadableError(f"{line[:80]!r} is not a header line such as: Content-Type: image/png")
        name, value = found["name"].lower(), found["value"].strip()
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    lines = [f"{name}:{value}" for name, value in headers.items()]
    _require_text("".join(lines))
    return _headers(lines)


def _as_sent(target: str) -> str:
    """The target in the form that the server sees: its bytes as Latin-1."""
    return target.encode("utf-8").decode("latin-1")


def _require_text(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError(f"More than {MAX_CHARACTERS} characters.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UnreadableError("There are characters that are not UTF-8.")


async def _no_body() -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}
