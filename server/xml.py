"""XML as OSS writes and reads it: dictionaries out, guarded elements in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAMED = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))


# What XML 1.0 cannot hold at all, not even as a reference; a lone surrogate comes from JSON that somebody else wrote.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


# Deeper than any document of OSS's API; what walks a document by recursion stays far from the interpreter's own limit.
MAX_DEPTH = 32


class MalformedXMLError(ValueError):
    """A request body that is not the XML document it should be."""


def escape(text: str) -> str:
    """Text safe inside an element; control characters become numeric references, as the service does (best effort)."""
    for character, name in _NAMED:
        text = text.replace(character, name)
    return text if text.isprintable() else _CONTROL.sub(lambda found: f"&#x{ord(found[0]):X};", text)


def legible(text: str) -> str:
    """Text in which what XML cannot hold is spelt out (`\\x00`): an error must be readable whatever it quotes."""
    return _ILLEGAL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def document(root: str, fields: Mapping[str, object] | str) -> bytes:
    """A whole document, without any namespace: an `xmlns` breaks oss2, which finds children by their bare names."""
    pieces = [DECLARATION]
    _add(pieces, root, fields)
    return "".join(pieces).encode("utf-8")


def _add(pieces: list[str], name: str, value: object) -> None:
    """One element, or one for each member of a list; None is left out, a boolean is lower-case as oss2 demands.

    The commonest kinds come first: a page of a listing has ten thousand elements.
    """
    if isinstance(value, str):
        pieces.append(f"<{name}>{escape(value)}</{name}>")
    elif isinstance(value, list | tuple):
        for member in value:
            _add(pieces, name, member)
    elif isinstance(value, Mapping):
        pieces.append(f"<{name}>")
        for child, member in value.items():
            _add(pieces, child, member)
        pieces.append(f"</{name}>")
    elif isinstance(value, bool):
        pieces.append(f"<{name}>{'true' if value else 'false'}</{name}>")
    elif value is not None:
        pieces.append(f"<{name}>{escape(str(value))}</{name}>")


def parse(body: bytes, root: str) -> Element:
    """The element tree of a request body whose root is `root`; namespaces are dropped, a DOCTYPE is refused.

    At most 32 levels deep. Raises `MalformedXMLError`. The size of `body` is bounded by the caller, before it is read.
    """
    try:
        tree: Element = defusedxml.ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise MalformedXMLError(str(error)) from error
    _require_depth(tree)
    for element in tree.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    if tree.tag != root:
        raise MalformedXMLError(f"the root is {tree.tag}, not {root}")
    return tree


def _require_depth(tree: Element) -> None:
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise MalformedXMLError(f"elements are nested more than {MAX_DEPTH} deep")


def content(element: Element) -> str | dict[str, object]:
    """What is in a parsed element, in the form that `document` writes: its text, or its children by name.

    A name that is there several times gives a list; so order is kept among children of one name only.
    """
    if not len(element):
        return element.text or ""
    fields: dict[str, list[object]] = {}
    for child in element:
        fields.setdefault(child.tag, []).append(content(child))
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}
