"""Hotlink protection: from which pages a bucket's objects may be read (OSS, "Hotlink protection"; PutBucketReferer)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from xml.etree.ElementTree import Element

from ..errors import invalid_argument
from ..xml import parse
from . import elements

KIND = "referer"
ROOT = "RefererConfiguration"
MAX_BODY = 64 << 10

DEFAULT = b"""<?xml version="1.0" encoding="UTF-8"?>
<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer><RefererList /></RefererConfiguration>"""
"""What a bucket answers that never had a configuration."""


@dataclass(frozen=True, slots=True)
class RefererConfiguration:
    """Patterns of referers, in which `*` is any text and `?` any character; a pattern matches a referer's beginning."""

    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    allows_empty: bool = True
    cuts_query: bool = True
    cuts_path: bool = False

    def admits(self, referer: str) -> bool:
        """Whether a request with this Referer header (empty: none) may read.

        The blacklist counts first. An empty whitelist admits all, whatever is said of the empty referer, which OSS
        explains by that everything would be refused otherwise.
        """
        if not referer:
            return self.allows_empty or not self.allowed
        seen = self._cut(referer)
        return not _listed(seen, self.denied) and (not self.allowed or _listed(seen, self.allowed))

    def _cut(self, referer: str) -> str:
        if self.cuts_query:
            referer = referer.partition("?")[0]
        if self.cuts_path:
            scheme, mark, rest = referer.rpartition("://")
            referer = scheme + mark + rest.partition("/")[0]
        return referer


def _listed(referer: str, patterns: Sequence[str]) -> bool:
    # fnmatch's expressions never go back behind an asterisk, so no pattern makes a long header slow. Its brackets are
    # none of OSS's.
    return any(fnmatchcase(referer, pattern.replace("[", "[[]") + "*") for pattern in patterns)


@lru_cache(256)
def read(document: bytes) -> RefererConfiguration:
    """The configuration in a kept document."""
    return configuration(parse(document, ROOT))


def configuration(root: Element) -> RefererConfiguration:
    """The configuration of a document; an element that is absent has its default. Raises `InvalidArgument`."""
    cuts_query = elements.boolean(root, "AllowTruncateQueryString", True)
    cuts_path = elements.boolean(root, "TruncatePath", False)
    if cuts_path and not cuts_query:
        raise invalid_argument("AllowTruncateQueryString", "false")
    return RefererConfiguration(
        allowed=_patterns(root, "RefererList"),
        denied=_patterns(root, "RefererBlacklist"),
        allows_empty=elements.boolean(root, "AllowEmptyReferer", True),
        cuts_query=cuts_query,
        cuts_path=cuts_path,
    )


def _patterns(root: Element, name: str) -> tuple[str, ...]:
    """The patterns of a list; an empty one, which SDKs send for an empty list, is none."""
    return tuple(pattern for pattern in elements.texts(root.find(name), "Referer") if pattern)
