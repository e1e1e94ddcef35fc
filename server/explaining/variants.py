"""A request as the client may have signed it: small changes of the one that arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from ..address import Resource
from ..auth.claim import Claim
from ..request import Request

Change = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A request whose signature does not match: what it says of its signer, what it means, and the server's region."""

    request: Request
    claim: Claim
    resource: Resource
    region: str


@dataclass(frozen=True, slots=True)
class Variant:
    """What the client may have signed instead; `received` and `signed` name the difference for people.

    `resource` is what it signed as the resource (None: what `request` means), `change` how it spelt the request
    otherwise in the string to sign (V4: in the canonical request).
    """

    received: str
    signed: str
    request: Request
    resource: Resource | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Spelt(Resource):
    """A resource that a client has spelt in its own way, not as `/bucket/key`."""

    spelling: str = ""

    @property
    def canonical(self) -> str:
        """The client's spelling."""
        return self.spelling


def with_method(request: Request, method: str) -> Request:
    """The same with another method."""
    return replace(request, method=method)


def with_header(request: Request, name: str, value: str | None) -> Request:
    """The same with one header (lower-case) changed, or without it (None)."""
    others = {other: text for other, text in request.headers.items() if other != name}
    return replace(request, headers=others if value is None else {**others, name: value})


def without_headers(request: Request, names: Iterable[str]) -> Request:
    """The same without some headers."""
    gone = frozenset(names)
    return replace(request, headers={name: text for name, text in request.headers.items() if name not in gone})


def without_parameters(request: Request, names: Iterable[str]) -> Request:
    """The same without some query parameters, by decoded name; the others stay as they are spelt."""
    gone = frozenset(names)
    kept = [part for (name, _), part in _parts(request) if name not in gone]
    return replace(request, query_string="&".join(kept))


def with_parameter(request: Request, name: str, value: str) -> Request:
    """The same with another value of one query parameter."""
    changed = [
        f"{quote(name)}={quote(value, safe='')}" if name == other else part for (other, _), part in _parts(request)
    ]
    return replace(request, query_string="&".join(changed))


def spelt_otherwise(request: Request, old: str, new: str) -> Iterator[Request]:
    """The same with `old` replaced by `new` as it stands in the query, in the path, and in both."""
    query, path = request.query_string.replace(old, new), request.raw_path.replace(old, new)
    if query != request.query_string:
        yield replace(request, query_string=query)
    if path != request.raw_path:
        yield replace(request, raw_path=path)
        yield replace(request, raw_path=path, query_string=query)


def _parts(request: Request) -> Iterator[tuple[tuple[str, str], str]]:
    return zip(request.query, filter(None, request.query_string.split("&")), strict=True)
