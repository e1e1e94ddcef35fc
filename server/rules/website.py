"""A bucket as a website: index pages, an error page, and rules for what is missing (PutBucketWebsite)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from xml.etree.ElementTree import Element

from ..address import MAX_KEY_BYTES
from ..errors import invalid_argument, malformed
from ..xml import parse
from . import elements
from .routing_rules import RoutingRule, routing_rules

KIND = "website"
ROOT = "WebsiteConfiguration"

STATUSES = frozenset({"200", "404"})


class Folder(Enum):
    """What a missing `abc` is where `abc/index.html` exists; the values are the words of the element `Type`."""

    REDIRECT = "0"
    MISSING = "1"
    INDEX = "2"


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """The page of a folder: of each folder its own with `in_folders`, else the root's page for all of them."""

    suffix: str
    in_folders: bool = False
    folder: Folder = Folder.REDIRECT

    def key_in(self, folder: str) -> str:
        """The key of the page that stands for a folder (`dir/`, or empty for the root)."""
        return folder + self.suffix if self.in_folders else self.suffix


@dataclass(frozen=True, slots=True)
class ErrorDocument:
    """The page that is shown, with `status`, in place of a missing object."""

    key: str
    status: int = 404


@dataclass(frozen=True, slots=True)
class Website:
    """A bucket's website; what was not configured is None or empty."""

    index: IndexDocument | None = None
    error: ErrorDocument | None = None
    rules: tuple[RoutingRule, ...] = ()

    def rule_for(self, key: str, headers: Mapping[str, str]) -> RoutingRule | None:
        """The first rule whose condition holds for a missing object; the others are not asked."""
        return next((rule for rule in self.rules if rule.condition.holds(key, headers)), None)


@lru_cache(64)
def read(document: bytes) -> Website:
    """The website in a kept document."""
    return website(parse(document, ROOT))


def website(root: Element) -> Website:
    """The website of a document. Raises `MalformedXML` and `InvalidArgument`."""
    found = Website(_index(root.find("IndexDocument")), _error(root.find("ErrorDocument")), routing_rules(root))
    if found == Website():
        raise malformed("there is no IndexDocument, ErrorDocument or RoutingRule")
    return found


def _index(element: Element | None) -> IndexDocument | None:
    if element is None:
        return None
    suffix = elements.required(element, "Suffix")
    if "/" in suffix or len(suffix.encode()) > MAX_KEY_BYTES:
        raise invalid_argument("Suffix", suffix)
    return IndexDocument(
        suffix,
        elements.boolean(element, "SupportSubDir", False),
        Folder(elements.word(element, "Type", frozenset(kind.value for kind in Folder), Folder.REDIRECT.value)),
    )


def _error(element: Element | None) -> ErrorDocument | None:
    if element is None:
        return None
    key = elements.required(element, "Key")
    if key[0] in "/\\" or len(key.encode()) > MAX_KEY_BYTES:
        raise invalid_argument("Key", key)
    return ErrorDocument(key, int(elements.word(element, "HttpStatus", STATUSES, "404") or 404))
