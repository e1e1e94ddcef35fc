"""Which pages of other origins may call a bucket: the rules of PutBucketCors, and what they admit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

from ..errors import OSSError, invalid_argument, malformed
from ..xml import parse
from . import elements

KIND = "cors"
ROOT = "CORSConfiguration"

# OSS, PutBucketCors: limits. Older pages say 10 rules.
MAX_RULES = 20
MAX_BODY = 16 << 10
MAX_SECONDS = 999_999_999

METHODS = ("GET", "PUT", "DELETE", "POST", "HEAD")
ANY = "*"

_NO_HEADER = re.compile(r"[<>&'\"]")


@dataclass(frozen=True, slots=True)
class CorsRule:
    """One rule: origins and headers may hold one `*` each, header names are lower-case; `max_age` is in seconds."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age: int | None = None

    def admits(self, origin: str, method: str, headers: Sequence[str]) -> bool:
        """Whether a page of `origin` may send a request of `method` with these headers (lower-case names)."""
        return (
            method in self.methods
            and any(_matches(pattern, origin) for pattern in self.origins)
            and all(any(_matches(pattern, header) for pattern in self.headers) for header in headers)
        )

    def fields(self, origin: str) -> list[tuple[str, str]]:
        """The headers that tell a browser so; the origin comes back as it is unless the rule is for all."""
        fields = [
            ("Access-Control-Allow-Origin", ANY if ANY in self.origins else origin),
            ("Access-Control-Allow-Methods", ", ".join(self.methods)),
        ]
        if self.exposed:
            fields.append(("Access-Control-Expose-Headers", ", ".join(self.exposed)))
        if self.max_age is not None:
            fields.append(("Access-Control-Max-Age", str(self.max_age)))
        return fields


@dataclass(frozen=True, slots=True)
class CorsConfiguration:
    """A bucket's rules, of which the first that admits a request counts.

    `always_varies` (ResponseVary) asks for `Vary: Origin` also where no rule does.
    """

    rules: tuple[CorsRule, ...] = ()
    always_varies: bool = False

    def rule_for(self, origin: str, method: str, headers: Sequence[str] = ()) -> CorsRule | None:
        """The first rule that admits the request, None where none does."""
        return next((rule for rule in self.rules if rule.admits(origin, method, headers)), None)


OPEN = CorsConfiguration(
    (
        CorsRule(
            origins=(ANY,),
            methods=METHODS,
            headers=(ANY,),
            # What the browser builds of SDKs read: without the ETag a multipart upload cannot be completed.
            exposed=(
                "ETag",
                "x-oss-request-id",
                "x-oss-version-id",
                "x-oss-next-append-position",
                "x-oss-hash-crc64ecma",
            ),
        ),
    )
)
"""What the setting `cors = open` gives to a bucket without rules of its own (our choice; never so on OSS)."""


@lru_cache(256)
def read(document: bytes) -> CorsConfiguration:
    """The configuration in a kept document."""
    return configuration(parse(document, ROOT))


def configuration(root: Element) -> CorsConfiguration:
    """The configuration of a document. Raises `MalformedXML`, `InvalidArgument` and `CORSRuleBeyondLimit`."""
    rules = root.findall("CORSRule")
    if not rules:
        raise malformed("there is no CORSRule")
    if len(rules) > MAX_RULES:
        raise OSSError("CORSRuleBeyondLimit")
    return CorsConfiguration(tuple(map(_rule, rules)), elements.boolean(root, "ResponseVary", False))


def _rule(element: Element) -> CorsRule:
    return CorsRule(
        origins=_some(element, "AllowedOrigin"),
        methods=_methods(element),
        headers=tuple(header.lower() for header in _headers(element, "AllowedHeader")),
        exposed=_headers(element, "ExposeHeader", stars=0),
        max_age=elements.number(element, "MaxAgeSeconds", range(MAX_SECONDS + 1)),
    )


def _some(element: Element, name: str) -> tuple[str, ...]:
    found = elements.texts(element, name)
    if not found:
        raise malformed(f"CORSRule has no {name}")
    _require_stars(name, found, 1)
    return found


def _methods(element: Element) -> tuple[str, ...]:
    found = _some(element, "AllowedMethod")
    for method in found:
        if method not in METHODS:
            raise invalid_argument("AllowedMethod", method)
    return found


def _headers(element: Element, name: str, stars: int = 1) -> tuple[str, ...]:
    found = elements.texts(element, name)
    _require_stars(name, found, stars)
    for header in found:
        if _NO_HEADER.search(header):
            raise invalid_argument(name, header)
    return found


def _require_stars(name: str, found: Sequence[str], most: int) -> None:
    """Raise `InvalidArgument` for a value that is empty, is no header text, or has more than `most` asterisks."""
    for value in found:
        if not value or value.count(ANY) > most or not value.isascii() or not value.isprintable():
            raise invalid_argument(name, value)


def _matches(pattern: str, value: str) -> bool:
    head, star, tail = pattern.partition(ANY)
    if not star:
        return pattern == value
    return len(value) >= len(head) + len(tail) and value.startswith(head) and value.endswith(tail)
