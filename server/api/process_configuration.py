"""Calls on a bucket's process configuration: style delimiters, source-image protection, the legacy syntax."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..call import Call
from ..errors import invalid_argument
from ..imaging import configuration
from ..imaging.configuration import ProcessConfiguration
from ..response import Response, xml_response
from .body import child_text, xml_body

ROOT = "BucketProcessConfiguration"
HOSTS = ("Both", "Img")
STATES = ("Disabled", "Enabled")
VERSION = 2


async def put_configuration(call: Call) -> Response:
    """Replace the whole configuration; an element that is absent has its default."""
    root = await xml_body(call, ROOT)
    await configuration.save(call.store, call.bucket.name, _read(root))
    return Response()


async def get_configuration(call: Call) -> Response:
    """The configuration, or the default one.

    `OssDomainSupportAtProcess` is not shown: the real service does not show it either, not even once it is Enabled.
    """
    found = await configuration.load(call.store, call.bucket.name)
    fields = {
        "CompliedHost": found.host,
        "SourceFileProtect": STATES[bool(found.suffixes)],
        "SourceFileProtectSuffix": ",".join(found.suffixes),
        "StyleDelimiters": ",".join(sorted(found.delimiters)),
        "Version": VERSION,
    }
    return xml_response(ROOT, fields)


def _read(root: Element) -> ProcessConfiguration:
    """The configuration of a document; with protection Disabled its suffixes are forgotten, as on the real service."""
    is_protected = _word(root, "SourceFileProtect", STATES) == "Enabled"
    return ProcessConfiguration(
        host=_word(root, "CompliedHost", HOSTS),
        suffixes=configuration.parse_suffixes(_text(root, "SourceFileProtectSuffix")) if is_protected else (),
        delimiters=configuration.parse_delimiters(_text(root, "StyleDelimiters")),
        takes_legacy=_word(root, "OssDomainSupportAtProcess", STATES) == "Enabled",
    )


def _word(root: Element, name: str, words: tuple[str, ...]) -> str:
    """One of `words`; the first when there is no such element. Raises `InvalidArgument`."""
    text = child_text(root, name)
    word = words[0] if text is None else text.strip()
    if word not in words:
        raise invalid_argument(name, word)
    return word


def _text(root: Element, name: str) -> str:
    return (child_text(root, name) or "").strip()
