"""Where the token of a temporary credential travels: one place only, header or URL as the signature does."""

from __future__ import annotations

from ..errors import OSSError, invalid_argument
from ..request import Request

IN_HEADER = "x-oss-security-token"
_IN_URL = ("security-token", "x-oss-security-token")


def of_header(request: Request, *also: str) -> str | None:
    """The token that goes with a signed header, from `x-oss-security-token` or else a header of `also`.

    Raises `InvalidArgument` if the URL has one too (EC 0002-00000010). An empty one is none.
    """
    token = _from_header(request, also)
    if token and any(request.params.get(name) for name in _IN_URL):
        raise _twice(token)
    return token


def of_url(request: Request, name: str) -> str | None:
    """The token that goes with a signed URL, from its parameter `name`.

    Raises `InvalidArgument` if a header has one too, `InvalidRequest` if only a header has (documented for V1, kept
    alike for all versions). An empty one is none.
    """
    token = request.params.get(name) or None
    in_header = _from_header(request, ())
    if token and in_header:
        raise _twice(token)
    if in_header:
        raise OSSError("InvalidRequest", "Security-token must be provided by query string parameter.")
    return token


def _from_header(request: Request, also: tuple[str, ...]) -> str | None:
    for name in (IN_HEADER, *also):
        if token := request.headers.get(name):
            return token
    return None


def _twice(token: str) -> OSSError:
    message = "The security token must not be in both the header and the query string."
    return invalid_argument("security-token", token, message, ec="0002-00000010")
