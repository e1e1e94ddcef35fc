"""Values out of the elements of a configuration, each checked and refused by the element's name."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ..errors import invalid_argument, malformed

_NUMBER = re.compile(r"\d{1,10}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def texts(element: Element | None, name: str) -> tuple[str, ...]:
    """The texts of all children of this name, trimmed, in order; none without `element`."""
    return () if element is None else tuple((child.text or "").strip() for child in element.findall(name))


def text(element: Element | None, name: str) -> str | None:
    """The trimmed text of a child that may be there once; None when it is absent. Raises `MalformedXML`."""
    found = texts(element, name)
    if len(found) > 1:
        raise malformed(f"there is more than one {name}")
    return found[0] if found else None


def required(element: Element, name: str) -> str:
    """The text of a child that must be there and not be empty. Raises `MalformedXML`."""
    found = text(element, name)
    if not found:
        raise malformed(f"{element.tag} has no {name}")
    return found


def boolean(element: Element | None, name: str, default: bool) -> bool:
    """`true` or `false` in any case; `default` when absent or empty. Raises `InvalidArgument`."""
    found = text(element, name)
    if not found:
        return default
    if found.lower() not in _BOOLEANS:
        raise invalid_argument(name, found)
    return _BOOLEANS[found.lower()]


def number(element: Element | None, name: str, allowed: range) -> int | None:
    """A whole number within `allowed`; None when absent or empty. Raises `InvalidArgument`."""
    found = text(element, name)
    if not found:
        return None
    if not _NUMBER.fullmatch(found) or int(found) not in allowed:
        raise invalid_argument(name, found)
    return int(found)


def word(element: Element | None, name: str, words: frozenset[str], default: str | None = None) -> str | None:
    """One of `words`; `default` when absent or empty. Raises `InvalidArgument`."""
    found = text(element, name) or default
    if found is not None and found not in words:
        raise invalid_argument(name, found)
    return found
